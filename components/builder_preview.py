"""The live preview: what this design comes to, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX, STEPS
from components.safe_text import marked
from components.words import counted, minutes
from review_app.campaigns import SECONDS_AN_ITEM
from review_app.frames import Stratum

FEW = 8  # rows of a table before the rest is put into one line
_SECTION = Markup("<section><h3>{}</h3>{}</section>")
_BIG = Markup('<p class="b-big"><b>{}</b> {}</p>')
_QUIET = Markup('<p class="b-quiet">{}</p>')
_LINE = Markup("<li>{}</li>")
_LINES = Markup('<ul class="{}">{}</ul>')
_PROBLEM = Markup('<li><a href="#step-{}" target="_self">{}</a> {}</li>')
_TABLE = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
_HEAD = Markup('<th scope="col" class="{}">{}</th>')
_CELL = Markup('<td class="{}">{}</td>')
_ROW = Markup("<tr>{}</tr>")
_ITEM = Markup("<li><span>{}</span><small>{}</small></li>")


@dataclass(frozen=True)
class Shown:
    """What the preview shows.

    Attributes:
        pool: number of traces in it, in words.
        items: how many items are drawn.
        problems: step and sentence of what must be put right first.
        strata: name -> size and number drawn.
        items_each: reviewer -> number of items, gold and repeats included.
        seconds: what an item takes.
        time: what to know about the time box; "" for nothing.
        samples: text, stratum and reason of a few items.
        conclusions: what can be said at the end.
        limits: what cannot.
    """

    pool: str
    items: int = 0
    problems: Sequence[tuple[str, str]] = ()
    strata: Mapping[str, Stratum] = field(default_factory=dict)
    items_each: Mapping[str, int] = field(default_factory=dict)
    seconds: float = SECONDS_AN_ITEM
    time: str = ""
    samples: Sequence[tuple[str, str, str]] = ()
    conclusions: Sequence[str] = ()
    limits: Sequence[str] = ()


def preview(shown: Shown) -> None:
    """Draw the preview."""
    parts = [
        _SECTION.format("To put right first", _problems(shown)) if shown.problems else Markup(),
        _BIG.format(f"{shown.items:,}", "item is drawn" if shown.items == 1 else "items are drawn"),
        _QUIET.format(marked(shown.pool)),
        _lines("What can be said at the end", shown.conclusions, "b-yes"),
        _lines("What cannot", shown.limits, "b-no"),
        _people(shown),
        _strata(shown.strata),
        _samples(shown),
    ]
    with st.container(key=PREFIX + "preview"):
        st.html(str(Markup('<div class="b-preview">{}</div>').format(Markup("").join(parts))))


def _problems(shown: Shown) -> Markup:
    lines = [_PROBLEM.format(step, STEPS[step], marked(words)) for step, words in shown.problems]
    return _LINES.format("b-problems", Markup("").join(lines))


def _lines(title: str, sentences: Sequence[str], look: str) -> Markup:
    if not sentences:
        return Markup()
    lines = Markup("").join(_LINE.format(marked(s)) for s in sentences)
    return _SECTION.format(title, _LINES.format(look, lines))


def _people(shown: Shown) -> Markup:
    if not shown.items_each:
        return Markup()
    rows = [
        (marked(name), f"{n:,}", minutes(n * shown.seconds) if n else "–")
        for name, n in shown.items_each.items()
    ]
    table = _table(("Reviewer", "Items", "Time"), rows[:FEW], numbers=(1, 2))
    box = _QUIET.format(marked(shown.time)) if shown.time else Markup()
    return _SECTION.format("For each reviewer", table + _more(len(rows)) + box)


def _strata(strata: Mapping[str, Stratum]) -> Markup:
    if not strata:
        return Markup()
    rows = [
        (marked(name), f"{one.N:,}", f"{one.n:,}", _chance(one)) for name, one in strata.items()
    ]
    table = _table(("Stratum", "In the pool", "Drawn", "Chance"), rows[:FEW], numbers=(1, 2, 3))
    return _SECTION.format("Strata", table + _more(len(rows)))


def _chance(stratum: Stratum) -> str:
    if not stratum.N:
        return "–"
    if stratum.n in (0, stratum.N):
        return "all" if stratum.n else "none"
    share = 100 * stratum.n / stratum.N
    return f"{share:.0f} %" if share >= 1 else f"{share:.2g} %"


def _samples(shown: Shown) -> Markup:
    if not shown.samples:
        return Markup()
    lines = [
        _ITEM.format(marked(text), marked(" · ".join(dict.fromkeys(w for w in why if w))))
        for text, *why in shown.samples
    ]
    title = "The items" if len(lines) == shown.items else f"{len(lines)} of the items"
    return _SECTION.format(title, _LINES.format("b-items", Markup("").join(lines)))


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int]
) -> Markup:
    looks = ["n" if i in numbers else "" for i in range(len(heads))]
    head = Markup("").join(_HEAD.format(*cell) for cell in zip(looks, heads, strict=True))
    body = Markup("").join(
        _ROW.format(Markup("").join(_CELL.format(*cell) for cell in zip(looks, row, strict=True)))
        for row in rows
    )
    return _TABLE.format(head, body)


def _more(rows: int) -> Markup:
    if rows <= FEW:
        return Markup()
    return _QUIET.format(f"and {counted(rows - FEW, 'more')[:-1]}")


def looked_through(found: int, seen: int, *, complete: bool) -> str:
    """Say how large the pool is.

    >>> looked_through(40, 250, complete=True)
    '40 of 250 traces pass the filters.'
    """
    if found == seen and complete:
        return f"{counted(found, 'trace')} in the pool."
    of = counted(seen, "trace") if complete else f"the {seen:,} newest traces looked through"
    return f"{found:,} of {of} pass the filters."
