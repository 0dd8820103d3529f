"""All campaigns as rows, and the top of one campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.safe_text import marked


@dataclass(frozen=True)
class CampaignLine:
    """One campaign in the list.

    Attributes:
        name: its name.
        words: status, experiment and people in one line.
        done: turns done; None while they are not counted.
        all: all turns.
        left: what is left, or why that is not known.
    """

    name: str
    words: str
    done: int | None
    all: int
    left: str


_LINE = Markup(
    '<div class="c-row">{}<div class="c-quiet c-words">{}</div><div class="c-side">{}{}</div></div>'
)
_BAR = Markup('<span class="c-bar"><b style="width:{:.1f}%"></b></span>')
_LIST = Markup('<div class="c-list">{}</div>')
_TOP = Markup('<h1 class="c-name">{}</h1><p class="c-quiet">{}</p>')
_HEAD = Markup('<h2 class="c-head">{}</h2>')
_QUIET = Markup('<p class="c-quiet">{}</p>')
_BACK = Markup('<p class="c-back">{}</p>')
_COUNT = Markup('<p class="c-count">{}</p>')


def campaign_style() -> None:
    """Bring the style of all that is drawn of campaigns."""
    st.html(f"<style>{_style()}</style>")


def campaign_lines(lines: list[CampaignLine]) -> None:
    """Draw the campaigns; each name leads to its page."""
    rows = [
        _LINE.format(
            link(line.name, {"campaign": line.name}),
            marked(line.words),
            progress_bar(line.done, line.all),
            marked(line.left),
        )
        for line in lines
    ]
    st.html(str(_LIST.format(Markup("").join(rows))))


def progress_bar(done: int | None, whole: int) -> Markup:
    """Return how much is done as a bar; nothing while that is not known."""
    if done is None or not whole:
        return Markup("")
    return _BAR.format(100 * done / whole)


def campaign_top(name: str, words: str) -> None:
    """Draw the campaign's name, and status and people below it."""
    st.html(str(_TOP.format(marked(name), marked(words))))


def campaign_count(words: str, done: int, whole: int) -> None:
    """Draw how far it is, in words and as a bar."""
    st.html(str(_COUNT.format(marked(words)) + progress_bar(done, whole)))


def heading(words: str) -> None:
    """Draw the head of a section."""
    st.html(str(_HEAD.format(marked(words))))


def quiet(words: str | Markup) -> None:
    """Say something quietly."""
    st.html(str(_QUIET.format(words if isinstance(words, Markup) else marked(words))))


def way_back(words: str, to: Mapping[str, str]) -> None:
    """Draw the link to where one came from."""
    st.html(str(_BACK.format(link(words, to))))


@cache
def _style() -> str:
    return (Path(__file__).parent / "campaigns.css").read_text(encoding="utf-8")
