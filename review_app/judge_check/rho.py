"""The interval of rho: how sure the mean share of duels is that the judge wins."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from review_app.agreement.coefficients import Coefficient
from review_app.intervals import Interval
from review_app.judge_check.alt_test import Duel
from review_app.judge_check.spread import Spread

_PLAIN: tuple[tuple[bool | None, ...], ...] = ((True, False, None),)  # one class of all items
_BALANCED: tuple[tuple[bool | None, ...], ...] = ((True,), (False,))


def rho_interval(found: Sequence[Duel], *, balanced: bool = False) -> Interval | None:
    """Return the 95 % interval of rho over those with enough items, bootstrap of clusters.

    Args:
        found: the duels.
        balanced: True for the guard: failing and passing items weigh the same.
    """
    fought = [one for one in found if (one.enough_of_each if balanced else one.enough)]
    if not fought:
        return None
    classes = _BALANCED if balanced else _PLAIN
    rows: dict[Hashable, int] = {}
    for one in fought:
        for cluster in one.clusters:
            rows.setdefault(cluster, len(rows))
    columns = []
    for one in fought:
        at = [rows[cluster] for cluster in one.clusters]
        for passing in classes:
            weights = one.weights * np.array([label in passing for label in one.passing])
            columns += [_summed(at, weights * one.wins, rows), _summed(at, weights, rows)]
    spread = Spread(Coefficient(np.column_stack(columns), _mean_share))
    return spread.interval() if spread.known else None


def _summed(at: Sequence[int], values: np.ndarray, rows: dict[Hashable, int]) -> np.ndarray:
    return np.bincount(at, values, minlength=len(rows)).astype(float)


def _mean_share(sums: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((sums[..., 0::2] / sums[..., 1::2]).mean(axis=-1))
