"""Work that takes a while: its progress, and what came of writing a campaign."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from components.builder.form import PREFIX
from components.safe_text import marked
from components.words import counted, minutes

_NAME = Markup('<span class="b-name">{}</span>')
_WRITTEN = Markup("<p>“{}”: {}, {}.</p>")
SHORT = 20  # seconds of which no more is said
FEW = 6  # links that are shown without scrolling


def working(words: str, done: int, total: int, left: float | None) -> bool:
    """Draw how far the work is and how long it still takes; return True to cancel it.

    ``total`` is 0 and ``left`` (seconds) None while they are not known.
    """
    with st.container(key=PREFIX + "working"):
        st.progress(min(done / total, 1.0) if total else 0.0, text=_said(words, done, total))
        with st.container(horizontal=True, vertical_alignment="center"):
            cancelled = st.button("Cancel", key=PREFIX + "cancel")
            if left is not None and left > SHORT:
                st.caption(f"{minutes(left).capitalize()} left.")
    return cancelled


def _said(words: str, done: int, total: int) -> str:
    count = f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
    return " ".join(filter(None, (words, count)))


def written(name: str, items: int, links: Sequence[tuple[str, str]]) -> str:
    """Say that the campaign is written, with a link for each reviewer.

    Returns:
        ``"open"`` to go to the campaign's page, ``"another"`` to build one more, else "".
    """
    st.header("Written", anchor=False)
    people = counted(len(links), "reviewer")
    st.html(_WRITTEN.format(marked(name), people, counted(items, "item")))
    st.text("Send each reviewer their link. After signing in they see their own items.")
    with st.container(height=360 if len(links) > FEW else "content", border=False):
        for reviewer, link in links:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(_NAME.format(marked(reviewer)), width=200)
                st.code(link, language=None)
    with st.container(horizontal=True):
        opened = st.button("Open the campaign page", key=PREFIX + "open-page", type="primary")
        another = st.button("Build another campaign", key=PREFIX + "another")
    return "open" if opened else "another" if another else ""
