"""The HTML of answers: own ones beside the right ones, and those of the other reviewers."""

from __future__ import annotations

from collections.abc import Sequence

from components.review_desk.item_html import render_markdown
from components.review_desk.macros import macro
from components.safe_text import marked
from components.words import counted
from review_app.lessons import Compared, Lesson
from review_app.others import Other

_LESSON = macro("answers.html", "lesson")
_OTHERS = macro("answers.html", "others")
_VERDICTS = {True: ("agrees", "✓", "Agrees"), False: ("differs", "≠", "Differs")}
_TO_COMPARE = ("", "", "Compare for yourself")


def render_lesson(lesson: Lesson) -> str:
    """What a practice item teaches; safe to show, whatever the lead wrote."""
    rows = [
        (*_verdict(one), marked(one.heading), marked(one.own or "No answer"), marked(one.right))
        for one in lesson.compared
    ]
    why = render_markdown(lesson.why) if lesson.why.strip() else ""
    return str(_LESSON(_summary(lesson.compared), rows, why))


def render_others(others: Sequence[Other]) -> str:
    """What the other reviewers say, for after the person's own answer."""
    people = [
        (
            marked(other.person),
            [(marked(s.heading), marked(s.words), marked(s.rationale)) for s in other.said],
        )
        for other in others
    ]
    summary = f"{counted(len(others), 'other')} answered" if others else "Nobody else has answered"
    return str(_OTHERS(summary, people))


def _verdict(compared: Compared) -> tuple[str, str, str]:
    return _TO_COMPARE if compared.agrees is None else _VERDICTS[compared.agrees]


def _summary(compared: Sequence[Compared]) -> str:
    told = [one.agrees for one in compared if one.agrees is not None]
    if not told:
        return "The right answer"
    if all(told):
        return "You agree with the right answers" if len(told) > 1 else "You agree"
    return f"You differ in {told.count(False)} of {len(told)}" if len(told) > 1 else "You differ"
