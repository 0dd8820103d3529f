"""Step 1: what the campaign must decide."""

from __future__ import annotations

import streamlit as st

from components.builder_form import Form, begin
from review_app.design import Goal
from review_app.goals import GOALS

WORDS: dict[Goal, str] = {
    "find failures": "Find failures",
    "rate of a version": "The rate of a version",
    "compare two versions": "Compare two versions",
    "judge": "May a judge stand in",
}


def goal_step(form: Form, goal: Goal) -> Goal:
    """Let the lead choose the goal."""
    form.step("goal", "What must be decided when the answers are in? It sets the rest sensibly.")
    goals = list(WORDS)
    return st.radio(
        "Goal",
        goals,
        key=begin("goal", goal),
        format_func=lambda g: WORDS[g],
        captions=[GOALS[g] for g in goals],
        label_visibility="collapsed",
    )
