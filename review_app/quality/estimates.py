"""Estimates: a sample and a judge's scores become the marks of one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.sequences import FEWEST, while_running
from review_app.estimate.share import weighted_share
from review_app.intervals import Interval
from review_app.quality.labels import LabeledItem
from review_app.quality.samples import Weighted
from review_app.quality.values import Rate

OPENED = 500  # traces that a mark opens; failing ones come first
UNJUDGED = 0.1  # share of answers without a value from which the bounds are shown
NOT_LABELED = "Nobody has labeled answers of this version in this window."
TOO_EARLY = f"While the campaign runs, an interval takes {FEWEST} labels."
NOBODY_COULD = "Nobody could judge these items."


def human_rate(items: Sequence[Weighted], clusters: Mapping[str, str], *, planned: int = 0) -> Rate:
    """Return the rate from labels alone.

    Args:
        items: of one sample.
        clusters: trace id -> what it hangs together with.
        planned: how many labels there will be, where more are to come: the interval is then one
            that may be looked at every day. 0 where all are there.
    """
    judged = [item for item in items if item.value is not None]
    if not judged:
        return Rate(why=NOBODY_COULD if items else NOT_LABELED)
    return _rate(judged, [float(item.value or 0) for item in judged], clusters, planned)


def settled_rate(
    items: Sequence[Weighted], clusters: Mapping[str, str], *, planned: int = 0
) -> Rate:
    """Return the rate after adjudication; without a value unless all disagreements are settled.

    Args:
        items: of one sample.
        clusters: trace id -> what it hangs together with.
        planned: as for ``human_rate``.
    """
    judged = [item for item in items if item.value is not None]
    divided = [item for item in judged if item.value not in (0.0, 1.0)]
    ruled = [item for item in judged if item.decided is not None]
    if not ruled:
        return Rate(why="No disagreement has been settled.")
    if any(item.decided is None for item in divided):
        return Rate(why="Some disagreements are not settled yet.")
    values = [float((i.value if i.decided is None else i.decided) or 0) for i in judged]
    return _rate(judged, values, clusters, planned)


def rates_by_reviewer(
    items: Sequence[Weighted], clusters: Mapping[str, str], *, planned: int = 0
) -> dict[str, Rate]:
    """Return each reviewer's own rate, where there are several.

    Args:
        items: of one sample.
        clusters: trace id -> what it hangs together with.
        planned: as for ``human_rate``.
    """
    names = sorted({name for item in items for name in item.by})
    if len(names) < 2:
        return {}
    theirs = {name: [item for item in items if name in item.by] for name in names}
    return {
        name: _rate(some, [item.by[name] for item in some], clusters, planned)
        for name, some in theirs.items()
    }


def unjudged_share(items: Sequence[Weighted]) -> float:
    """Return the share of answers that say "cannot judge" or are missing."""
    missing = sum(item.unjudged for item in items)
    answers = missing + sum(max(1, len(i.by)) if i.value is not None else 0 for i in items)
    return missing / answers if answers else 0.0


def bounds_of(items: Sequence[Weighted]) -> Interval | None:
    """Return the rate if all answers without a value failed, and if all passed."""
    if unjudged_share(items) <= UNJUDGED:
        return None
    answered = [item for item in items if item.value is not None or item.unjudged]
    weights = [item.weight for item in answered]
    low, high = (
        float(np.average([_filled(item, fill) for item in answered], weights=weights))
        for fill in (0.0, 1.0)
    )
    return Interval(low, high)


def _filled(item: Weighted, fill: float) -> float:
    """Return an item's mean with every answer that has no value put in."""
    answers = max(1, len(item.by)) if item.value is not None else 0
    return ((item.value or 0.0) * answers + fill * item.unjudged) / (answers + item.unjudged)


def judge_rate(
    passed: NDArray[np.float64], trace_ids: Sequence[str], rows: NDArray[np.int64]
) -> Rate:
    """Return the share of scored traces that a judge passes: a count of what it said.

    Args:
        passed: 1, 0 or not a number for each trace of ``rows``.
        trace_ids: ids of all traffic.
        rows: rows of the cell's traffic.
    """
    scored = int(np.isfinite(passed).sum())
    if not scored:
        return Rate(why="This judge has scored none of these traces.")
    order = [*rows[passed == 0][-OPENED:][::-1], *rows[passed == 1][-OPENED:][::-1]][:OPENED]
    share = float(np.nanmean(passed))
    return Rate(share, None, scored, traces=tuple(trace_ids[row] for row in order))


def shown_rate(left_out: Mapping[str, Sequence[LabeledItem]]) -> Rate:
    """Return the share among labeled items that no frame allows a rate of."""
    places: dict[str, list[float]] = {}
    for items in left_out.values():
        for item in items:
            places.setdefault(item.trace_id, []).extend(
                [item.known] if item.known is not None else item.by.values()
            )
    means = {trace_id: sum(by) / len(by) for trace_id, by in places.items() if by}
    if not means:
        return Rate()
    reasons = sorted(left_out, key=lambda why: -len(left_out[why]))
    order = sorted(means, key=lambda trace_id: (means[trace_id], trace_id))
    why = f"These are {reasons[0]}."
    value = sum(means.values()) / len(means)
    return Rate(value, None, len(means), why, tuple(order[:OPENED]))


def more_labels(n: int, interval: Interval | None, goal: float) -> int | None:
    """Return how many more labels bring half the width of an interval down to ``goal``.

    Widths shrink with the square root of n, whatever the design and the scores that help.

    >>> more_labels(100, Interval(0.7, 0.9), 0.05)
    300
    """
    if interval is None or not n:
        return None
    ratio = (interval.high - interval.low) / 2 / goal
    return max(0, ceil(n * ratio**2 - 1e-9) - n)


def _rate(
    items: Sequence[Weighted],
    values: Sequence[float],
    clusters: Mapping[str, str],
    planned: int = 0,
) -> Rate:
    weights = [item.weight for item in items]
    together = [clusters.get(item.trace_id, item.trace_id) for item in items]
    share = weighted_share(values, weights, together)
    interval, why = share.interval, ""
    if planned:
        alone = len(set(together)) == len(items) and len(set(weights)) == 1
        plain = alone and set(values) <= {0.0, 1.0}
        interval = while_running(share, plain=plain, best_at=planned)
        why = "" if interval else TOO_EARLY
    order = sorted(zip(values, (item.trace_id for item in items), strict=True))
    return Rate(share.value, interval, share.n, why, tuple(t for _, t in order[:OPENED]))
