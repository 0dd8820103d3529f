"""Forms of a check: which judge on which set, the limits, and who reads disagreements anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.campaign_list import quiet
from review_app.frozen_sets import Frozen
from review_app.judge_check.values import Limits

FORM = 704  # pixels
EPSILONS = {0.2: "0.2, the people are experts", 0.15: "0.15, skilled", 0.1: "0.1, a crowd"}


@dataclass(frozen=True)
class Again:
    """Whom a lead asks to read items anew, and which way."""

    name: str
    reviewers: tuple[str, ...]
    mixed: bool


def ask_check(
    sets: Sequence[Frozen], source: str, judges_of: Callable[[Frozen], Sequence[str]]
) -> tuple[Frozen, str, float | None] | None:
    """Let the lead choose the labeled set version, the judge, and from where its numbers pass.

    Args:
        sets: the versions to choose from.
        source: of the judge where it is known; "" to choose one.
        judges_of: sources of those who scored a set.

    Returns:
        None until they are chosen; no number where the judge or the question has its own line.
    """
    frozen = st.selectbox(
        "On which labeled set?",
        sets,
        format_func=lambda one: f"{one.title}, {one.items:,} items",
        width=FORM,
    )
    source = source or st.selectbox("Which judge?", judges_of(frozen), width=FORM) or ""
    if not source:
        quiet("No judge has scored the items of this set yet.")
        return None
    cut = st.number_input(
        "Its numbers pass from",
        value=None,
        placeholder="the judge’s or the question’s own line, else 0.5",
        help="Choose it on other items: a line that is fitted to these proves nothing.",
        width=FORM,
    )
    return (frozen, source, cut) if st.button("Go on", type="primary") else None


def ask_limits(usual: Limits) -> Limits | None:
    """Let the lead set the limits; None until they are to be stored."""
    quiet(
        "What must the judge reach? The limits hold for every check on this set, whatever the judge"
        " or version, and they can never be changed: so nobody can fit them to what came out."
    )
    with st.form("limits", border=False, width=FORM):
        (left, right), (below, beside) = st.columns(2), st.columns(2)
        tnr = left.number_input("Bad answers it must surely catch, %", 50, 99, _percent(usual.tnr))
        tpr = right.number_input(
            "Good answers it must surely accept, %", 50, 99, _percent(usual.tpr)
        )
        epsilon = below.selectbox(
            "How much worse than a person it may be (epsilon)",
            list(EPSILONS),
            format_func=EPSILONS.__getitem__,
        )
        margin = beside.number_input(
            "How far below people’s kappa it may be", 0.0, 0.5, usual.margin, 0.05
        )
        stored = st.form_submit_button("Store the limits", type="primary")
    return Limits(tnr / 100, tpr / 100, epsilon, margin) if stored else None


def ask_again(name: str, people: Sequence[str], apart: int, same: int) -> Again | None:
    """Ask who reads the disagreements anew, and in which way; None until it is said.

    Args:
        name: of the new campaign, to begin with.
        people: known reviewers.
        apart: items on which judge and people disagree.
        same: items on which they agree.
    """
    if apart == 1:
        quiet("Others read this item. Their answer helps to understand; no check may use it.")
    else:
        quiet(
            f"{apart:,} items are read blind, mixed with as many of the {same:,} on which both"
            " agree, drawn at random. It is the only valid way to correct labels after a check:"
            " correcting the disagreements alone makes every judge look better than it is."
        )
    with st.form("again", border=False, width=FORM):
        title = st.text_input("Name of the new campaign", name)
        reviewers = st.multiselect(
            "Who reads them? People who did not answer them before.",
            people,
            accept_new_options=True,
            placeholder="Choose or type names",
        )
        with st.container(horizontal=True):
            mixed = apart > 1 and st.form_submit_button(
                "Have them re-read blind in a mix", type="primary"
            )
            alone = st.form_submit_button(
                "Send only the disagreements" if apart > 1 else "Send it",
                help="Their answers help to understand; they stay out of this judge’s check.",
            )
    if not mixed and not alone:
        return None
    return Again(title, tuple(reviewers), bool(mixed))


def _percent(share: float) -> int:
    return round(100 * share)
