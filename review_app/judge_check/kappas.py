"""Kappa of the judge with people, against kappa of people with each other, on the same items.

Both are functions of sums over clusters, so that a paired bootstrap only adds them up anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_app.agreement.bootstrap import DRAWS
from review_app.agreement.coefficients import Coefficient
from review_app.intervals import Interval
from review_app.judge_check.items import CheckItem
from review_app.judge_check.spread import Spread

Floats = NDArray[np.float64]
_CELLS = 4  # of a table of two answers by two people: both fail, first, second, both pass


@dataclass(frozen=True)
class Kappas:
    """How the judge agrees with people, beside how people agree with each other.

    Attributes:
        judge: mean over people of Cohen's kappa of the judge with each; None where undefined.
        people: Cohen's kappa over all pairs of people, put together; None where undefined.
        difference: judge minus people.
        interval: of the difference, 95 %, paired bootstrap of clusters.
        lower: its lower bound at the level of this look.
        upper: its upper bound at the same level.
        lower_5: its lower 5 % bound, whatever the look.
        items: on how many items two people or more answered.
        each: reviewer -> kappa of the judge with them; None where undefined.
    """

    judge: float | None
    people: float | None
    difference: float | None
    interval: Interval | None
    lower: float | None
    upper: float | None
    lower_5: float | None
    items: int
    each: dict[str, float | None]


def kappas(items: Sequence[CheckItem], one_sided: float = 0.025, draws: int = DRAWS) -> Kappas:
    """Return both kappas and the paired bootstrap of their difference.

    Both are over the items that two people or more answered. Where there is none, the judge's own
    is over all, and stands beside nothing.

    Args:
        items: with votes and the judge as pass or fail.
        one_sided: what the tail outside each bound holds.
        draws: how often the clusters are drawn anew.
    """
    answered = [one for one in items if one.judged is not None and one.votes]
    of_two = [one for one in answered if len(one.votes) > 1]
    used = of_two or answered
    names = sorted({name for one in used for name in one.votes})
    parts = _parts(used, names)
    total = parts.sum(axis=0)
    judge, people = (_known(f(total)) for f in (_with_judge, _among_people))
    each = {name: _known(k) for name, k in zip(names, _each(total), strict=True)}
    if judge is None or people is None:
        return Kappas(judge, people, None, None, None, None, None, len(of_two), each)
    spread = Spread(Coefficient(parts, lambda s: _with_judge(s) - _among_people(s)), draws)
    if not spread.known:
        return Kappas(judge, people, judge - people, None, None, None, None, len(of_two), each)
    bounds = spread.interval(one_sided)
    return Kappas(
        judge=judge,
        people=people,
        difference=judge - people,
        interval=spread.interval(),
        lower=bounds.low,
        upper=bounds.high,
        lower_5=spread.interval(0.05).low,
        items=len(of_two),
        each=each,
    )


def cohen(table: Floats) -> Floats:
    """Return Cohen's kappa of tables of four cells; NaN where nobody varies.

    >>> round(float(cohen(np.array([0.0, 2.0, 5.0, 118.0]))), 3)
    -0.023
    """
    fails, first, second, passes = (table[..., cell] for cell in range(_CELLS))
    n = fails + first + second + passes
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (fails + passes) / n
        one, other = (first + passes) / n, (second + passes) / n
        expected = one * other + (1 - one) * (1 - other)
        return np.where(np.isclose(expected, 1.0), np.nan, (observed - expected) / (1 - expected))


def _parts(used: Sequence[CheckItem], names: Sequence[str]) -> Floats:
    """Return clusters x sums: a table with each person, then one of all pairs of people."""
    column = {name: number * _CELLS for number, name in enumerate(names)}
    rows: dict[Hashable, int] = {}
    for one in used:
        rows.setdefault(one.cluster, len(rows))
    parts = np.zeros((len(rows), (len(names) + 1) * _CELLS))
    for one in used:
        row = parts[rows[one.cluster]]
        for name, vote in one.votes.items():
            row[column[name] + 2 * bool(vote) + bool(one.judged)] += one.weight
        passing = sum(map(bool, one.votes.values()))
        failing = len(one.votes) - passing
        mixed = passing * failing
        pairs = [failing * (failing - 1), mixed, mixed, passing * (passing - 1)]
        row[-_CELLS:] += one.weight * np.array(pairs, dtype=float)
    return parts


def _each(sums: Floats) -> Floats:
    tables = sums[..., :-_CELLS]
    return cohen(tables.reshape(*tables.shape[:-1], -1, _CELLS))


def _with_judge(sums: Floats) -> Floats:
    each = _each(sums)
    known = np.isfinite(each)
    count = known.sum(axis=-1)
    total = np.where(known, each, 0.0).sum(axis=-1)
    return np.where(count == 0, np.nan, total / np.maximum(count, 1))


def _among_people(sums: Floats) -> Floats:
    return cohen(sums[..., -_CELLS:])


def _known(value: Floats) -> float | None:
    return float(value) if np.isfinite(value) else None
