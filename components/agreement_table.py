"""The numbers behind the picture of agreement, to four digits."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from components.agreement_words import digits, ends, shared
from components.safe_pieces import joined
from components.safe_text import marked
from review_app.agreement.rows import QuestionRows
from review_app.agreement.summary import Agreement, Estimate

_COLUMNS = (
    "Alpha",
    "95 %, by session",
    "95 %, by item",
    "Percent",
    "AC1",
    "AC2",
    "Base rate",
    "Items",
    "Answers",
    "People",
    "Cannot judge",
    "Blindness not known",
)
_TABLE = Markup(
    '<table class="c-table a-table"><thead><tr><th scope="col">Question</th>{}</tr></thead>'
    "<tbody>{}</tbody></table>"
)
_HEAD = Markup('<th scope="col">{}</th>')
_ROW = Markup('<tr><th scope="row">{} <small>{}</small></th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')


def agreement_table(questions: Iterable[QuestionRows]) -> None:
    """Draw every number of every row, the questions in their order."""
    rows = joined(_row(one, row) for one in questions for row in one.rows)
    st.html(str(_TABLE.format(joined(_HEAD.format(name) for name in _COLUMNS), rows)))


def _row(one: QuestionRows, row: Agreement) -> Markup:
    reading = row.option or ("pass or fail" if row in one.pass_fail else row.scale)
    values = (
        digits(row.alpha.value),
        _ends(row.alpha),
        _ends(row.alpha_by_item),
        digits(row.percent.value),
        digits(row.ac1.value),
        digits(row.ac2.value),
        "none" if row.base_rate is None else f"{shared(row.base_rate)} {row.base}",
        f"{row.items:,}",
        f"{row.answers:,}",
        f"{row.people:,}",
        f"{row.cannot_judge:,}",
        f"{row.unknown:,}",
    )
    cells = (_CELL.format(name, marked(v)) for name, v in zip(_COLUMNS, values, strict=True))
    return _ROW.format(marked(one.question.heading), marked(reading), joined(cells))


def _ends(found: Estimate) -> str:
    return "–" if found.value is None else ends(found.interval)
