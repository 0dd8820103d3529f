"""Tables of the quality page: where failures start, votes of end users, and all numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from components.agreement_words import shared
from components.campaign_links import link
from components.quality_words import rate_words
from components.safe_pieces import joined
from components.safe_text import marked, without_hidden
from review_app.intervals import wilson
from review_app.quality.opened import Topic
from review_app.quality.values import Cell, Quality, Rate, StageRow, Votes

_TABLE = Markup(
    '<div class="y-wide"><table class="c-table y-table"><thead><tr>{}</tr></thead>'
    "<tbody>{}</tbody></table></div>"
)
_HEAD = Markup('<th scope="col">{}{}</th>')
_OF = Markup("<small>{}</small>")
_ROW = Markup('<tr><th scope="row">{}{}</th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')
_NONE = Markup('<span class="none">{}</span>')
_SHARE = Markup("{} <small>{}</small>")
FEW = 10  # of which no share is said
_NUMBERS = ("Combined", "Human", "Judge", "Labels", "Failed", "Passed", "Saved", "More labels")


def stage_table(quality: Quality, here: Mapping[str, str]) -> None:
    """Draw at which stage failures start, by version, each count a link to its traces.

    ``here`` is the address of the page.
    """
    heads = [
        _HEAD.format(marked(version), _OF.format(_of_failed(quality, version)))
        for version in quality.versions
    ]
    rows = [_stage_row(quality, row, here) for row in quality.stages]
    _draw([_HEAD.format("Stage where it starts", ""), *heads], rows)


def _of_failed(quality: Quality, version: str) -> str:
    failed = _failed(quality, version)
    return f"of {failed:,} failed" if failed else "none failed"


def _failed(quality: Quality, version: str) -> int:
    return quality.failed.get(version, 0)


def _stage_row(quality: Quality, row: StageRow, here: Mapping[str, str]) -> Markup:
    cells = (_stage_cell(quality, row, version, here) for version in quality.versions)
    return _ROW.format(marked(row.stage[:1].upper() + row.stage[1:]), "", joined(cells))


def _stage_cell(quality: Quality, row: StageRow, version: str, here: Mapping[str, str]) -> Markup:
    some, whole = len(row.failed.get(version, ())), _failed(quality, version)
    label = without_hidden(version)
    if not some:
        return _CELL.format(label, _NONE.format("0" if whole else "–"))
    words = link(f"{some:,}", {**here, **Topic("stage", version, stage=row.stage).address})
    if whole < FEW:
        return _CELL.format(label, _SHARE.format(words, f"of {whole:,}"))
    share = shared(some / whole, wilson(some / whole, whole))
    return _CELL.format(label, _SHARE.format(words, share))


def votes_table(votes: Sequence[Votes], here: Mapping[str, str]) -> None:
    """Draw end users' thumbs by version: counts, with the share who voted.

    ``here`` is the address of the page.
    """
    rows = [
        _ROW.format(
            marked(one.version),
            "",
            joined(
                (
                    _CELL.format("Traces", f"{one.traffic:,}"),
                    _CELL.format("Voted", _voted(one)),
                    _CELL.format("Up", f"{one.up:,}"),
                    _CELL.format("Down", _down(one, here)),
                )
            ),
        )
        for one in votes
    ]
    heads = [_HEAD.format(name, "") for name in ("Version", "Traces", "Voted", "Up", "Down")]
    _draw(heads, rows)


def _voted(one: Votes) -> Markup:
    voted = one.up + one.down
    if not voted:
        return _NONE.format("0")
    share = 100 * voted / one.traffic if one.traffic else 0.0
    return _SHARE.format(f"{voted:,}", "under 1 %" if share < 1 else f"{share:.0f} %")


def _down(one: Votes, here: Mapping[str, str]) -> Markup:
    if one.down and one.traces_down:
        return link(f"{one.down:,}", {**here, **Topic("down", one.version).address})
    return marked(f"{one.down:,}")


def numbers_table(quality: Quality) -> None:
    """Draw all rates, a row a question and version."""
    heads = [_HEAD.format(name, "") for name in ("Question", *_NUMBERS)]
    rows = [
        _ROW.format(
            marked(quality.questions.get(cell.question, cell.question)),
            _OF.format(marked(cell.version)),
            joined(_CELL.format(name, words) for name, words in _numbers(cell)),
        )
        for cell in quality.cells
    ]
    _draw(heads, rows)


def _numbers(cell: Cell) -> Iterable[tuple[str, Markup]]:
    values = (
        _rate(cell.combined),
        _rate(cell.human),
        _rate(cell.judge),
        f"{cell.labels:,}",
        f"{cell.failed:,}",
        f"{cell.passed:,}",
        _NONE.format("–") if cell.saved is None else f"{100 * cell.saved:.0f} %",
        _NONE.format("–") if cell.more is None else f"{cell.more:,}",
    )
    return zip(_NUMBERS, map(_safe, values), strict=True)


def _safe(value: str | Markup) -> Markup:
    return value if isinstance(value, Markup) else marked(value)


def _rate(rate: Rate) -> Markup:
    if rate.value is None:
        return _NONE.format("–")
    share, _, interval = rate_words(rate).partition(" (")
    ends = f"({interval}, " if interval else "("
    return _SHARE.format(share, f"{ends}n = {rate.n:,}{')' if not interval else ''}")


def _draw(heads: Iterable[Markup], rows: Iterable[Markup]) -> None:
    st.html(str(_TABLE.format(joined(heads), joined(rows))))


def csv_button(name: str, make: Callable[[], bytes]) -> None:
    """Draw the button that downloads a table; ``make`` is called once it is pressed."""
    st.download_button(
        "Download as CSV",
        make,
        f"{name}.csv",
        "text/csv",
        key=f"quality file {name}",
        type="tertiary",
        on_click="ignore",
    )
