"""Windows: the time that the quality page speaks of, by default the last full week.

Weeks begin on Monday, days are days of UTC, as in pools.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
Period = Literal["week", "4 weeks", "12 weeks", "reviewed", "all"]
PERIODS: Mapping[Period, str] = {
    "week": "Last full week",
    "4 weeks": "Last 4 full weeks",
    "12 weeks": "Last 12 full weeks",
    "reviewed": "The time last reviewed",
    "all": "All there is",
}
EVERY = "all there is"
_WEEKS: Mapping[Period, int] = {"week": 1, "4 weeks": 4, "12 weeks": 12}
_MONDAY = 4 * DAY_MS  # the first Monday of the epoch


@dataclass(frozen=True)
class Window:
    """A stretch of time, both ends included.

    Attributes:
        since_ms: milliseconds since the epoch.
        until_ms: the last millisecond.
        words: as a person says it.
    """

    since_ms: int
    until_ms: int
    words: str


def window_of(
    period: Period, now_ms: int, first_ms: int, last_ms: int, inside: int, *, every: str = EVERY
) -> Window:
    """Return the window of a period; all there is where nothing happened in it.

    Args:
        period: what somebody chose.
        now_ms: milliseconds since the epoch.
        first_ms: when the first trace came.
        last_ms: when the last one came.
        inside: how many traces came in ``full_weeks`` of the period.
        every: what all the traces are that are known.

    >>> window_of("week", 1_764_500_000_000, 0, 0, 1).words
    'last full week, 17 to 23 Nov 2025'
    """
    weeks = _WEEKS.get(period, 0)
    if weeks and inside:
        since, until = full_weeks(period, now_ms)
        named = "last full week" if weeks == 1 else f"last {weeks} full weeks"
        return Window(since, until, f"{named}, {days_in_words(since, until)}")
    words = f"{every}, {days_in_words(first_ms, last_ms)}"
    if weeks:
        named = "week" if weeks == 1 else f"{weeks} weeks"
        words = f"no traces in the last full {named}, so {words}"
    return Window(first_ms, last_ms, words)


def reviewed_window(since_ms: int, until_ms: int) -> Window:
    """Return the window of the frame that was drawn last.

    >>> reviewed_window(1_763_942_400_000, 1_764_547_199_999).words
    'the time last reviewed, 24 to 30 Nov 2025'
    """
    words = f"the time last reviewed, {days_in_words(since_ms, until_ms)}"
    return Window(since_ms, until_ms, words)


def full_weeks(period: Period, now_ms: int) -> tuple[int, int]:
    """Return the first and last millisecond of the last full weeks; (0, now) for all there is."""
    weeks = _WEEKS.get(period, 0)
    this_week = monday_of(now_ms)
    return (this_week - weeks * WEEK_MS, this_week - 1) if weeks else (0, now_ms)


def monday_of(time_ms: int) -> int:
    """Return when the week of a moment began.

    >>> week_name(monday_of(1_764_500_000_000))
    '2025-11-24'
    """
    return (time_ms - _MONDAY) // WEEK_MS * WEEK_MS + _MONDAY


def week_name(monday_ms: int) -> str:
    """Return a Monday as ``2026-11-23``."""
    return day_name(monday_ms)


def day_name(time_ms: int) -> str:
    """Return the day of a moment as ``2026-11-23``."""
    return _day(time_ms).date().isoformat()


def days_in_words(since_ms: int, until_ms: int) -> str:
    """Return the days from one moment to another as a person says them.

    >>> days_in_words(1_763_942_400_000, 1_764_547_199_999)
    '24 to 30 Nov 2025'
    """
    first, last = _day(since_ms), _day(until_ms)
    if first.date() == last.date():
        return f"{last.day} {last:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%b %Y}"
    named = f"{first.day} {first:%b}" if first.year == last.year else f"{first.day} {first:%b %Y}"
    return f"{named} to {last.day} {last:%b %Y}"


def _day(time_ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=time_ms)
