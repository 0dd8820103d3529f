"""Parcels: traces as MLflow's own entities, ready to be written into one experiment."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from review_app.answers import Assessment, assessment_id
from review_app.errors import InvalidImport
from review_app.imports import check_trace, is_plain
from review_app.traces import SpanRecord, TraceRecord
from services.assessments import to_mlflow

PREVIEW_MAX_LENGTH = 1000  # characters that MLflow's database holds of a preview
# MLflow sets both itself: the first twice is an error, the second says that spans are stored.
_OWN_TAGS = ("mlflow.artifactLocation", "mlflow.trace.spansLocation")
_REQUEST_ID = "mlflow.traceRequestId"
_PREVIEWS = ("mlflow.traceInputs", "mlflow.traceOutputs")
_SERVED_TAG = 4096  # characters that MLflow's client sends
_SERVED_METADATA = 250
_SERVED_WEIGHT = 95  # measured: protobuf reads at most 100 messages inside each other
_SERVED_ID = re.compile(r"tr-[0-9a-f]{32}")


@dataclass(frozen=True)
class Parcel:
    """One trace on its way into MLflow.

    Attributes:
        info: MLflow's TraceInfo, in its new experiment, without assessments.
        spans: MLflow's spans.
        assessments: MLflow's assessments, each with an id, oldest first.
    """

    info: Any
    spans: list[Any]
    assessments: list[Any]

    @property
    def trace_id(self) -> str:
        """The id of the trace."""
        return str(self.info.trace_id)


def parcel_from_json(data: Mapping[str, Any], experiment_id: str, seen: str = "") -> Parcel:
    """Return the parcel of a trace as ``Trace.to_json`` writes it.

    Spans, attributes, tags and metadata stay as they are; the experiment is replaced.

    Args:
        data: the decoded JSON.
        experiment_id: where the trace will live.
        seen: what people had been shown before they answered, where the lead declares it.

    Raises:
        InvalidImport: with what is wrong.
    """
    trace_id = check_trace(dict(data))
    info = _info(data["info"], experiment_id)
    spans = [_span(raw, trace_id) for raw in data["data"].get("spans") or []]
    raw_assessments = data["info"].get("assessments") or []
    found = [_assessment(raw, trace_id, seen) for raw in raw_assessments]
    info.assessments = []
    return Parcel(info, spans, sorted(found, key=lambda a: a.create_time_ms or 0))


def parcel_from_record(
    record: TraceRecord,
    experiment_id: str,
    assessments: Iterable[Assessment] = (),
    own_id: str = "",
) -> Parcel:
    """Return the parcel of a trace made here; ``own_id`` is how its own app calls it."""
    from mlflow.entities import Span, TraceInfo, TraceState
    from mlflow.entities.trace_location import TraceLocation

    info = TraceInfo(
        trace_id=record.trace_id,
        trace_location=TraceLocation.from_experiment_id(experiment_id),
        request_time=record.requested_at_ms,
        state=TraceState(record.state),
        request_preview=record.request_preview[:PREVIEW_MAX_LENGTH],
        response_preview=record.response_preview[:PREVIEW_MAX_LENGTH],
        client_request_id=own_id or None,
        execution_duration=record.duration_ms,
        trace_metadata=dict(record.metadata),
        tags=dict(record.tags),
    )
    spans = [Span.from_dict(_span_json(span, record.trace_id)) for span in record.spans]
    return Parcel(info, spans, [to_mlflow(one, record.trace_id) for one in assessments])


def not_kept_by_server(parcel: Parcel) -> str:
    """Return what an MLflow server would not keep of the trace, as a reason; "" for nothing.

    It makes ids of traces from those of OpenTelemetry, and cuts long texts without a word.
    """
    if parcel.spans and not _SERVED_ID.fullmatch(parcel.trace_id):
        return "holds a trace whose id an MLflow server does not keep (“tr-” and 32 hex digits)"
    if any(
        _weight(value) > _SERVED_WEIGHT for s in parcel.spans for value in s.attributes.values()
    ):
        return "holds a trace that is nested too deeply for an MLflow server"
    tags, metadata = parcel.info.tags, parcel.info.trace_metadata
    long = [k for k, v in tags.items() if len(v) > _SERVED_TAG]
    long += [k for k, v in metadata.items() if len(v) > _SERVED_METADATA and k not in _PREVIEWS]
    return f"holds a trace whose “{long[0][:50]}” an MLflow server would cut" if long else ""


def _weight(value: Any) -> int:
    """Return how many messages inside each other the value becomes: 2 for a list, 3 for a dict."""
    heaviest, waiting = 0, [(value, 0)]
    while waiting:
        one, weight = waiting.pop()
        heaviest = max(heaviest, weight)
        if isinstance(one, dict):
            waiting += [(inner, weight + 3) for inner in one.values()]
        elif isinstance(one, list):
            waiting += [(inner, weight + 2) for inner in one]
    return heaviest


def _info(raw: Mapping[str, Any], experiment_id: str) -> Any:
    from mlflow.entities import TraceInfo
    from mlflow.entities.trace_location import TraceLocation
    from mlflow.exceptions import MlflowException

    known = {field.name for field in fields(TraceInfo)} | {"execution_duration_ms"}
    old = "request_id" in raw
    given = {k: v for k, v in raw.items() if (old or k in known) and k != "assessments"}
    home = {} if old else {"trace_location": {"type": "MLFLOW_EXPERIMENT"}}
    try:
        info = TraceInfo.from_dict({**given, **home})
        info.trace_location = TraceLocation.from_experiment_id(experiment_id)
        info.tags = {k: v for k, v in (info.tags or {}).items() if k not in _OWN_TAGS}
        info.trace_metadata = dict(info.trace_metadata or {})
        info.request_time = int(info.request_time)
        info.request_preview = _preview(info.request_preview)
        info.response_preview = _preview(info.response_preview)
    except (ValueError, TypeError, KeyError, AttributeError, MlflowException) as error:
        raise InvalidImport("holds a trace whose “info” MLflow cannot read") from error
    return info


def _preview(text: str | None) -> str | None:
    return text if text is None else text[:PREVIEW_MAX_LENGTH]


def _span(raw: Mapping[str, Any], trace_id: str) -> Any:
    from mlflow.entities import Span
    from mlflow.exceptions import MlflowException

    attributes = raw.get("attributes")
    if not isinstance(attributes, dict):
        raise InvalidImport("holds a trace with a span that has no attributes")
    named = {_REQUEST_ID: json.dumps(trace_id), **attributes}
    try:
        span = Span.from_dict({**raw, "attributes": named})
        belongs = span.trace_id == trace_id
        span.to_dict()
    except (ValueError, TypeError, KeyError, AttributeError, MlflowException) as error:
        raise InvalidImport(
            f"holds a trace with a span that MLflow cannot read{_name(raw)}"
        ) from error
    if not belongs:
        raise InvalidImport(f"holds a span of another trace{_name(raw)}")
    return span


def _name(raw: Mapping[str, Any]) -> str:
    name = raw.get("name")
    return f" (“{name[:80]}”)" if isinstance(name, str) else ""


def _assessment(raw: object, trace_id: str, seen: str) -> Any:
    from mlflow.entities.assessment import Assessment as Entity
    from mlflow.exceptions import MlflowException

    if not isinstance(raw, dict):
        raise InvalidImport("holds an assessment that is no object")
    try:
        return _completed(Entity.from_dictionary(raw), raw, trace_id, seen)
    except (ValueError, TypeError, KeyError, AttributeError, MlflowException) as error:
        name = raw.get("assessment_name")
        raise InvalidImport(f"holds an assessment (“{name}”) that MLflow cannot read") from error


def _completed(entity: Any, raw: Mapping[str, Any], trace_id: str, seen: str) -> Any:
    """Add what MLflow's reader drops, and an id that is the same at every import."""
    held = entity.expectation or entity.feedback
    if held is not None and not is_plain(held.value):
        raise ValueError("nested too deeply, or no finite number")
    entity.trace_id = trace_id
    entity.rationale = raw.get("rationale")
    entity.overrides = raw.get("overrides") or None
    content = json.dumps(raw, sort_keys=True, default=str)
    entity.assessment_id = raw.get("assessment_id") or assessment_id(trace_id, content)
    if seen and entity.source.source_type == "HUMAN":
        entity.metadata = {"review.seen": seen, **(entity.metadata or {})}
    return entity


def _span_json(span: SpanRecord, trace_id: str) -> dict[str, Any]:
    attributes = {
        _REQUEST_ID: trace_id,
        "mlflow.spanType": span.kind,
        "mlflow.spanInputs": span.inputs,
        "mlflow.spanOutputs": span.outputs,
        **span.attributes,
    }
    return {
        "trace_id": _base64(otel_id(trace_id)),
        "span_id": _base64(span.span_id),
        "parent_span_id": _base64(span.parent_id) if span.parent_id else None,
        "name": span.name,
        "start_time_unix_nano": span.start_ns,
        "end_time_unix_nano": span.end_ns,
        "events": [
            {
                "name": event["name"],
                "time_unix_nano": event["timestamp_ns"],
                "attributes": event["attributes"],
            }
            for event in span.events
        ],
        "status": {
            "code": "STATUS_CODE_ERROR" if span.failed else "STATUS_CODE_OK",
            "message": span.message,
        },
        "attributes": {k: json.dumps(v) for k, v in attributes.items() if v is not None},
    }


def otel_id(trace_id: str) -> str:
    """Return the OpenTelemetry id, 32 hex digits, of a trace of that id."""
    if _SERVED_ID.fullmatch(trace_id):
        return trace_id.removeprefix("tr-")
    return hashlib.sha256(trace_id.encode()).hexdigest()[:32]


def _base64(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()
