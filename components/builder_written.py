"""What came of writing a campaign: who has how much to read, and the link for each."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX
from components.campaign_links import copy_button, followed_link
from components.safe_text import marked
from components.words import counted, minutes
from review_app.campaigns import SECONDS_AN_ITEM

_WRITTEN = Markup(
    '<p class="b-prose">“{}”: {}, {}. Send everybody their link; after signing in they see their'
    " own items.</p>"
)
_PEOPLE = Markup('<div class="b-people">{}</div>')
_PERSON = Markup("<div><b>{}</b><span>{}</span>{}</div>")


def written(name: str, items: int, each: Mapping[str, int]) -> str:
    """Say that the campaign is written, with a link to copy for each reviewer.

    ``each`` is reviewer -> number of items; {} when anyone with the link takes part.

    Returns:
        ``"open"`` to go to the campaign's page, ``"another"`` to build one more, else "".
    """
    followed_link()
    st.header("Written", anchor=False)
    people = counted(len(each), "reviewer") if each else "anyone with the link"
    rows = [
        _PERSON.format(
            marked(person), f"{counted(n, 'item')}, {minutes(n * SECONDS_AN_ITEM)}", _copy(name)
        )
        for person, n in each.items()
    ] or [_PERSON.format("Anyone", f"{counted(items, 'item')} each", _copy(name))]
    st.html(_WRITTEN.format(marked(name), people, counted(items, "item")))
    st.html(_PEOPLE.format(Markup("").join(rows)))
    with st.container(horizontal=True):
        opened = st.button("Open the campaign page", key=PREFIX + "open-page", type="primary")
        another = st.button("Build another campaign", key=PREFIX + "another")
    return "open" if opened else "another" if another else ""


def _copy(name: str) -> Markup:
    return copy_button("Copy the link", {"campaign": name}, "Copy the link to send it")
