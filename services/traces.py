"""Traces as plain values: spans decoded, assessments beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from review_app.answers import Assessment
from review_app.errors import NotFound, ReviewError
from review_app.traces import SpanRecord, TraceRecord
from services.assessments import assessments_from
from services.store import Store, plain_errors

SESSION_TURNS = 20  # earlier traces of a session that are read; older ones stay in MLflow
AT_ONCE = 20  # traces a call, each with all its spans
_OWN_ATTRIBUTES = ("mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType")


@dataclass(frozen=True)
class Fetched:
    """A trace with all its assessments, overridden ones included."""

    record: TraceRecord
    assessments: tuple[Assessment, ...]


def fetch(store: Store, trace_ids: Iterable[str]) -> dict[str, Fetched]:
    """Return the traces by id, running ones too; those that are gone are left out.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    wanted = list(trace_ids)
    found = {trace.info.trace_id: _fetched(trace) for trace in _complete(store, wanted)}
    for trace_id in wanted:
        if trace_id not in found and (trace := _single(store, trace_id)):
            found[trace_id] = _fetched(trace)
    return found


def trace_of(store: Store, trace_id: str) -> Any | None:
    """Return a trace as MLflow's own value, for what is given to MLflow; None when it is gone.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    return next(_complete(store, [trace_id]), None) or _single(store, trace_id)


def _complete(store: Store, trace_ids: list[str]) -> Iterator[Any]:
    """Yield the traces that MLflow gives at once; of a lot of which one lies elsewhere, none."""
    for start in range(0, len(trace_ids), AT_ONCE):
        with suppress(ReviewError), plain_errors():
            yield from store.tracking.batch_get_traces(trace_ids[start : start + AT_ONCE])


def _single(store: Store, trace_id: str) -> Any | None:
    """Return a trace that is still running, or whose spans lie among the artifacts; None if gone.

    A trace whose spans cannot be had is returned without any: its previews are still readable.
    """
    from mlflow.entities import Trace, TraceData
    from mlflow.tracing.client import TracingClient

    try:
        with plain_errors():
            info = store.tracking.get_trace_info(trace_id)
    except NotFound:
        return None
    try:
        with plain_errors():
            if info.tags.get("mlflow.trace.spansLocation") == "TRACKING_STORE":
                return store.tracking.get_trace(trace_id, allow_partial=True)
            return TracingClient(store.uri).get_trace(trace_id)
    except ReviewError:
        return Trace(info, TraceData(spans=[]))


def previews(store: Store, trace_ids: Iterable[str]) -> dict[str, str]:
    """Return MLflow's cut preview of each trace's request, to tell items apart in a list."""
    infos = store.trace_infos(list(trace_ids))
    return {info.trace_id: info.request_preview or "" for info in infos}


def session_before(store: Store, record: TraceRecord) -> list[TraceRecord]:
    """Return the earlier traces of the record's session, oldest first; [] without a session."""
    infos = session_infos(
        store,
        record.experiment_id,
        record.session,
        at_most=SESSION_TURNS,
        before_ms=record.requested_at_ms,
    )
    found = fetch(store, [info.trace_id for info in infos])
    return sorted((f.record for f in found.values()), key=lambda r: r.requested_at_ms)


def session_infos(
    store: Store, experiment_id: str, session: str, *, at_most: int, before_ms: int | None = None
) -> list[Any]:
    """Return MLflow's infos of a session's first traces, or of the last ones before a moment.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    quote = '"' if "'" in session else "'"
    if not session or quote in session:
        return []  # MLflow's filters cannot name a session with both kinds of quotes
    query, order = f"metadata.`mlflow.trace.session` = {quote}{session}{quote}", "ASC"
    if before_ms is not None:
        query, order = f"{query} AND attributes.timestamp_ms < {before_ms}", "DESC"
    with plain_errors():
        infos, _ = store.tracking.search_traces(
            experiment_ids=None,
            filter_string=query,
            max_results=at_most,
            order_by=[f"timestamp_ms {order}"],
            locations=[experiment_id],
        )
    return [info for info in infos if session_named(info) == session]


def session_named(info: Any) -> str:
    """Return the session that an info of MLflow names; "" for none."""
    return str((info.trace_metadata or {}).get("mlflow.trace.session", ""))


def _fetched(trace: Any) -> Fetched:
    info = trace.info
    record = TraceRecord(
        trace_id=info.trace_id,
        experiment_id=str(info.experiment_id),
        state=getattr(info.state, "value", str(info.state)),
        requested_at_ms=info.request_time or 0,
        duration_ms=info.execution_duration,
        metadata=dict(info.trace_metadata or {}),
        tags=dict(info.tags or {}),
        request_preview=info.request_preview or "",
        response_preview=info.response_preview or "",
        spans=tuple(_span(span) for span in trace.data.spans or ()),
    )
    return Fetched(record, tuple(assessments_from(info.assessments)))


def _span(span: Any) -> SpanRecord:
    raw = span.to_dict()
    attributes = {key: _decoded(value) for key, value in raw["attributes"].items()}
    failed = raw["status"]["code"] == "STATUS_CODE_ERROR"
    return SpanRecord(
        span_id=span.span_id,
        parent_id=span.parent_id,
        name=span.name,
        kind=str(attributes.get("mlflow.spanType") or "UNKNOWN"),
        failed=failed,
        message=(raw["status"]["message"] or "") if failed else "",
        start_ns=raw["start_time_unix_nano"] or 0,
        end_ns=raw["end_time_unix_nano"],
        inputs=attributes.get("mlflow.spanInputs"),
        outputs=attributes.get("mlflow.spanOutputs"),
        attributes={k: v for k, v in attributes.items() if k not in _OWN_ATTRIBUTES},
        events=tuple(
            {
                "name": event["name"],
                "timestamp_ns": event["time_unix_nano"],
                "attributes": dict(event["attributes"] or {}),
            }
            for event in raw["events"]
        ),
    )


def _decoded(value: Any) -> Any:
    """Return the attribute's value; one that is no JSON, or nested too deep for it, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
