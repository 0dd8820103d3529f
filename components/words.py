"""How dates, times and counts are written on every screen."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

LONGEST = 1_000  # characters of one reason in a list


def moment(milliseconds: int, zone: tzinfo) -> str:
    """Return a moment as people write it: ``12 Nov, 14:03``; "" when there is none.

    A time that no calendar has, such as nanoseconds sent as milliseconds, is none.

    >>> moment(1_762_956_180_000, UTC)
    '12 Nov, 14:03'
    >>> moment(1_762_956_180_000_000_000, UTC)
    ''
    """
    if not milliseconds:
        return ""
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{when.day} {when:%b}, {when:%H:%M}"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "item"), counted(3, "item")
    ('1 item', '3 items')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def minutes(seconds: float) -> str:
    """Return a duration as a person would say it.

    >>> minutes(200), minutes(5400)
    ('about 3 minutes', 'about 1 hour 30 minutes')
    """
    whole = max(1, round(seconds / 60))
    hours, rest = divmod(whole, 60)
    if not hours:
        return f"about {counted(whole, 'minute')}"
    return f"about {counted(hours, 'hour')}" + (f" {counted(rest, 'minute')}" if rest else "")


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text that stands in a list; of one that has no end only the beginning.

    >>> cut("as it is"), cut("1234567", 5)
    ('as it is', '1234…')
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
