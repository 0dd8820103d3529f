"""All campaigns as rows, and the top of one campaign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.safe_text import marked
from components.words import counted, minutes
from review_app.campaigns import Campaign
from review_app.progress import Progress
from review_app.sight import Sight

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


def campaign_lines(lines: Iterable[tuple[Campaign, str, Sight]]) -> None:
    """Draw campaigns with the name of their experiment; each name leads to its page."""
    rows = [
        _LINE.format(
            link(campaign.name, {"campaign": campaign.name}),
            marked(_about(campaign, experiment)),
            _bar_of(sight),
            marked(_how_far(sight)),
        )
        for campaign, experiment, sight in lines
    ]
    st.html(str(_LIST.format(Markup("").join(rows))))


def _about(campaign: Campaign, experiment: str) -> str:
    people = counted(len(campaign.reviewers), "reviewer")
    if campaign.join == "anyone":
        people = f"open to everybody, {people} so far"
    return f"{campaign.status.capitalize()} · {experiment} · {people}"


def _bar_of(sight: Sight) -> Markup:
    return progress_bar(sight.progress.done, sight.progress.all) if sight.progress else Markup("")


def _how_far(sight: Sight) -> str:
    progress = sight.progress
    if progress is None:
        return sight.trouble or "Being counted …"
    if not progress.all:
        return "Nobody takes part yet."
    return f"{progress.done:,} of {progress.all:,}, {_left(sight, progress)}"


def _left(sight: Sight, progress: Progress) -> str:
    """Say how long the rest takes, once it is known how fast people are."""
    if progress.done >= progress.all:
        return "all done"
    if not sight.whole:
        return f"{progress.all - progress.done:,} left"
    return f"{minutes(progress.seconds_left)} left"


def progress_bar(done: int, whole: int) -> Markup:
    """Return how much is done as a bar; nothing where there is nothing to do."""
    if not whole:
        return Markup("")
    return _BAR.format(100 * done / whole)


def campaign_top(campaign: Campaign, experiment: str) -> None:
    """Draw the campaign's name, and status and people below it."""
    asked = f" · asked for by {campaign.owner}" if campaign.owner else ""
    page_top(campaign.name, _about(campaign, experiment) + asked)


def page_top(name: str, words: str) -> None:
    """Draw what the page is about."""
    st.html(str(_TOP.format(marked(name), marked(words))))


def campaign_progress(sight: Sight) -> None:
    """Draw how far the campaign is, and how long the rest takes."""
    progress = sight.progress
    if progress is not None and progress.all:
        words = f"{progress.done:,} of {progress.all:,} reviews done, {_left(sight, progress)}."
        campaign_count(words, progress.done, progress.all)


def counting(sight: Sight) -> None:
    """Draw how far the counting is."""
    far = f" {sight.done:,} of {sight.total:,}" if sight.total else ""
    campaign_count(f"Counting …{far}", sight.done, sight.total)


def campaign_count(words: str, done: int, whole: int) -> None:
    """Draw how far something is, in words and as a bar."""
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


def way_back_to(screen: Any, words: str, to: Mapping[str, str]) -> None:
    """Draw the link to where one came from on another screen."""
    with st.container(key="way-back"):
        st.page_link(screen, label=f"← {words}", query_params=dict(to))


@cache
def _style() -> str:
    return (Path(__file__).parent / "campaigns.css").read_text(encoding="utf-8")
