"""Items of a labeled set: what was asked, the label, and who said what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.campaign_list import quiet
from components.labeled_numbers import WORDS_OF
from components.safe_text import marked
from review_app.desk import first_words
from review_app.labeled_rows import LabeledRow, Voter
from review_app.questions import Question, in_words
from review_app.set_numbers import in_short, text_of

Show = Callable[[LabeledRow], bool]
SHOWN: Mapping[str, Show] = {
    "All": lambda row: bool(row.split),
    "Train": lambda row: row.split == "train",
    "Test": lambda row: row.split == "test",
    "Fails": lambda row: row.label is False,
    "With dissent": lambda row: any(vote != text_of(row) for vote in row.votes),
}
_ADJUDICATION = "/adjudication?"
_ROWS = Markup('<div class="c-rows">{}</div>')
_ITEM = Markup(
    '<div><span class="t">{}</span><span class="when">{}</span><span class="say">{}</span>'
    '<span class="go">{}</span><span class="of">{}</span></div>'
)
_OUT = Markup('<a href="{}" target="_self">{}</a>')


def item_rows(rows: Sequence[LabeledRow], question: Question, campaigns: Mapping[str, str]) -> None:
    """Draw items, each with the way to decide it anew.

    Args:
        rows: those shown.
        question: to say answers as people do.
        campaigns: run id -> name.
    """
    drawn = [_row(row, question, campaigns) for row in rows]
    st.html(str(_ROWS.format(Markup("").join(drawn))))


def settle_links(campaigns: Sequence[str]) -> None:
    """Draw links to where the ties of campaigns are settled."""
    quiet(
        Markup(" · ").join(
            _OUT.format(_ADJUDICATION + urlencode({"campaign": name}, quote_via=quote), words)
            for name in campaigns
            for words in [marked(f"Settle the ties of “{name}”")]
        )
    )


def _reopen(campaign: str, question: str, trace_id: str) -> Markup:
    """Return the link to the adjudication of an item."""
    to = {"campaign": campaign, "question": question, "item": trace_id}
    return _OUT.format(_ADJUDICATION + urlencode(to, quote_via=quote), "Reopen")


def _row(row: LabeledRow, question: Question, campaigns: Mapping[str, str]) -> Markup:
    said = " · ".join(_said(one, question) for one in row.who)
    name = campaigns.get(row.drawn[0].campaign, "")
    raw = "" if row.label_raw in (None, row.label) else f" ({in_words(question, row.label_raw)})"
    return _ITEM.format(
        marked(first_words(row.text) or "An item without a question"),
        marked(row.split),
        marked(f"{in_short(row.label).capitalize()}{raw}, {WORDS_OF[row.basis]}"),
        _reopen(name, row.question, row.trace_id) if name else "",
        marked(said or "Nobody’s answer counts here."),
    )


def _said(one: Voter, question: Question) -> str:
    words = "can’t judge" if one.value is None else in_words(question, one.value)
    return f"{one.reviewer}: {words}" + (f" “{one.rationale}”" if one.rationale else "")
