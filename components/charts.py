"""Charts over time in the colours of the theme, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.safe_text import without_hidden

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Streamlit replaces these in the browser by theme.chartCategoricalColors, whatever the theme is.
SLOTS = tuple(f"#{number:06d}" for number in range(1, 11))
INK, ACCENT, PASS, FAIL, MUTED, HAIRLINE, PASS_SOFT, FAIL_SOFT, MID, PAPER = SLOTS
HEIGHT = 280
_LABEL_ROOM = 96  # pixels right of the last point, for the names of the lines
_SYMBOLS = {"combined": "circle", "human": "circle-open", "judge": "diamond-open"}
_LETTER = 7.5  # pixels of one, about
_NAME_LENGTH = 24
MOST_TICKS = 5


@dataclass(frozen=True)
class Point:
    """One point of a line.

    Attributes:
        day: where it stands.
        share: 0 to 1.
        ends: of its interval; None where there is none.
        mark: ``combined``, ``human`` or ``judge``: the shape.
        words: what the hover says.
    """

    day: date
    share: float
    ends: tuple[float, float] | None
    mark: str
    words: str


@dataclass(frozen=True)
class Line:
    """One line with its name at the end; ``first`` is drawn in the accent."""

    name: str
    points: Sequence[Point]
    first: bool = False


def plain(text: str) -> str:
    """Return text that Plotly shows as it stands: no markup, and no colour of the theme.

    >>> plain("<b>v3</b> #000001")
    '&lt;b&gt;v3&lt;/b&gt; # 000001'
    """
    shown = without_hidden(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("#0000", "# 0000")


def time_chart(question: str, lines: Sequence[Line], key: str) -> tuple[int, int] | None:
    """Draw shares over time, and return the (line, point) that was clicked.

    Args:
        question: what the chart answers, for people who hear it.
        lines: the one that counts most last, to lie on top.
        key: of the widget.
    """
    found = st.plotly_chart(
        shares_over_time(lines),
        key=key,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt=question,
    )
    points: list[dict[str, Any]] = found["selection"]["points"]
    clicked = next((one["customdata"] for one in points if one.get("customdata")), None)
    return (int(clicked[0]), int(clicked[1])) if clicked else None


def shares_over_time(lines: Sequence[Line]) -> Figure:
    """Return the figure: a band, a line and its name for each, on one scale up to 100 %."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, line in enumerate(lines):
        colour = ACCENT if line.first else MUTED
        figure.add_traces([_band(go, line, colour), _line(go, number, line, colour)])
    for place, (line, y) in enumerate(_places(lines)):
        last = line.points[-1]
        figure.add_annotation(
            x=last.day,
            y=y,
            text=f"<b>{plain(_cut(line.name))}</b>",
            name=f"name {place}",
            showarrow=False,
            xanchor="left",
            xshift=12,
            font={"color": ACCENT if line.first else MUTED, "size": 14},
        )
    return figure.update_layout(**_layout(lines))


def _band(go: Any, line: Line, colour: str) -> Any:
    known = [(one.day, one.ends) for one in line.points if one.ends is not None]
    days = [day for day, _ in known]
    return go.Scatter(
        x=days + days[::-1],
        y=[ends[1] for _, ends in known] + [ends[0] for _, ends in known][::-1],
        fill="toself",
        mode="lines",
        line={"width": 0, "color": colour},
        fillcolor=colour,
        opacity=0.14,
        hoverinfo="skip",
        showlegend=False,
    )


def _line(go: Any, number: int, line: Line, colour: str) -> Any:
    symbols = [_SYMBOLS[one.mark] for one in line.points]
    return go.Scatter(
        x=[one.day for one in line.points],
        y=[one.share for one in line.points],
        mode="lines+markers",
        line={"width": 2, "color": colour},
        marker={"size": 10, "symbol": symbols, "color": colour, "line": {"width": 2}},
        customdata=[[number, place] for place in range(len(line.points))],
        hovertext=[plain(one.words) for one in line.points],
        hoverinfo="text",
        showlegend=False,
    )


def _places(lines: Sequence[Line]) -> list[tuple[Line, float]]:
    """Return where each name stands, moved apart where two would lie on each other."""
    low, high = _range(lines)
    apart = (high - low) * 18 / (HEIGHT - 64)
    placed: list[tuple[Line, float]] = []
    for line in sorted(lines, key=lambda one: one.points[-1].share):
        y = line.points[-1].share
        taken = [at for other, at in placed if other.points[-1].day == line.points[-1].day]
        placed.append((line, max([y, *(at + apart for at in taken)])))
    return placed


def _range(lines: Sequence[Line]) -> tuple[float, float]:
    ends = [one.ends[0] if one.ends else one.share for line in lines for one in line.points]
    return max(0.0, int(min(ends, default=0.0) * 10) / 10 - 0.02), 1.02


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"


def _ticks(lines: Sequence[Line]) -> list[date]:
    """Return the days that are named: so few that they stand apart on a phone, the last among."""
    days = sorted({one.day for line in lines for one in line.points})
    return days[:: -max(1, -(-len(days) // MOST_TICKS))][::-1]


def _layout(lines: Sequence[Line]) -> dict[str, Any]:
    longest = max((len(_cut(line.name)) for line in lines), default=0)
    return {
        "height": HEIGHT,
        "margin": {"l": 56, "r": max(_LABEL_ROOM, 24 + int(_LETTER * longest)), "t": 8, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "clickmode": "event+select",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": MID, "font": {"color": INK, "size": 14}},
        "xaxis": {
            "tickformat": "%-d %b",
            "tickvals": _ticks(lines),
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"color": MUTED, "size": 13},
        },
        "yaxis": {
            "range": _range(lines),
            "tickvals": [one / 10 for one in range(11)],
            "ticktext": [f"{10 * one} %" for one in range(11)],
            "gridcolor": HAIRLINE,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"color": MUTED, "size": 13},
        },
    }
