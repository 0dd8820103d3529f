"""The fields for the answers of a question, by its kind, and for the line between pass and fail."""

from __future__ import annotations

from typing import Any, Protocol

import streamlit as st

from review_app.questions import Question, Scale

NO_LINE = "No line: every answer is as good as another"
_SCALES: dict[Scale, str] = {"nominal": "Just different", "ordinal": "From worst to best"}


class Fields(Protocol):
    """What the form offers to those who draw a part of it."""

    question: Question

    def key(self, name: str) -> str:
        """Return the key of a widget."""

    def take(self, **values: Any) -> None:
        """Take over what the person entered."""

    def place(self, *fields: str) -> None:
        """Leave a place for problems."""


def answer_fields(form: Fields) -> None:
    """Let the person say which answers there are, and from where on they pass."""
    kind = form.question.kind
    if kind == "pass_fail":
        _labels(form)
    elif kind in ("choice", "choices"):
        _options(form)
    elif kind == "number":
        _numbers(form)
    else:
        _length(form)


def _labels(form: Fields) -> None:
    passing, failing = (*form.question.options, "", "")[:2]
    left, right = st.columns(2)
    said = (
        left.text_input("Answer that passes", passing, key=form.key("passing")),
        right.text_input("Answer that fails", failing, key=form.key("failing")),
    )
    form.place("options")
    form.take(options=tuple(text.strip() for text in said))


def _options(form: Fields) -> None:
    question = form.question
    written = st.text_area(
        "Answers, one a line",
        "\n".join(question.options),
        key=form.key("options"),
        height=152,
        help="At most 10 of 64 characters each. The first has the key 1.",
        placeholder="No\nMostly no\nMostly yes\nYes",
    )
    form.place("options")
    form.take(options=tuple(line.strip() for line in written.splitlines() if line.strip()))
    if question.kind == "choice":
        _scale(form)


def _scale(form: Fields) -> None:
    scale = st.segmented_control(
        "How the answers relate",
        tuple(_SCALES),
        default=form.question.scale if form.question.scale in _SCALES else "ordinal",
        required=True,
        key=form.key("scale"),
        format_func=_SCALES.__getitem__,
        help="On a scale, two reviewers who are one step apart disagree less than two at the ends.",
    )
    form.place("scale")
    if form.question.scale in _SCALES:
        form.take(scale=scale)
    if scale == "nominal":
        form.take(pass_cut=None)
        return
    cut = form.question.pass_cut
    choices = [NO_LINE, *form.question.options[1:]]
    chosen = st.selectbox(
        "Lowest answer that passes",
        choices,
        index=choices.index(cut) if isinstance(cut, str) and cut in choices else 0,
        key=form.key("pass_cut"),
        help="Everything below it counts as failed.",
    )
    form.place("pass_cut")
    form.take(pass_cut=None if chosen == NO_LINE else chosen)


def _numbers(form: Fields) -> None:
    question = form.question
    columns = st.columns(3)
    for column, field, label in zip(
        columns,
        ("minimum", "maximum", "pass_cut"),
        ("Smallest number", "Largest number", "Lowest that passes"),
        strict=True,
    ):
        before = getattr(question, field)
        with column:
            number = st.number_input(
                label,
                value=None if before is None else float(before),
                key=form.key(field),
                placeholder="no line" if field == "pass_cut" else "no bound",
                format="%g",
                step=1.0,
            )
            form.place(field)
        form.take(**{field: number})


def _length(form: Fields) -> None:
    before = form.question.max_length
    length = st.number_input(
        "Longest text, in characters",
        value=before,
        step=100,
        key=form.key("max_length"),
        placeholder="no bound",
        width=240,
    )
    form.place("max_length")
    form.take(max_length=length)
