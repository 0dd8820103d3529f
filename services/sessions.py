"""Sessions: the traces of one conversation, oldest first, and what was said about each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review_app.answers import Assessment
from review_app.campaigns import Item
from services.assessments import assessments_by_trace, assessments_from
from services.store import Store
from services.traces import session_infos, session_named

MOST_TURNS = 100  # of one session; later ones stay in MLflow


@dataclass(frozen=True)
class Session:
    """The traces of an item: one, or those of a whole session in the order they were asked.

    Attributes:
        assessments: trace id -> all its assessments, overridden ones too.
        is_cut: True when the session has more traces than these.
    """

    assessments: Mapping[str, list[Assessment]]
    is_cut: bool = False

    @property
    def traces(self) -> tuple[str, ...]:
        """Ids of the traces; the first is the one that carries the answers."""
        return tuple(self.assessments)


def sessions_of(store: Store, items: Iterable[Item]) -> dict[str, Session]:
    """Return the traces of each item by its key; items whose trace is gone are left out.

    Items of one trace cost one call together, each session two of its own.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    items = list(items)
    single = [item for item in items if item.planned.unit != "session"]
    stored = assessments_by_trace(store, [item.trace_id for item in single])
    found = {
        item.key: Session({item.trace_id: stored[item.trace_id]})
        for item in single
        if item.trace_id in stored
    }
    for item in items:
        whole = _whole(store, item.trace_id) if item.planned.unit == "session" else None
        if whole is not None:
            found[item.key] = whole
    return found


def _whole(store: Store, first: str) -> Session | None:
    """Return the session that begins with this trace; None when the trace is gone."""
    opening = next(iter(store.trace_infos([first])), None)
    if opening is None:
        return None
    experiment, name = str(opening.experiment_id), session_named(opening)
    infos = session_infos(store, experiment, name, at_most=MOST_TURNS + 1)
    if first not in [info.trace_id for info in infos]:
        infos = [opening, *infos]
    return Session(
        {info.trace_id: assessments_from(info.assessments) for info in infos[:MOST_TURNS]},
        is_cut=len(infos) > MOST_TURNS,
    )
