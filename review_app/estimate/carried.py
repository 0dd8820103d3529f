"""A rate from scores alone, with a judge whose errors were measured on other items.

Only where the judge may be assumed to accept good answers and catch bad ones there as it does here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from review_app.estimate.share import Share
from review_app.intervals import Interval


@dataclass(frozen=True)
class Carried:
    """A rate from scores, corrected by the judge's errors, with its interval."""

    rate: float
    interval: Interval


def carried(
    judged: Share, accepts: Share, catches: Share, *, alpha: float = 0.05
) -> Carried | None:
    """Return the rate behind the share that a judge passes; None of a judge no better than chance.

    The estimate of Rogan and Gladen (1978), with the interval of Lang and Reiczigel (2014), each
    share counted at its effective number of items.

    Args:
        judged: share of the scored items that the judge passes.
        accepts: share of good answers that it passes (TPR), from other items.
        catches: share of bad answers that it fails (TNR), from other items.
        alpha: what both tails hold together.

    Raises:
        ValueError: when one of the shares stands on nothing.

    >>> from review_app.estimate.share import weighted_share
    >>> counts = (4060, 11284), (178, 179), (358, 359)
    >>> found = carried(*(weighted_share([1] * some + [0] * (of - some)) for some, of in counts))
    >>> round(found.rate, 3), round(found.interval.low, 3), round(found.interval.high, 3)
    (0.36, 0.349, 0.372)
    """
    if judged.value is None or accepts.value is None or catches.value is None:
        raise ValueError("Each of the three shares stands on at least one item.")
    apart = accepts.value + catches.value - 1
    z = NormalDist().inv_cdf(1 - alpha / 2)
    seen, seen_n = _with_more(judged, z**2)
    tpr, tpr_n = _with_more(accepts, 2.0)
    tnr, tnr_n = _with_more(catches, 2.0)
    adjusted = tpr + tnr - 1
    if apart <= 0 or adjusted <= 0:
        return None
    of_tpr, of_tnr = tpr * (1 - tpr) / tpr_n, tnr * (1 - tnr) / tnr_n
    centre = (seen + tnr - 1) / adjusted
    moved = centre + 2 * z**2 * (centre * of_tpr - (1 - centre) * of_tnr)
    spread = seen * (1 - seen) / seen_n + centre**2 * of_tpr + (1 - centre) ** 2 * of_tnr
    half = z * sqrt(spread) / adjusted
    rate = min(1.0, max(0.0, (judged.value + catches.value - 1) / apart))
    return Carried(rate, Interval(_within(moved - half), _within(moved + half)))


def _with_more(share: Share, more: float) -> tuple[float, float]:
    """Return a share and its number after adding ``more`` items, half of them passed."""
    n = share.effective_n + more
    return ((share.value or 0.0) * share.effective_n + more / 2) / n, n


def _within(end: float) -> float:
    return min(1.0, max(0.0, end))
