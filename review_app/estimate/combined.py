"""Labels and scores together: the rate of a version from few labels and many judge scores.

Prediction-powered inference with a tuned factor (PPI++: Angelopoulos, Duchi and Zrnic 2023) on a
weighted, clustered, stratified sample. Its interval is Wilson's at the effective number of labels
(ours), which holds at small numbers where the normal one does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from review_app.estimate.effective import Design, Groups, Numbers, effective_n
from review_app.estimate.share import NOTHING, Share
from review_app.estimate.strata import Frame, Stratum, Values
from review_app.intervals import Interval, wilson

FEWEST_OF_EACH = 5  # failed and passed labels, before scores may add to them
FEWEST_IN_STRATUM = 10  # labels, before the scores of a stratum count
ALL_LABELED = "All of the pool is labeled: judge scores can add nothing to that."
NO_SURER = "Judge scores add nothing yet: with them, the rate is no surer than from labels alone."
_RULE_OF_THREE = 3  # so many differences of judge and people at least, however few were seen


@dataclass(frozen=True)
class Part:
    """What a judge said of one part of the frame.

    Attributes:
        stratum: its name; "" where the frame has no parts.
        size: how many items of the frame it holds.
        scored: how many of them have a score: all, or a random part. 0 for none.
        mean: of the scores, 0 to 1.
        variance: of that mean, between clusters.
    """

    stratum: str
    size: int
    scored: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @classmethod
    def of(
        cls,
        stratum: str,
        size: int,
        scores: Numbers,
        clusters: Groups | None = None,
    ) -> Part:
        """Return what scores of one judge version say of a part of the frame.

        Args:
            stratum: its name.
            size: how many items of the frame it holds.
            scores: of all its items or of a random part; labeled items may be among them.
            clusters: what hangs together; None for none.

        >>> Part.of("", 100, [1, 1, 1, 0]).mean
        0.75
        """
        if not len(scores):
            return cls(stratum, size)
        y = np.asarray(scores, dtype=float)
        design = Design.of(len(y), None, clusters)
        mean = design.mean(y)
        return cls(stratum, size, len(y), mean, design.variance(y - mean))


@dataclass(frozen=True)
class Combined:
    """A rate from labels and scores.

    Attributes:
        rate: 0 to 1; None where scores add nothing yet, ``labels`` is the rate then.
        interval: None where there is no rate.
        n: how many labels it stands on.
        scored: how many scores.
        saved: share of the labels that the scores saved: as sure without them would take
            n / (1 - saved).
        lam: how far the scores are followed, 0 to 1.
        effective_n: how many independent, equally weighted labels would say as much.
        labels: the rate from the labels alone, of the same strata.
        why: where there is no rate: the reason, as a sentence; "" else.
    """

    rate: float | None
    interval: Interval | None
    n: int
    scored: int
    saved: float | None
    lam: float
    effective_n: float
    labels: Share
    why: str


def combined(
    values: Numbers,
    scores: Numbers,
    parts: Sequence[Part],
    *,
    strata: Sequence[str] | None = None,
    weights: Numbers | None = None,
    clusters: Groups | None = None,
    alpha: float = 0.05,
) -> Combined:
    """Return the rate of a frame from labels and the scores of one judge version.

    In each stratum: mean of the frame's scores + mean over labeled items of (label - score), the
    scores times lam = cov(label, score) / var(score). Never wider than the labels alone.

    Args:
        values: one a labeled item: 1 passed, 0 failed, between where people were divided.
        scores: what the judge said of the same items, 0 to 1.
        parts: each stratum of the frame.
        strata: the stratum of each labeled item; None where the frame has one part.
        weights: 1 / the chance of having been drawn; None weighs all the same.
        clusters: what hangs together: a session, a group of near-copies; None for none.
        alpha: what both tails hold together.

    >>> people, judge = [1] * 40 + [0] * 10, [1] * 36 + [0] * 12 + [1] * 2
    >>> found = combined(people, judge, [Part.of("", 2000, [1] * 1500 + [0] * 500)])
    >>> round(found.rate, 3), round(found.lam, 2), round(found.saved, 2)
    (0.794, 0.61, 0.42)
    """
    y, f = np.asarray(values, dtype=float), np.asarray(scores, dtype=float)
    names = [parts[0].stratum] * len(y) if strata is None else list(strata)
    empty = [part for part in parts if part.size and part.stratum not in set(names)]
    if not len(y) or empty:
        return _labels_only(NOTHING, len(y), parts, _nothing_labeled(empty))
    frame = Frame.of(names, {p.stratum: float(p.size) for p in parts if p.size}, weights, clusters)
    alone = labels_alone(frame, y, alpha=alpha)
    if why := _why_not_yet(y, parts):
        return _labels_only(alone, len(y), parts, why)
    found = _Scores.of(frame, y, f, {part.stratum: part for part in parts})
    return _with_scores(frame, y, found, alone, parts, alpha)


def labels_alone(frame: Frame, values: Values, *, alpha: float = 0.05) -> Share:
    """Return the rate of a frame from its labels, each stratum by its share of the frame."""
    value = min(1.0, max(0.0, frame.mean(values)))
    effective = effective_n(value, frame.variance(values), frame.design, alpha=alpha)
    interval = wilson(value, effective, alpha=alpha)
    return Share(value, interval, len(values), frame.design.clusters, effective)


@dataclass(frozen=True)
class _Scores:
    """What the scores add to the mean and to its variance; ``lam`` is 0 where no part uses them."""

    lam: float
    shift: float
    residuals: Values
    more_variance: float

    @classmethod
    def of(cls, frame: Frame, y: Values, f: Values, parts: dict[str, Part]) -> _Scores:
        residuals = y.copy()
        lam = shift = more = 0.0
        for stratum in frame.strata:
            part = parts[stratum.name]
            factor = _factor(stratum, y, f, part)
            if factor <= 0:
                continue
            residuals[stratum.at] -= factor * f[stratum.at]
            lam += stratum.share * factor
            shift += stratum.share * factor * part.mean
            more += stratum.share**2 * _of_the_frame(stratum, y, f, part, factor)
        return cls(lam, shift, residuals, more)


def _factor(stratum: Stratum, y: Values, f: Values, part: Part) -> float:
    spread = stratum.covariance(f, f)
    if stratum.n < FEWEST_IN_STRATUM or not part.scored or spread <= 0:
        return 0.0
    return min(1.0, max(0.0, stratum.covariance(y, f) / spread))


def _of_the_frame(stratum: Stratum, y: Values, f: Values, part: Part, lam: float) -> float:
    """Return what not knowing the frame's mean score exactly adds; labels are among its items."""
    spread = stratum.covariance(f, f)
    known = min(1.0, part.variance / spread)
    return known * (2 * lam * stratum.covariance(y, f) - lam**2 * spread)


def _with_scores(
    frame: Frame,
    y: Values,
    found: _Scores,
    alone: Share,
    parts: Sequence[Part],
    alpha: float,
) -> Combined:
    rate = frame.mean(found.residuals) + found.shift
    if not found.lam or not 0 < rate < 1 or not alone.interval or not alone.value:
        return _labels_only(alone, len(y), parts, _of_no_use(found))
    before = frame.variance(y)
    floor = min(before, _RULE_OF_THREE / frame.design.kish**2)
    after = max(floor, frame.variance(found.residuals) + found.more_variance)
    if after >= before:
        return _labels_only(alone, len(y), parts, _of_no_use(found))
    spread = rate * (1 - rate) / (alone.value * (1 - alone.value))
    effective = alone.effective_n * before / after * spread
    interval = wilson(rate, effective, alpha=alpha)
    if interval.high - interval.low >= alone.interval.high - alone.interval.low:
        return _labels_only(alone, len(y), parts, _of_no_use(found))
    saved = 1 - after / before
    scored = _scored(parts)
    return Combined(rate, interval, len(y), scored, saved, found.lam, effective, alone, "")


def _labels_only(alone: Share, n: int, parts: Sequence[Part], why: str) -> Combined:
    return Combined(None, None, n, _scored(parts), None, 0.0, alone.effective_n, alone, why)


def _scored(parts: Sequence[Part]) -> int:
    return sum(part.scored for part in parts)


def _nothing_labeled(empty: Sequence[Part]) -> str:
    if not empty:
        return "Nothing is labeled yet."
    names = ", ".join(f"“{part.stratum}”" for part in empty)
    return f"Nothing is labeled yet in a part of the pool: {names}."


def _why_not_yet(y: Values, parts: Sequence[Part]) -> str:
    """Return why scores may not add to the labels, whatever they are; "" where they may."""
    failed, passed = int((y < 0.5).sum()), int((y > 0.5).sum())
    if min(failed, passed) < FEWEST_OF_EACH:
        return (
            f"Judge scores add nothing yet: it takes {FEWEST_OF_EACH} failed and {FEWEST_OF_EACH} "
            f"passed labels, and there are {failed} and {passed}."
        )
    return ALL_LABELED if len(y) >= sum(part.size for part in parts) else ""


def _of_no_use(found: _Scores) -> str:
    if not found.lam:
        return (
            "Judge scores add nothing yet: they do not go along with the labels, or no part of the "
            f"pool has {FEWEST_IN_STRATUM} labels and scores."
        )
    return NO_SURER
