"""Odd, broken and huge traces are read like any other; nothing raises and nothing is cut."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.reading import facts_of, read_trace
from review_app.traces import SpanRecord, TraceRecord


def nested(depth, core="the core"):
    value = core
    for level in range(depth):
        value = [value] if level % 2 else {"deeper": value}
    return value


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("kind", ["CHAIN", "CHAT_MODEL", "TOOL", "RETRIEVER", "UNKNOWN"])
@pytest.mark.parametrize(
    "shape", ["plain", "messages", "query", "documents", "lc", "content", "rows", "text"]
)
def test_deep_nesting(kind, blind, shape, span, trace, texts):
    """Data nested 900 levels deep are shown to the innermost word."""
    deep = nested(900)
    shapes = {
        "plain": deep,
        "messages": {"messages": [{"role": "user", "content": deep}]},
        "query": json.loads('{"query": ' * 400 + '"the core"' + "}" * 400),
        "documents": json.loads('{"documents": ' * 400 + '["the core"]' + "}" * 400),
        "lc": json.loads('{"lc": 1, "kwargs": ' * 300 + '{"content": "the core"}' + "}" * 300),
        "content": {"role": "assistant", "content": [[[deep]]]},
        "rows": json.loads('{"rows": ' * 400 + '["the core"]' + "}" * 400),
        "text": json.dumps(deep),
    }
    value = shapes[shape]
    one = trace(
        span("root", kind, inputs=value, outputs=value),
        span("inner", kind, parent="root", inputs=value, outputs=value, attributes={"a": deep}),
    )
    reading = read_trace(one, blind=blind, earlier=[replace(one, trace_id="tr-0")])
    assert "the core" in texts(reading)
    assert "the core" in reading.raw


def test_numbers_that_are_no_numbers(span, trace, words):
    """NaN and infinity are shown as such."""
    odd = {"a": float("nan"), "b": float("inf"), "score": float("-inf"), "text": "kept"}
    one = trace(
        span("root", "TOOL", inputs=odd, outputs=[odd, odd]),
        span("r", "RETRIEVER", parent="root", inputs="q", outputs=[odd]),
        metadata={"mlflow.trace.cost": '{"total_cost": NaN}', "mlflow.trace.tokenUsage": "[1"},
    )
    reading = read_trace(one, blind=False)
    assert "nan" in words(reading.question)
    assert "NaN" in reading.raw
    assert "-Infinity" in reading.raw
    assert facts_of(one).cost_usd is None


@pytest.mark.parametrize("text", ["\ud800 half", "nul \x00 here", "\u202egnp.exe", "a" * 20_000])
def test_odd_characters_stay(text, span, trace, words):
    """Lone surrogates, NUL and direction marks reach the screen's cleaner untouched."""
    reading = read_trace(trace(span("f", inputs={"q": text}, outputs=text)), blind=True)
    assert words(reading.question) == text
    assert words(reading.answer) == text


def test_five_megabytes(span, trace, words):
    """A text of 5 MB is shown whole, as text and as JSON in a string."""
    text = "word " * 1_000_000
    rows = json.dumps([{"n": n, "name": f"row {n}"} for n in range(60_000)])
    one = trace(
        span("root", "CHAIN", inputs={"question": text}, outputs=text),
        span("big", "TOOL", parent="root", inputs={"q": text}, outputs=rows),
    )
    reading = read_trace(one, blind=True)
    assert words(reading.answer) == text
    assert reading.steps[0].result == "60,000 rows"


def test_many_spans(span, trace):
    """Four hundred spans are four hundred steps, in order, each at its depth."""
    chain = [span("s0", "CHAIN", inputs="q", outputs="a")]
    chain += [
        span(f"s{n}", "TOOL", parent=f"s{n - 1 if n < 200 else 0}", start_ns=n, inputs={"n": n})
        for n in range(1, 400)
    ]
    reading = read_trace(trace(*chain), blind=True)
    assert len(reading.all_steps) == 400
    assert len(reading.steps) == 399
    assert reading.all_steps[150].depth == 150


def test_circles_and_lost_parents(span, trace):
    """Spans that are each other's parents, or whose parent is missing, are all shown once."""
    one = trace(
        span("a", "TOOL", parent="b", start_ns=1),
        span("b", "TOOL", parent="a", start_ns=2),
        span("c", "TOOL", parent="gone", start_ns=3),
        span("d", "TOOL", parent="d", start_ns=4),
        span("a", "TOOL", start_ns=5),
    )
    reading = read_trace(one, blind=False)
    assert sorted(step.span_id for step in reading.all_steps) == ["a", "a", "b", "c", "d"]


def test_order_and_several_roots(span, trace, words):
    """Spans that arrive in any order, under several roots, are read in the order they started."""
    one = trace(
        span("second", "TOOL", parent="root", start_ns=30, inputs={"n": 2}),
        span("other root", "TOOL", start_ns=50, inputs={"n": 3}, outputs="tail"),
        span("root", "AGENT", start_ns=10, inputs="Why?", outputs="Because."),
        span("first", "TOOL", parent="root", start_ns=20, inputs={"n": 1}),
    )
    reading = read_trace(one, blind=False)
    assert words(reading.question) == "Why?"
    assert words(reading.answer) == "Because."
    assert [step.title for step in reading.steps] == [
        "Called first: n 1",
        "Called second: n 2",
        "Called other root: n 3",
    ]


def test_a_running_trace(span, trace, words):
    """A trace that has not ended shows its question, and no answer, error or duration."""
    one = trace(
        span("root", "AGENT", inputs={"question": "Still there?"}, end_ns=None),
        span("tool", "TOOL", parent="root", inputs={"n": 1}, end_ns=None),
        state="IN_PROGRESS",
    )
    reading = read_trace(one, blind=True)
    assert reading.running
    assert words(reading.question) == "Still there?"
    assert reading.answer is None
    assert reading.problem is None
    assert reading.steps[0].duration_ms is None


def test_no_spans(trace, words):
    """Without spans the previews are all there is, and they are shown."""
    one = trace(request_preview='{"question": "Where?"}', response_preview="Here.")
    reading = read_trace(one, blind=True)
    assert words(reading.question) == "Where?"
    assert words(reading.answer) == "Here."
    assert not reading.steps
    empty = read_trace(trace(state="ERROR"), blind=True)
    assert empty.question is None
    assert empty.problem is not None


def test_an_empty_span(span, trace):
    """A span that recorded nothing makes a reading without question and answer."""
    reading = read_trace(trace(span("root")), blind=False)
    assert reading.question is None
    assert reading.answer is None
    assert len(reading.all_steps) == 1


WORDS = (
    "role content type messages choices message parts text query sql rows columns data result "
    "tool_calls function name arguments output id documents page_content metadata score node lc "
    "kwargs update candidates delta status manifest state error kind item index"
)
KEYS = st.sampled_from([*WORDS.split()]) | st.text(max_size=3)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
LEAVES |= st.sampled_from(["user", "assistant", "tool", "message", "SELECT 1", "[]", '{"a": [1]}'])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
KINDS = st.sampled_from(["CHAIN", "CHAT_MODEL", "TOOL", "RETRIEVER", "AGENT", "UNKNOWN", "LLM"])
SPANS = st.builds(
    SpanRecord,
    span_id=st.sampled_from("abcd"),
    parent_id=st.none() | st.sampled_from("abcdz"),
    name=st.sampled_from(["genie", "poll_x", "search", "gpt-4o", ""]),
    kind=KINDS,
    failed=st.booleans(),
    message=st.text(max_size=10),
    start_ns=st.integers(0, 10**9),
    end_ns=st.none() | st.integers(0, 10**9),
    inputs=VALUES,
    outputs=VALUES,
    attributes=st.dictionaries(KEYS, VALUES, max_size=3),
    events=st.lists(st.dictionaries(KEYS, VALUES, max_size=2), max_size=2).map(tuple),
)


@given(
    spans=st.lists(SPANS, max_size=5), blind=st.booleans(), state=st.sampled_from(["OK", "ERROR"])
)
@settings(max_examples=150, derandomize=True)
def test_any_values_are_read(spans, blind, state):
    """Whatever JSON stands where a framework's shape is expected, the reading is complete."""
    one = TraceRecord("tr-1", "1", state=state, spans=tuple(spans))
    reading = read_trace(one, blind=blind, earlier=[replace(one, trace_id="tr-0")])
    assert len(reading.all_steps) == len(spans)
