"""Shares of a weighted, clustered sample: the one interval that every rate on screen has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from review_app.estimate.effective import Design, Groups, Numbers, effective_n
from review_app.intervals import Interval, wilson


@dataclass(frozen=True)
class Share:
    """A share with its interval.

    Attributes:
        value: 0 to 1; None where there is nothing to count.
        interval: None where there is nothing to count.
        n: how many items it stands on.
        clusters: how many independent clusters these are.
        effective_n: how many independent, equally weighted items would say as much: the interval
            is Wilson's at that number.
    """

    value: float | None
    interval: Interval | None
    n: int
    clusters: int
    effective_n: float


NOTHING = Share(None, None, 0, 0, 0.0)


def weighted_share(
    values: Numbers,
    weights: Numbers | None = None,
    clusters: Groups | None = None,
    *,
    alpha: float = 0.05,
) -> Share:
    """Return the weighted mean of values from 0 to 1 with a two-sided ``1 - alpha`` interval.

    Wilson's interval at the effective number of items (``effective_n`` says how that is found).
    Items of equal weight that do not hang together have plain Wilson's interval.

    Args:
        values: one an item: 1 passed, 0 failed, between where people were divided.
        weights: 1 / the chance of having been drawn; None weighs all the same.
        clusters: what hangs together: a session, a group of near-copies; None for none.
        alpha: what both tails hold together.

    Raises:
        ValueError: when a value is no share, a weight is not more than 0, or lengths differ.

    >>> plain = weighted_share([1] * 81 + [0] * 182)
    >>> round(plain.interval.low, 4), round(plain.interval.high, 4), round(plain.effective_n, 6)
    (0.2553, 0.3662, 263.0)
    >>> sessions = weighted_share([1, 1, 0, 0] * 10, clusters=[turn // 2 for turn in range(40)])
    >>> sessions.value, sessions.clusters, round(sessions.effective_n, 1)
    (0.5, 20, 18.4)
    """
    y = np.asarray(values, dtype=float)
    if not len(y):
        return NOTHING
    if not ((y >= 0) & (y <= 1)).all():
        raise ValueError("A share counts values from 0 to 1.")
    design = Design.of(len(y), weights, clusters)
    value = min(1.0, max(0.0, design.mean(y)))
    effective = effective_n(value, design.variance(y - value), design, alpha=alpha)
    return Share(value, wilson(value, effective, alpha=alpha), len(y), design.clusters, effective)
