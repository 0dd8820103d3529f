"""The live preview: what this design comes to, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX, STEPS, Form, title_of
from components.safe_text import marked
from components.words import counted, minutes
from review_app.campaigns import SECONDS_AN_ITEM, PlanItem
from review_app.design import Problem
from review_app.frames import Stratum
from review_app.planning import Prepared, Scan

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


def preview(form: Form, prepared: Prepared, found: Scan, looked: Scan) -> None:
    """Draw what a design comes to.

    ``found`` is its pool, ``looked`` all that was looked through for it.
    """
    drawn = sum(one.n for one in prepared.strata.values())
    size = looked_through(len(found.candidates), len(looked.candidates), complete=looked.complete)
    parts = [
        _problems(form, prepared.problems),
        _BIG.format(f"{drawn:,}", "item is drawn" if drawn == 1 else "items are drawn"),
        _QUIET.format(size),
        _lines("What can be said at the end", prepared.can, "b-yes"),
        _lines("What cannot", prepared.cannot, "b-no"),
        _people(prepared),
        _strata(prepared.strata),
        _examples(prepared.examples, {c.trace_id: c.text for c in found.candidates}),
    ]
    with st.container(key=PREFIX + "preview"):
        st.html(str(Markup('<div class="b-preview">{}</div>').format(Markup("").join(parts))))


def _problems(form: Form, problems: Sequence[Problem]) -> Markup:
    if not problems:
        return Markup()
    steps = [(form.step_of(problem), marked(problem.sentence)) for problem in problems]
    lines = [_PROBLEM.format(step, STEPS[step], words) for step, words in steps]
    return _SECTION.format(
        "To put right first", _LINES.format("b-problems", Markup("").join(lines))
    )


def _lines(title: str, sentences: Sequence[str], look: str) -> Markup:
    if not sentences:
        return Markup()
    lines = Markup("").join(_LINE.format(marked(s)) for s in sentences)
    return _SECTION.format(title, _LINES.format(look, lines))


def _people(prepared: Prepared) -> Markup:
    if not prepared.items_each:
        return Markup()
    rows = [
        (marked(name), f"{n:,}", minutes(n * SECONDS_AN_ITEM) if n else "–")
        for name, n in prepared.items_each.items()
    ]
    table = _table(("Reviewer", "Items", "Time"), rows[:FEW], numbers=(1, 2))
    box = _QUIET.format(marked(prepared.time)) if prepared.time else Markup()
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


def _examples(examples: Sequence[PlanItem], texts: Mapping[str, str]) -> Markup:
    if not examples:
        return Markup()
    lines = [
        _ITEM.format(
            marked(title_of(texts.get(item.trace_id, ""), item.trace_id)),
            marked(" · ".join(dict.fromkeys((item.stratum, item.reason)))),
        )
        for item in examples
    ]
    title = f"{len(examples)} of the items" if len(examples) > 1 else "The item"
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
