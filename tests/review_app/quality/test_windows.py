"""The time that the quality page speaks of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from review_app.quality.windows import days_in_words, full_weeks, monday_of, week_name, window_of


def ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A moment of UTC, milliseconds since the epoch."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("now", [ms(2026, 11, 30), ms(2026, 12, 3, 15), ms(2026, 12, 6, 23, 59)])
def test_the_last_full_week_goes_from_monday_to_sunday(now):
    """Whatever day it is, the last full week ended on Sunday before this week's Monday."""
    since, until = full_weeks("week", now)
    assert since == ms(2026, 11, 23)
    assert until == ms(2026, 11, 30) - 1
    assert full_weeks("4 weeks", now)[0] == ms(2026, 11, 2)


def test_an_empty_week_gives_way_to_all_there_is_and_says_so():
    """Where nothing came in the week, the page speaks of everything and says why."""
    first, last = ms(2026, 11, 2, 9), ms(2026, 11, 5, 9)
    window = window_of("week", ms(2026, 11, 30), first, last, 0)
    assert (window.since_ms, window.until_ms) == (first, last)
    assert window.words == "no traces in the last full week, so all there is, 2 to 5 Nov 2026"
    assert window_of("all", ms(2026, 11, 30), first, last, 0).words == (
        "all there is, 2 to 5 Nov 2026"
    )


def test_weeks_are_named_by_their_monday():
    """A week is called by its Monday, also over the end of a year."""
    assert week_name(monday_of(ms(2027, 1, 2))) == "2026-12-28"
    assert days_in_words(ms(2026, 12, 28), ms(2027, 1, 3)) == "28 Dec 2026 to 3 Jan 2027"
    assert days_in_words(ms(2026, 11, 28), ms(2026, 12, 3)) == "28 Nov to 3 Dec 2026"
    assert days_in_words(ms(2026, 11, 28), ms(2026, 11, 28, 5)) == "28 Nov 2026"
