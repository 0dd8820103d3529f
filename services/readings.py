"""Readings: an item's traces fetched and read, with the session before and the facts beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from review_app.answers import Assessment
from review_app.campaigns import Item
from review_app.errors import NotFound
from review_app.reading import facts_of, facts_together, read_session, read_trace
from review_app.reading.model import Facts, Reading, SessionReading
from review_app.traces import TraceRecord
from services.sessions import Session, sessions_of
from services.settings import Settings
from services.store import Store
from services.traces import Fetched, fetch, session_before
from services.versions import Versions

NONE_KNOWN: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class ReadItem:
    """An item as it is shown.

    Attributes:
        reading: of its trace, or of its whole session; None where what the caller knows of it
            still holds.
        assessments: trace id -> all assessments, of each trace of the item.
        may_change: True while one of its traces is still running.
    """

    reading: Reading | SessionReading | None
    assessments: Mapping[str, Sequence[Assessment]]
    may_change: bool = False


class Readings:
    """Reads traces of one store for the screen.

    Attributes:
        store: where they live.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        """Bind to the store; nothing is read yet."""
        self.store = store
        self._settings = settings
        self._versions = Versions(store)

    def read(
        self,
        items: Iterable[Item],
        *,
        blind: bool,
        known: Mapping[str, tuple[str, ...]] = NONE_KNOWN,
    ) -> dict[str, ReadItem]:
        """Return the items by key, read for a person; those whose trace is gone are left out.

        ``known`` says which traces an item had when the caller read it: where it still has the
        same ones, only its assessments are read.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        items = list(items)
        looked_up = [i for i in items if i.key in known or i.planned.unit == "session"]
        new = [item for item in items if item not in looked_up]
        found = sessions_of(self.store, looked_up)
        anew = {key: whole for key, whole in found.items() if known.get(key) != whole.traces}
        wanted = [t for whole in anew.values() for t in whole.traces] + [i.trace_id for i in new]
        fetched = fetch(self.store, dict.fromkeys(wanted))
        read = {k: ReadItem(None, found[k].assessments) for k in found if k not in anew}
        for key, whole in anew.items():
            if whole.traces[0] in fetched:
                read[key] = self._whole(whole, fetched, blind=blind)
        for item in new:
            if item.trace_id in fetched:
                read[item.key] = self._single(fetched[item.trace_id], blind=blind)
        return read

    def _whole(self, whole: Session, fetched: Mapping[str, Fetched], *, blind: bool) -> ReadItem:
        records = [fetched[t].record for t in whole.traces if t in fetched]
        reading = read_session(records, blind=blind, is_cut=whole.is_cut)
        running = any(turn.running for turn in reading.turns)
        return ReadItem(reading, whole.assessments, may_change=running)

    def _single(self, fetched: Fetched, *, blind: bool) -> ReadItem:
        reading = self._reading(fetched.record, blind=blind)
        stored = {reading.trace_id: fetched.assessments}
        return ReadItem(reading, stored, may_change=reading.running)

    def _reading(self, record: TraceRecord, *, blind: bool) -> Reading:
        """Read a trace; its session is searched only where the trace holds no history itself."""
        reading = read_trace(record, blind=blind)
        if reading.earlier or not record.session:
            return reading
        return read_trace(record, blind=blind, earlier=session_before(self.store, record))

    def facts(self, trace_ids: Iterable[str]) -> Facts:
        """Return what is shown after the person's own answer, of all traces of an item together.

        Raises:
            NotFound: when they are gone.
            StoreUnavailable: when MLflow did not answer.
        """
        found = [self.facts_from(one) for one in fetch(self.store, trace_ids).values()]
        if not found:
            raise NotFound("This trace is no longer in MLflow.")
        return facts_together(found)

    def facts_from(self, fetched: Fetched) -> Facts:
        """Return the facts of a trace in hand."""
        facts = facts_of(fetched.record)
        return replace(
            facts,
            version=self._versions.name(fetched.record.metadata, fetched.record.tags),
            thumbs=self._thumbs(fetched),
        )

    def mlflow_url(self, experiment_id: str, trace_id: str) -> str | None:
        """Return the trace's address in MLflow's own pages; None when none is set."""
        if not self._settings.mlflow_ui:
            return None
        base = self._settings.mlflow_ui.rstrip("/")
        wanted = quote(trace_id, safe="")
        return f"{base}/#/experiments/{experiment_id}/traces?selectedEvaluationId={wanted}"

    def _thumbs(self, fetched: Fetched) -> tuple[tuple[bool, str], ...]:
        votes = [
            a
            for a in fetched.assessments
            if a.name in self._settings.user_feedback and a.valid and isinstance(a.value, bool)
        ]
        newest = sorted(votes, key=lambda a: -a.created_ms)
        return tuple((a.value, a.rationale) for a in newest)
