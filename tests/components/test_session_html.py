"""The HTML of a session: turn after turn, everything on screen or one key away."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC

from components.review_desk.session_html import render_session
from review_app.reading.model import Prose, Reading, SessionReading, Step, Turn

ASKED_AT = 1_762_956_180_000
STEP = Step("s1", "Called get_order", "", "tool", 400, None, ())
TURN = Reading("tr-1", ASKED_AT, False, "", (), (), None, (STEP,), None, None, (STEP,), "{}", 0, 9)


def turn(number: int, answer: str = "It left.", **more) -> Reading:
    question = Turn("user", (Prose(f"Where is order {number}?"),))
    told = replace(TURN, question=question, answer=Turn("assistant", (Prose(answer),)), **more)
    return replace(told, trace_id=f"tr-{number}", requested_at_ms=ASKED_AT + number * 60_000)


def test_every_turn_has_its_question_steps_and_answer():
    """I read the whole conversation, each turn with what was asked, done and answered."""
    html = render_session(SessionReading((turn(1), turn(2))), zone=UTC).html
    assert "Conversation of 2 turns" in html
    assert re.findall(r"Turn \d · [^<]*", html) == [
        "Turn 1 · 12 Nov, 14:04",
        "Turn 2 · 12 Nov, 14:05",
    ]
    first, second = html.split('data-trace="tr-2"')
    for half, number in ((first, 1), (second, 2)):
        order = [half.index(text) for text in (f"order {number}?", "get_order", "It left.")]
        assert order == sorted(order)
    assert 'data-trace="tr-1"' in first
    assert "The conversation goes on" not in html


def test_a_session_that_goes_on_says_so():
    """Where a conversation is longer than what is read, I am told."""
    html = render_session(SessionReading((turn(1),), is_cut=True), zone=UTC).html
    assert "The conversation goes on: only its first turns are shown here." in html


def test_steps_and_raw_data_of_each_turn_are_its_own():
    """All steps and the raw data open at every turn, those of that turn."""
    raws = ('{"n": 1}', '{"n": 2}')
    page = render_session(
        SessionReading(tuple(turn(n, raw=raw) for n, raw in enumerate(raws, 1))), zone=UTC
    )
    assert '"n": 1' in page.parts["turn1-raw"].replace("&#34;", '"')
    assert "2" in page.parts["turn2-raw"]
    assert "get_order" in page.parts["turn2-steps"]


def test_a_large_session_is_sent_in_pieces():
    """Of a very large conversation the later turns come when asked for, and nothing is lost."""
    turns = tuple(turn(n, "word " * 8_000, raw=f'{{"n": {n}}}') for n in range(1, 31))
    page = render_session(SessionReading(turns), zone=UTC)
    shown = page.html.count("data-trace=")
    assert 1 <= shown < 30
    assert f"Show the other {30 - shown} turns of this conversation" in page.html
    [part] = re.findall(r'class="more" data-part="([^"]+)">Show the other \d+ turns', page.html)
    rest = page.parts[part]
    assert page.html.count("data-trace=") + rest.count("data-trace=") == 30
    anew = render_session(SessionReading(turns), zone=UTC)
    assert "30" in anew.parts[f"{part}.turn30-raw"]


def test_what_was_sent_along_is_folded():
    """What came with a question and was not told before is there, folded, at its turn."""
    along = (Turn("user", (Prose("I wrote before"),)),)
    html = render_session(SessionReading((turn(1, earlier=along),)), zone=UTC).html
    assert "Sent along with this question" in html
    assert "I wrote before" in html
