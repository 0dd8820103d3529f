"""Reviewers: how each one works, and how their answers relate to those of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.agreement_picture import agreement_style
from components.agreement_words import with_ends
from components.campaign_list import campaign_style, counting, quiet
from components.campaign_picker import pick_campaign
from components.effects import their_effects
from components.messages import problems_shown, show_empty
from components.reviewers_table import ReviewerRow, errors_table, reviewers_rows, says
from components.words import moment
from review_app.access import require_lead
from review_app.agreement.clusters import clusters_of
from review_app.agreement.reviewers import (
    Errors,
    alpha_without,
    estimated_errors,
    halves,
    hasty_turns,
    less_often,
    with_majority,
)
from review_app.agreement.rows import Counted, counted_from
from review_app.agreement.summary import Estimate
from review_app.campaigns import Campaign
from review_app.question_rules import can_fail
from review_app.questions import Question
from review_app.sight import Sight
from services.app import App

KEPT = 16  # campaigns whose numbers stay in memory
HINTS = (
    "Hints for a talk, never a verdict: nobody is left out because of them. Below 10 items there"
    " are counts only; brackets hold the 95 % interval."
)
HALVES = (
    "First half to second: each reviewer’s own answers in the order they gave them. Only where"
    " items came in random order does a change mean that the reviewer changed."
)
HASTE = "Very fast: items that took less than a fifth of the reviewer’s own median time."
ESTIMATE = (
    "Dawid and Skene’s method guesses the right answers from all answers together, and from them"
    " how each reviewer errs. It is an estimate, on items that at least two people answered; its"
    " intervals take the guesses as known and are too narrow."
)
TOO_FEW = (
    "Too little for an estimate: it takes three reviewers with 30 common items each, and answers"
    " on both sides of the line between pass and fail."
)


@dataclass(frozen=True)
class Answered:
    """What the answers to one question say of the reviewers.

    Attributes:
        rows: in the campaign's order.
        alpha: of all of them.
        less_often: who agrees with the majority less often than all together.
        errors: as estimated; {} where that is not possible.
    """

    rows: tuple[ReviewerRow, ...]
    alpha: Estimate
    less_often: tuple[str, ...]
    errors: dict[str, Errors]


def render(app: App) -> None:
    """Show every reviewer of a campaign in numbers."""
    campaign_style()
    agreement_style()
    with problems_shown():
        require_lead(app.person)
        campaigns = [one for one in app.services.campaigns.every() if one.status != "building"]
        if not campaigns:
            st.title("Reviewers", anchor=False)
            show_empty("No campaign yet", "Once people review, what they do is here in numbers.")
            return
        name = st.query_params.get("campaign", "")
        chosen = app.services.campaigns.get(name) if name else None
        with st.container(
            key="reviewers-head",
            horizontal=True,
            vertical_alignment="bottom",
            horizontal_alignment="distribute",
        ):
            st.title("Reviewers", anchor=False, width="content")
            campaign = pick_campaign(campaigns, chosen)
        _campaign(app, campaign)


def _campaign(app: App, campaign: Campaign) -> None:
    sight = app.services.overviews.of(campaign)
    known = _counted(sight)
    if known is None or sight.progress is None:
        if sight.trouble:
            quiet(sight.trouble)
        _while_counted(app, campaign, sight.computed_ms)
        return
    if not sight.progress.reviewers:
        show_empty("Nobody takes part yet", "As soon as somebody reviews, they are here.")
        return
    question = _question(known.labels.questions)
    if question is None:
        reviewers_rows(
            campaign.name,
            [ReviewerRow(one, len(hasty_turns(one))) for one in sight.progress.reviewers],
        )
    else:
        _answered(campaign, question, _of(known, sight, question.name))
    with st.expander("What their labels did"):
        people = [one.reviewer for one in sight.progress.reviewers]
        their_effects(app.services.effects.of_all(app.person, people), app.zone)
    quiet(HASTE)
    quiet(HINTS)
    quiet(f"Counted {moment(sight.computed_ms, app.zone)}.")


@st.fragment(run_every=1.0)
def _while_counted(app: App, campaign: Campaign, shown_ms: int) -> None:
    sight = app.services.overviews.of(campaign, wait=0)
    if not sight.counting or sight.computed_ms != shown_ms:
        st.rerun()
    counting(sight)


def _question(questions: Sequence[Question]) -> Question | None:
    """Draw which question the answers are compared on; texts are not."""
    asked = {one.heading: one for one in questions if one.kind != "text"}
    if not asked:
        return None
    names = [one.name for one in asked.values()]
    usual = st.query_params.get("question", "")
    at = names.index(usual) if usual in names else 0
    chosen = st.selectbox("Question", list(asked), index=at, width=480)
    return asked[chosen or next(iter(asked))]


def _answered(campaign: Campaign, question: Question, found: Answered) -> None:
    says(_sentence(found))
    reviewers_rows(campaign.name, found.rows)
    alike = "both pass or both fail" if can_fail(question) else "they are the same"
    quiet(f"Alpha of all together: {with_ends(found.alpha, 4)}. Answers agree when {alike}.")
    if can_fail(question):
        quiet(HALVES)
    with st.expander("How each reviewer probably errs"):
        quiet(ESTIMATE if found.errors else TOO_FEW)
        if found.errors:
            errors_table(found.errors)


def _sentence(found: Answered) -> str:
    if not any(one.majority and one.majority.items for one in found.rows):
        return "No two people answered the same items, so there is nobody to compare with."
    if not found.less_often:
        return "Nobody here stands out: all agree with the others about as often."
    *others, last = found.less_often
    names, verb = (f"{', '.join(others)} and {last}", "agree") if others else (last, "agrees")
    return (
        f"{names} {verb} with the others less often than people here usually do."
        " Read a few of those items together."
    )


# ------------------------------------------------------------------------------- what is computed
def _moment(sight: Sight) -> tuple[str, int]:
    """Return what tells two counts apart."""
    of = sight.progress.gathered.campaign.run_id if sight.progress and sight.whole else ""
    return of, sight.computed_ms


@st.cache_resource(max_entries=KEPT, show_spinner=False, hash_funcs={Sight: _moment})
def _counted(sight: Sight) -> Counted | None:
    return counted_from(sight.progress.gathered) if sight.progress and sight.whole else None


@st.cache_resource(
    max_entries=4 * KEPT,
    show_spinner="Comparing the reviewers …",
    hash_funcs={Counted: lambda known: known.key, Sight: _moment},
)
def _of(known: Counted, sight: Sight, name: str) -> Answered:
    question = next(one for one in known.labels.questions if one.name == name)
    answers = known.labels.answers[name]
    majority = with_majority(question, answers)
    total, without = alpha_without(question, answers, clusters_of(known.labels.about))
    half = halves(question, answers)
    rows = tuple(
        ReviewerRow(
            one,
            len(hasty_turns(one)),
            majority.get(one.reviewer),
            without.get(one.reviewer),
            half.get(one.reviewer),
        )
        for one in (sight.progress.reviewers if sight.progress else ())
    )
    return Answered(rows, total, less_often(majority), estimated_errors(question, answers))
