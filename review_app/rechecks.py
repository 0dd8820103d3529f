"""Rechecks: items on which a judge and people disagree are read again, blindly, by new eyes.

Correcting only where they disagree makes any judge look better (MEASUREMENT.md: a true rate of .60
reads .64). The valid way mixes the disagreements with as many random agreements, in an order that
tells nobody which is which, and weights each by its chance of having been asked again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from review_app.answers import JUDGE_DISAGREEMENT
from review_app.assignment import Extras, assign
from review_app.campaigns import PlanItem, PlanPart, Unit
from review_app.design import Sharing
from review_app.errors import InvalidDesign
from review_app.frames import Frame, Stratum
from review_app.labeled_rows import LabeledRow
from review_app.questions import Question

MIXED, SINGLE = "recheck", "disagreements"  # ids of the frames
DISAGREEMENT, AGREEMENT = "disagreement", "agreement"  # strata of the mix
NEUTRAL = "random sample of items to be read once more"  # the same for both: it tells nobody


@dataclass(frozen=True)
class Recheck:
    """What a lead asks to be read again.

    Attributes:
        name: of the new campaign.
        experiment_id: of the traces.
        question: what is asked, as the labeled set asks it.
        reviewers: who reads; nobody who answered one of the items before.
        title: of the labeled set version, in words.
        each: independent reviews an item.
        seed: what the draw and the orders begin with.
    """

    name: str
    experiment_id: str
    question: Question
    reviewers: tuple[str, ...]
    title: str
    each: int = 1
    seed: str = "1"


def mixed_part(
    asked: Recheck, disagreeing: Sequence[LabeledRow], agreeing: Sequence[LabeledRow]
) -> PlanPart:
    """Return the plan of all disagreements mixed with as many random agreements.

    The chance of having been asked again is 1 for a disagreement and n / N for an agreement, so
    that weighting by its inverse gives back the items of the set (Horvitz and Thompson, 1952).

    Args:
        asked: by whom, and how.
        disagreeing: items whose label and score differ.
        agreeing: items whose label and score are the same.

    Raises:
        InvalidDesign: when it cannot be done like this.
    """
    if not disagreeing or not agreeing:
        raise InvalidDesign("A mix needs items where judge and people agree, and others where not.")
    _check(asked, [*disagreeing, *agreeing])
    n = min(len(disagreeing), len(agreeing))
    ordered = sorted(agreeing, key=lambda row: row.place)
    drawn = random.Random(f"{asked.seed}\n{MIXED}").sample(ordered, n)
    items = [_planned(row, MIXED, NEUTRAL, DISAGREEMENT, 1.0) for row in disagreeing]
    items += [_planned(row, MIXED, NEUTRAL, AGREEMENT, n / len(agreeing)) for row in drawn]
    strata = {
        DISAGREEMENT: Stratum(len(disagreeing), len(disagreeing)),
        AGREEMENT: Stratum(len(agreeing), n),
    }
    words = f"items of {asked.title} that a judge has scored"
    return _part(asked, items, Frame(MIXED, words, strata=strata, seed=asked.seed))


def single_part(asked: Recheck, rows: Sequence[LabeledRow]) -> PlanPart:
    """Return the plan of disagreements alone: each is settled, but no check may use the answers.

    Args:
        asked: by whom, and how.
        rows: the items.

    Raises:
        InvalidDesign: when it cannot be done like this.
    """
    if not rows:
        raise InvalidDesign("Please choose at least one item.")
    _check(asked, rows)
    items = [_planned(row, SINGLE, JUDGE_DISAGREEMENT, "", None) for row in rows]
    words = f"items of {asked.title} on which a judge disagreed"
    return _part(asked, items, Frame(SINGLE, words))


def readers_before(rows: Sequence[LabeledRow]) -> frozenset[str]:
    """Return who answered one of the items: their earlier answer would be shown to them."""
    return frozenset(one.reviewer for row in rows for one in row.who)


def _check(asked: Recheck, rows: Sequence[LabeledRow]) -> None:
    if not asked.name.strip():
        raise InvalidDesign("Please give the new campaign a name.")
    if not 1 <= asked.each <= len(asked.reviewers):
        raise InvalidDesign("Please name at least as many reviewers as shall read each item.")
    again = sorted(readers_before(rows) & set(asked.reviewers))
    if again:
        raise InvalidDesign(
            f"Please ask others than {' and '.join(again)}, who answered some of these items"
            " before and would see what they said."
        )


def _planned(
    row: LabeledRow, frame: str, reason: str, stratum: str, probability: float | None
) -> PlanItem:
    unit: Unit = "session" if row.unit == "session" else "trace"
    return PlanItem(row.trace_id, frame, reason, probability, stratum, unit=unit)


def _part(asked: Recheck, items: Sequence[PlanItem], frame: Frame) -> PlanPart:
    shared = assign(items, asked.reviewers, Sharing(each=asked.each), Extras(), asked.seed)
    return PlanPart(tuple(shared), (frame,))
