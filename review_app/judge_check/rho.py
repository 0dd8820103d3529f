"""The interval of rho: how sure the mean share of duels is that the judge wins."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from review_app.agreement.coefficients import Coefficient
from review_app.intervals import Interval
from review_app.judge_check.alt_test import Duel
from review_app.judge_check.spread import Spread


def rho_interval(found: Sequence[Duel]) -> Interval | None:
    """Return the 95 % interval of rho over those with enough items, bootstrap of clusters."""
    fought = [one for one in found if one.enough]
    rows: dict[Hashable, int] = {}
    for one in fought:
        for cluster in one.clusters:
            rows.setdefault(cluster, len(rows))
    parts = np.zeros((len(rows), 2 * len(fought)))
    for number, one in enumerate(fought):
        at = [rows[cluster] for cluster in one.clusters]
        np.add.at(parts[:, 2 * number], at, one.weights * one.wins)
        np.add.at(parts[:, 2 * number + 1], at, one.weights)
    if not fought:
        return None

    def rho(sums: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((sums[..., 0::2] / sums[..., 1::2]).mean(axis=-1))

    spread = Spread(Coefficient(parts, rho))
    return spread.interval() if spread.known else None
