"""Where failures start."""

from __future__ import annotations

import pytest

from review_app.quality.stages import Stage, stage_of, stage_rows
from review_app.quality.traffic import Pin
from review_app.traces import SpanRecord


@pytest.mark.parametrize(
    "span,stage",
    [
        (SpanRecord("1", None, "search", "RETRIEVER", outputs=[]), "retrieval"),
        (SpanRecord("1", None, "embed", "EMBEDDING"), "retrieval"),
        (SpanRecord("1", None, "ask", "TOOL", inputs={"sql": "select id from orders"}), "SQL"),
        (SpanRecord("1", None, "genie_query", "TOOL", inputs={"question": "How many?"}), "SQL"),
        (SpanRecord("1", None, "get_order", "TOOL", inputs={"order": 7}), "tool"),
        (SpanRecord("1", None, "gpt", "CHAT_MODEL", inputs={"messages": []}), "generation"),
        (SpanRecord("1", None, "graph", "CHAIN"), "other step"),
        (SpanRecord("1", None, "my_step", inputs={"order": 7}), "other step"),
    ],
)
def test_a_step_is_of_a_stage_by_its_type_and_content(span, stage):
    """Types decide, and SQL inside a tool makes it SQL."""
    assert stage_of(span) == stage


def test_each_failed_item_is_in_one_row():
    """Most pins decide; who pinned nothing is a row of its own, so that rows add up."""
    retrieval, model, other = Pin("t1", "a"), Pin("t1", "b"), Pin("t1", "c")
    stages: dict[Pin, Stage] = {retrieval: "retrieval", model: "generation", other: "generation"}
    pins = {"t1": (retrieval, model, other), "t3": (Pin("t3", "gone"),)}
    rows = stage_rows({"v2": ["t1", "t2"], "v1": ["t3"]}, pins, stages)
    assert [(row.stage, dict(row.failed)) for row in rows] == [
        ("generation", {"v2": ("t1",)}),
        ("not pinned", {"v2": ("t2",), "v1": ("t3",)}),
    ]


def test_without_failures_there_is_no_table():
    """Nothing failed: nothing started anywhere."""
    assert stage_rows({"v": []}, {}, {}) == ()
