"""Traces for the tests: the recorded samples, and short ways to write one by hand."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from review_app.reading import model
from review_app.traces import SpanRecord, TraceRecord

_OWN = ("mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.spanType")


def _sample(data: dict[str, Any]) -> TraceRecord:
    """A trace as MLflow writes it (Trace.to_json): ids in base64, attributes as JSON text."""
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


def make_span(
    name: str, kind: str = "UNKNOWN", *, parent: str | None = None, **more: Any
) -> SpanRecord:
    """A span that is called by its name; inputs, outputs and the rest by keyword."""
    more.setdefault("end_ns", more.get("start_ns", 0) + 5_000_000)
    return SpanRecord(more.pop("id", name), parent, name, kind, **more)


def make_trace(*spans: SpanRecord, **more: Any) -> TraceRecord:
    """A trace of some spans."""
    more.setdefault("trace_id", "tr-1")
    return TraceRecord(experiment_id="1", spans=spans, **more)


def _framework(data: dict[str, Any], name: str) -> TraceRecord:
    """A trace out of tests/data/traces: plain JSON, one dict a span, in a few words."""
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
    return make_trace(
        *spans,
        trace_id=name,
        state=data.get("state", "OK"),
        metadata=data.get("metadata", {}),
        tags=data.get("tags", {}),
    )


def _load(path: Path) -> TraceRecord:
    data = json.loads(path.read_text("utf-8"))
    return _sample(data) if "info" in data else _framework(data, path.stem)


def _texts_of_block(block: Any) -> Iterator[str]:
    if isinstance(block, model.Prose | model.Code):
        yield block.text
    elif isinstance(block, model.Table):
        yield from block.columns
        yield from (cell for row in block.rows for cell in row)
    elif isinstance(block, model.Passages):
        for one in block.passages:
            yield from (one.text, one.source, one.title, one.chunk_id)
    elif isinstance(block, model.Media):
        yield block.description
    elif isinstance(block, model.ToolCall):
        yield block.name
        yield from _texts_of_block(block.arguments)
    elif isinstance(block, model.Fields):
        for label, inner in block.rows:
            yield label
            yield from _texts_of_block(inner)


def _texts_of_step(step: model.Step) -> Iterator[str]:
    yield from (step.title, step.result)
    if step.problem is not None:
        yield from (step.problem.message, step.problem.kind, step.problem.stack)
    for part in step.parts:
        yield part.label
        yield from _texts_of_block(part.block)


def _texts_of_turn(turn: model.Turn | None) -> Iterator[str]:
    if turn is not None:
        yield turn.name
        for block in turn.blocks:
            yield from _texts_of_block(block)


def _texts(reading: model.Reading, *, lines_only: bool = False) -> str:
    """All that a reading shows without the raw data, as one text."""
    steps = reading.steps if lines_only else (*reading.steps, *reading.all_steps)
    pieces = [reading.instructions]
    for turn in (*reading.session_turns, *reading.earlier, reading.question, reading.answer):
        pieces.extend(_texts_of_turn(turn))
    for step in steps:
        pieces.extend(_texts_of_step(step))
    if reading.problem is not None:
        pieces.extend((reading.problem.message, reading.problem.kind, reading.problem.stack))
    return "\n".join(pieces)


@pytest.fixture
def load():
    """Reads a recorded or hand-made trace from a file."""
    return _load


@pytest.fixture
def span():
    """Writes a span by hand."""
    return make_span


@pytest.fixture
def trace():
    """Makes a trace of spans."""
    return make_trace


@pytest.fixture
def texts():
    """All that a reading shows without the raw data, as one text."""
    return _texts


@pytest.fixture
def words():
    """The text of one turn or block."""

    def of(shown: Any) -> str:
        found = _texts_of_turn(shown) if isinstance(shown, model.Turn) else _texts_of_block(shown)
        return "\n".join(text for text in found if text)

    return of


@pytest.fixture
def part():
    """The block of a step that stands under a label."""

    def of(step: model.Step, label: str) -> Any:
        found = {one.label: one.block for one in step.parts}
        assert label in found, list(found)
        return found[label]

    return of
