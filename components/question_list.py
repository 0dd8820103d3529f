"""The questions of an experiment as rows, and short sentences about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.question_preview import bounds, chips
from components.safe_text import marked
from components.words import counted
from review_app.question_rules import KINDS_IN_WORDS
from review_app.questions import Question

_ROW = Markup(
    '<div class="q-row"><div class="t">{}</div><div class="say">{}</div>{}'
    '<div class="meta"><code>{}</code> · {}</div></div>'
)
_PROBLEM = Markup('<p class="q-problem" role="alert"><span aria-hidden="true">!</span> {}</p>')
_TOUCH = Markup('<div class="q-touch" role="status">{}</div>')


@dataclass(frozen=True)
class QuestionRow:
    """One question, and the names of the campaigns that ask it."""

    question: Question
    campaigns: Sequence[str]


def question_style() -> None:
    """Bring the style of all that is drawn of questions."""
    st.html(f"<style>{_style()}</style>")


def question_rows(rows: list[QuestionRow]) -> str | None:
    """Draw the questions; return the id of the one that is to be edited."""
    chosen = None
    with st.container(key="question-rows"):
        for index, row in enumerate(rows):
            with st.container(
                key=f"question-row-{index}",
                horizontal=True,
                wrap=False,
                vertical_alignment="top",
                gap="medium",
            ):
                st.html(question_row(row.question, _asked(row.campaigns)), width="stretch")
                if st.button("Edit", key=f"edit-{row.question.schema_id}", width=72):
                    chosen = row.question.schema_id
    return chosen


def question_row(question: Question, more: str = "") -> str:
    """Return a question in a few lines: what is asked, the answers, name and kind, and ``more``."""
    words = [KINDS_IN_WORDS[question.kind].lower(), bounds(question)]
    words += ["expectation" if question.expectation else "", _passes(question)]
    words += ["" if question.required else "optional", more]
    meta = Markup(" · ").join(marked(word) for word in words if word)
    return str(
        _ROW.format(
            marked(question.heading),
            marked(question.instruction),
            chips(question),
            marked(question.name),
            meta,
        )
    )


def say(sentence: str) -> None:
    """Say something quietly; names in it are shown as they are."""
    st.html(str(Markup('<p class="q-quiet">{}</p>').format(marked(sentence))))


def problem_line(sentence: str) -> Markup:
    """Return why something was not saved, to stand at its field or beside the button."""
    return _PROBLEM.format(marked(sentence))


def say_problem(sentence: str) -> None:
    """Say why something was not saved."""
    st.html(str(problem_line(sentence)))


def say_touched(*sentences: str) -> None:
    """Say something that the person should not miss."""
    lines = [Markup("<p>{}</p>").format(marked(sentence)) for sentence in sentences]
    st.html(str(_TOUCH.format(Markup("").join(lines))))


def _asked(campaigns: Sequence[str]) -> str:
    if len(campaigns) == 1:
        return f"asked in “{campaigns[0]}”"
    return f"asked in {counted(len(campaigns), 'campaign')}" if campaigns else ""


def _passes(question: Question) -> str:
    cut = question.pass_cut
    if cut is None:
        return ""
    return f"passes from “{cut}”" if isinstance(cut, str) else f"passes from {cut:g}"


@cache
def _style() -> str:
    return (Path(__file__).parent / "questions.css").read_text(encoding="utf-8")
