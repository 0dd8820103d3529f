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
DO_HEADLINE = "headline"  # what the button below the first line asks for


def first_line(headline: Headline, here: Mapping[str, str]) -> None:
    """Say what changed, with the one thing to do as a button; ``here`` is the page's address."""
    button = _DO.format(link(headline.todo, {**here, "do": DO_HEADLINE})) if headline.todo else ""
    st.html(str(_SAYS.format(marked(headline.sentence), button)))


def window_words(quality: Quality) -> str:
    """Return what the page stands on."""
    labels = sum(one.labels for one in quality.cells)
    said = [
        quality.window[:1].upper() + quality.window[1:],
        counted(quality.traffic, "trace"),
        counted(len(quality.versions), "version"),
        counted(labels, "label"),
    ]
    words = _BETWEEN.join(said) + "."
    return f"{words} {saved_words(quality.saved)}" if quality.saved is not None else words


def panel_head(words: str) -> None:
    """Draw the question that a panel answers."""
    st.html(str(_HEAD.format(marked(words))))


def question_choice(questions: Mapping[str, str], chosen: str, here: Mapping[str, str]) -> None:
    """Draw the questions side by side, each a link, to look at one over time.

    Args:
        questions: name -> heading.
        chosen: name of the one that is shown.
        here: address of the page.
    """
    names = [
        _HERE.format(marked(heading))
        if name == chosen
        else link(heading, {**here, "over_time": name})
        for name, heading in questions.items()
    ]
    st.html(str(_NAV.format("Questions", Markup("").join(names))))
