"""How good each version is: a panel a question, versions as rows, rates as dots and bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.quality_words import (
    NAMES,
    NO_LABELS,
    NOT_USABLE,
    UNCHECKED,
    each_reviewer,
    facts,
    mark_words,
    rate_words,
    saved_words,
    stands_on,
    wished,
)
from components.safe_pieces import joined
from components.safe_text import marked, without_hidden
from components.words import counted
from review_app.quality.opened import Show, Topic
from review_app.quality.values import Cell, Mark, Quality, Rate

MARKS: tuple[Mark, ...] = ("combined", "human", "judge")
SHOWN_VERSIONS = 6  # of a question; older ones are folded
FIRST_TICK = 0.5  # where the scale begins, unless something lies below
OTHER_RATES: Mapping[Show, str] = {
    "settled": "After adjudication",
    "shown": "Among the labeled items that are kept out, and of these only",
}
_ROOM = 0.72  # from this place on a track the name of a mark stands left of its bar

_PANEL = Markup('<div class="y-panel">{}{}{}</div>')
_OLDER = Markup('<details class="y-older"><summary>{}</summary>{}</details>')
_ROW = Markup(
    '<section class="y-row {}" aria-label="{}"><div class="y-of"><b>{}</b><span>{}</span></div>'
    '{}<div class="y-sum">{}</div>{}</section>'
)
_TRACK = Markup('<div class="y-track" style="--step:{:.3f}%">{}</div>')
_AXIS = Markup(
    '<div class="y-row y-axis" aria-hidden="true"><div class="y-of"></div>'
    '<div class="y-track">{}</div><div class="y-sum"></div></div>'
)
_TICK = Markup('<u style="left:{:.2f}%">{:.0f} %</u>')
_LINE = Markup('<div class="y-line y-{}">{}{}{}</div>')
_BAR = Markup('<i style="left:{:.2f}%;width:{:.2f}%"></i>')
_DOT = Markup('<em style="left:{:.2f}%" title="{}">{}</em>')
_NAME = Markup('<span class="{}" style="{}:{:.2f}%">{}</span>')
_SUM = Markup("<b>{}</b> <span>{}</span>{}{}")
_SMALL = Markup("<small>{}</small>")
_CHANGED = Markup('<small class="y-{0}">{0} than the version before</small>')
_FACTS = Markup('<div class="y-facts">{}</div>')
_FACT = Markup("<p>{}</p>")
_EACH = Markup("<details><summary>{}</summary><p>{}</p></details>")
_ASK = Markup('<p class="y-ask">{}</p>')
_HEARD = Markup('<span class="y-heard">{}</span>')


def quality_style() -> None:
    """Bring the style of what is drawn of quality."""
    st.html(f"<style>{_style()}</style>")


@dataclass(frozen=True)
class Panels:
    """What all panels of the page share.

    Attributes:
        start: where the scale begins.
        goal_width: half the width that more labels are counted to.
        here: the address of the page.
        ask: whether the lead can be offered to have traces reviewed.
    """

    start: float
    goal_width: float
    here: Mapping[str, str]
    ask: bool


def panels_of(quality: Quality, here: Mapping[str, str], *, ask: bool) -> Panels:
    """Return what the panels share: one scale above all."""
    return Panels(scale_start(quality.cells), quality.goal_width, here, ask)


def quality_panel(panels: Panels, cells: Iterable[Cell]) -> None:
    """Draw one question: a row a version, the newest first, each mark a link to its traces."""
    named: set[Mark] = set()
    rows = [_row(panels, cell, named) for cell in cells]
    older = rows[SHOWN_VERSIONS:]
    more = _OLDER.format(counted(len(older), "older version"), joined(older)) if older else ""
    st.html(str(_PANEL.format(joined(rows[:SHOWN_VERSIONS]), more, _axis(panels.start, rows))))


def scale_start(cells: Iterable[Cell]) -> float:
    """Return where the scale of all panels begins: a tenth below everything, at most at half."""
    ends = [
        rate.interval.low if rate.interval else rate.value
        for cell in cells
        for rate in (cell.human, cell.judge, cell.combined)
        if rate.value is not None
    ]
    return min([FIRST_TICK, *(int(10 * end) / 10 for end in ends)])


def _row(panels: Panels, cell: Cell, named: set[Mark]) -> Markup:
    checked = cell.human.value is not None or cell.combined.value is not None
    lines = joined(_line(panels, cell, mark, named) for mark in MARKS)
    more = _more(panels, cell, ask=panels.ask and not checked)
    return _ROW.format(
        f"{'' if checked else 'y-grey'} {'' if lines else 'y-bare'}",
        without_hidden(cell.version),
        marked(cell.version),
        stands_on(cell),
        _TRACK.format(10 / (1 - panels.start), lines) if lines else "",
        _sum(cell) if checked else _SMALL.format(_unchecked(cell)),
        more,
    )


def _line(panels: Panels, cell: Cell, mark: Mark, named: set[Mark]) -> Markup:
    rate: Rate = getattr(cell, mark)
    if rate.value is None:
        return Markup("")
    start, name = panels.start, Markup("")
    if mark not in named:
        named.add(mark)
        name = _named(mark, rate, start)
    bar = Markup("")
    if rate.interval is not None:
        low, high = _place(rate.interval.low, start), _place(rate.interval.high, start)
        bar = _BAR.format(low, high - low)
    return _LINE.format(mark, bar, _dot(panels, cell, mark), name)


def _dot(panels: Panels, cell: Cell, mark: Mark) -> Markup:
    rate: Rate = getattr(cell, mark)
    words = without_hidden(mark_words(cell, mark))
    inner = _opening(panels, cell, mark, _HEARD.format(words))
    return _DOT.format(_place(rate.value or 0.0, panels.start), words, inner)


def _opening(panels: Panels, cell: Cell, show: Show, words: Markup) -> Markup:
    """Return words that lead to the traces of a rate; only the words where there are none."""
    rate: Rate = getattr(cell, show)
    to = {**panels.here, **Topic(show, cell.version, cell.question, cell.week).address}
    return link(words, to) if rate.traces else words


def _named(mark: Mark, rate: Rate, start: float) -> Markup:
    """Return the name of a mark beside its bar: at the right where there is room."""
    value = rate.value or 0.0
    low = _place(rate.interval.low if rate.interval else value, start)
    high = _place(rate.interval.high if rate.interval else value, start)
    if high <= 100 * _ROOM:
        return _NAME.format("y-name", "left", high, NAMES[mark])
    return _NAME.format("y-name y-left", "right", 100 - low, NAMES[mark])


def _sum(cell: Cell) -> Markup:
    best: Rate = getattr(cell, cell.best)
    share, _, interval = rate_words(best).partition(" (")
    changed = _CHANGED.format(cell.changed) if cell.changed else ""
    small = "" if cell.saved is None else _SMALL.format(saved_words(cell.saved))
    return _SUM.format(share, f"({interval}" if interval else "no interval", changed, small)


def _unchecked(cell: Cell) -> str:
    if cell.judge.value is not None:
        return UNCHECKED
    return NOT_USABLE if cell.unusable else NO_LABELS


def _more(panels: Panels, cell: Cell, *, ask: bool) -> Markup:
    said = [_FACT.format(marked(one)) for one in facts(cell, panels.goal_width)]
    said += [_FACT.format(one) for show in OTHER_RATES if (one := _other_rate(panels, cell, show))]
    if len(cell.by_reviewer) > 1:
        apart, each = each_reviewer(cell)
        said.append(_EACH.format(apart, marked(each)))
    if ask and cell.traffic:
        to = {**panels.here, "do": "review", "version": cell.version, "question": cell.question}
        said.append(_ASK.format(link(wished(cell), to)))
    return _FACTS.format(joined(said)) if said else Markup("")


def _other_rate(panels: Panels, cell: Cell, show: Show) -> Markup:
    """Return a rate in words; nothing where there is none."""
    rate: Rate = getattr(cell, show)
    if rate.value is None:
        return Markup("")
    words = marked(f"{rate_words(rate)}, n = {rate.n:,}")
    return Markup("{}: {}.").format(OTHER_RATES[show], _opening(panels, cell, show, words))


def _axis(start: float, rows: Sequence[Markup]) -> Markup:
    if not any("y-track" in row for row in rows):
        return Markup("")
    first = round(10 * start)
    wide = 2 if first < 3 else 1
    ticks: Sequence[int] = [one for one in range(first, 11) if (10 - one) % wide == 0]
    return _AXIS.format(joined(_TICK.format(_place(one / 10, start), 10 * one) for one in ticks))


def _place(share: float, start: float) -> float:
    """Return where a share stands on the track, in percent of its width."""
    return 100 * min(1.0, max(0.0, (share - start) / (1 - start)))


@cache
def _style() -> str:
    return (Path(__file__).parent / "quality.css").read_text(encoding="utf-8")
