"""Writing many traces at once: quickly, one by one where one is bad, and safely repeated.

A trace is stored in two steps, first with its assessments, then its spans for many traces in one
call. A trace that a killed import left without spans is finished by the next one.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from review_app.answers import assessment_id
from review_app.errors import NotFound, ReviewError, StoreUnavailable
from services.parcels import Parcel, not_kept_by_server, otel_id
from services.store import Store, plain_errors

LOG = logging.getLogger(__name__)
_FINALIZED = "mlflow.trace.infoFinalized"
_SPANS = "mlflow.trace.spansLocation"
_REFUSED = "holds a trace that MLflow did not accept"


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel.

    Attributes:
        trace_id: the trace.
        state: ``added``, ``known`` (it was there already) or ``failed`` (nothing new is stored).
        assessments: how many assessments were added to a known trace.
        reason: why it failed; it continues "FILE, line N: ".
    """

    trace_id: str
    state: Literal["added", "known", "failed"]
    assessments: int = 0
    reason: str = ""


@contextmanager
def _written() -> Iterator[None]:
    """Count what cannot even be put into MLflow's messages as refused."""
    try:
        with plain_errors():
            yield
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ReviewError(_REFUSED) from error


def write_traces(store: Store, experiment_id: str, parcels: list[Parcel]) -> list[Outcome]:
    """Write the parcels, which all have different ids, and tell what became of each.

    Raises:
        StoreUnavailable: when MLflow does not answer; the same call may be repeated.
    """
    infos = store.trace_infos([p.trace_id for p in parcels])
    known = {info.trace_id: info for info in infos}
    outcomes = {p.trace_id: _begin(store, experiment_id, p, known.get(p.trace_id)) for p in parcels}
    wanting = [p for p in parcels if _wants_spans(p, outcomes[p.trace_id], known)]
    for trace_id, reason in _write_spans(store, experiment_id, wanting).items():
        outcomes[trace_id] = Outcome(trace_id, "failed", reason=reason)
        if trace_id not in known:
            with plain_errors():
                store.tracking.delete_traces(experiment_id, trace_ids=[trace_id])
    for parcel in parcels:
        if outcomes[parcel.trace_id].state == "added" and any(
            a.overrides for a in parcel.assessments
        ):
            outcomes[parcel.trace_id] = _override(store, parcel)
    return [outcomes[parcel.trace_id] for parcel in parcels]


def _over_http(store: Store) -> bool:
    return store.uri.startswith("http")


def _begin(store: Store, experiment_id: str, parcel: Parcel, info: Any) -> Outcome:
    """Store a new trace without its spans, or what a known one lacks."""
    if _over_http(store) and (reason := not_kept_by_server(parcel)):
        return Outcome(parcel.trace_id, "failed", reason=reason)
    try:
        if info is None:
            _start(store, parcel)
            return Outcome(parcel.trace_id, "added")
        if str(info.experiment_id) != experiment_id:
            reason = "holds a trace that is in another experiment already"
            return Outcome(parcel.trace_id, "failed", reason=reason)
        added = _add_missing(store, parcel, info.assessments)
        return Outcome(parcel.trace_id, "known", added)
    except ReviewError as error:
        return Outcome(parcel.trace_id, "failed", reason=_reason(store, error))


def _start(store: Store, parcel: Parcel) -> None:
    """Store the trace with the assessments that override none.

    An assessment's id that another trace has makes MLflow say that this trace is gone.
    """
    parcel.info.assessments = [a for a in parcel.assessments if not a.overrides]
    if not parcel.spans:  # else MLflow looks for them elsewhere and cannot read the trace
        parcel.info.tags = {**parcel.info.tags, _SPANS: "TRACKING_STORE"}
    try:
        with _written():
            store.tracking.start_trace(parcel.info)
    except (NotFound, StoreUnavailable):
        if not parcel.info.assessments:
            raise
        for one in parcel.assessments:
            one.assessment_id = _other_id(parcel, one.assessment_id)
            one.overrides = one.overrides and _other_id(parcel, one.overrides)
        with _written():
            store.tracking.start_trace(parcel.info)


def _other_id(parcel: Parcel, own_id: str) -> str:
    return assessment_id(parcel.trace_id, own_id)


def _add_missing(store: Store, parcel: Parcel, there: Iterable[Any]) -> int:
    """Create the assessments that are not there yet, oldest first; return how many."""
    ids = {a.assessment_id for a in there}
    added = 0
    for one in sorted(parcel.assessments, key=lambda a: (bool(a.overrides), a.create_time_ms or 0)):
        other = _other_id(parcel, one.assessment_id)
        if not ids.isdisjoint((one.assessment_id, other)):
            continue
        if one.overrides and one.overrides not in ids:
            replaced = _other_id(parcel, one.overrides)
            one.overrides = replaced if replaced in ids else None
        _create(store, one, other)
        ids.add(one.assessment_id)
        added += 1
    return added


def _override(store: Store, parcel: Parcel) -> Outcome:
    """Create the assessments that override others: only that way MLflow marks the others."""
    try:
        _add_missing(store, parcel, [a for a in parcel.assessments if not a.overrides])
    except ReviewError as error:
        return Outcome(parcel.trace_id, "failed", reason=_reason(store, error))
    return Outcome(parcel.trace_id, "added")


def _create(store: Store, one: Any, other: str) -> None:
    try:
        with _written():
            store.tracking.create_assessment(one)
    except StoreUnavailable:
        one.assessment_id = other
        with _written():
            store.tracking.create_assessment(one)


def _reason(store: Store, error: ReviewError) -> str:
    """Return why MLflow refused one trace.

    Raises:
        StoreUnavailable: when it refuses everything.
    """
    with plain_errors():
        store.tracking.search_experiments(max_results=1)
    LOG.info("A trace was refused: %s", error)
    return _REFUSED


def _wants_spans(parcel: Parcel, outcome: Outcome, known: dict[str, Any]) -> bool:
    info = known.get(parcel.trace_id)
    if outcome.state == "failed" or not parcel.spans:
        return False
    return info is None or (_FINALIZED in info.trace_metadata and _SPANS not in info.tags)


def _write_spans(store: Store, experiment_id: str, parcels: list[Parcel]) -> dict[str, str]:
    """Store the spans of all parcels; return trace id -> reason for those that were refused."""
    served = _over_http(store)
    try:
        with _written():
            spans = [s for p in parcels for s in (_served(p) if served else p.spans)]
            store.tracking.log_spans(experiment_id, spans)
            for parcel in parcels:
                if _moved(parcel):
                    parcel.info.assessments = []
                    store.tracking.start_trace(parcel.info)
    except ReviewError as error:
        if len(parcels) == 1:
            return {parcels[0].trace_id: _reason(store, error)}
    else:
        return {}
    refused: dict[str, str] = {}
    for parcel in parcels:
        refused |= _write_spans(store, experiment_id, [parcel])
    return refused


def _served(parcel: Parcel) -> list[Any]:
    """Return the spans under the trace's own id: a server asks OpenTelemetry's for the trace."""
    from mlflow.entities import Span

    own = base64.b64encode(bytes.fromhex(otel_id(parcel.trace_id))).decode()
    raws = [span.to_dict() for span in parcel.spans]
    return [
        span if raw["trace_id"] == own else Span.from_dict({**raw, "trace_id": own})
        for span, raw in zip(parcel.spans, raws, strict=True)
    ]


def _moved(parcel: Parcel) -> bool:
    """Tell whether MLflow derives another time, duration or state from the spans than recorded."""
    info = parcel.info
    ends = [s.end_time_ns // 1_000_000 for s in parcel.spans if s.end_time_ns is not None]
    started = min(s.start_time_ns for s in parcel.spans) // 1_000_000
    took = info.execution_duration
    longer = took is not None and max(ends, default=0) > info.request_time + took
    unfinished = info.state.value in {"IN_PROGRESS", "STATE_UNSPECIFIED"}
    return started < info.request_time or longer or unfinished
