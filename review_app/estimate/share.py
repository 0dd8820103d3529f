"""Shares of a weighted, clustered sample: the one interval that every rate on screen has."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from review_app.intervals import Interval


@dataclass(frozen=True)
class Share:
    """A share with its interval.

    Attributes:
        value: 0 to 1; None where there is nothing to count.
        interval: None where there is nothing to count.
        n: how many items it stands on.
        clusters: how many independent clusters these are.
        effective_n: how many independent, equally weighted items would say as much.
    """

    value: float | None
    interval: Interval | None
    n: int
    clusters: int
    effective_n: float


NOTHING = Share(None, None, 0, 0, 0.0)


def weighted_share(
    values: Sequence[float],
    weights: Sequence[float] | None = None,
    clusters: Sequence[Hashable] | None = None,
    *,
    alpha: float = 0.05,
) -> Share:
    """Return the weighted mean of values from 0 to 1 with a two-sided ``1 - alpha`` interval.

    Args:
        values: one an item: 1 passed, 0 failed, between where people were divided.
        weights: 1 / the chance of having been drawn; None weighs all the same.
        clusters: what hangs together: a session, a group of near-copies; None for none.
        alpha: what both tails hold together.
    """
    y = np.asarray(values, dtype=float)
    if not len(y):
        return NOTHING
    raise NotImplementedError((weights, clusters, alpha))
