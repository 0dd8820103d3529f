"""A whole session as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from review_app.reading import facts_together, model, read_session, read_trace
from review_app.traces import SpanRecord, TraceRecord

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [*(ROOT / "examples" / "traces").glob("*.json"), *(ROOT / "tests/data/traces").glob("*.json")]
)


def asked(number: int, *said: str, system: str = "Be brief.") -> TraceRecord:
    """A turn of an app that sends the whole conversation along with each question."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]
    span = SpanRecord(
        f"s{number}",
        None,
        "chat",
        "CHAT_MODEL",
        start_ns=number,
        end_ns=number + 1,
        inputs={"messages": [{"role": "system", "content": system}, *messages]},
        outputs={"choices": [{"message": {"role": "assistant", "content": f"Answer {number}"}}]},
    )
    return TraceRecord(f"tr-{number}", "1", requested_at_ms=number, spans=(span,))


def test_nothing_is_told_twice():
    """What the app sends along with each question I read once, at the turn where it was said."""
    turns = [
        asked(1, "One?"),
        asked(2, "One?", "Answer 1", "Two?"),
        asked(3, "One?", "Answer 1", "Two?", "Answer 2 as it was shown", "Three?"),
        asked(4, "Four?", system="Be kind."),
    ]
    reading = read_session(reversed(turns), blind=True)
    assert [turn.trace_id for turn in reading.turns] == ["tr-1", "tr-2", "tr-3", "tr-4"]
    questions = [turn.question.blocks for turn in reading.turns if turn.question]
    assert questions == [(model.Prose(f"{word}?"),) for word in ("One", "Two", "Three", "Four")]
    assert [len(turn.earlier) for turn in reading.turns] == [0, 0, 1, 0]
    assert reading.turns[2].earlier[0].blocks == (model.Prose("Answer 2 as it was shown"),)
    assert [turn.instructions for turn in reading.turns] == ["Be brief.", "", "", "Be kind."]
    assert (reading.requested_at_ms, reading.is_cut) == (1, False)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_traces_of_any_framework_are_turns(path, load):
    """A session of any framework is read turn after turn, blind as its single traces are."""
    one = load(path)
    two = replace(one, trace_id="tr-2", requested_at_ms=one.requested_at_ms + 1)
    reading = read_session([two, one], blind=True, is_cut=True)
    first, second = reading.turns
    assert first == read_trace(one, blind=True)
    assert (second.question, second.answer, second.earlier) == (first.question, first.answer, ())
    assert reading.is_cut


def test_facts_of_a_session_are_those_of_its_turns_together():
    """Times, tokens and costs are summed, versions and users named once, thumbs all listed."""
    turn = model.Facts("v1", "m", "s", "carl", 1000, 10, 0.5, ((True, ""),))
    unknown = model.Facts("v2", session="s")
    assert facts_together([turn, unknown, turn]) == model.Facts(
        "v1, v2", "m", "s", "carl", 2000, 20, 1.0, ((True, ""), (True, ""))
    )
    assert facts_together([unknown]) == unknown
