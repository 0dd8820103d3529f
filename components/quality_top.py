"""The first lines of the quality page: what changed, what to do, and which time is shown."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.quality_words import saved_words
from components.safe_text import marked
from components.words import counted
from review_app.quality.values import Headline, Quality

_SAYS = Markup('<p class="y-says">{}</p>{}')
_DO = Markup('<p class="y-do">{}</p>')
_HEAD = Markup('<h2 class="y-q">{}</h2>')
_NAV = Markup('<nav class="y-nav" aria-label="{}">{}</nav>')
_HERE = Markup('<b aria-current="true">{}</b>')
_BETWEEN = " · "
DO = {"do": "headline"}


def first_line(headline: Headline) -> None:
    """Say what changed, with the one thing to do as a button."""
    button = _DO.format(link(headline.todo, DO)) if headline.todo else ""
    st.html(str(_SAYS.format(marked(headline.sentence), button)))


def window_words(quality: Quality) -> str:
    """Return what the page stands on."""
    labels = sum(one.labels for one in quality.cells)
    said = [
        quality.window,
        counted(quality.traffic, "trace"),
        counted(len(quality.versions), "version"),
        counted(labels, "label"),
    ]
    words = _BETWEEN.join(said) + "."
    return f"{words} {saved_words(quality.saved)}" if quality.saved is not None else words


def panel_head(words: str) -> None:
    """Draw the question that a panel answers."""
    st.html(str(_HEAD.format(marked(words))))


def choice_of(words: str, options: Mapping[str, str], chosen: str, parameter: str) -> None:
    """Draw names side by side, each a link, to look at one of them.

    Args:
        words: what is chosen, for people who hear the page.
        options: value -> name.
        chosen: the value that is shown.
        parameter: of the address.
    """
    names = [
        _HERE.format(marked(name)) if value == chosen else link(name, {parameter: value})
        for value, name in options.items()
    ]
    st.html(str(_NAV.format(words, Markup("").join(names))))
