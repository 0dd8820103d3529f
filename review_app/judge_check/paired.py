"""Two versions of a judge on the same items: before and after alignment."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from review_app.agreement.coefficients import Coefficient
from review_app.intervals import Interval
from review_app.judge_check.spread import Spread
from review_app.judge_check.values import Seen


@dataclass(frozen=True)
class Paired:
    """How often two judges are right about the same items.

    Attributes:
        n: items that both scored.
        before: share that the first is right about; None for none.
        after: the same of the second.
        difference: after minus before.
        interval: of the difference, 95 %, paired bootstrap of clusters.
        won: items that only the second is right about.
        lost: items that only the first is right about.
        p: of the exact McNemar test (items taken for independent).
    """

    n: int
    before: float | None
    after: float | None
    difference: float | None
    interval: Interval | None
    won: tuple[str, ...]
    lost: tuple[str, ...]
    p: float | None


def paired(before: Sequence[Seen], after: Sequence[Seen], label: bool | None = None) -> Paired:  # noqa: FBT001 - the label that is meant
    """Return the difference between two judges on the items that both were checked on.

    Args:
        before: the items of the first check.
        after: those of the second.
        label: only good answers (True) or bad ones (False); None for all.
    """
    earlier = {one.trace_id: one for one in before}
    both = [
        (earlier[one.trace_id].judged is one.label, one.judged is one.label, one)
        for one in after
        if _usable(one, earlier.get(one.trace_id)) and label in (None, one.label)
    ]
    if not both:
        return Paired(0, None, None, None, None, (), (), None)
    rows: dict[Hashable, int] = {}
    for _, _, one in both:
        rows.setdefault(one.cluster, len(rows))
    parts = np.zeros((len(rows), 3))
    for first, second, one in both:
        parts[rows[one.cluster]] += one.weight * np.array([1.0, first, second])
    total = parts.sum(axis=0)
    gain = Coefficient(parts, lambda s: (s[..., 2] - s[..., 1]) / s[..., 0])
    spread = Spread(gain)
    won = tuple(one.trace_id for first, second, one in both if second and not first)
    lost = tuple(one.trace_id for first, second, one in both if first and not second)
    return Paired(
        n=len(both),
        before=float(total[1] / total[0]),
        after=float(total[2] / total[0]),
        difference=gain.point,
        interval=spread.interval() if spread.known else None,
        won=won,
        lost=lost,
        p=exact(len(won), len(lost)),
    )


def exact(won: int, lost: int) -> float:
    """Return the two-sided p value of the exact McNemar test.

    >>> f"{exact(24, 3):.1e}", exact(12, 12)
    ('4.9e-05', 1.0)
    """
    n, fewer = won + lost, min(won, lost)
    return min(1.0, 2 * sum(comb(n, k) for k in range(fewer + 1)) / (1 << n))


def _usable(one: Seen, other: Seen | None) -> bool:
    if other is None or None in (one.label, one.judged, other.judged):
        return False
    return other.label is one.label
