"""The HTML of answers: lessons and the other reviewers."""

from __future__ import annotations

import pytest

from components.review_desk import render_lesson, render_others
from review_app.lessons import Compared, Lesson
from review_app.others import Other, Said

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202ex"


def compared(*agrees) -> tuple[Compared, ...]:
    return tuple(Compared(f"Q{n}", "Pass", "Fail", one) for n, one in enumerate(agrees))


@pytest.mark.parametrize(
    "agrees, summary",
    [
        ((True,), "You agree"),
        ((False,), "You differ"),
        ((True, True), "You agree with the right answers"),
        ((False, True, None), "You differ in 1 of 2"),
        ((None,), "The right answer"),
        ((), "The right answer"),
    ],
)
def test_a_lesson_begins_with_how_it_went(agrees, summary):
    """The first line says whether I agree, and in how much not."""
    assert f"<h2>{summary}</h2>" in render_lesson(Lesson(compared(*agrees)))


def test_a_lesson_shows_words_and_marks():
    """Each question has both answers, and agreement in a word and a mark, not by colour alone."""
    html = render_lesson(Lesson(compared(True, False, None), "It is **packed**."))
    for text in ("✓</span> Agrees", "≠</span> Differs", "Compare for yourself", "Your answer"):
        assert text in html
    assert "<strong>packed</strong>" in html
    assert "No answer" in render_lesson(Lesson((Compared("Q", "", "Pass", agrees=False),)))


def test_others_are_told_in_words():
    """I read how many others answered, who says what, and why."""
    said = (Said("Good?", "Fail", "late"), Said("Note", "Ask."))
    html = render_others([Other("bo", said), Other("cy", said[:1])])
    for text in ("2 others answered", "bo", "Good?", "Fail", "“late”", "Ask.", "cy"):
        assert text in html
    assert "1 other answered" in render_others([Other("bo", said)])
    assert "Nobody else has answered" in render_others([])


def test_nothing_that_people_write_runs():
    """Answers, names and reasons are shown as they are written, and none of it is run."""
    one = Compared(HOSTILE, HOSTILE, HOSTILE, agrees=True)
    other = Other(HOSTILE, (Said(HOSTILE, HOSTILE, HOSTILE),))
    for html in (render_lesson(Lesson((one,), HOSTILE)), render_others([other])):
        assert "<script" not in html
        assert "<img" not in html
        assert "\u202e" not in html
