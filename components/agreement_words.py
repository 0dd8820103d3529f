"""How coefficients are written: without a leading zero, and undefined in words."""

from __future__ import annotations

from review_app.agreement.summary import Estimate
from review_app.intervals import Interval

UNDEFINED = "undefined"
MINUS = "\N{MINUS SIGN}"


def digits(value: float | None, places: int = 4) -> str:
    """Return a coefficient as statisticians write it.

    >>> digits(0.47), digits(1.0, 2), digits(None)
    ('.4700', '1.00', 'undefined')
    """
    if value is None:
        return UNDEFINED
    text = f"{value:.{places}f}"
    text = text.lstrip("-") if not float(text) else text
    text = text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
    return text.replace("-", MINUS)


def ends(interval: Interval | None, places: int = 4) -> str:
    """Return both ends of an interval; why there are none where there are none."""
    if interval is None:
        return "no interval"
    return f"{digits(interval.low, places)} to {digits(interval.high, places)}"


def with_ends(found: Estimate, places: int = 2) -> str:
    """Return a coefficient with its interval in brackets."""
    if found.value is None or found.interval is None:
        return digits(found.value, places)
    return f"{digits(found.value, places)} ({ends(found.interval, places)})"


def shared(share: float, interval: Interval | None = None) -> str:
    """Return a share as people read it: ``81 % (77–84)``."""
    if interval is None:
        return f"{100 * share:.0f} %"
    return f"{100 * share:.0f} % ({100 * interval.low:.0f}–{100 * interval.high:.0f})"
