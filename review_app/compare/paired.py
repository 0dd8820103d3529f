"""The same questions answered by two versions: the difference of their rates, pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, erfc, inf, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.effective import Design, Groups, Numbers, effective_at
from review_app.intervals import Interval

_STEPS = 60  # of halving: the ends are exact to the last digit shown, and far beyond
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Paired:
    """How two versions differ on the same items.

    Attributes:
        difference: rate of the first minus rate of the second.
        interval: Tango's score interval.
        n: pairs.
        only_first: pairs that only the first passes; a tie of reviewers is half a pass.
        only_second: pairs that only the second passes.
        p_value: of "the two are equally good".
        effective_n: how many independent, equally weighted pairs say as much.
    """

    difference: float
    interval: Interval
    n: int
    only_first: float
    only_second: float
    p_value: float
    effective_n: float


def paired(
    first: Numbers,
    second: Numbers,
    weights: Numbers | None = None,
    clusters: Groups | None = None,
    *,
    alpha: float = 0.05,
) -> Paired:
    """Return the difference of two versions on the same items.

    Pairs that weigh the same and stand alone have Tango's interval and the exact McNemar test.
    Else both count effective numbers (Rao and Scott 1992; ours for Tango's interval), and the
    p-value is never below the exact one of the pairs that differ.

    Args:
        first: what each item of the first version is: 1 passed, 0 failed, .5 for a tie.
        second: the same of the second, in the same order.
        weights: 1 / the chance that the pair was drawn; None weighs all the same.
        clusters: what hangs together; None for none.
        alpha: what both tails hold together.

    Raises:
        ValueError: when there is no pair.

    >>> found = paired([1] * 28 + [0] * 4, [1] * 16 + [0] * 12 + [1] * 3 + [0])
    >>> found.only_first, found.only_second, round(found.difference, 3)
    (12.0, 3.0, 0.281)
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if not len(one):
        raise ValueError("A difference needs at least one pair.")
    design = Design.of(len(one), weights, clusters)
    better, worse = one * (1 - other), (1 - one) * other
    effective = _effective_pairs(one - other, design, alpha)
    share_b, share_c = design.mean(better), design.mean(worse)
    interval = tango(share_b * effective, share_c * effective, effective, alpha=alpha)
    p = _p_value(better, worse, design, effective)
    b, c = float(better.sum()), float(worse.sum())
    return Paired(share_b - share_c, interval, len(one), b, c, p, effective)


def tango(only_first: float, only_second: float, n: float, *, alpha: float = 0.05) -> Interval:
    """Return the score interval of a difference of paired shares (T. Tango 1998).

    Args:
        only_first: pairs that only the first passes.
        only_second: pairs that only the second passes.
        n: all pairs; may be an effective number, as may the others.
        alpha: what both tails hold together.

    >>> found = tango(9, 3, 32)
    >>> round(found.low, 3), round(found.high, 3)
    (-0.027, 0.39)
    >>> found = tango(24, 3, 159)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0744, 0.1991)
    """
    z = NormalDist().inv_cdf(1 - alpha / 2)
    seen = (only_first - only_second) / n

    def score(difference: float) -> float:
        rare = _nuisance(only_first, only_second, n, difference)
        spread = n * (2 * rare + difference * (1 - difference))
        gap = only_first - only_second - n * difference
        return gap / sqrt(spread) if spread > 0 else (copysign(inf, gap) if gap else 0.0)

    return Interval(_end(score, z, -1.0, seen), _end(score, z, 1.0, seen))


def mcnemar(only_first: float, only_second: float) -> float:
    """Return the exact two-sided p-value of McNemar's test.

    Between whole numbers, which ties of reviewers and weights make, it is that of the binomial's
    tail as an incomplete beta function.

    >>> round(mcnemar(24, 3), 6), mcnemar(12, 12), mcnemar(0, 0)
    (4.9e-05, 1.0, 1.0)
    >>> mcnemar(5, 0) <= mcnemar(4.5, 0) <= mcnemar(4, 0)
    True
    """
    from scipy.special import betainc  # heavy: only where versions are compared

    n, fewer = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * float(betainc(n - fewer, fewer + 1, 0.5))) if n > 0 else 1.0


def _p_value(
    better: NDArray[np.float64], worse: NDArray[np.float64], design: Design, effective: float
) -> float:
    b, c = design.mean(better), design.mean(worse)
    p = mcnemar(*_parted(_differing(better + worse, design), b, c))
    if effective >= len(better) - _ROUNDING:
        return p
    return max(p, _mcnemar_at(b * effective, c * effective))


def _differing(differ: NDArray[np.float64], design: Design) -> float:
    """Return how many pairs differ, at most what their weights are worth (Kish 1965)."""
    weights = design.weights[differ > 0]
    if not len(weights):
        return 0.0
    return float(differ.sum()) * float(weights.sum()) ** 2 / float(weights @ weights) / len(weights)


def _parted(worth: float, first: float, second: float) -> tuple[float, float]:
    both = first + second
    return (worth * first / both, worth * second / both) if both > 0 else (0.0, 0.0)


def _mcnemar_at(only_first: float, only_second: float) -> float:
    """Return the p-value at effective numbers, by the normal approximation."""
    both = only_first + only_second
    return erfc(abs(only_first - only_second) / sqrt(2 * both)) if both > 0 else 1.0


def _effective_pairs(differences: NDArray[np.float64], design: Design, alpha: float) -> float:
    """Return what the pairs are worth, by the variance of their mean difference."""
    mean = design.mean(differences)
    spread = design.mean((differences - mean) ** 2)
    if spread <= 0:
        return effective_at(1.0, 0.0, design, alpha=alpha)
    inflation = design.variance(differences - mean) * (len(differences) - 1) / spread
    return effective_at(inflation, float(np.abs(differences).sum()), design, alpha=alpha)


def _nuisance(b: float, c: float, n: float, difference: float) -> float:
    """Return the most likely share of pairs that only the second passes, given a difference."""
    linear = (2 * n - b + c) * difference - b - c
    constant = -c * difference * (1 - difference)
    return (sqrt(max(0.0, linear**2 - 8 * n * constant)) - linear) / (4 * n)


def _end(score: Callable[[float], float], z: float, edge: float, seen: float) -> float:
    """Return the difference between the seen one and an edge that is just not ruled out."""
    if abs(score(edge)) <= z:
        return edge
    out, within = edge, seen
    for _ in range(_STEPS):
        middle = (out + within) / 2
        if abs(score(middle)) > z:
            out = middle
        else:
            within = middle
    return (out + within) / 2
