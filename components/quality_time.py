"""Whether it is getting better: the rate of each version, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from components.charts import Line, Point, time_chart
from components.inbox_counts import days_words
from components.quality_words import NAMES, rate_words
from components.words import counted
from review_app.quality.opened import Topic
from review_app.quality.values import Cell, Quality, Rate

FEWEST_WEEKS = 2  # of which a chart says anything


def with_weeks(quality: Quality) -> dict[str, str]:
    """Return the questions that a chart says something about: name -> heading."""
    weeks = {
        name: {one.week for one in quality.weeks if one.question == name and _shown(one)}
        for name in quality.questions
    }
    return {name: quality.questions[name] for name, found in weeks.items() if _enough(found)}


def _enough(weeks: set[str]) -> bool:
    return len(weeks) >= FEWEST_WEEKS


def over_time(quality: Quality, question: str) -> Topic | None:
    """Draw the weeks of a question, and return the mark that was clicked."""
    cells = lines_of(quality, question)
    lines = [
        Line(found[0].version, [_point(one) for one in found], found[0].version == newest(cells))
        for found in cells
    ]
    clicked = time_chart(quality.questions[question], lines, f"quality-weeks-{question}")
    if clicked is None:
        return None
    cell = cells[clicked[0]][clicked[1]]
    return Topic(cell.best, cell.version, question, cell.week)


def lines_of(quality: Quality, question: str) -> list[list[Cell]]:
    """Return the cells of each version week by week, the newest version last."""
    found = [
        [
            one
            for one in quality.weeks
            if (one.question, one.version) == (question, version) and _shown(one)
        ]
        for version in reversed(quality.versions)
    ]
    return [sorted(cells, key=lambda one: one.week) for cells in found if cells]


def newest(lines: Sequence[Sequence[Cell]]) -> str:
    """Return the version of the last line, which is the newest."""
    return lines[-1][0].version


def _shown(cell: Cell) -> bool:
    return _rate(cell).value is not None


def _rate(cell: Cell) -> Rate:
    rate: Rate = getattr(cell, cell.best)
    return rate


def _point(cell: Cell) -> Point:
    rate = _rate(cell)
    monday = date.fromisoformat(cell.week)
    ends = (rate.interval.low, rate.interval.high) if rate.interval else None
    n = counted(rate.n, "scored trace" if cell.best == "judge" else "label")
    name = NAMES[cell.best] + (", not checked" if cell.best == "judge" else "")
    days = days_words(monday, monday + timedelta(days=6))
    words = f"{cell.version}, {days}: {rate_words(rate)}, n = {n} ({name.lower()})"
    return Point(monday, rate.value or 0.0, ends, cell.best, words)
