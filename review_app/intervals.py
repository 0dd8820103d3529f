"""Intervals: how far off a share may be that was counted on a sample."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_Z_95 = 1.959963984540054  # of the normal distribution, 2.5 % in each tail


@dataclass(frozen=True)
class Interval:
    """The two ends of an interval: shares from 0 to 1, or differences of shares from -1 to 1."""

    low: float
    high: float


def wilson(share: float, n: float, *, alpha: float = 0.05) -> Interval:
    """Return Wilson's interval of a share (E. B. Wilson, JASA 22, 1927).

    Args:
        share: what was counted, 0 to 1.
        n: how many independent observations it stands on; more than 0.
        alpha: what both tails hold together; 95 % of such intervals are right with .05.

    Raises:
        ValueError: when ``n`` is not more than 0 or ``share`` is none.

    >>> [round(end, 4) for end in (wilson(81 / 263, 263).low, wilson(81 / 263, 263).high)]
    [0.2553, 0.3662]
    >>> [round(end, 4) for end in (wilson(0, 20).low, wilson(0, 20).high)]
    [0.0, 0.1611]
    """
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError("A share needs at least one observation.")
    z = _Z_95 if alpha == 0.05 else -NormalDist().inv_cdf(alpha / 2)
    squared = z**2
    centre = share + squared / (2 * n)
    half = z * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    whole = 1 + squared / n
    return Interval(max(0.0, (centre - half) / whole), min(1.0, (centre + half) / whole))


def newcombe(first: tuple[int, int], second: tuple[int, int]) -> Interval:
    """Return the 95 % interval of first share minus second, of separate observations.

    The hybrid score method (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10).

    Args:
        first: how many of how many.
        second: the same.

    Raises:
        ValueError: when one of them has no observations.

    >>> found = newcombe((56, 70), (48, 80))
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    >>> found = newcombe((9, 10), (3, 10))
    >>> round(found.low, 4), round(found.high, 4)
    (0.1705, 0.809)
    """
    if not first[1] or not second[1]:
        raise ValueError("A share needs at least one observation.")
    one, other = first[0] / first[1], second[0] / second[1]
    of_one, of_other = wilson(one, first[1]), wilson(other, second[1])
    below = sqrt((one - of_one.low) ** 2 + (of_other.high - other) ** 2)
    above = sqrt((of_one.high - one) ** 2 + (other - of_other.low) ** 2)
    return Interval(one - other - below, one - other + above)
