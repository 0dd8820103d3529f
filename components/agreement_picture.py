"""The agreement on each question as a picture: what it means first, then dots and bars."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.agreement_words import digits, shared, with_ends
from components.campaign_links import link
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import counted
from review_app.agreement.rows import QuestionRows
from review_app.agreement.summary import RELIABLE, TENTATIVE, Agreement, Estimate

_ALL = Markup(
    '<div class="a-picture"><div class="a-q a-axis"><span></span><div class="a-line"><span></span>'
    '<span class="a-track"><u style="left:0">0</u><u style="left:66.7%">.667</u>'
    '<u style="left:80%">.8</u><u style="left:100%">1</u></span><span></span></div></div>{}</div>'
)
_QUESTION = Markup(
    '<section class="a-q"><div><p class="a-says">{}</p><p class="a-name">{}</p>{}</div>'
    "<div>{}</div></section>"
)
_LINE = Markup(
    '<div class="a-line"><span class="a-what">{}</span><span class="a-track" role="img"'
    ' aria-label="{}"><i style="left:66.7%"></i><i style="left:80%"></i>{}{}</span>'
    '<span class="a-n">{}</span><span class="a-facts">{}</span></div>'
)
_BAR = Markup('<b style="left:{:.2f}%;width:{:.2f}%"></b>')
_DOT = Markup('<em style="left:{:.2f}%"></em>')
_NOTE = Markup('<p class="c-quiet">{}</p>')
_NOTHING = "Nobody answered this question yet."
_LOPSIDED = (
    "{} of the answers pass. Where nearly all answers are the same, alpha is low even if people"
    " seldom differ: read it together with percent and AC1."
)
NEARLY_ALL = 0.9  # of the answers; from there on alpha says little


def agreement_style() -> None:
    """Bring the style of what is drawn of agreement and reviewers."""
    st.html(f"<style>{_style()}</style>")


def agreement_picture(campaign: str, questions: Iterable[QuestionRows]) -> None:
    """Draw one row a question; its name leads to who agrees with whom on it."""
    st.html(str(_ALL.format(joined(_question(campaign, one) for one in questions))))


def _question(campaign: str, one: QuestionRows) -> Markup:
    to = {"campaign": campaign, "question": one.question.name}
    lines = joined(_line(row, _what(one, row)) for row in one.rows)
    return _QUESTION.format(_says(one), link(one.question.heading, to), _note(one), lines)


def _says(one: QuestionRows) -> Markup:
    """Return the sentence; of several rows on one scale that of the lowest."""
    if not one.scaled:
        return marked(_NOTHING)
    known = [row for row in one.scaled if row.alpha.value is not None] or one.scaled
    lowest = min(known, key=lambda row: row.alpha.value or 0.0)
    of = f"{lowest.option}: " if lowest.option else ""
    return marked(of + lowest.sentence)


def _note(one: QuestionRows) -> Markup:
    """Return a warning where alpha alone would mislead: nearly all pass, and few differ."""
    for row in one.rows:
        passing = row.base_rate if row.base == "passing" else None
        low = row.alpha.interval is not None and row.alpha.interval.low < TENTATIVE
        if passing is not None and passing >= NEARLY_ALL and low:
            return _NOTE.format(_LOPSIDED.format(shared(passing)))
    return Markup("")


def _what(one: QuestionRows, row: Agreement) -> str:
    if row.option:
        return row.option
    if row in one.pass_fail:
        return "as pass or fail"
    return "pass or fail" if one.question.kind == "pass_fail" else f"on its scale, {row.scale}"


def _line(row: Agreement, what: str) -> Markup:
    said = with_ends(row.alpha)
    if row.alpha.value is None:
        said = "undefined: no variation" if row.items else "no common items"
    words = f"Alpha {said}. Tentative from {digits(TENTATIVE, 3)}, reliable from {RELIABLE:g}."
    return _LINE.format(marked(what), words, _bar(row.alpha), _dot(row.alpha), said, _facts(row))


def _bar(found: Estimate) -> Markup:
    if found.interval is None:
        return Markup("")
    low, high = _place(found.interval.low), _place(found.interval.high)
    return _BAR.format(low, high - low)


def _dot(found: Estimate) -> Markup:
    return Markup("") if found.value is None else _DOT.format(_place(found.value))


def _place(value: float) -> float:
    """Return where a coefficient stands on the track; below 0 is drawn at 0."""
    return 100 * min(1.0, max(0.0, value))


def _facts(row: Agreement) -> Markup:
    n = f"n = {counted(row.items, 'item')}, {counted(row.answers, 'answer')}"
    parts = [
        "" if row.percent.value is None else f"{shared(row.percent.value)} of pairs say the same",
        f"AC1 {digits(row.ac1.value, 2)}",
        "" if row.base_rate is None else f"{shared(row.base_rate)} {row.base}",
        n,
        f"{row.cannot_judge:,} cannot judge" if row.cannot_judge else "",
        f"{row.unknown:,} blindness not known" if row.unknown else "",
    ]
    return marked(" · ".join(filter(None, parts)))


@cache
def _style() -> str:
    return (Path(__file__).parent / "agreement.css").read_text(encoding="utf-8")
