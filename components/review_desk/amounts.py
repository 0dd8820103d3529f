"""Sizes, durations and costs in words."""

from __future__ import annotations

import math


def size_words(characters: int) -> str:
    """The size of a text as people say it: ``5.2 MB``, ``48 kB``, ``120 characters``."""
    if characters >= 1_000_000:
        return f"{characters / 1_000_000:.1f} MB"
    if characters >= 1_000:
        return f"{characters / 1_000:.0f} kB"
    return f"{characters} characters"


def duration_words(milliseconds: int) -> str:
    """A duration as people say it: ``3.2 s``, ``1 min 5 s``, ``2 h 10 min``."""
    if milliseconds < 50:
        return "under 0.1 s"
    if milliseconds < 59_950:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def cost_words(dollars: float) -> str:
    """A cost as people say it.

    >>> cost_words(0.123), cost_words(0.0031), cost_words(0.000016)
    ('$0.12', '$0.0031', '$0.000016')
    """
    if dollars >= 0.1 or not dollars:
        return f"${dollars:.2f}"
    places = 1 - math.floor(math.log10(abs(dollars)))
    return f"${dollars:.{places}f}".rstrip("0")
