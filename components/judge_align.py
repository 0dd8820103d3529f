"""Aligning a judge: from which set and how, what that costs, and what was learned."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.campaign_list import quiet
from components.how_computed import how_computed
from components.judge_text import facts
from components.words import counted
from review_app.alignment import Aligned, AlignmentPlan
from review_app.frozen_sets import Frozen
from review_app.judge_costs import ALIGNERS, Aligner, Forecast

MILLION = 1_000_000
CENT = 0.01


def ask_alignment(sets: Sequence[Frozen], wanted: str) -> tuple[Frozen, Aligner]:
    """Ask which labeled set version the judge learns from, and how.

    Args:
        sets: that answer the judge's question, the newest first.
        wanted: run id of the one to begin with; "" for the first.
    """
    ids = [one.run_id for one in sets]
    chosen = st.selectbox(
        "Labeled set",
        sets,
        ids.index(wanted) if wanted in ids else 0,
        format_func=lambda one: f"{one.name}, version {one.version}",
        help="Only its train split is read. The check stays on the test split.",
    )
    by: Aligner = st.radio(
        "How it learns",
        list(ALIGNERS),
        captions=list(ALIGNERS.values()),
    )
    return chosen, by


def plan_words(plan: AlignmentPlan) -> str:
    """Return what is learned from, in a sentence."""
    kinds = f": {plan.passed:,} passed, {plan.failed:,} failed" if plan.passed else ""
    said = f"It learns from {counted(plan.lessons, 'item')} of the train split{kinds}."
    for why, items in plan.left_out.items():
        said += f" {counted(items, 'item')} left out: {why}."
    return said


def cost_words(forecast: Forecast, model: str) -> str:
    """Return what work comes to at most, and what is not known, in sentences."""
    said = (
        f"At most {counted(forecast.calls, 'call')} to {model}, about"
        f" {_tokens(forecast.input_tokens)} tokens read and"
        f" {_tokens(forecast.output_tokens)} written"
    )
    if forecast.usd is None:
        return f"{said}. What that costs is not known: MLflow has no price for this model."
    money = f"about ${forecast.usd:,.2f}" if forecast.usd >= CENT else "less than a cent"
    return f"{said}: {money} at list prices."


def show_plan(plan: AlignmentPlan, model: str) -> None:
    """Draw what would be learned from and what that costs."""
    facts(plan_words(plan))
    facts(cost_words(plan.forecast, model))
    quiet("A forecast. Nothing is asked before you start.")
    how_computed("What aligning a judge costs")


def aligned_words(aligned: Aligned) -> str:
    """Return what was done and what failed of it, in sentences."""
    said = (
        f"{aligned.by} read {counted(aligned.lessons, 'item')} in"
        f" {counted(aligned.calls, 'call')}, {aligned.seconds:.0f} s."
    )
    for why, calls in aligned.failed.items():
        said += f" {counted(calls, 'call')} failed: {why}"
    if aligned.lost:
        said += f" So it learned nothing from {counted(aligned.lost, 'more item')}."
    return f"{said} Nothing is registered yet."


def _tokens(number: int) -> str:
    return f"{number / MILLION:.1f} million" if number >= MILLION else f"{number:,}"
