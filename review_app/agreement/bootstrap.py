"""Bootstrap: how far a coefficient may be off, by drawing clusters of items anew.

Clusters with the same sums are the same to a coefficient. They are counted once, and a draw is how
often each kind comes: a multinomial, whatever the number of answers.
"""

from __future__ import annotations

import numpy as np

from review_app.agreement.coefficients import Coefficient
from review_app.intervals import Interval

DRAWS = 2000
ENOUGH = 0.9  # of the draws must have a coefficient at all
_CELLS = 4_000_000  # of one block of draws


def interval(coefficient: Coefficient, seed: int = 1, draws: int = DRAWS) -> Interval | None:
    """Return the 95 % percentile interval; None where the coefficient is mostly undefined.

    Args:
        coefficient: over at least two clusters.
        seed: what the random numbers begin with.
        draws: how often the clusters are drawn anew.
    """
    drawn = redrawn(coefficient, seed, draws)
    known = drawn[np.isfinite(drawn)]
    if len(coefficient.parts) < 2 or len(known) < ENOUGH * draws:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(float(low), float(high))


def redrawn(coefficient: Coefficient, seed: int, draws: int) -> np.ndarray:
    """Return the coefficient of each draw; NaN where it is undefined."""
    if not len(coefficient.parts):
        return np.full(draws, np.nan)
    kinds, often = np.unique(coefficient.parts, axis=0, return_counts=True)
    total = int(often.sum())
    chance = np.random.default_rng(seed)
    block = max(1, _CELLS // max(1, len(kinds)))
    found = []
    for start in range(0, draws, block):
        mixes = chance.multinomial(total, often / total, size=min(block, draws - start))
        found.append(coefficient.value(mixes @ kinds))
    return np.concatenate(found)
