"""A comparison in one sentence: better, worse, no difference larger than m, or undecided."""

from __future__ import annotations

from review_app.compare.comparing import Compared
from review_app.intervals import Interval
from review_app.judge_check.words import in_percent

_MINUS = "\N{MINUS SIGN}"
NOT_PROOF = "Different weeks, not proof."


def sentence(found: Compared, first: str, second: str) -> str:
    """Return what a comparison comes to.

    Args:
        found: the comparison.
        first: name of the first version.
        second: name of the second.
    """
    if found.difference is None or found.interval is None:
        return _nothing(found, first, second)
    one, other = (in_percent(share.value or 0.0) for share in (found.first, found.second))
    rates = f"{one} pass against {other}"
    numbers = f"{rates}, {points(found.difference, found.interval)}."
    if found.design.kind == "before and after":
        said = f"{_in_its_weeks(found, first, second)} {numbers} {found.open_because}".strip()
        return f"{said} {NOT_PROOF}"
    if found.outcome in ("better", "worse"):
        return f"{first} is {found.outcome} than {second}: {numbers}"
    if found.outcome == "no larger difference":
        return f"No difference larger than {_whole(found.margin)} points: {first} {numbers}"
    return f"Undecided: {first} {numbers} {_more(found)}".strip()


def points(difference: float, interval: Interval) -> str:
    """Return a difference of rates in points, with its interval.

    >>> points(0.1321, Interval(0.0744, 0.1991))
    '13 points more (7 to 20)'
    >>> points(0.01, Interval(0.001, 0.02))
    '1 point more (0 to 2)'
    """
    inside = f"({_signed(interval.low)} to {_signed(interval.high)})"
    whole = round(abs(difference) * 100)
    if not whole:
        return f"no difference {inside}"
    noun = "point" if whole == 1 else "points"
    return f"{whole} {noun} {'more' if difference > 0 else 'less'} {inside}"


def _in_its_weeks(found: Compared, first: str, second: str) -> str:
    if found.outcome == "better":
        return f"{first} passed more often in its weeks than {second} in its own:"
    if found.outcome == "worse":
        return f"{first} passed less often in its weeks than {second} in its own:"
    if found.outcome == "no larger difference":
        return f"{first} and {second} passed about as often, each in its own weeks:"
    return f"Undecided, each in its own weeks: {first}"


def _nothing(found: Compared, first: str, second: str) -> str:
    if found.design.kind == "replayed":
        return (
            f"{first} and {second} answered the same questions, but of no question both answers"
            " have a label yet."
        )
    without = [n for n, s in ((first, found.first), (second, found.second)) if s.value is None]
    return f"Nothing can be said yet: no labels that may speak for {' and '.join(without)}."


def _more(found: Compared) -> str:
    if not found.more:
        return found.open_because
    what = "pairs" if found.design.kind == "replayed" else "labels of each"
    return f"About {found.more:,} more {what} may settle it."


def _whole(share: float) -> str:
    return f"{100 * share:g}"


def _signed(share: float) -> str:
    whole = round(share * 100)
    return f"{_MINUS}{-whole}" if whole < 0 else str(whole)
