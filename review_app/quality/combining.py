"""Labels and judge scores of one cell put together, where MEASUREMENT.md allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.combined import Combined, Part, combined
from review_app.quality.samples import Sample, Weighted
from review_app.quality.traffic import Mask, Traffic
from review_app.scoring import ScoreRun, went_through

WITHOUT_SCORE = 0.01  # share of traces a judge may have failed to score of a whole pool
NO_JUDGE = "No judge has scored this version."
UNTOLD = "What this judge was aligned on is gone, so nobody knows which labels it had seen."
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
    """

    passed: NDArray[np.float64]
    trained: frozenset[str] | None = frozenset()
    scorings: tuple[Scoring, ...] = ()


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
    if sample.sessions:
        return None, OF_SESSIONS
    if judging.trained is None:
        return None, UNTOLD
    labeled = [i for i in sample.items if i.value is not None and i.trace_id not in judging.trained]
    if not labeled:
        learned = any(item.value is not None for item in sample.items)
        return None, "This judge was aligned on all of these labels." if learned else ""
    rows = [traffic.place[item.trace_id] for item in labeled]
    scores = judging.passed[rows]
    missing = int(np.isnan(scores).sum())
    if missing:
        return None, _unscored(missing, len(rows))
    pool, why = _pool(judging, traffic, mask, version)
    if why:
        return None, why
    found = _combined(labeled, scores, judging, traffic, pool, int(mask.sum()), clusters)
    return (found, "") if found.rate is not None else (None, found.why)


def _pool(judging: Judging, traffic: Traffic, mask: Mask, version: str) -> tuple[Mask, str]:
    """Return the scored pool: the whole of the traffic or a random part of it; else why not."""
    scored = mask & np.isfinite(judging.passed)
    count, total = int(scored.sum()), int(mask.sum())
    if total - count <= WITHOUT_SCORE * total:
        return scored, ""
    times = traffic.times[mask]
    parts = [scored & one.sampled for one in judging.scorings if one.holds(version, times)]
    best = max(parts, key=lambda part: int(part.sum()), default=None)
    if best is not None and best.any():
        return best, ""
    return scored, (
        f"Judge scores add nothing yet: {count:,} of {total:,} traces have one, and nobody knows"
        " that these are a random part."
    )


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
