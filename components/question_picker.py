"""The library of questions: take one as a start, or several as they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from markupsafe import Markup

from components.question_list import question_row
from components.safe_text import marked
from components.words import counted
from review_app.question_library import Shelf
from review_app.questions import Question

_SHELF = Markup('<div class="q-shelf"><h2>{}</h2><p class="q-quiet">{}</p></div>')


@dataclass(frozen=True)
class Picked:
    """What the person wants: the questions to add as they are, or one to begin a new one with."""

    add: tuple[str, ...] = ()
    start: str = ""
    leave: bool = False


def question_picker(
    shelves: tuple[Shelf, ...], present: Collection[str], chosen: Collection[str]
) -> Picked:
    """Draw the library and return what was picked, by names.

    Args:
        shelves: the library.
        present: names, lower-case, that the experiment has already.
        chosen: names that are ticked at first.
    """
    ticked: list[str] = []
    start = ""
    with st.container(key="pick-rows"):
        for shelf in shelves:
            st.html(str(_SHELF.format(marked(shelf.title), marked(shelf.about))))
            for question in shelf.questions:
                there = question.name in present
                tick, adapt = _row(question, there=there, ticked=question.name in chosen)
                ticked += [question.name] if tick else []
                start = question.name if adapt else start
    with st.container(key="pick-bar", horizontal=True):
        words = f"Add {counted(len(ticked), 'question')}" if ticked else "Tick questions to add"
        kind: Literal["primary", "secondary"] = "primary" if ticked else "secondary"
        add = st.button(words, key="add-picked", type=kind, disabled=not ticked)
        leave = st.button("Cancel", key="leave-library", type="tertiary")
    return Picked(tuple(ticked) if add else (), start, leave)


def _row(question: Question, *, there: bool, ticked: bool) -> tuple[bool, bool]:
    """Draw one question; return whether it is ticked, and whether it is to be adapted."""
    with st.container(
        key=f"pick-row-{question.name}", horizontal=True, wrap=False, vertical_alignment="top"
    ):
        tick = st.checkbox(
            f"Add {question.name}",
            value=ticked and not there,
            key=f"pick-{question.name}",
            disabled=there,
            label_visibility="collapsed",
        )
        st.html(question_row(question, "here already" if there else ""), width="stretch")
        adapt = not there and st.button("Adapt", key=f"start-{question.name}", width=80)
    return tick, adapt
