"""The form of a labeled set: campaigns, question, rule, name and seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from review_app.campaigns import Campaign
from review_app.consensus import RULES, Rule
from review_app.labeled_sets import NAME_MAX_LENGTH, Recipe
from review_app.questions import Question

RULES_SHORT: Mapping[Rule, str] = {
    "majority": "Majority",
    "unanimous": "Unanimous",
    "adjudicated": "Adjudicated only",
}


def ask_recipe(campaigns: Sequence[Campaign], usual: Recipe, *, fixed: bool) -> Recipe | None:
    """Ask what a set is built from; None while something lacks.

    Args:
        campaigns: all there are, newest first.
        usual: what the form begins with.
        fixed: True where a next version is built: its name stays.
    """
    begins = f"{usual.name} {' '.join(usual.campaigns)}"
    chosen = _ask_campaigns({one.run_id: one for one in campaigns}, usual, begins)
    asked = _asked_by_all(chosen)
    if not asked:
        st.text("These campaigns ask no question in common." if chosen else "Choose a campaign.")
        return None
    names = list(asked)
    question = st.selectbox(
        "Question",
        names,
        names.index(usual.question) if usual.question in names else 0,
        format_func=lambda name: asked[name].heading,
        key=f"labeled question {begins}",
    )
    rule = _ask_rule(usual.rule, begins)
    pool = _ask_pooling(chosen, question, usual, begins)
    name = st.text_input(
        "Name of the set",
        usual.name or question,
        max_chars=NAME_MAX_LENGTH,
        disabled=fixed,
        key=f"labeled name {begins} {'' if usual.name else question}",
    )
    said = "The same seed and answers give the same split."
    seed = st.text_input("Seed of the split", usual.seed, help=said, key=f"labeled seed {begins}")
    runs = tuple(one.run_id for one in chosen)
    return Recipe(name.strip(), runs, question, rule, seed, pool)


def _ask_campaigns(by_run: Mapping[str, Campaign], usual: Recipe, begins: str) -> list[Campaign]:
    chosen = st.multiselect(
        "Campaigns",
        list(by_run),
        [run_id for run_id in usual.campaigns if run_id in by_run],
        format_func=lambda run_id: by_run[run_id].name,
        key=f"labeled campaigns {begins}",
    )
    return [by_run[run_id] for run_id in chosen]


def _ask_rule(usual: Rule, begins: str) -> Rule:
    rules = list(RULES)
    rule: Rule = st.radio(
        "Which consensus becomes a label",
        rules,
        rules.index(usual),
        format_func=lambda one: RULES_SHORT[one],
        captions=[text[0].upper() + text[1:] + "." for text in RULES.values()],
        key=f"labeled rule {begins}",
    )
    return rule


def _ask_pooling(campaigns: Sequence[Campaign], question: str, usual: Recipe, begins: str) -> bool:
    """Ask whether different wordings are put together, where there are some."""
    wordings = {found.version for one in campaigns if (found := one.question(question))}
    if len(wordings) < 2:
        return False
    return st.checkbox(
        "Put answers to different wordings together",
        usual.pool_wordings,
        help="The campaigns word this question in different ways. The datasheet will say so.",
        key=f"labeled pool {begins}",
    )


def _asked_by_all(campaigns: Sequence[Campaign]) -> dict[str, Question]:
    if not campaigns:
        return {}
    names = set.intersection(*({q.name for q in one.questions} for one in campaigns))
    return {q.name: q for q in campaigns[0].questions if q.name in names}
