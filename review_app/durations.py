"""How long something took or will take, in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a duration as people write it.

    >>> duration(3.24), duration(40), duration(112), duration(4800)
    ('3.2 s', '40 s', '1 min 52 s', '1 h 20 min')
    """
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours:,} h" + (f" {rest} min" if rest else "")
