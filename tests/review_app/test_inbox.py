"""What end users said, as counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.design import Sample
from review_app.inbox import (
    Inbox,
    Tally,
    Wanted,
    by_time,
    by_version,
    inbox_of,
    pool_of,
    sample_of,
    shown_votes,
)
from review_app.pool import Candidate, Pool
from review_app.pool_filters import matches

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000


def one(number: int, days_ago: float = 0, **fields) -> Candidate:
    return Candidate(f"tr-{number}", int(NOW - days_ago * DAY), **fields)


def some(days: int = 40) -> st.SearchStrategy[list[Candidate]]:
    return st.lists(
        st.builds(
            Candidate,
            trace_id=st.integers(0, 10**9).map("tr-{}".format),
            requested_at_ms=st.integers(NOW - days * DAY, NOW),
            version=st.sampled_from(["v1", "v2", "unknown"]),
            thumbs=st.none() | st.booleans(),
            comment=st.sampled_from(["", " ", "Wrong."]),
        ),
        unique_by=lambda candidate: candidate.trace_id,
        max_size=30,
    ).map(lambda found: sorted(found, key=lambda c: -c.requested_at_ms))


@given(some(400))
def test_every_trace_is_counted_once(candidates):
    """Counts by version and counts over time add up to the traces that were looked through."""
    inbox = inbox_of(candidates, NOW)
    voted = [c for c in candidates if c.thumbs is not None]

    assert inbox.whole == Tally(
        len(candidates),
        sum(c.thumbs is True for c in candidates),
        sum(c.thumbs is False for c in candidates),
        sum(bool(c.comment.strip()) for c in voted),
    )
    assert sum((tally for _, tally in by_version(inbox)), Tally()) == inbox.whole
    assert sum((period.tally for period in by_time(inbox, None)), Tally()) == inbox.whole
    assert [vote.trace_id for vote in inbox.votes] == [c.trace_id for c in voted]


@pytest.mark.parametrize("days, periods", [(7, 7), (31, 31), (32, 6), (90, 14), (400, 14)])
def test_time_is_cut_so_that_it_can_be_read(days, periods):
    """A month is shown by days, a longer time by weeks or months, without a hole or an overlap."""
    since = date(2026, 11, 24) - timedelta(days=days - 1)
    shown = by_time(inbox_of([one(1)], NOW), since)

    assert len(shown) == periods
    assert (shown[0].first, shown[-1].last) == (since, date(2026, 11, 24))
    for before, after in pairwise(shown):
        assert after.first - before.last == timedelta(days=1)
    assert [period.tally.traces for period in shown] == [0] * (periods - 1) + [1]
    assert by_time(Inbox(), since) == []


def test_the_version_that_came_last_is_first():
    """The newest version stands first, and what has no version last."""
    inbox = inbox_of(
        [
            one(1, 0, version="old", thumbs=True, comment="Good"),
            one(2, 1, version="new", thumbs=False),
            one(3, 1, version="unknown"),
            one(4, 9, version="old", thumbs=False, comment=" "),
        ],
        NOW,
    )
    assert by_version(inbox) == [
        ("new", Tally(1, 0, 1, 0)),
        ("old", Tally(2, 1, 1, 1)),
        ("unknown", Tally(1, 0, 0, 0)),
    ]


@given(
    some(),
    st.builds(
        Wanted,
        which=st.sampled_from(["down", "up", "all"]),
        commented=st.booleans(),
        version=st.sampled_from(["", "v1", "v2"]),
        since=st.sampled_from(["", "2026-11-20"]),
        until=st.just("2026-11-22"),
    ),
)
def test_a_campaign_of_these_is_of_these(candidates, wanted):
    """The pool that a campaign begins with lets through exactly the votes on screen."""
    time = Pool("bot", since="2026-10-26")
    candidates = [c for c in candidates if matches(time, c, NOW)]
    votes = shown_votes(inbox_of(candidates, NOW), wanted)

    pool = pool_of(time, wanted, votes)

    if votes:
        through = [c.trace_id for c in candidates if matches(pool, c, NOW)]
        assert through == [vote.trace_id for vote in votes]
    for vote in votes:
        assert wanted.which in ("all", "up" if vote.up else "down")
        assert vote.comment or not wanted.commented


def test_a_campaign_begins_with_as_many_as_can_be_read():
    """Up to sixty votes all become items; of more, sixty are drawn at random."""
    inbox = inbox_of([one(n, thumbs=False) for n in range(61)], NOW)
    assert sample_of(inbox.votes[:60]) == Sample("all")
    assert sample_of(inbox.votes) == Sample("random", n=60)
