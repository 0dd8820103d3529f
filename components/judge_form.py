"""The form of a judge: question, what it reads, what it is told, model and threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.campaign_list import quiet
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
    questions: Sequence[Question], before: Judge | None, wanted: str, models: Sequence[str]
) -> Written:
    """Ask what a judge is to be.

    Args:
        questions: that can be judged.
        before: the version whose text is changed; None for a new judge.
        wanted: name of the question to begin with; "" for the first one.
        models: that may be used; () for any that is typed in.
    """
    names = [one.name for one in questions]
    name = st.selectbox(
        "Question",
        names,
        names.index(wanted) if wanted in names else 0,
        format_func=lambda one: questions[names.index(one)].heading,
        disabled=before is not None,
        help="The judge gets its name, and its scores stand beside the answers of people.",
    )
    question = questions[names.index(name)]
    reads: Reads = "answer"
    if before is None:
        reads = st.radio("It reads", list(READS), format_func=lambda one: READS[one])
    text = before.instructions if before else instructions_for(question, reads)
    instructions = st.text_area(
        "What it is told",
        text,
        height=TALL,
        key=f"judge told {name} {reads} {before.source if before else ''}",
    )
    model = _ask_model(models, before.model if before else "")
    return Written(question, instructions, model, _ask_threshold(question, before))


def _ask_model(models: Sequence[str], usual: str) -> str:
    if models:
        at = models.index(usual) if usual in models else 0
        return str(st.selectbox("Model", models, at))
    return st.text_input(
        "Model",
        usual,
        placeholder="openai:/gpt-4o-mini",
        help="As MLflow names it: the provider, then the model. Keys are read from the"
        " environment of the app.",
    ).strip()


def _ask_threshold(question: Question, before: Judge | None) -> float | None:
    """Ask from which number on an item passes, where the question draws no line."""
    if question.kind != "number" or can_fail(question):
        return before.threshold if before else None
    usual = before.threshold if before and before.threshold is not None else DEFAULT_THRESHOLD
    chosen = st.number_input("Passes from", value=usual, help="It is part of the version.")
    quiet("Choose it on the train split or from outside, never on the items of a check.")
    return float(chosen)
