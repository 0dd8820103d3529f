"""Traces for the tests: the recorded samples, and short ways to write one by hand."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from review_app.traces import SpanRecord, TraceRecord

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "examples" / "traces").glob("*.json"))
FRAMEWORKS = sorted((ROOT / "tests" / "data" / "traces").glob("*.json"))
_OWN = ("mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType")


def sample(path: Path) -> TraceRecord:
    """A trace as MLflow writes it (Trace.to_json): ids in base64, attributes as JSON text."""
    data = json.loads(path.read_text())
    info = data["info"]
    return TraceRecord(
        trace_id=info["trace_id"],
        experiment_id="1",
        state=info["state"],
        requested_at_ms=1_795_528_000_000,
        duration_ms=info.get("execution_duration_ms"),
        metadata=info.get("trace_metadata", {}),
        tags=info.get("tags", {}),
        request_preview=info.get("request_preview", ""),
        response_preview=info.get("response_preview", ""),
        spans=tuple(_recorded_span(entry) for entry in data["data"]["spans"]),
    )


def _recorded_span(entry: dict[str, Any]) -> SpanRecord:
    attributes = {key: json.loads(value) for key, value in entry["attributes"].items()}
    return SpanRecord(
        span_id=_hex(entry["span_id"]),
        parent_id=_hex(entry["parent_span_id"]) if entry.get("parent_span_id") else None,
        name=entry["name"],
        kind=attributes.get("mlflow.spanType", "UNKNOWN"),
        failed=entry["status"]["code"] == "STATUS_CODE_ERROR",
        message=entry["status"]["message"],
        start_ns=entry["start_time_unix_nano"],
        end_ns=entry["end_time_unix_nano"],
        inputs=attributes.get("mlflow.spanInputs"),
        outputs=attributes.get("mlflow.spanOutputs"),
        attributes={key: value for key, value in attributes.items() if key not in _OWN},
        events=tuple(
            {
                "name": event["name"],
                "timestamp_ns": event["time_unix_nano"],
                "attributes": event["attributes"],
            }
            for event in entry.get("events", [])
        ),
    )


def _hex(text: str) -> str:
    return base64.b64decode(text).hex()


def span(name: str, kind: str = "UNKNOWN", *, parent: str | None = None, **more: Any) -> SpanRecord:
    """A span that is called by its name; inputs, outputs and the rest by keyword."""
    more.setdefault("end_ns", more.get("start_ns", 0) + 5_000_000)
    return SpanRecord(more.pop("id", name), parent, name, kind, **more)


def trace(*spans: SpanRecord, **more: Any) -> TraceRecord:
    """A trace of some spans."""
    more.setdefault("trace_id", "tr-1")
    return TraceRecord(experiment_id="1", spans=spans, **more)


def framework(path: Path) -> TraceRecord:
    """A trace out of tests/data/traces: plain JSON, one dict a span, in a few words."""
    data = json.loads(path.read_text())
    spans = []
    for number, entry in enumerate(data["spans"]):
        start = entry.get("start_ms", number * 10) * 1_000_000
        spans.append(
            SpanRecord(
                span_id=entry.get("id", f"s{number}"),
                parent_id=entry.get("parent"),
                name=entry["name"],
                kind=entry.get("type", "UNKNOWN"),
                failed="error" in entry,
                message=entry.get("error", ""),
                start_ns=start,
                end_ns=start + entry.get("took_ms", 8) * 1_000_000,
                inputs=entry.get("inputs"),
                outputs=entry.get("outputs"),
                attributes=entry.get("attributes", {}),
                events=tuple(entry.get("events", ())),
            )
        )
    return trace(
        *spans,
        trace_id=path.stem,
        state=data.get("state", "OK"),
        metadata=data.get("metadata", {}),
        tags=data.get("tags", {}),
    )
