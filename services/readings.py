"""Readings: a trace fetched and read, with its session before it and the facts beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from review_app.answers import Assessment
from review_app.errors import NotFound
from review_app.reading import facts_of, read_trace
from review_app.reading.model import Facts, Reading
from review_app.traces import TraceRecord
from services.settings import Settings
from services.store import Store, plain_errors
from services.traces import Fetched, fetch, session_before

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")  # MLflow's own, which tells a person nothing
VERSIONS_KEPT = 512  # names of LoggedModels; they never change


@dataclass(frozen=True)
class ReadItem:
    """A trace as it is shown, and all its assessments."""

    reading: Reading
    assessments: tuple[Assessment, ...]
    may_change: bool


class Readings:
    """Reads traces of one store for the screen."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Bind to the store; nothing is read yet."""
        self._store = store
        self._settings = settings
        self._version = lru_cache(VERSIONS_KEPT)(self._version_name)

    def read(self, trace_ids: Iterable[str], *, blind: bool) -> dict[str, ReadItem]:
        """Return the traces by id, read for a person; those that are gone are left out.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        return {
            trace_id: ReadItem(
                self._reading(fetched.record, blind=blind),
                fetched.assessments,
                may_change=fetched.record.state == "IN_PROGRESS",
            )
            for trace_id, fetched in fetch(self._store, trace_ids).items()
        }

    def _reading(self, record: TraceRecord, *, blind: bool) -> Reading:
        """Read a trace; its session is searched only where the trace holds no history itself."""
        reading = read_trace(record, blind=blind)
        if reading.earlier or not record.session:
            return reading
        return read_trace(record, blind=blind, earlier=session_before(self._store, record))

    def facts(self, trace_id: str) -> Facts:
        """Return what is shown after the person's own answer.

        Raises:
            NotFound: when the trace is gone.
            StoreUnavailable: when MLflow did not answer.
        """
        found = fetch(self._store, [trace_id])
        if trace_id not in found:
            raise NotFound("This trace is no longer in MLflow.")
        return self.facts_from(found[trace_id])

    def facts_from(self, fetched: Fetched) -> Facts:
        """Return the facts of a trace in hand."""
        facts = facts_of(fetched.record)
        return replace(
            facts, version=self._named(fetched.record, facts), thumbs=self._thumbs(fetched)
        )

    def mlflow_url(self, experiment_id: str, trace_id: str) -> str | None:
        """Return the trace's address in MLflow's own pages; None when none is set."""
        if not self._settings.mlflow_ui:
            return None
        base = self._settings.mlflow_ui.rstrip("/")
        wanted = quote(trace_id, safe="")
        return f"{base}/#/experiments/{experiment_id}/traces?selectedEvaluationId={wanted}"

    def _named(self, record: TraceRecord, facts: Facts) -> str:
        model_id = record.metadata.get("mlflow.modelId", "")
        return self._version(model_id) if model_id else facts.version

    def _version_name(self, model_id: str) -> str:
        try:
            with plain_errors():
                return str(self._store.tracking.get_logged_model(model_id).name)
        except NotFound:
            return "unknown" if _MODEL_ID.fullmatch(model_id) else model_id

    def _thumbs(self, fetched: Fetched) -> tuple[tuple[bool, str], ...]:
        votes = [
            a
            for a in fetched.assessments
            if a.name in self._settings.user_feedback and a.valid and isinstance(a.value, bool)
        ]
        newest = sorted(votes, key=lambda a: -a.created_ms)
        return tuple((a.value, a.rationale) for a in newest)
