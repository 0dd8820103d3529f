"""Two versions on separate traffic: the difference of their rates."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from review_app.estimate.share import Share
from review_app.intervals import Interval, wilson

_STEPS = 50  # of halving
_SMALLEST = 1e-12  # a p-value below that says nothing more


@dataclass(frozen=True)
class Apart:
    """How two versions differ on separate items.

    Attributes:
        difference: rate of the first minus rate of the second.
        interval: of it.
        p_value: of "the two are equally good".
    """

    difference: float
    interval: Interval
    p_value: float


def apart(first: Share, second: Share) -> Apart:
    """Return the difference of two rates that no item, session or user has a part in both of.

    Newcombe's hybrid score interval (1998, method 10) from the intervals that the two rates have:
    of plain labels his own, of weighted or clustered ones the same at effective numbers (Zou and
    Donner 2008). The p-value is where that interval would just end at 0.

    Args:
        first: a rate with its interval.
        second: the same.

    Raises:
        ValueError: when one of them stands on nothing.

    >>> from review_app.estimate.share import weighted_share
    >>> def share(some, of):
    ...     return weighted_share([1] * some + [0] * (of - some))
    >>> found = apart(share(56, 70), share(48, 80))
    >>> round(found.interval.low, 4), round(found.interval.high, 4)
    (0.0524, 0.3339)
    >>> 0 < found.p_value < 0.05
    True
    """
    if not (first.interval and second.interval):
        raise ValueError("A difference needs labels of both versions.")
    one, other = first.value or 0.0, second.value or 0.0
    found = _hybrid((one, first.interval), (other, second.interval))
    return Apart(one - other, found, _p_value(first, second))


def _hybrid(first: tuple[float, Interval], second: tuple[float, Interval]) -> Interval:
    (one, of_one), (other, of_other) = first, second
    below = sqrt((one - of_one.low) ** 2 + (of_other.high - other) ** 2)
    above = sqrt((of_one.high - one) ** 2 + (other - of_other.low) ** 2)
    return Interval(one - other - below, one - other + above)


def _p_value(first: Share, second: Share) -> float:
    """Return the level at which the interval would just leave out 0."""
    one, other = first.value or 0.0, second.value or 0.0
    if one == other:
        return 1.0
    low, high = _SMALLEST, 1.0
    for _ in range(_STEPS):
        alpha = (low + high) / 2
        found = _hybrid(
            (one, wilson(one, first.effective_n, alpha=alpha)),
            (other, wilson(other, second.effective_n, alpha=alpha)),
        )
        if found.low <= 0 <= found.high:
            low = alpha
        else:
            high = alpha
    return high
