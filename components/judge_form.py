"""The form of a judge: question, what it reads, what it is told, model and threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.campaign_list import quiet
from components.typed import typed
from review_app.judge_making import Reads, instructions_for
from review_app.judges import DEFAULT_THRESHOLD, Judge
from review_app.question_rules import can_fail
from review_app.questions import Question

READS: dict[Reads, str] = {
    "answer": "The question and the answer",
    "steps": "Every step, with tools that open them",
}
TALL = 400  # pixels of the text


@dataclass(frozen=True)
class Written:
    """A judge as it stands in the form."""

    question: Question
    instructions: str
    model: str
    threshold: float | None


def ask_judge(
    questions: Sequence[Question],
    before: Judge | None,
    wanted: str,
    models: Sequence[str],
    place: str,
) -> Written:
    """Ask what a judge is to be.

    Args:
        questions: that can be judged.
        before: the version whose text is changed; None for a new judge.
        wanted: name of the question to begin with; "" for the first one.
        models: that may be used; () for any that is typed in.
        place: the experiment.
    """
    names = [one.name for one in questions]
    place = f"{place} {before.source if before else ''}"
    first = wanted if wanted in names else names[0]
    name = st.selectbox(
        "Question",
        names,
        format_func=lambda one: questions[names.index(one)].heading,
        key=typed(f"question {place} {wanted}", first, names),
        disabled=before is not None,
        help="The judge gets its name, and its scores stand beside the answers of people.",
    )
    question = questions[names.index(name)]
    reads: Reads = "answer"
    if before is None:
        key = typed(f"reads {place}", reads, list(READS))
        reads = st.radio("It reads", list(READS), format_func=lambda one: READS[one], key=key)
    text = before.instructions if before else instructions_for(question, reads)
    instructions = st.text_area(
        "What it is told",
        height=TALL,
        key=typed(f"told {place} {name} {reads}", text),
    )
    model = _ask_model(models, before.model if before else "", place)
    return Written(question, instructions, model, _ask_threshold(question, before, place))


def _ask_model(models: Sequence[str], usual: str, place: str) -> str:
    if models:
        first = usual if usual in models else models[0]
        return str(st.selectbox("Model", models, key=typed(f"model {place}", first, models)))
    return st.text_input(
        "Model",
        key=typed(f"any model {place}", usual),
        placeholder="openai:/gpt-4o-mini",
        help="As MLflow names it: the provider, then the model. Keys are read from the"
        " environment of the app.",
    ).strip()


def _ask_threshold(question: Question, before: Judge | None, place: str) -> float | None:
    """Ask from which number on an item passes, where the question draws no line."""
    if question.kind != "number" or can_fail(question):
        return before.threshold if before else None
    usual = before.threshold if before and before.threshold is not None else DEFAULT_THRESHOLD
    key = typed(f"passes {place} {question.name}", usual)
    chosen = st.number_input("Passes from", key=key, help="It is part of the version.")
    quiet("Choose it on the train split or from outside, never on the items of a check.")
    return float(chosen)
