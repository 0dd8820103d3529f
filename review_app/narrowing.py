"""Looking through a pool once, and filtering what was found again and again while it is made."""

from __future__ import annotations

from dataclasses import replace

from review_app.planning import Scan
from review_app.pool import Pool
from review_app.pool_filters import matches, pool_problems


def wide(pool: Pool) -> Pool:
    """Return the pool without the filters that can be applied to what was found.

    >>> wide(Pool("bot", last_days=7, thumbs="down")) == Pool("bot", last_days=7)
    True
    """
    time_alone = Pool(pool.experiment, pool.last_days, pool.since, pool.until)
    return replace(time_alone, traces=pool.traces)


def within(scan: Scan, pool: Pool) -> Scan:
    """Return the scan of ``wide(pool)`` with those traces only that the pool lets through.

    With filters that are wrong it lets nothing through. Time is not looked at again: the scan's
    window stays the one of the moment when it began.
    """
    if pool_problems(pool):
        return replace(scan, candidates=())
    rest = replace(pool, last_days=None, since="", until="")
    inside = tuple(c for c in scan.candidates if matches(rest, c, 0))
    return replace(scan, candidates=inside)
