"""How each reviewer works and answers, one row a person: hints, never verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.agreement_words import MINUS, digits, shared, with_ends
from components.campaign_rows import link_out
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import counted
from review_app.agreement.reviewers import Errors, Halves, WithMajority
from review_app.agreement.summary import Estimate
from review_app.checks import ITEMS_FOR_A_SHARE, Tally
from review_app.durations import duration
from review_app.intervals import Interval, wilson
from review_app.reviewer_numbers import ReviewerNumbers


@dataclass(frozen=True)
class ReviewerRow:
    """All that is known of one reviewer.

    Attributes:
        numbers: of the campaign.
        hasty: how many items took less than a fifth of their own median.
        majority: on one question; None where nobody else answered the same items.
        without: alpha of all others; None where they gave no answer.
        halves: None where answers neither pass nor fail.
    """

    numbers: ReviewerNumbers
    hasty: int = 0
    majority: WithMajority | None = None
    without: Estimate | None = None
    halves: Halves | None = None


_COLUMNS = (
    "Reviews done",
    "Median time",
    "Very fast",
    "With the majority of the others",
    "Alpha without",
    "Gold right",
    "Same answer again",
    "Passing, first half to second",
)
_TABLE = Markup(
    '<table class="c-table r-table"><thead><tr><th scope="col">Reviewer</th>{}</tr></thead>'
    "<tbody>{}</tbody></table>"
)
_HEAD = Markup('<th scope="col">{}</th>')
_ROW = Markup('<tr><th scope="row">{}</th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')
_TWO = Markup("{}<small>{}</small>")
_NONE = Markup('<span class="none">{}</span>')
_SAYS = Markup('<p class="r-says">{}</p>')
_ERRORS = ("Misses a fail", "Items that fail", "Raises a false alarm", "Items that pass")


def says(words: str) -> None:
    """Draw what the table comes to, in one sentence."""
    st.html(str(_SAYS.format(marked(words))))


def reviewers_rows(campaign: str, rows: Iterable[ReviewerRow]) -> None:
    """Draw one row a reviewer; times and checks lead to their items."""
    body = joined(_row(campaign, one) for one in rows)
    st.html(str(_TABLE.format(joined(_HEAD.format(name) for name in _COLUMNS), body)))


def errors_table(errors: Mapping[str, Errors]) -> None:
    """Draw the estimated errors of each reviewer."""
    head = joined(_HEAD.format(name) for name in _ERRORS)
    body = joined(
        _ROW.format(marked(name), _cells(_ERRORS, _errors(one))) for name, one in errors.items()
    )
    st.html(str(_TABLE.format(head, body)))


def _cells(names: Iterable[str], values: Iterable[Markup]) -> Markup:
    return joined(_CELL.format(name, value) for name, value in zip(names, values, strict=True))


def _row(campaign: str, one: ReviewerRow) -> Markup:
    numbers = one.numbers
    name, usual = numbers.reviewer, numbers.median_seconds
    values = (
        marked(f"{len(numbers.done):,} of {numbers.all:,}"),
        _NONE.format("not timed")
        if usual is None
        else _to(campaign, "time", name, duration(usual)),
        marked(f"{one.hasty:,}"),
        _majority(one.majority),
        _NONE.format("–") if one.without is None else _alpha(one.without),
        _tally(campaign, "gold", name, numbers.gold),
        _tally(campaign, "repeats", name, numbers.repeats),
        _halves(one.halves),
    )
    return _ROW.format(marked(name), _cells(_COLUMNS, values))


def _to(campaign: str, show: str, reviewer: str, words: str) -> Markup:
    """Return a link to the items on the campaign's own page."""
    to = urlencode({"campaign": campaign, "show": show, "reviewer": reviewer}, quote_via=quote)
    return link_out(words, f"/campaigns?{to}", new_tab=False)


def _alpha(found: Estimate) -> Markup:
    words = with_ends(found, 3)
    value, _, interval = words.partition(" ")
    return _TWO.format(value, interval) if interval else _NONE.format(words)


def _majority(found: WithMajority | None) -> Markup:
    if found is None or not found.items + found.ties:
        return _NONE.format("nobody else answered")
    ties = f", {counted(found.ties, 'tie')} left out" if found.ties else ""
    if found.share is None:
        return _TWO.format(f"{found.same:,} of {found.items:,}", ties.removeprefix(", "))
    kappa = f"kappa {digits(found.kappa, 3)}, n = {found.items:,}{ties}"
    return _TWO.format(shared(found.share, found.interval), kappa)


def _tally(campaign: str, show: str, name: str, tally: Tally) -> Markup:
    if not tally.answers:
        return _NONE.format("none yet")
    words = _to(campaign, show, name, f"{tally.right:,} of {tally.answers:,}")
    if tally.share is None:
        return words
    return _TWO.format(words, shared(tally.share, tally.interval))


def _halves(found: Halves | None) -> Markup:
    if found is None:
        return _NONE.format("–")
    (first, n), (second, m) = found.first, found.second
    if found.change is None:
        return marked(f"{first:,} of {n:,}, then {second:,} of {m:,}")
    return _TWO.format(f"{shared(first / n)} to {shared(second / m)}", _points(found.change))


def _points(change: Interval) -> str:
    low, high = (f"{100 * end:+.0f}".replace("-", MINUS) for end in (change.low, change.high))
    return f"{low} to {high} points"


def _errors(one: Errors) -> tuple[Markup, ...]:
    return (
        _share_of(one.misses, one.failing),
        marked(f"about {one.failing:,.0f}"),
        _share_of(one.false_alarms, one.passing),
        marked(f"about {one.passing:,.0f}"),
    )


def _share_of(share: float, n: float) -> Markup:
    """Return a share, or about how many of few."""
    few = n < ITEMS_FOR_A_SHARE
    return marked(f"about {share * n:.0f} of {n:.0f}" if few else shared(share, wilson(share, n)))
