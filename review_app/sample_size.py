"""Sample sizes: what so many labels can show, before any of them is there."""

from __future__ import annotations

from math import ceil, sqrt

from review_app.intervals import wilson

_Z_95 = 1.959963984540054  # two-sided, 5 %
_Z_80 = 0.8416212335729143  # power of 80 %


def half_width(n: int, share: float) -> float:
    """Return half the width of Wilson's 95 % interval of a share from n labels.

    >>> round(half_width(245, 0.8), 3), round(half_width(141, 0.9), 3)
    (0.05, 0.05)
    """
    interval = wilson(share, n)
    return (interval.high - interval.low) / 2


def labels_for(half: float, share: float) -> int:
    """Return how many labels bring half the width of Wilson's 95 % interval down to ``half``.

    >>> labels_for(0.05, 0.5), labels_for(0.05, 0.8), labels_for(0.05, 0.9), labels_for(0.03, 0.9)
    (381, 245, 141, 388)
    """
    low, high = 1, 10_000_000
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if half_width(middle, share) <= half else (middle + 1, high)
    return low


def per_arm(first: float, second: float) -> int:
    """Return labels per version that show two rates to differ: 5 % two-sided, power 80 %.

    The formula with the pooled variance (Fleiss, Levin and Paik, Statistical Methods for Rates and
    Proportions, 2003, ch. 4, without continuity correction).

    >>> per_arm(0.8, 0.9)
    199
    """
    pooled = (first + second) / 2
    under_none = _Z_95 * sqrt(2 * pooled * (1 - pooled))
    under_both = _Z_80 * sqrt(first * (1 - first) + second * (1 - second))
    return ceil(((under_none + under_both) / (first - second)) ** 2)


def pairs_for(difference: float, apart: float) -> int:
    """Return pairs of the same question that show two versions to differ: 5 %, power 80 %.

    McNemar's test (R. J. Connor, Biometrics 43, 1987).

    Args:
        difference: of the two rates.
        apart: share of the pairs that only one of the two passes; at least ``difference``.

    >>> pairs_for(0.1, 0.2), pairs_for(0.1, 0.3)
    (155, 234)
    """
    under_both = _Z_80 * sqrt(apart - difference**2)
    return ceil(((_Z_95 * sqrt(apart) + under_both) / difference) ** 2)


def difference(n: int, share: float) -> float:
    """Return the smallest fall from ``share`` that n labels per version show with power 80 %.

    >>> round(difference(199, 0.9), 2)
    0.1
    """
    for points in range(1, 100):
        lower = share - points / 100
        if lower <= 0:
            break
        if per_arm(lower, share) <= n:
            return points / 100
    return 1.0


def surely_seen(n: int) -> float:
    """Return the smallest share of the pool that shows at least once in n items, 95 % of the time.

    >>> round(surely_seen(60), 3)
    0.049
    """
    return 1 - float(0.05 ** (1 / n)) if n else 1.0
