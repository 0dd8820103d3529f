"""Where a judge and people agree and where not: the confusion, and both sides of each item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.safe_pieces import joined
from components.safe_text import marked
from components.words import cut
from review_app.judge_check.rates import Cell
from review_app.judge_check.sides import BothSides, Voice
from review_app.labeled_rows import LabeledRow
from review_app.questions import Question, in_words

CELLS: Mapping[Cell, str] = {
    "missed": "bad answers that it missed",
    "rejected": "good answers that it rejected",
    "caught": "bad answers that it caught",
    "accepted": "good answers that it accepted",
}
_CONFUSION = Markup(
    '<table class="k-cells"><thead><tr><td></td><th scope="col">The judge fails it</th>'
    '<th scope="col">The judge passes it</th></tr></thead><tbody>'
    '<tr><th scope="row">People: bad</th>{}{}</tr><tr><th scope="row">People: good</th>{}{}</tr>'
    "</tbody></table>"
)
_CELL = Markup(
    '<td class="{}"><a href="{}" target="_self" data-go="1"{}><b>{:,}</b><small>{}</small></a></td>'
)
_CURRENT = Markup(' aria-current="true"')
_ITEMS = Markup('<div class="k-items">{}</div>')
_ITEM = Markup(
    '<article><header><span class="t">{}</span><span class="go">{}</span></header>'
    '<div class="k-both"><div><h3>People</h3>{}</div><div><h3>{}</h3>{}</div></div></article>'
)
_SAID = Markup('<p><span class="who">{}</span> <b class="{}">{}</b>{}</p>')
_WHY = Markup(" {}")


def confusion(cells: Mapping[Cell, Sequence[str]], address: Mapping[str, str], now: str) -> None:
    """Draw the table; each cell leads to its items.

    Args:
        cells: cell -> trace ids.
        address: of this page.
        now: the cell whose items are shown.
    """
    order: tuple[Cell, ...] = ("caught", "missed", "rejected", "accepted")
    drawn = [_cell(cell, len(cells.get(cell, ())), address, now) for cell in order]
    st.html(str(_CONFUSION.format(*drawn)))


def both_sides(
    items: Sequence[BothSides],
    question: Question,
    source: str,
    ways: Callable[[LabeledRow], Sequence[Markup]],
) -> None:
    """Draw items with what people said at the left and what the judge said at the right.

    Args:
        items: those shown.
        question: to say answers as people do.
        source: of the judge.
        ways: where an item can be settled and read.
    """
    drawn = joined(
        _ITEM.format(
            marked(one.title or "An item without a question"),
            Markup("").join(ways(one.row)),
            joined(_said(voice, question) for voice in one.people) or marked("Nobody."),
            marked(source),
            _said(one.judge, question),
        )
        for one in items
    )
    st.html(str(_ITEMS.format(drawn)))


def _cell(cell: Cell, count: int, address: Mapping[str, str], now: str) -> Markup:
    href = "?" + urlencode({**address, "cell": cell}, quote_via=quote)
    off = "off" if cell in ("missed", "rejected") else ""
    return _CELL.format(off, href, _CURRENT if cell == now else Markup(""), count, CELLS[cell])


def _said(one: Voice, question: Question) -> Markup:
    value = f"{one.value:.3g}" if isinstance(one.value, float) else one.value
    words = "–" if value is None else in_words(question, value)
    if one.value is not None and one.passed is not None and not isinstance(one.value, bool):
        words = f"{words} ({'pass' if one.passed else 'fail'})"
    mark = "" if one.passed is None else "pass" if one.passed else "fail"
    why = _WHY.format(marked(f"“{cut(one.rationale)}”")) if one.rationale else Markup("")
    return _SAID.format(marked(one.who), mark, marked(words), why)
