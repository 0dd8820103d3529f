"""Charts over time: the theme's colours, names that stay names, and points that can be opened."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit

from components.charts import SLOTS, Line, Point, plain, shares_over_time

ROOT = Path(__file__).resolve().parent.parent.parent
MONDAY = date(2026, 11, 2)


def line(name: str, *shares: float, first: bool = False) -> Line:
    points = [
        Point(MONDAY + timedelta(weeks=n), share, (share - 0.05, share + 0.05), "human", name)
        for n, share in enumerate(shares)
    ]
    return Line(name, points, first)


def test_the_colours_are_those_of_the_theme():
    """Each placeholder stands for a colour of both themes, and Streamlit still replaces it."""
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for name in ("light", "dark"):
        assert len(themes[name]["chartCategoricalColors"]) == len(SLOTS)
    scripts = (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("Plotly*.js")
    known = "".join(script.read_text("utf-8") for script in scripts)
    assert [slot for slot in SLOTS if slot not in known] == []
    drawn = shares_over_time([line("v1", 0.7, 0.8), line("v2", 0.8, 0.9, first=True)])
    lines = [one.line.color for one in drawn.data]
    assert lines == ["#000005", "#000005", "#000002", "#000002"]


def test_names_are_no_markup_and_no_colours():
    """A version called like markup or like a placeholder is shown as it is called."""
    assert plain("a & <b>") == "a &amp; &lt;b&gt;"
    figure = shares_over_time([line("<img src=x> #000003 " + "v" * 40, 0.7, 0.8, first=True)])
    said = figure.layout.annotations[0].text
    assert "<img" not in said
    assert "#000003" not in said
    assert said.endswith("…</b>")
    assert "<img" not in figure.data[1].hovertext[0]


def test_each_point_knows_its_place():
    """A click on a point leads to the line and the week that it stands for."""
    figure = shares_over_time([line("v1", 0.7, 0.8), line("v2", 0.9, 0.9, 0.95)])
    assert figure.data[3].customdata[2] == [1, 2]
    assert figure.data[3].marker.symbol == ("circle-open",) * 3


def test_names_at_the_end_do_not_lie_on_each_other():
    """Two lines that end at the same place have names that can both be read."""
    figure = shares_over_time([line("v1", 0.7, 0.8), line("v2", 0.7, 0.801)])
    first, second = (one.y for one in figure.layout.annotations)
    assert abs(first - second) > 0.01


@pytest.mark.parametrize("weeks", [2, 5, 12, 40])
def test_days_named_on_the_axis_stand_apart(weeks):
    """However long the time is, few days are named, and the last one is."""
    figure = shares_over_time([line("v1", *[0.8] * weeks)])
    named = figure.layout.xaxis.tickvals
    assert 2 <= len(named) <= 5
    assert named[-1] == MONDAY + timedelta(weeks=weeks - 1)
