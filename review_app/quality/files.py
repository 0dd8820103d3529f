"""The tables of the quality page as CSV files, at full precision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from review_app.quality.values import Cell, Quality, Votes
from review_app.set_files import csv_cell, csv_line

_COUNTS = ("traffic", "labels", "failed", "passed", "unusable")
_RATES = ("human", "settled", "judge", "combined", "shown", "carried")
_PARTS = ("rate", "low", "high", "n")
NUMBERS: Sequence[str] = (
    *("question", "version", "week", *_COUNTS),
    *(f"{mark}_{part}" for mark in _RATES for part in _PARTS),
    *("saved", "more", "unjudged", "low_if_all_fail", "high_if_all_pass", "running", "changed"),
    "why",
)


def numbers_csv(quality: Quality) -> bytes:
    """Return all rates, of the whole window and of each week."""
    return _csv(NUMBERS, (_numbers(cell) for cell in (*quality.cells, *quality.weeks)))


def stages_csv(quality: Quality) -> bytes:
    """Return how many failures start at each stage, by version, with how many failed in all."""
    rows = (
        {
            "stage": row.stage,
            "version": version,
            "started_here": len(row.failed.get(version, ())),
            "failed": quality.failed.get(version, 0),
        }
        for row in quality.stages
        for version in quality.versions
    )
    return _csv(("stage", "version", "started_here", "failed"), rows)


def votes_csv(votes: Sequence[Votes]) -> bytes:
    r"""Return end users' thumbs by version.

    >>> votes_csv([Votes("v1", 10, up=2, down=1)])
    b'version,traces,up,down\r\nv1,10,2,1\r\n'
    """
    rows = (
        {"version": one.version, "traces": one.traffic, "up": one.up, "down": one.down}
        for one in votes
    )
    return _csv(("version", "traces", "up", "down"), rows)


def _numbers(cell: Cell) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(cell, name) for name in NUMBERS if hasattr(cell, name)}
    row["why"] = " ".join(filter(None, (cell.human.why, cell.combined.why, cell.shown.why)))
    if cell.bounds is not None:
        row |= {"low_if_all_fail": cell.bounds.low, "high_if_all_pass": cell.bounds.high}
    for mark in _RATES:
        rate = getattr(cell, mark)
        row |= {f"{mark}_rate": rate.value, f"{mark}_n": rate.n}
        if rate.interval is not None:
            row |= {f"{mark}_low": rate.interval.low, f"{mark}_high": rate.interval.high}
    return row


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    lines = [[csv_cell(row.get(name)) for name in columns] for row in rows]
    return "".join(map(csv_line, [columns, *lines])).encode("utf-8")
