"""Rows below a campaign's numbers: what needs the lead, what was written, and lists of items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked
from review_app.campaigns import Campaign
from review_app.given import Given
from review_app.questions import in_words


@dataclass(frozen=True)
class Need:
    """One thing that needs the lead: the finding, the rest of the sentence, and what to do."""

    short: str
    more: str
    action: Markup


@dataclass(frozen=True)
class Said:
    """Something that a person wrote: the words, whose and about what, and where it leads."""

    words: str
    of: str
    when: str
    links: tuple[Markup, ...] = ()


@dataclass(frozen=True)
class ItemLine:
    """One item behind a number: first words of it, who said what, and where to read it."""

    title: str
    said: str
    of: str
    when: str
    links: tuple[Markup, ...] = ()


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


def note(campaign: Campaign, one: Given, title: str, when: str, links: tuple[Markup, ...]) -> Said:
    """Return what somebody wrote: a text they were asked for, or the reason of an answer."""
    question = campaign.question(one.question)
    about = question.heading if question else one.question
    words, answer = one.rationale, "can’t judge"
    if question and one.value is not None:
        answer = in_words(question, one.value)
        if question.kind == "text":
            words, answer = "\n".join(filter(None, (answer, one.rationale))), ""
    of = " · ".join((one.turn.reviewer, f"{about} {answer}".strip(), f"“{title}”"))
    return Said(words, of, when, links)


def need_rows(needs: Iterable[Need]) -> None:
    """Draw what needs the lead, one sentence and one action each."""
    rows = [_NEED.format(marked(one.short), marked(one.more), one.action) for one in needs]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def said_rows(said: Iterable[Said]) -> None:
    """Draw what people wrote, with the item it is about."""
    rows = [
        _SAID.format(marked(one.words), marked(one.when), marked(one.of), _after(one.links))
        for one in said
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def item_rows(items: Iterable[ItemLine]) -> None:
    """Draw items with what was said about them."""
    rows = [
        _ITEM.format(
            marked(one.title or "An item without a question"),
            marked(one.when),
            marked(one.said),
            Markup("").join(one.links),
            marked(one.of),
        )
        for one in items
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def link_out(words: str, address: str, *, new_tab: bool) -> Markup:
    """Return a link to another page of the app, or to MLflow's own in a new tab."""
    apart = Markup(' rel="noopener noreferrer"') if new_tab else ""
    return _OUT.format(address, "_blank" if new_tab else "_self", apart, words)


def _after(links: tuple[Markup, ...]) -> Markup:
    return Markup("").join(Markup(" · ") + one for one in links)
