"""A trace as a person reads it: the one door to everything in this folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from review_app.reading.blindness import blinded, blinded_preview
from review_app.reading.blocks import block_of, label_of, turn_of
from review_app.reading.conversation import Conversation, Sides, conversation_of
from review_app.reading.decode import ReadyJson, compact, pretty, shallow
from review_app.reading.drawn import draw
from review_app.reading.messages import Message
from review_app.reading.model import Block, Code, Fields, Passages, Problem, Reading, Step, Turn
from review_app.reading.passages import documents_in
from review_app.reading.problems import NO_REASON, in_plain_words, own_problems, problem_of
from review_app.reading.steps import steps_between
from review_app.reading.tree import Tree, tree_of
from review_app.traces import SpanRecord, TraceRecord


def read_trace(trace: TraceRecord, *, blind: bool, earlier: Sequence[TraceRecord] = ()) -> Reading:
    """A trace as a person reads it.

    Args:
        trace: the trace; any framework, any state.
        blind: True until the person has answered: what would tell who produced the trace is in
            no part of the reading.
        earlier: traces of the same session that came before; turns that this trace's own history
            already holds are not repeated.

    Returns:
        The reading; every part is there even when spans are broken or missing.
    """
    trace = _with_previews(trace, blind=blind)
    spans, hidden = _spans(trace, blind=blind)
    tree = tree_of(spans)
    sides = Sides(tree)
    talk = conversation_of(trace, tree, sides)
    problems = own_problems(tree)
    drawn = draw(tree, sides, problems, hidden)
    all_steps = tuple(line.step for line in drawn)
    steps = steps_between(drawn, tree, sides, talk)
    running = trace.state == "IN_PROGRESS"
    return Reading(
        trace_id=trace.trace_id,
        requested_at_ms=trace.requested_at_ms,
        running=running,
        instructions=talk.instructions,
        session_turns=_session_turns(earlier, trace, talk, blind=blind),
        earlier=tuple(turn_of(message) for message in talk.earlier),
        question=_turn(talk.question, talk.asked_rest, steps, "user"),
        steps=steps,
        answer=_turn(talk.answer, talk.answered_rest, steps, "assistant"),
        problem=None if talk.answer else _problem(trace, tree, problems),
        all_steps=all_steps,
        raw=_raw(trace, spans),
        hidden_fields=sum(hidden),
        duration_ms=trace.duration_ms,
    )


def _with_previews(trace: TraceRecord, *, blind: bool) -> TraceRecord:
    """The trace; where it has nothing but previews, those without what would unblind."""
    if trace.spans or not blind:
        return trace
    return replace(
        trace,
        request_preview=blinded_preview(trace.request_preview),
        response_preview=blinded_preview(trace.response_preview),
    )


def _spans(trace: TraceRecord, *, blind: bool) -> tuple[tuple[SpanRecord, ...], tuple[int, ...]]:
    """The spans ready to read, and how many fields each of them lost.

    Nesting is bounded. Equal inputs and outputs become one object, so that each is read once:
    graphs record the same messages in every node.
    """
    seen: dict[str, Any] = {}
    spans = tuple(_ready(span, seen) for span in trace.spans)
    if not blind:
        return spans, (0,) * len(spans)
    kept = blinded(replace(trace, spans=spans))
    return kept.spans, kept.hidden


def _ready(span: SpanRecord, seen: dict[str, Any]) -> SpanRecord:
    inputs, outputs = (_shared(shallow(value), seen) for value in (span.inputs, span.outputs))
    if inputs is span.inputs and outputs is span.outputs:
        return span
    return replace(span, inputs=inputs, outputs=outputs)


def _shared(value: Any, seen: dict[str, Any]) -> Any:
    return seen.setdefault(compact(value), value) if isinstance(value, dict | list) else value


def _turn(
    messages: Sequence[Message], rest: dict[str, Any], steps: Sequence[Step], role: Any
) -> Turn | None:
    if not messages:
        return None
    turns = [turn_of(message) for message in messages]
    blocks = [block for turn in turns for block in turn.blocks]
    rows = [
        (label_of(key), block_of(value, key))
        for key, value in rest.items()
        if not _is_shown(value, steps)
    ]
    if rows:
        blocks.append(Fields(tuple(rows)))
    return Turn(role, tuple(blocks), turns[-1].name)


def _is_shown(value: Any, steps: Sequence[Step]) -> bool:
    """Whether a step already shows a value: documents of a search, or its SQL."""
    if isinstance(value, str):
        return any(
            isinstance(p.block, Code) and p.block.text == value for s in steps for p in s.parts
        )
    retrieved = documents_in(value, expected=False) if isinstance(value, list | dict) else None
    if retrieved is None:
        return False
    shown = {text for step in steps for part in step.parts for text in _passages(part.block)}
    return all(passage.text in shown for passage in retrieved.passages.passages)


def _passages(block: Block) -> list[str]:
    return [p.text for p in block.passages] if isinstance(block, Passages) else []


def _problem(trace: TraceRecord, tree: Tree, problems: dict[int, Problem]) -> Problem | None:
    if trace.state != "ERROR":
        return None
    for root in tree.roots:
        problem = problem_of(root.span)
        if problem is not None and problem.message != NO_REASON:
            return problem
    return next(iter(problems.values()), None) or in_plain_words("")


def _session_turns(
    earlier: Sequence[TraceRecord], trace: TraceRecord, talk: Conversation, *, blind: bool
) -> tuple[Turn, ...]:
    known = {message.text.strip() for message in talk.earlier if message.role == "user"}
    turns: list[Turn] = []
    for other in sorted(earlier, key=lambda record: record.requested_at_ms):
        if other.trace_id == trace.trace_id:
            continue
        spans, _ = _spans(other, blind=blind)
        tree = tree_of(spans)
        told = conversation_of(_with_previews(other, blind=blind), tree, Sides(tree))
        if told.question_text and told.question_text in known:
            continue
        question = _turn(told.question, told.asked_rest, (), "user")
        answer = _turn(told.answer, told.answered_rest, (), "assistant")
        turns.extend(turn for turn in (question, answer or _no_answer(other, tree)) if turn)
    return tuple(turns)


def _no_answer(trace: TraceRecord, tree: Tree) -> Turn | None:
    problem = _problem(trace, tree, own_problems(tree))
    if problem is None:
        return None
    return Turn("other", (Fields((("No answer", block_of(problem.message)),)),))


def _raw(trace: TraceRecord, spans: Sequence[SpanRecord]) -> str:
    if not spans:
        return pretty(
            {"request_preview": trace.request_preview, "response_preview": trace.response_preview}
        )
    start = min(span.start_ns for span in spans)
    known: dict[int, ReadyJson] = {}
    return pretty([_raw_span(span, start, known) for span in spans])


def _raw_value(value: Any, known: dict[int, ReadyJson]) -> Any:
    if not isinstance(value, dict | list):
        return value
    if id(value) not in known:
        known[id(value)] = ReadyJson(pretty(value))
    return known[id(value)]


def _raw_span(span: SpanRecord, start: int, known: dict[int, ReadyJson]) -> dict[str, Any]:
    took = None if span.end_ns is None else (span.end_ns - span.start_ns) / 1e6
    status = f"ERROR: {span.message}" if span.failed else "OK"
    return {
        "name": span.name,
        "type": span.kind,
        "status": "RUNNING" if took is None and not span.failed else status,
        "start_ms": round((span.start_ns - start) / 1e6, 3),
        "duration_ms": None if took is None else round(took, 3),
        "inputs": _raw_value(span.inputs, known),
        "outputs": _raw_value(span.outputs, known),
        "attributes": dict(span.attributes),
        "events": [dict(event) for event in span.events],
    }


__all__ = ["read_trace"]
