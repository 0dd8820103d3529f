"""The traces behind a mark: what was asked and answered, what people and judges said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.campaign_rows import UNTITLED, link_out
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import cut, moment
from review_app.answers import Assessment
from review_app.inbox import in_short
from review_app.judges import judged
from review_app.opened import Opened
from review_app.passing import passes
from review_app.questions import Question, in_words

ROWS_A_PAGE = 20
ASKED, ANSWERED = 160, 280  # characters shown of each

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
class Around:
    """What a list needs beside its traces: the zone of its dates, and links into MLflow by id."""

    zone: tzinfo
    link: Callable[[str], str | None]


def trace_list(
    traces: Sequence[str],
    key: str,
    load: Callable[[Sequence[str]], Iterable[Opened]],
    questions: Mapping[str, Question],
    question: str,
    around: Around,
) -> None:
    """Draw the traces behind a number, some at a time, with the choice of pages below them.

    Args:
        traces: their ids, in order.
        key: names the choice of pages.
        load: returns what there is to show of some of them.
        questions: those that are known, by name.
        question: only what was said to this one; "" for all that was said.
        around: dates and links.
    """
    last = -(-len(traces) // ROWS_A_PAGE)
    above = st.container()
    page = st.pagination(last, key=key) if last > 1 else 1
    some = traces[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    rows = [_row(one, questions, question, around) for one in load(some)]
    with above:
        st.html(str(_ALL.format(joined(rows))))


def _row(one: Opened, questions: Mapping[str, Question], question: str, around: Around) -> Markup:
    trace, in_mlflow = one.candidate, around.link(one.candidate.trace_id)
    said = [given for given in one.said if question in ("", given.name) and not given.expectation]
    return _ONE.format(
        marked(in_short(trace.text, ASKED) or UNTITLED),
        marked(f"{moment(trace.requested_at_ms, around.zone)} · {trace.version}"),
        marked(in_short(trace.answer, ANSWERED)),
        joined(
            _said(given, questions.get(given.name), named=not question)
            for given in sorted(said, key=_people_first)
        ),
        link_out("In MLflow", in_mlflow, new_tab=True) if in_mlflow else Markup(""),
    )


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
    return _SAID.format(marked(who), _SIDES[passed], words, marked(cut(given.rationale)))


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
