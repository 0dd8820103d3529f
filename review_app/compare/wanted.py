"""How many more labels may settle a comparison."""

from __future__ import annotations

from math import ceil

from review_app.compare.paired import Paired
from review_app.estimate.share import Share
from review_app.intervals import Interval
from review_app.sample_size import pairs_for, per_arm


def more_apart(first: Share, second: Share, interval: Interval, margin: float) -> int:
    """Return how many more labels of each version may settle which of two is better.

    As many as show the difference that was seen, or one that matters where that is larger, with
    power 80 %; each label counts as much as those that are there.

    >>> from review_app.estimate.share import weighted_share
    >>> def share(some, of):
    ...     return weighted_share([1] * some + [0] * (of - some))
    >>> more_apart(share(45, 50), share(40, 50), Interval(-0.04, 0.24), 0.05)
    150
    """
    one, other = first.value or 0.0, second.value or 0.0
    goal = max(abs(one - other), margin)
    middle = min(1 - goal / 2, max(goal / 2, (one + other) / 2))
    wanted = per_arm(middle - goal / 2, middle + goal / 2)
    fewer = min(first, second, key=lambda share: share.effective_n)
    labels_each = fewer.n / fewer.effective_n
    by_width = fewer.n * (((interval.high - interval.low) / 2 / goal) ** 2)
    return max(1, ceil(max(wanted * labels_each, by_width)) - fewer.n)


def more_pairs(found: Paired, margin: float) -> int:
    """Return how many more pairs may settle it, by the same rule.

    >>> from review_app.compare.paired import paired
    >>> more_pairs(paired([1] * 9 + [0] * 3 + [1] * 20, [0] * 9 + [1] * 3 + [1] * 20), 0.05)
    50
    """
    goal = max(abs(found.difference), margin)
    apart = (found.only_first + found.only_second) / found.n
    wanted = pairs_for(goal, max(apart, goal)) * found.n / found.effective_n
    half = (found.interval.high - found.interval.low) / 2
    return max(1, ceil(max(wanted, found.n * (half / goal) ** 2)) - found.n)
