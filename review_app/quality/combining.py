"""Labels and judge scores of one cell put together, where MEASUREMENT.md allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.combined import NO_SURER, Combined, Part, combined
from review_app.estimate.share import weighted_share
from review_app.quality.samples import Sample, Weighted
from review_app.quality.traffic import Mask, Traffic
from review_app.scoring import ScoreRun, went_through

HALF = 0.5
WITHOUT_SCORE = 0.01  # share of traces a judge may have failed to score of a whole pool
NO_JUDGE = "No judge has scored this version."
UNTOLD = "What this judge was aligned on is gone, so nobody knows which labels it had seen."
LEARNED_ALL = "This judge was aligned on all of these labels, or on all of one kind."
NO_LINE = (
    "This judge says numbers outside 0 to 1, and nobody said from where on they pass. Give the"
    " judge a line, or the question a lowest passing number."
)
OF_SESSIONS = "Labels are about whole sessions, scores about single answers."


@dataclass(frozen=True)
class Scoring:
    """One run of a judge over a pool, beside all traffic."""

    run: ScoreRun
    traffic: Traffic

    def holds(self, version: str, times: NDArray[np.int64]) -> bool:
        """Tell whether its pool has the version's whole traffic at these times."""
        run, frame = self.run, self.run.frame
        if not run.part or not frame.whole_traffic:
            return False
        late = bool(frame.until_ms) and int(times.max(initial=0)) > frame.until_ms
        early = int(times.min(initial=frame.since_ms)) < frame.since_ms
        named = run.design.pool.versions
        return not late and not early and (not named or version in named)

    @cached_property
    def sampled(self) -> Mask:
        """Which traces it went through by chance; none where its pool is no longer the same."""
        frame, pool = self.run.frame, self.run.design.pool
        inside = self.traffic.within(frame.since_ms, frame.until_ms)
        if pool.versions:
            named = [self.traffic.of_version(version) for version in pool.versions]
            inside = inside & np.logical_or.reduce(named)
        ids = [self.traffic.trace_ids[row] for row in np.flatnonzero(inside)]
        found = np.zeros(len(self.traffic), dtype=bool)
        if len(ids) == frame.traces:
            found[[self.traffic.place[one] for one in went_through(self.run, ids)]] = True
        return found


@dataclass(frozen=True)
class Judging:
    """One judge and what it said of all traffic.

    Attributes:
        passed: 1, 0, or not a number where it said nothing.
        trained: traces that it was aligned on; their labels prove nothing about it. None where that
            can no longer be told.
        scorings: its runs over pools.
        has_line: whether it is known from where on its numbers pass; it passes and fails nothing
            where not.
    """

    passed: NDArray[np.float64]
    trained: frozenset[str] | None = frozenset()
    scorings: tuple[Scoring, ...] = ()
    has_line: bool = True


def combine(
    sample: Sample,
    judging: Judging | None,
    traffic: Traffic,
    mask: Mask,
    version: str,
    clusters: Mapping[str, str],
) -> tuple[Combined | None, str]:
    """Return labels and scores together, and why they are not; "" where they are.

    Args:
        sample: the labels that may speak for the version.
        judging: the one judge on both sides; None for none.
        traffic: all of it.
        mask: the version's traffic in the window.
        version: what produced it.
        clusters: trace id -> what it hangs together with.
    """
    if judging is None:
        return None, NO_JUDGE
    if sample.sessions or not judging.has_line:
        return None, OF_SESSIONS if sample.sessions else NO_LINE
    if judging.trained is None:
        return None, UNTOLD
    judged = [item for item in sample.items if item.value is not None]
    labeled = without_lessons(judged, judging.trained)
    if not labeled:
        return None, LEARNED_ALL if judged else ""
    rows = [traffic.place[item.trace_id] for item in labeled]
    scores = judging.passed[rows]
    missing = int(np.isnan(scores).sum())
    if missing:
        return None, _unscored(missing, len(rows))
    pool, why = scored_pool(judging, traffic, mask, version)
    if why:
        return None, why
    found = _combined(labeled, scores, judging, traffic, pool, int(mask.sum()), clusters)
    if found.rate is not None and len(labeled) < len(judged) and _is_wider(found, judged, clusters):
        return None, NO_SURER
    return (found, "") if found.rate is not None else (None, found.why)


def without_lessons(judged: Sequence[Weighted], trained: frozenset[str]) -> list[Weighted]:
    """Return the labels that a judge was not aligned on, standing for those too that it was.

    It learns from as many failed as passed items, wherever most pass. So what is left of the failed
    ones stands for all failed ones, and what is left of the passed ones for all of these (Holt and
    Smith 1979, post-stratification); nothing where a kind is gone. Measured without it: with 150
    labels of a version that fails 15 %, 20 + 20 of them learned, a 95 % interval covers .56.

    >>> items = [Weighted(str(n), 1.0, {}, 0, float(n > 3)) for n in range(10)]
    >>> [one.weight for one in without_lessons(items, frozenset("0189"))]
    [2.0, 2.0, 1.5, 1.5, 1.5, 1.5]
    """
    left = [item for item in judged if item.trace_id not in trained]
    if len(left) == len(judged):
        return left
    whole, held = _weights_by_kind(judged), _weights_by_kind(left)
    if whole.keys() != held.keys():
        return []
    factor = {kind: whole[kind] / held[kind] for kind in whole}
    return [replace(item, weight=item.weight * factor[_kind(item)]) for item in left]


def _weights_by_kind(items: Sequence[Weighted]) -> dict[bool | None, float]:
    found: dict[bool | None, float] = {}
    for item in items:
        found[_kind(item)] = found.get(_kind(item), 0.0) + item.weight
    return found


def _kind(item: Weighted) -> bool | None:
    """Return whether most pass it; None where they are divided."""
    return None if item.value == HALF else (item.value or 0) > HALF


def _is_wider(found: Combined, judged: Sequence[Weighted], clusters: Mapping[str, str]) -> bool:
    """Tell whether all labels alone, with those that the judge learned from, say more."""
    alone = weighted_share(
        [float(item.value or 0) for item in judged],
        [item.weight for item in judged],
        [clusters.get(item.trace_id, item.trace_id) for item in judged],
    ).interval
    mine = found.interval
    return bool(alone and mine and mine.high - mine.low >= alone.high - alone.low)


def scored_pool(judging: Judging, traffic: Traffic, mask: Mask, version: str) -> tuple[Mask, str]:
    """Return the scored pool: the whole of the traffic or a random part of it; else why not.

    Args:
        judging: what the judge said, and its runs.
        traffic: all of it.
        mask: the version's traffic in the window.
        version: what produced it.
    """
    scored = mask & np.isfinite(judging.passed)
    count, total = int(scored.sum()), int(mask.sum())
    if total - count <= WITHOUT_SCORE * total:
        return scored, ""
    times = traffic.times[mask]
    parts = [mask & one.sampled for one in judging.scorings if one.holds(version, times)]
    parts = [part & scored for part in parts if _is_without_holes(part, scored)]
    best = max(parts, key=lambda part: int(part.sum()), default=None)
    if best is not None and best.any():
        return best, ""
    return scored, (
        f"Judge scores add nothing yet: {count:,} of {total:,} traces have one, and nobody knows"
        " that these are a random part."
    )


def _is_without_holes(part: Mask, scored: Mask) -> bool:
    """Tell whether nearly all of a random part have a verdict: what has none is not random."""
    return int((part & ~scored).sum()) <= WITHOUT_SCORE * int(part.sum())


def _combined(
    labeled: Sequence[Weighted],
    scores: NDArray[np.float64],
    judging: Judging,
    traffic: Traffic,
    pool: Mask,
    size: int,
    clusters: Mapping[str, str],
) -> Combined:
    """Return PPI++ with weights; one part, because the weights carry the strata of every design."""
    rows = np.flatnonzero(pool)
    part = Part.of("", size, judging.passed[rows].tolist(), traffic.session[rows].tolist())
    return combined(
        [float(item.value or 0) for item in labeled],
        scores.tolist(),
        [part],
        weights=[item.weight for item in labeled],
        clusters=[clusters.get(item.trace_id, item.trace_id) for item in labeled],
    )


def _unscored(missing: int, labeled: int) -> str:
    has = "has" if missing == 1 else "have"
    return (
        f"{missing} of {labeled} labeled items {has} no score by this judge yet: score them first."
    )
