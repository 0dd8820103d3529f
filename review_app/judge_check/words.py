"""The sentences of a check."""

from __future__ import annotations

from review_app.intervals import Interval


def in_percent(share: float) -> str:
    """Return a share as people write it.

    >>> in_percent(0.635), in_percent(0.9999), in_percent(1)
    ('64 %', '99.9 %', '100 %')
    """
    rounded = round(share, 9)  # weights add up to nearly 1
    if 0.995 <= rounded < 1 or 0 < rounded < 0.005:
        return f"{min(max(100 * share, 0.1), 99.9):.1f} %"
    return f"{100 * share:.0f} %"


def share_of(share: float, interval: Interval | None, n: int, what: str) -> str:
    """Return a share of something with its interval and n.

    >>> share_of(0.81, Interval(0.77, 0.84), 412, "the bad answers")
    '81 % of the bad answers (77–84, n = 412)'
    """
    ends = "" if interval is None else f"{100 * interval.low:.0f}–{100 * interval.high:.0f}, "
    return f"{in_percent(share)} of {what} ({ends}n = {n:,})"


def decimals(value: float, places: int = 2) -> str:
    """Return a coefficient with a true minus sign.

    >>> decimals(0.0975), decimals(-0.5).endswith("0.50")
    ('0.10', True)
    """
    return f"{value:.{places}f}".replace("-", "\N{MINUS SIGN}")


def many(number: int, noun: str) -> str:
    """Return a count with its noun.

    >>> many(1, "item"), many(1200, "item")
    ('1 item', '1,200 items')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
