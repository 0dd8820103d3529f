"""Filtering what was found while a pool is made."""

from __future__ import annotations

from review_app.narrowing import wide, within
from review_app.planning import Scan
from review_app.pool import Candidate, Pool

FOUND = Scan(
    (
        Candidate("tr-1", requested_at_ms=1, thumbs=False),
        Candidate("tr-2", requested_at_ms=2, thumbs=True),
    ),
    since_ms=1,
    until_ms=9,
)


def test_a_filter_needs_no_second_look():
    """A filter that is added leaves fewer traces, and asks for no other search."""
    pool = Pool("bot", last_days=7)
    narrower = Pool("bot", last_days=7, thumbs="down")

    assert wide(narrower) == wide(pool)
    assert [c.trace_id for c in within(FOUND, narrower).candidates] == ["tr-1"]


def test_the_time_stays_that_of_the_search():
    """What was in the last days when the search began does not drop out while the lead thinks."""
    found = within(FOUND, Pool("bot", last_days=1))

    assert len(found.candidates) == 2
    assert (found.since_ms, found.until_ms) == (1, 9)


def test_wrong_filters_let_nothing_through():
    """A last day before the first one draws nothing, instead of everything."""
    assert not within(FOUND, Pool("bot", since="2026-11-09", until="2026-11-01")).candidates


def test_named_traces_are_looked_for_alone():
    """A list of trace ids is asked for by name, not filtered out of the whole experiment."""
    assert wide(Pool("bot", traces=("tr-1",), thumbs="down")) == Pool("bot", traces=("tr-1",))
