"""A version that nobody labeled: the judge's share, corrected by its errors on a labeled set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from review_app.estimate.carried import carried
from review_app.estimate.share import Share, weighted_share
from review_app.quality.combining import NO_LINE, Judging, scored_pool
from review_app.quality.traffic import Mask, Traffic
from review_app.quality.values import Rate

NO_CHECK = "This judge was never checked on a labeled set of this experiment."
BY_CHANCE = "On “{}” this judge did no better than chance, so its scores tell nothing."


@dataclass(frozen=True)
class Errors:
    """How often a judge was right in its newest final check.

    Attributes:
        title: of the labeled set.
        accepts: share of good answers that it passed (TPR).
        catches: share of bad answers that it failed (TNR).
    """

    title: str
    accepts: Share
    catches: Share


def carried_rate(
    judging: Judging, errors: Errors | None, traffic: Traffic, mask: Mask, version: str
) -> Rate:
    """Return the rate if the judge errs on a version as it did in its check: an assumption.

    Args:
        judging: what the judge said.
        errors: of its newest final check; None where there was none.
        traffic: all of it.
        mask: the version's traffic in the window.
        version: what produced it.

    Returns:
        Without a value where that cannot be said, with the reason; else ``why`` names the set.
    """
    if not judging.has_line:
        return Rate(why=NO_LINE)
    if errors is None or errors.accepts.value is None or errors.catches.value is None:
        return Rate(why=NO_CHECK)
    pool, why = scored_pool(judging, traffic, mask, version)
    rows = np.flatnonzero(pool)
    if why or not len(rows):
        return Rate(why=why)
    judged = weighted_share(judging.passed[rows].tolist(), None, traffic.session[rows].tolist())
    found = carried(judged, errors.accepts, errors.catches)
    if found is None:
        return Rate(why=BY_CHANCE.format(errors.title))
    return Rate(found.rate, found.interval, len(rows), errors.title)
