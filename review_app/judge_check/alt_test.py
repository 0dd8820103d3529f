"""The alternative annotator test: may the judge take the place of one of the people?

N. Calderon, R. Reichart, R. Dror: The Alternative Annotator Test for LLM-as-a-Judge (ACL 2025).
Each person is left out in turn; item by item it is seen whether the judge or the person agrees more
with the others. The judge wins against a person when it is at least as good, but for epsilon.

Ours: beside the published test, which takes items for independent, there is one that counts weights
and clusters; and a guard in which failing and passing items weigh the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.effective import Design
from review_app.estimate.multiplicity import marked_as_changed
from review_app.judge_check.items import CheckItem

Scoring = Literal["accuracy", "rmse"]
Floats = NDArray[np.float64]
EPSILONS = (0.05, 0.1, 0.15, 0.2)  # .2 for experts, .15 for the skilled, .1 for crowds
ITEMS_EACH = 30  # that others labeled, too
OF_EACH_CLASS = 8  # failing and passing items of a person, for the guard
Q = 0.05  # of Benjamini and Yekutieli's procedure over people


@dataclass(frozen=True)
class Duel:
    """The judge against one person, over the items that others labeled too.

    Attributes:
        reviewer: the person.
        wins: per item 1 where the judge is at least as near to the others as the person.
        lead: per item how far the person is ahead: 1, 0 or -1.
        weights: 1 / the chance of having been drawn.
        clusters: what hangs together.
        passing: per item whether most others pass it; None in a tie of theirs.
    """

    reviewer: str
    wins: Floats
    lead: Floats
    weights: Floats
    clusters: tuple[Hashable, ...]
    passing: tuple[bool | None, ...]

    @property
    def failing(self) -> int:
        """How many items most of the others fail."""
        return self.passing.count(False)

    @property
    def enough(self) -> bool:
        """Whether there are enough items for a test."""
        return len(self.lead) >= ITEMS_EACH

    @property
    def enough_of_each(self) -> bool:
        """Whether there are enough failing and passing items for the guard."""
        both = min(self.failing, self.passing.count(True))
        return self.enough and both >= OF_EACH_CLASS


@dataclass(frozen=True)
class AltTest:
    """The test at one epsilon.

    Attributes:
        epsilon: how much worse than a person the judge may be.
        omega: share of people that the judge can replace; None where nobody has enough items.
        rho: mean share of items on which the judge is at least as good as the person.
        people: reviewer -> p value of the test against them.
        worse: share of people against whom the judge is surely worse than epsilon allows.
    """

    epsilon: float
    omega: float | None
    rho: float | None
    people: dict[str, float]
    worse: float = 0.0


def duels(items: Sequence[CheckItem], scoring: Scoring = "accuracy") -> list[Duel]:
    """Return the judge's duels with everybody who labeled something that others labeled too.

    Args:
        items: with votes and what the judge said, on the same scale.
        scoring: how near two answers are: equal or not, or by their distance as numbers.
    """
    people = sorted({name for one in items for name in one.votes})
    return [duel for name in people if len((duel := _duel(items, name, scoring)).lead)]


def alt_test(
    found: Sequence[Duel], epsilon: float, *, q: float = Q, design: bool = False, scale: float = 1.0
) -> AltTest:
    """Return the test at one epsilon, over those who have enough items.

    Args:
        found: the duels.
        epsilon: how much worse than a person the judge may be.
        q: false discoveries that are put up with (Benjamini and Yekutieli 2001).
        design: True counts weights and clusters; False is the published test.
        scale: as if there were so many times the items, for a forecast.
    """
    fought = [one for one in found if one.enough]
    leads = [_mean_lead(one, design=design) for one in fought]
    rho = [float(_design(one, used=design).mean(one.wins)) for one in fought]
    return _result(fought, leads, rho, (epsilon, q, scale))


def guard(
    found: Sequence[Duel], epsilon: float, *, q: float = Q, design: bool = False, scale: float = 1.0
) -> AltTest:
    """Return the same test with failing and passing items weighing the same (ours, not published).

    A judge that passes everything is as good as a person on most items where most items pass; here
    it is not. It may only turn a verdict down.
    """
    fought = [one for one in found if one.enough_of_each]
    leads = [_balanced_lead(one, design=design) for one in fought]
    rho = [_balanced(one, one.wins, used=design) for one in fought]
    return _result(fought, leads, rho, (epsilon, q, scale))


def _result(
    fought: Sequence[Duel],
    leads: Sequence[tuple[float, float, int]],
    rho: Sequence[float],
    at: tuple[float, float, float],
) -> AltTest:
    epsilon, q, scale = at
    if not fought:
        return AltTest(epsilon, None, None, {})
    p = np.array([_p_below(lead, epsilon, scale) for lead in leads])
    return AltTest(
        epsilon,
        _rejected(p, q),
        float(np.mean(rho)),
        {one.reviewer: float(value) for one, value in zip(fought, p, strict=True)},
        _rejected(np.array([_p_above(lead, epsilon, scale) for lead in leads]), q),
    )


def _rejected(p: Floats, q: float) -> float:
    return float(np.mean(marked_as_changed(list(p), q=q)))


def _p_below(lead: tuple[float, float, int], epsilon: float, scale: float) -> float:
    """Return the p value of "the person is ahead by epsilon or more", one-sided t.

    One cluster tells nothing: 1.
    """
    from scipy.special import stdtr  # heavy: only where a judge is checked

    mean, variance, clusters = lead
    if clusters < 2:
        return 1.0
    if variance <= 0:
        return float(mean >= epsilon)
    freedom = (clusters - 1) * scale
    return float(stdtr(freedom, (mean - epsilon) / np.sqrt(variance / scale)))


def _p_above(lead: tuple[float, float, int], epsilon: float, scale: float) -> float:
    """Return the p value of "the person is ahead by epsilon or less"."""
    mean, variance, clusters = lead
    return _p_below((-mean, variance, clusters), -epsilon, scale)


def _mean_lead(one: Duel, *, design: bool) -> tuple[float, float, int]:
    plan = _design(one, used=design)
    mean = plan.mean(one.lead)
    return mean, plan.variance(one.lead - mean), plan.clusters


def _balanced_lead(one: Duel, *, design: bool) -> tuple[float, float, int]:
    """Return the mean of both classes' means, with its variance, between clusters where asked."""
    clusters = one.clusters if design else tuple(range(len(one.lead)))
    weights = one.weights if design else np.ones(len(one.lead))
    adds: dict[Hashable, float] = {}
    for label in (True, False):
        mine = np.array([passing is label for passing in one.passing])
        theirs = [name for name, is_in in zip(clusters, mine, strict=True) if is_in]
        w, lead = weights[mine], one.lead[mine]
        apart = w * (lead - (w @ lead) / w.sum()) / w.sum() / 2
        count = len(set(theirs))
        few = np.sqrt(count / max(1, count - 1))
        for name, part in zip(theirs, apart, strict=True):
            adds[name] = adds.get(name, 0.0) + few * float(part)
    variance = sum(part**2 for part in adds.values())
    return _balanced(one, one.lead, used=design), variance, len(adds)


def _balanced(one: Duel, values: Floats, *, used: bool) -> float:
    means = []
    for label in (True, False):
        mine = np.array([passing is label for passing in one.passing])
        means.append(np.average(values[mine], weights=one.weights[mine] if used else None))
    return float(np.mean(means))


def _design(one: Duel, *, used: bool) -> Design:
    if not used:
        return Design.of(len(one.lead), None, None)
    return Design.of(len(one.lead), list(one.weights), one.clusters)


def _duel(items: Sequence[CheckItem], name: str, scoring: Scoring) -> Duel:
    fought = [
        one for one in items if one.judged is not None and name in one.votes and len(one.votes) > 1
    ]
    wins, lead, passing = [], [], []
    for one in fought:
        others = [value for person, value in one.votes.items() if person != name]
        judge = _nearness(one.judged, others, scoring)
        person = _nearness(one.votes[name], others, scoring)
        wins.append(float(judge >= person))
        lead.append(float(person >= judge) - float(judge >= person))
        passing.append(_most(others))
    return Duel(
        name,
        np.array(wins),
        np.array(lead),
        np.array([one.weight for one in fought]),
        tuple(one.cluster for one in fought),
        tuple(passing),
    )


def _nearness(value: Any, others: Sequence[Any], scoring: Scoring) -> float:
    if scoring == "accuracy":
        return sum(bool(value == other) for other in others) / len(others)
    apart = [(float(value) - float(other)) ** 2 for other in others]
    return -float(np.sqrt(np.mean(apart)))


def _most(others: Sequence[Any]) -> bool | None:
    passing = sum(other is True for other in others)
    return None if 2 * passing == len(others) else 2 * passing > len(others)
