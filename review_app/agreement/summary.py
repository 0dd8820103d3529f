"""The summary of a question: all coefficients together, and a sentence that says what they mean.

One number never stands alone: where nearly everything passes, percent is high, alpha low and AC1
high, and all three are true.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from review_app.agreement.bootstrap import interval
from review_app.agreement.coefficients import Coefficient, alpha, gwet, percent
from review_app.agreement.ratings import Rating, Ratings, Scale, ratings_of
from review_app.given import UNKNOWN, Given
from review_app.intervals import Interval
from review_app.passing import passes
from review_app.question_rules import can_fail
from review_app.questions import Question

NEARLY_ALL = 0.9  # of the answers: then alpha rests on very few
RELIABLE, TENTATIVE = 0.8, 2 / 3  # Krippendorff's marks, read at the lower end of the interval


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; None where it is undefined."""

    value: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class Agreement:
    """How far people agree on a question, or on one option of a question with several choices.

    Attributes:
        question: its name.
        option: the option, where several may be chosen; "" else.
        wording: version of the question; "" where nothing was recorded.
        scale: how answers are compared.
        people: how many answered.
        items: how many items at least two people answered.
        answers: how many answers there are to those items.
        percent: share of pairs that say the same.
        alpha: Krippendorff's, with an interval over clusters of items.
        alpha_by_item: the same, with an interval over single items.
        ac1: Gwet's AC1, every difference as bad as any other.
        ac2: Gwet's AC2 on the scale; AC1 again on a nominal one.
        base_rate: share of the most frequent answer, or of the passing ones where there is a cut.
        base: what the base rate counts.
        cannot_judge: how many said so.
        unknown: how many of the answers carry no record of what had been shown.
        sentence: what it means and what to do.
    """

    question: str
    option: str
    wording: str
    scale: Scale
    people: int
    items: int
    answers: int
    percent: Estimate
    alpha: Estimate
    alpha_by_item: Estimate
    ac1: Estimate
    ac2: Estimate
    base_rate: float | None
    base: str
    cannot_judge: int
    unknown: int
    sentence: str


def agreements(
    question: Question,
    answers: Sequence[Given],
    clusters: Mapping[str, Hashable],
    scale: Scale | None = None,
) -> list[Agreement]:
    """Return the agreement on a question: one row a wording, and one an option for choices.

    Args:
        question: how answers compare and which pass.
        answers: independent ones, "cannot judge" among them.
        clusters: trace id -> what its items are drawn together with; missing is alone.
        scale: instead of the question's own.
    """
    rows = []
    for wording in dict.fromkeys(one.wording for one in answers):
        said = [one for one in answers if one.wording == wording]
        if question.kind == "choices":
            options = question.options or _options(said)
            rows += [_row(question, option, said, clusters, "nominal") for option in options]
        else:
            rows.append(_row(question, "", said, clusters, scale or question.scale))
    return rows


def as_pass_fail(question: Question, answers: Sequence[Given]) -> list[Given]:
    """Return the answers as pass or fail, answer by answer; those that are neither are left out."""
    sided = [(one, passes(question, one.value)) for one in answers if can_fail(question)]
    return [
        one if one.value is None else replace(one, value=side)
        for one, side in sided
        if one.value is None or side is not None
    ]


def _options(said: Sequence[Given]) -> list[str]:
    chosen = {str(v) for one in said if isinstance(one.value, list) for v in one.value}
    return sorted(chosen)


def _row(
    question: Question,
    option: str,
    said: Sequence[Given],
    clusters: Mapping[str, Hashable],
    scale: Scale,
) -> Agreement:
    judged = [one for one in said if one.value is not None]
    rows = [_rating(one, option, clusters) for one in judged]
    order = question.options if question.kind == "choice" and not option else ()
    ratings = ratings_of(rows, order)
    alone = ratings_of([row._replace(cluster=None) for row in rows], order)
    coefficient = alpha(ratings, scale)
    estimate = _estimate(coefficient)
    rate, base = _base_rate(question, option, judged)
    return Agreement(
        question=question.name,
        option=option,
        wording=said[0].wording if said else "",
        scale=scale,
        people=len({one.turn.reviewer for one in judged}),
        items=ratings.items,
        answers=int(ratings.sizes[ratings.paired].sum()),
        percent=_estimate(percent(ratings)),
        alpha=estimate,
        alpha_by_item=_estimate(alpha(alone, scale)),
        ac1=_estimate(gwet(ratings, "nominal")),
        ac2=_estimate(gwet(ratings, scale)),
        base_rate=rate,
        base=base,
        cannot_judge=sum(bool(one.cannot_judge) for one in said),
        unknown=sum(one.seen == UNKNOWN for one in judged),
        sentence=sentence_of(ratings, estimate),
    )


def _rating(one: Given, option: str, clusters: Mapping[str, Hashable]) -> Rating:
    value = one.value
    if option:
        value = option in value if isinstance(value, list) else False
    elif isinstance(value, list):
        value = tuple(value)
    item = (one.turn.trace_id, one.turn.unit)
    return Rating(item, one.turn.reviewer, value, clusters.get(one.turn.trace_id))


def _estimate(coefficient: Coefficient) -> Estimate:
    point = coefficient.point
    return Estimate(None) if math.isnan(point) else Estimate(point, interval(coefficient))


def _base_rate(
    question: Question, option: str, judged: Sequence[Given]
) -> tuple[float | None, str]:
    if not judged:
        return None, ""
    if option:
        chosen = sum(option in one.value for one in judged if isinstance(one.value, list))
        return chosen / len(judged), "chosen"
    if can_fail(question):
        sides = [side for one in judged if (side := passes(question, one.value)) is not None]
        return (sum(sides) / len(sides) if sides else None), "passing"
    values = [str(one.value) for one in judged]
    top = max(sorted(set(values)), key=values.count)
    return values.count(top) / len(values), f"“{top}”"


def sentence_of(ratings: Ratings, found: Estimate) -> str:
    """Say what an alpha means and what to do, judged by the lower end of its interval."""
    if not ratings.items:
        return "Nobody answered the same item as somebody else, so there is no agreement to see."
    if found.value is None:
        return "All answers are the same: there is no variation, so alpha is undefined."
    low = found.interval.low if found.interval else None
    if low is None:
        return "Too few items to say how sure this is. Let more items be read by several people."
    if low >= RELIABLE:
        return "Reliable: people read this question in the same way."
    if low >= TENTATIVE:
        return (
            "Tentative: good enough for first conclusions. Settle the ties before you build on it."
        )
    if ratings.counts.sum(axis=0).max() >= NEARLY_ALL * ratings.counts.sum():
        return "Nearly all answers are the same, so alpha says little: look at percent and AC1 too."
    if found.interval and found.interval.high >= TENTATIVE:
        return "Not sure yet: it may be good enough. More common items would tell."
    return "People read this question in different ways. Read the items below together, reword it."
