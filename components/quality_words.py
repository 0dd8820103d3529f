"""How rates of the quality page are said."""

from __future__ import annotations

from components.agreement_words import shared
from components.words import counted
from review_app.quality.values import Cell, Mark, Rate
from review_app.quality.wishing import WISHED

NAMES: dict[Mark, str] = {"combined": "Combined", "human": "Human", "judge": "Judge"}
UNCHECKED = "Judge only, not checked on this version"
NO_LABELS = "No labels yet"
NOT_USABLE = "No labels that allow a rate"


def rate_words(rate: Rate) -> str:
    """Return a rate as people read it, with its interval; a dash where it cannot be said.

    >>> rate_words(Rate(0.812)), rate_words(Rate())
    ('81 %', '–')
    """
    return "–" if rate.value is None else shared(rate.value, rate.interval)


def mark_words(cell: Cell, mark: Mark) -> str:
    """Return all that one mark says: what it is, the rate, its interval and n."""
    rate: Rate = getattr(cell, mark)
    n = counted(rate.n, "scored trace" if mark == "judge" else "label")
    return f"{NAMES[mark]}, {cell.version}: {rate_words(rate)}, n = {n}"


def stands_on(cell: Cell) -> str:
    """Return what a row stands on."""
    traffic = counted(cell.traffic, "trace")
    if not cell.labels:
        return f"no labels, {traffic}"
    return f"n = {counted(cell.labels, 'label')}, of {traffic}"


def wished(cell: Cell) -> str:
    """Return the words of the button that has some traces of a version reviewed."""
    if cell.traffic <= WISHED:
        return f"Have all {cell.traffic:,} reviewed" if cell.traffic > 1 else "Have it reviewed"
    return f"Have {WISHED} random ones reviewed"


def facts(cell: Cell, goal_width: float) -> list[str]:
    """Return what else has to be known to read the row, one sentence each."""
    said = [
        _adds_nothing(cell),
        "Still running: the interval holds on whichever day you look." if cell.running else "",
        _bounds(cell),
        _more(cell, goal_width),
        _kept_out(cell),
        cell.human.why if cell.labels and cell.human.value is None else "",
        _if_it_errs_alike(cell),
        *cell.notes,
    ]
    return list(dict.fromkeys(filter(None, said)))


def saved_words(saved: float) -> str:
    """Return how much the scores helped.

    >>> saved_words(0.36)
    'Judge scores saved 36 % of the labels.'
    """
    return f"Judge scores saved {100 * saved:.0f} % of the labels."


def _adds_nothing(cell: Cell) -> str:
    scored = cell.judge.value is not None and cell.human.value is not None
    return cell.combined.why if scored and cell.combined.value is None else ""


def _if_it_errs_alike(cell: Cell) -> str:
    if cell.carried.value is None:
        return ""
    return (
        f"If the judge errs on this version as it did on “{cell.carried.why}”:"
        f" {rate_words(cell.carried)}, n = {cell.carried.n:,}. An assumption; labels would tell."
    )


def _bounds(cell: Cell) -> str:
    if cell.bounds is None:
        return ""
    low, high = (f"{100 * end:.0f}" for end in (cell.bounds.low, cell.bounds.high))
    return (
        f"{100 * cell.unjudged:.0f} % could not be judged or are missing: {low} to {high} % pass,"
        " whatever these come to."
    )


def _more(cell: Cell, goal_width: float) -> str:
    if not cell.more:
        return ""
    return f"About {counted(cell.more, 'more label')} bring it to ± {100 * goal_width:.0f} points."


def _kept_out(cell: Cell) -> str:
    """Return how many labels are kept out; where notes say why, they say how many, too."""
    if not cell.unusable or cell.notes:
        return ""
    are = "are" if cell.unusable > 1 else "is"
    said = f"{counted(cell.unusable, 'label')} {are} kept out of the rate."
    return " ".join(filter(None, (said, cell.shown.why or cell.human.why)))


def each_reviewer(cell: Cell) -> tuple[str, str]:
    """Return how far reviewers lie apart, and the rate of each."""
    each = " · ".join(
        f"{name} {'–' if one.value is None else shared(one.value)} of {one.n:,}"
        for name, one in cell.by_reviewer.items()
    )
    known = [one.value for one in cell.by_reviewer.values() if one.value is not None]
    if not known:
        return "By reviewer", each
    low, high = (f"{100 * end:.0f}" for end in (min(known), max(known)))
    return f"By reviewer: {low if low == high else f'{low} to {high}'} %", each
