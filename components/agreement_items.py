"""The items that split people: what each one said, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.campaign_rows import UNTITLED
from components.safe_pieces import joined
from components.safe_text import marked
from review_app.agreement.splitting import SplitItem
from review_app.given import Given
from review_app.passing import passes
from review_app.questions import Question, in_words

_ITEMS = Markup('<div class="a-items">{}</div>')
_ITEM = Markup(
    '<article><header><span class="t">{}</span><span class="go">{}</span></header>{}</article>'
)
_SAID = Markup('<p><span class="who">{}</span> <b class="{}">{}</b> <span>{}</span></p>')
_NAV = Markup('<nav class="a-nav" aria-label="{}">{}</nav>')
_HERE = Markup('<b aria-current="true">{}</b>')


def question_links(campaign: str, questions: Iterable[Question], chosen: str) -> None:
    """Draw the questions side by side, to look closer at one of them."""
    names = [
        _HERE.format(marked(one.heading))
        if one.name == chosen
        else link(one.heading, {"campaign": campaign, "question": one.name})
        for one in questions
    ]
    st.html(str(_NAV.format("Questions", joined(names))))


def split_rows(
    question: Question,
    items: Iterable[SplitItem],
    titles: Mapping[str, str],
    ways: Callable[[str], Iterable[Markup]],
) -> None:
    """Draw items with the answers and reasons of everybody.

    Args:
        question: how an answer reads, and whether it passes.
        items: in their order.
        titles: trace id -> first words of the item.
        ways: trace id -> links to where it can be read or settled.
    """
    rows = [
        _ITEM.format(
            marked(titles.get(one.place[0]) or UNTITLED),
            joined(ways(one.place[0])),
            joined(_said(question, given) for given in one.said),
        )
        for one in items
    ]
    st.html(str(_ITEMS.format(joined(rows))))


def _said(question: Question, one: Given) -> Markup:
    side = {True: "pass", False: "fail", None: ""}[passes(question, one.value)]
    words = in_words(question, one.value) or "none of them"
    return _SAID.format(marked(one.turn.reviewer), side, marked(words), marked(one.rationale))
