"""Votes of end users as counts: by version in a table, over time in a chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked
from review_app.inbox import Period, Tally, Wanted

_HEADS = ("Version", "Traces", "Voted", "Up", "Down", "Comments")
_TABLE = Markup('<table class="i-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
_HEAD = Markup('<th scope="col">{}</th>')
_ROW = Markup('<tr class="{}"><th scope="row">{}</th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')
_NONE = Markup('<span class="none">0</span>')
_SHARE = Markup("{:,}<small>{}</small>")
_LINK = Markup('<a href="{}" target="_self" data-go="1">{}</a>')
_CHART = Markup(
    '<figure class="i-chart" role="group" aria-label="{}"><div class="i-side" style="{rows}">'
    '<span><i>{:,}</i><b class="i-up">Up</b></span><span><i>{:,}</i><b class="i-down">Down</b>'
    '</span></div><div class="i-cols">{}</div><div class="i-dates">{}</div></figure>'
)
_COLUMN = Markup(
    '<a class="{0}" href="{1}" target="_self" data-go="1" title="{2}" aria-label="{2}"'
    ' style="{rows}">'
    '<i><b style="height:{3:.1f}%"></b></i><i><b style="height:{4:.1f}%"></b></i></a>'
)
_DATE = Markup("<span>{}</span>")
_SUM = Markup('<p class="i-sum">{}</p>')
_SECTION = Markup('<h2 class="i-head">{}</h2>')
_QUIET = Markup('<p class="i-quiet">{}</p>')


def inbox_style() -> None:
    """Bring the style of all that is drawn of the inbox."""
    st.html(f"<style>{_style()}</style>")


def summary(words: str) -> None:
    """Say in one sentence what there is."""
    st.html(str(_SUM.format(marked(words))))


def section(words: str) -> None:
    """Draw the head of a section."""
    st.html(str(_SECTION.format(marked(words))))


def aside(words: str) -> None:
    """Say something quietly."""
    st.html(str(_QUIET.format(marked(words))))


def version_table(rows: list[tuple[str, Tally]], wanted: Wanted) -> None:
    """Draw the counts by version; each count leads to its votes."""
    heads = Markup("").join(_HEAD.format(head) for head in _HEADS)
    body = Markup("").join(_row(version, tally, wanted) for version, tally in rows)
    st.html(str(_TABLE.format(heads, body)))


def _row(version: str, tally: Tally, wanted: Wanted) -> Markup:
    counts = (
        f"{tally.traces:,}",
        _SHARE.format(tally.voted, _percent(tally)) if tally.voted else _NONE,
        _number(tally.up, {"version": version, "votes": "up"}),
        _number(tally.down, {"version": version, "votes": "down"}),
        _number(tally.comments, {"version": version, "votes": "all", "commented": "yes"}),
    )
    cells = (_CELL.format(head, cell) for head, cell in zip(_HEADS[1:], counts, strict=True))
    name = _link({"version": version, "votes": "all"}, marked(version))
    here = "here" if version == wanted.version else ""
    return _ROW.format(here, name, Markup("").join(cells))


def _number(count: int, to: Mapping[str, str]) -> Markup:
    return _link(to, f"{count:,}") if count else _NONE


def _link(to: Mapping[str, str], words: str) -> Markup:
    return _LINK.format("?" + urlencode(to), words)


def _percent(tally: Tally) -> str:
    share = 100 * tally.voted / tally.traces
    return "under 1 %" if share < 1 else f"{share:.0f} %"


def votes_over_time(question: str, periods: list[Period], wanted: Wanted) -> None:
    """Draw thumbs-up above and thumbs-down below a line; each column leads to its votes."""
    most = [max(getattr(one.tally, vote) for one in periods) for vote in ("up", "down")]
    up, down = (max(1, count) for count in most)
    rows = f"grid-template-rows:{up}fr {down}fr"
    year = periods[0].first.year != periods[-1].last.year
    named = [(period, days_words(period.first, period.last, year=year)) for period in periods]
    columns = Markup("").join(_column(*one, up, down, wanted) for one in named)
    ends = [named[0], named[len(named) // 2], named[-1]] if len(named) > 2 else named
    dates = Markup("").join(_DATE.format(words) for _, words in ends)
    st.html(str(_CHART.format(question, *most, columns, dates, rows=rows)))


def _column(period: Period, name: str, up: int, down: int, wanted: Wanted) -> Markup:
    first, last, tally = period.first.isoformat(), period.last.isoformat(), period.tally
    words = f"{tally.up:,} up, {tally.down:,} down, of {tally.traces:,} traces"
    return _COLUMN.format(
        "here" if (first, last) == (wanted.since, wanted.until) else "",
        "?" + urlencode({"since": first, "until": last, "votes": "all"}),
        f"{name}: {words}",
        100 * tally.up / up,
        100 * tally.down / down,
        rows=f"grid-template-rows:{up}fr {down}fr",
    )


def days_words(first: date, last: date, *, year: bool = False) -> str:
    """Return a day, a month, or the first and the last day.

    >>> days_words(date(2026, 11, 9), date(2026, 11, 15))
    '9–15 Nov'
    >>> days_words(date(2026, 11, 1), date(2026, 11, 30), year=True)
    'Nov 2026'
    """
    end = f"{last:%b %Y}" if year else f"{last:%b}"
    same_month = (first.year, first.month) == (last.year, last.month)
    if same_month and first.day == 1 and (last + timedelta(days=1)).day == 1:
        return end
    if first == last:
        return f"{last.day} {end}"
    return f"{first.day}{'' if same_month else f' {first:%b}'}–{last.day} {end}"


@cache
def _style() -> str:
    return (Path(__file__).parent / "inbox.css").read_text(encoding="utf-8")
