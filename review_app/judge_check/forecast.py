"""What would settle an open test: how many more labels, if all goes on as it is. A forecast."""

from __future__ import annotations

from math import ceil

from review_app.intervals import wilson
from review_app.judge_check.alt_test import Duel, alt_test, guard

MOST = 20_000  # items; more is no advice
FACTORS = (1.5, 2, 3, 5, 10)  # times as many items
NO_NUMBER = "It is so near to the limit that no realistic number of labels will settle it."


def items_for_share(share: float, worth: float, limit: float, one_sided: float) -> int | None:
    """Return how many items bring a bound of a share to the right side; None for too many.

    Args:
        share: what was found.
        worth: how much one item is worth: effective n / n.
        limit: what the bound must reach, from above or below.
        one_sided: what the tail outside the bound holds.

    >>> items_for_share(0.9, 1.0, 0.8, 0.025), items_for_share(0.8, 1.0, 0.8, 0.025)
    (62, None)
    """
    low, high = 1, MOST
    if not _settled(share, high * worth, limit, one_sided):
        return None
    while low < high:
        middle = (low + high) // 2
        if _settled(share, middle * worth, limit, one_sided):
            high = middle
        else:
            low = middle + 1
    return low


def items_for_difference(
    difference: float, lower: float, upper: float, limit: float, n: int
) -> int | None:
    """Return how many items bring a bound of a difference to the right side; None for too many.

    The width of an interval goes with one over the root of the number of items.

    >>> items_for_difference(0.0, -0.2, 0.2, -0.1, 100)
    400
    """
    room = abs(difference - limit)
    half = difference - lower if difference > limit else upper - difference
    if room <= 0 or n * (half / room) ** 2 > MOST:
        return None
    return ceil(n * (half / room) ** 2)


def times_for_omega(found: list[Duel], epsilon: float, q: float, *, balanced: bool) -> float | None:
    """Return how many times the items would decide the alt-test (or the guard); None for too many.

    It is decided where the judge can replace half of the people, or surely not half of them.
    """
    test = guard if balanced else alt_test
    for times in FACTORS:
        one = test(found, epsilon, q=q, design=True, scale=times)
        if one.omega is not None and (one.omega >= 0.5 or one.worse > 0.5):
            return times
    return None


def _settled(share: float, n: float, limit: float, one_sided: float) -> bool:
    found = wilson(share, n, alpha=2 * one_sided)
    return found.low >= limit if share > limit else found.high < limit
