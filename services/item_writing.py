"""Item writing: what an item's traces hold, and assessments created on them exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from review_app.answers import Assessment
from review_app.campaigns import Item
from review_app.errors import StoreUnavailable
from review_app.outbox import Entry
from services.assessments import assessments_of, create_assessment
from services.sessions import sessions_of
from services.store import Store
from services.traces import fetch


def stored_of(store: Store, item: Item) -> Mapping[str, Sequence[Assessment]]:
    """Return all assessments of each trace of the item, by trace id.

    Raises:
        NotFound: when its trace is gone.
        StoreUnavailable: when MLflow did not answer.
    """
    if item.planned.unit == "session":
        found = sessions_of(store, [item]).get(item.key)
        if found is not None:
            return found.assessments
    return {item.trace_id: assessments_of(store, item.trace_id)}


def spans_of(
    store: Store, entry: Entry, item: Item, stored: Mapping[str, object]
) -> dict[str, set[str]]:
    """Return trace id -> ids of its spans, of those traces on which the entry pins a step.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    pinned = {pin.trace_id or item.trace_id for pin in entry.pins}
    found = fetch(store, pinned & stored.keys()).items() if pinned else ()
    return {trace_id: {s.span_id for s in one.record.spans} for trace_id, one in found}


def create_once(store: Store, assessment: Assessment) -> Assessment:
    """Create it on its trace, and return what is there under its id: it, or what came before.

    Raises:
        NotFound: when the trace is gone.
        StoreUnavailable: when MLflow did not answer and does not hold it.
    """
    trace_id = assessment.trace_id
    try:
        create_assessment(store, trace_id, assessment)
    except StoreUnavailable:
        there = {one.assessment_id: one for one in assessments_of(store, trace_id)}
        if assessment.assessment_id not in there:
            raise
        return there[assessment.assessment_id]
    return assessment
