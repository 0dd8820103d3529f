"""The traces behind a mark: what was asked and answered, what people and judges said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.campaign_rows import UNTITLED
from components.safe_pieces import joined
from components.safe_text import marked
from review_app.answers import Assessment
from review_app.consensus import passes
from review_app.judges import judged
from review_app.questions import Question, in_words

_ALL = Markup('<div class="y-traces">{}</div>')
_ONE = Markup(
    '<article><span class="t">{}</span><span class="when">{}</span><span class="say">{}</span>'
    '{}<span class="go">{}</span></article>'
)
_SAID = Markup(
    '<p><span class="who">{}</span> <b class="{}">{}</b> <span class="why">{}</span></p>'
)
_SIDES: Mapping[bool | None, str] = {True: "pass", False: "fail", None: ""}


@dataclass(frozen=True)
class OpenedTrace:
    """One trace behind a mark.

    Attributes:
        asked: first words of what the app was asked.
        answered: first words of what it answered.
        when: day, time and version, in words.
        said: labels and scores that are shown.
        ways: links to where it can be read.
    """

    asked: str
    answered: str
    when: str
    said: Sequence[Assessment]
    ways: Sequence[Markup]


def opened_traces(
    traces: Iterable[OpenedTrace], questions: Mapping[str, Question], *, named: bool
) -> None:
    """Draw the traces.

    Args:
        traces: in their order.
        questions: those that are known, by name.
        named: True says with each answer to which question it is one.
    """
    rows = [
        _ONE.format(
            marked(one.asked or UNTITLED),
            marked(one.when),
            marked(one.answered),
            joined(
                _said(given, questions.get(given.name), named=named)
                for given in sorted(one.said, key=_people_first)
            ),
            joined(one.ways),
        )
        for one in traces
    ]
    st.html(str(_ALL.format(joined(rows))))


def _people_first(given: Assessment) -> tuple[str, bool]:
    return given.name, given.source_type != "HUMAN"


def _said(given: Assessment, question: Question | None, *, named: bool) -> Markup:
    if given.source_type == "HUMAN":
        who = f"{given.source}, settled" if given.role == "adjudication" else given.source
        passed = passes(question, given.value) if question else _bare(given.value)
    else:
        who = f"Judge {given.source}"
        passed = judged(question, given.value) if question else _bare(given.value)
    if named:
        who = f"{question.heading if question else given.name}, {who}"
    words = marked(_words(given.value, question))
    return _SAID.format(marked(who), _SIDES[passed], words, marked(given.rationale))


def _bare(value: object) -> bool | None:
    """Return what an answer without a known question says: only yes and no are clear."""
    return value if isinstance(value, bool) else None


def _words(value: object, question: Question | None) -> str:
    if value is None:
        return "can’t judge"
    if isinstance(value, bool) and (question is None or question.kind != "pass_fail"):
        return "Pass" if value else "Fail"
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value) if question is None else in_words(question, value)
