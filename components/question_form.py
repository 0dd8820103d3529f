"""The form of one question: what is asked, the answers, what passes, examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.question_answer_fields import answer_fields
from components.question_list import problem_line, say
from review_app.design import Problem
from review_app.question_rules import KINDS_IN_WORDS, can_fail, name_from
from review_app.questions import DEFAULT_SCALES, Kind, Question

KINDS: tuple[Kind, ...] = tuple(KINDS_IN_WORDS)
NAME_IS_FIXED = "Answers carry it and would not follow another one, so it stays."


class QuestionForm:
    """One run of the form: the question as it stands, and a place at each field for problems.

    Attributes:
        question: what the fields say now.
    """

    def __init__(self, question: Question, key: str) -> None:
        """Begin with a question; ``key`` sets its widgets apart from those of other questions."""
        self.question = question
        self._key = key
        self._places: dict[str, DeltaGenerator] = {}

    def key(self, name: str) -> str:
        """Return the key of a widget."""
        return f"{self._key}-{name}"

    def text(self, field: str, label: str, *, lines: int = 1, **how: Any) -> None:
        """Let the person write a text of the question."""
        before: str = getattr(self.question, field)
        if lines > 1:
            height = 24 + 24 * lines
            written = st.text_area(label, before, key=self.key(field), height=height, **how)
        else:
            written = st.text_input(label, before, key=self.key(field), **how)
        self.place(field)
        self.take(**{field: (written or "").strip()})

    def take(self, **values: Any) -> None:
        """Take over what the person entered; what only looks different stays as it was."""
        for field, value in values.items():
            before = getattr(self.question, field)
            same = isinstance(before, str) and before.strip() == value
            if not same and before != value:
                self.question = replace(self.question, **{field: value})

    def place(self, *fields: str) -> None:
        """Leave a place here for what is wrong with these fields."""
        place = st.empty()
        self._places |= dict.fromkeys(fields, place)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Say at each field what is wrong with it."""
        told: dict[str, list[Markup]] = {}
        for problem in problems:
            field = problem.field if problem.field in self._places else "name"
            told.setdefault(field, []).append(problem_line(problem.sentence))
        for field, lines in told.items():
            self._places[field].html(str(Markup("").join(lines)))


def question_form(draft: Question, key: str, *, made: bool, name_fixed: bool) -> QuestionForm:
    """Draw the form and return what it says.

    Args:
        draft: what the fields begin with.
        key: sets the widgets of this question apart.
        made: True when MLflow has the question, and its kind cannot change any more.
        name_fixed: True when answers carry its name.
    """
    form = QuestionForm(draft, key)
    form.text(
        "title", "The question, as reviewers read it", placeholder="Is this answer good enough?"
    )
    form.text(
        "instruction",
        "What exactly is meant",
        lines=4,
        placeholder="What counts, what does not, and what to choose in doubt.",
        help="At most 1,000 characters. Reviewers read it behind the “i” beside the question, and "
        "a judge is told the same.",
    )
    _kind(form, made=made)
    answer_fields(form)
    _switches(form)
    _name(form, fixed=name_fixed)
    _examples(form)
    return form


def _kind(form: QuestionForm, *, made: bool) -> None:
    question = form.question
    if made:
        what = "an expectation" if question.expectation else "feedback"
        say(
            f"{KINDS_IN_WORDS[question.kind]}, stored as {what}. MLflow fixes both when a "
            "question is made; for another kind of answer, make a new question."
        )
        return
    kind = st.segmented_control(
        "Kind of answer",
        KINDS,
        default=question.kind,
        required=True,
        key=form.key("kind"),
        wrap=True,
        format_func=KINDS_IN_WORDS.__getitem__,
        help="It cannot be changed once the question is made.",
    )
    form.place("kind")
    if kind != question.kind:
        form.question = replace(
            question,
            kind=kind,
            options=("Pass", "Fail") if kind == "pass_fail" else (),
            scale=DEFAULT_SCALES[kind],
            pass_cut=None,
        )
    stored = st.segmented_control(
        "What the answer is",
        (False, True),
        default=question.expectation,
        required=True,
        key=form.key("expectation"),
        format_func=lambda expectation: "Expectation" if expectation else "Feedback",
        help="Feedback says what the reviewer thinks of what the app did. An expectation says what "
        "should have been, for example the right answer; tests compare with it.",
    )
    form.take(expectation=bool(stored))


def _name(form: QuestionForm, *, fixed: bool) -> None:
    if fixed:
        say(f"Its name in MLflow is “{form.question.name}”. {NAME_IS_FIXED}")
        form.place("name")
        return
    form.text(
        "name",
        "Name",
        placeholder=name_from(form.question.title) or "good_enough",
        help="In MLflow the answers have this name, and so has the judge that learns from them. "
        "Left empty, it is made from the question.",
    )
    if not form.question.name:
        form.take(name=name_from(form.question.title))


def _switches(form: QuestionForm) -> None:
    question = form.question
    form.take(
        required=st.checkbox(
            "An item cannot be saved without it", question.required, key=form.key("required")
        )
    )
    if question.kind != "text":
        comment = st.checkbox(
            "Reviewers may give a reason", question.comment, key=form.key("comment")
        )
        form.take(comment=comment)
    if can_fail(form.question):
        asked = st.checkbox(
            "A failing answer needs a reason",
            question.ask_why_on_fail,
            key=form.key("ask_why_on_fail"),
        )
        form.take(ask_why_on_fail=asked)
    else:
        form.take(ask_why_on_fail=False)
    form.place("comment", "ask_why_on_fail")


def _examples(form: QuestionForm) -> None:
    if form.question.kind in ("choices", "text"):
        return
    form.text(
        "passed_example",
        "An example that passes",
        lines=3,
        placeholder="An answer as the app gives it, and in one sentence why it passes.",
        help="Markdown. Two examples on either side of the line settle more than any rule.",
    )
    form.text(
        "failed_example",
        "An example that fails",
        lines=3,
        placeholder="One that looks good and fails all the same teaches most.",
        help="Markdown.",
    )
