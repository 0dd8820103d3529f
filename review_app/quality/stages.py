"""Stages: what sort of step a failure started in, from the step that a person pinned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from review_app.quality.traffic import Pin
from review_app.quality.values import StageRow
from review_app.reading.drawn import MODELS, RETRIEVERS, called
from review_app.reading.tools import tool_use
from review_app.traces import SpanRecord

Stage = Literal["retrieval", "SQL", "tool", "generation", "other step", "not pinned"]
STAGES: tuple[Stage, ...] = ("retrieval", "SQL", "tool", "generation", "other step", "not pinned")
_BY_USE: Mapping[str, Stage] = {"retrieval": "retrieval", "sql": "SQL", "tool": "tool"}


def stage_of(span: SpanRecord) -> Stage:
    """Return the stage of a step: by its type, and by what went in and came out.

    >>> stage_of(SpanRecord("1", None, "ask", "TOOL", inputs={"sql": "select id from orders"}))
    'SQL'
    """
    if span.kind in MODELS:
        return "generation"
    if span.kind == "EMBEDDING":
        return "retrieval"
    name, arguments = called(span)
    use = tool_use(name, arguments, span.outputs, retriever=span.kind in RETRIEVERS)
    if span.kind in RETRIEVERS:
        return "retrieval"
    if span.kind == "TOOL" or (span.kind == "UNKNOWN" and use.kind != "tool"):
        return _BY_USE[use.kind]
    return "other step"


def stage_rows(
    failed: Mapping[str, Sequence[str]],
    pins: Mapping[str, Iterable[Pin]],
    stages: Mapping[Pin, Stage],
) -> tuple[StageRow, ...]:
    """Return where failures start: each failed item in one stage, that of most of its pins.

    Args:
        failed: version -> its failed items.
        pins: trace id of an item -> the steps that people pinned.
        stages: what sort of step each of them is.
    """
    if not any(failed.values()):
        return ()
    found: dict[Stage, dict[str, list[str]]] = {stage: {} for stage in STAGES}
    for version, trace_ids in failed.items():
        for trace_id in trace_ids:
            named = Counter(stages[pin] for pin in pins.get(trace_id, ()) if pin in stages)
            most = max(named.values(), default=0)
            stage = next((s for s in STAGES if most and named[s] == most), STAGES[-1])
            found[stage].setdefault(version, []).append(trace_id)
    return tuple(
        StageRow(stage, {version: tuple(ids) for version, ids in theirs.items()})
        for stage, theirs in found.items()
        if theirs
    )
