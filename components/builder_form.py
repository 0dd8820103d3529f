"""What all steps share: their headings, the state of their widgets, and places for problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.safe_text import marked
from review_app.design import Problem
from review_app.desk import first_words

PREFIX = "builder-"
STEPS = {
    "goal": "Goal",
    "pool": "Pool",
    "sample": "Sample",
    "questions": "Questions",
    "reviewers": "Reviewers",
    "checks": "Checks",
    "summary": "Look it over",
}
_STEP = Markup('<h2 class="b-step" id="step-{}"><span>{}</span>{}</h2><p class="b-quiet">{}</p>')
_PROBLEM = Markup('<p class="b-problem"><span aria-hidden="true">!</span> {}</p>')
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


class Form:
    """One run of the builder: which fields were drawn where, and whether to draw once more.

    Attributes:
        again: True when something was added or removed that stands above what is drawn now.
    """

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self.again = False
        self._step = ""
        self._places: dict[str, DeltaGenerator] = {}
        self._steps: dict[str, str] = {}

    def step(self, name: str, sentence: str) -> None:
        """Begin a step with its heading and what it is for."""
        self._step = name
        number = list(STEPS).index(name) + 1
        st.html(_STEP.format(name, number, STEPS[name], sentence))

    def place(self, *fields: str) -> None:
        """Leave a place here for what is wrong with these fields."""
        place = st.empty()
        for field in fields:
            self._places[field] = place
            self._steps[field] = self._step

    def tell(self, problems: Iterable[Problem]) -> None:
        """Say at each field what is wrong with it."""
        told: dict[str, list[str]] = {}
        for problem in problems:
            told.setdefault(self._nearest(problem.field), []).append(problem.sentence)
        by_place: dict[int, tuple[DeltaGenerator, list[str]]] = {}
        for field, sentences in told.items():
            if field in self._places:
                place = self._places[field]
                by_place.setdefault(id(place), (place, []))[1].extend(sentences)
        for place, sentences in by_place.values():
            place.html(str(Markup("").join(_PROBLEM.format(marked(s)) for s in sentences)))

    def step_of(self, problem: Problem) -> str:
        """Return the step at which the problem can be put right."""
        return self._steps.get(self._nearest(problem.field), "summary")

    def _nearest(self, field: str) -> str:
        while field not in self._places and "." in field:
            field = field.rpartition(".")[0]
        return field


def begin(name: str, value: Any) -> str:
    """Return the key of a widget; one that has no state yet begins with the draft's value."""
    key = PREFIX + name
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def forget(*names: str) -> None:
    """Let the widgets whose names begin like this start anew from the draft."""
    for key in [str(k) for k in st.session_state]:
        if key.startswith(tuple(PREFIX + name for name in names)):
            del st.session_state[key]


def add_menu(
    label: str, options: Sequence[str], name: str, words: Callable[[str], str]
) -> str | None:
    """Draw a button that offers to add one of the options; nothing when there is none left."""
    if not options:
        return None
    chosen: str | None = st.menu_button(
        label,
        options,
        key=PREFIX + name,
        format_func=lambda one: as_text(words(one)),
        icon=":material/add:",
    )
    return chosen


@lru_cache(maxsize=20_000)
def title_of(preview: str, trace_id: str) -> str:
    """Return the first words of a trace's question; its id where they say nothing."""
    return first_words(preview) or trace_id


def as_text(text: str) -> str:
    """Return a text for a label that Streamlit reads as Markdown; it is shown as it stands."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
