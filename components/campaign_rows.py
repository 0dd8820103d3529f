"""Rows below a campaign's numbers: what needs the lead, what was written, and lists of items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.campaign_links import copy_button, link
from components.safe_text import marked
from review_app.behind import Row, Show, Topic
from review_app.campaign_warnings import Kind, Warned
from review_app.campaigns import Campaign
from review_app.given import Given, Turn
from review_app.progress import Skipped
from review_app.questions import in_words


@dataclass(frozen=True)
class Around:
    """What rows need beside what was said.

    Attributes:
        titles: trace id -> first words of the item.
        when: a moment in words.
        ways: where an item can be read.
    """

    titles: Mapping[str, str]
    when: Callable[[int], str]
    ways: Callable[[Turn], tuple[Markup, ...]]


UNTITLED = "An item without a question"
_SEEN: Mapping[Kind, Show] = {
    "fast": "time",
    "gold": "gold",
    "skips": "skipped",
    "cannot judge": "unjudged",
}
_ROWS = Markup('<div class="c-rows">{}</div>')
_NEED = Markup(
    '<div><span><b>{}</b> <span class="more">{}</span></span><span class="do">{}</span></div>'
)
_SAID = Markup(
    '<div><span class="say">{}</span><span class="when">{}</span><span class="of">{}{}</span></div>'
)
_ITEM = Markup(
    '<div><span class="t">{}</span><span class="when">{}</span><span class="say">{}</span>'
    '<span class="go">{}</span><span class="of">{}</span></div>'
)
_OUT = Markup('<a href="{}" target="{}"{}>{}</a>')


def warning_rows(campaign: Campaign, warned: Iterable[Warned]) -> None:
    """Draw what needs the lead, one sentence and one action each."""
    rows = [
        _NEED.format(marked(one.short), marked(one.more), _help(campaign, one)) for one in warned
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def _help(campaign: Campaign, one: Warned) -> Markup:
    """Return what to do: look at the items, change the lists, or send somebody the link."""
    if one.kind in _SEEN:
        topic = Topic(_SEEN[one.kind], one.reviewer, one.question)
        return link("See the items", {"campaign": campaign.name, **topic.address})
    if one.kind == "dry":
        return link("Share out anew", {"campaign": campaign.name, "do": "share out"})
    if one.kind == "no access":
        return link(
            "See the items", {"campaign": campaign.name, "show": "open", "reviewer": one.reviewer}
        )
    return copy_button("Copy the link", {"campaign": campaign.name}, "Copy the link to send it")


def skip_rows(skipped: Iterable[Skipped], around: Around) -> None:
    """Draw skips with their reasons and items."""
    rows = [
        _said(
            one.reason,
            (one.turn.reviewer, _quoted(around, one.turn)),
            one.given_ms,
            one.turn,
            around,
        )
        for one in skipped
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def note_rows(campaign: Campaign, notes: Iterable[Given], around: Around) -> None:
    """Draw what people wrote: texts they were asked for, and reasons of answers."""
    rows = []
    for one in notes:
        question = campaign.question(one.question)
        about = question.heading if question else one.question
        words, answer = one.rationale, "can’t judge"
        if question and one.value is not None:
            answer = in_words(question, one.value)
            if question.kind == "text":
                words, answer = "\n".join(filter(None, (answer, one.rationale))), ""
        of = one.turn.reviewer, f"{about} {answer}".strip(), _quoted(around, one.turn)
        rows.append(_said(words, of, one.given_ms, one.turn, around))
    st.html(str(_ROWS.format(Markup("").join(rows))))


def turn_rows(turns: Iterable[Row], around: Around) -> None:
    """Draw items with what was said about them."""
    rows = [
        _ITEM.format(
            marked(around.titles[row.turn.trace_id] or UNTITLED),
            marked(around.when(row.given_ms)),
            marked(row.said),
            Markup("").join(around.ways(row.turn)),
            marked(" · ".join(filter(None, (row.turn.reviewer, _again(row.turn), row.particular)))),
        )
        for row in turns
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def _said(words: str, of: tuple[str, ...], given_ms: int, turn: Turn, around: Around) -> Markup:
    ways = Markup("").join(Markup(" · ") + one for one in around.ways(turn))
    when = marked(around.when(given_ms))
    return _SAID.format(marked(words), when, marked(" · ".join(of)), ways)


def _quoted(around: Around, turn: Turn) -> str:
    return f"“{around.titles[turn.trace_id] or UNTITLED}”"


def _again(turn: Turn) -> str:
    return "asked again" if turn.round > 1 else ""


def link_out(words: str, address: str, *, new_tab: bool) -> Markup:
    """Return a link to another page of the app, or to MLflow's own in a new tab."""
    apart = Markup(' rel="noopener noreferrer"') if new_tab else ""
    return _OUT.format(address, "_blank" if new_tab else "_self", apart, words)
