"""Figures beside their bars: printed, and appended to RESULTS.md with the machine and the date."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
ROOT = RESULTS.parent.parent


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        what: what was measured.
        measured: the figure, in ``unit``.
        unit: such as ``"ms"``.
        bar: the most it may be; None where DESIGN sets none.
        note: what else is needed to judge it.
    """

    what: str
    measured: float
    unit: str
    bar: float | None = None
    note: str = ""

    def line(self) -> str:
        """Return the row of the table."""
        bar = "–" if self.bar is None else f"{self.bar:g} {self.unit}"
        ratio = "" if not self.bar else f"{self.measured / self.bar:.2f}"
        met = "" if self.bar is None else "yes" if self.measured <= self.bar else "**no**"
        figure = (
            f"{self.measured:.3g} {self.unit}"
            if self.measured < 100
            else f"{self.measured:.0f} {self.unit}"
        )
        return f"| {self.what} | {bar} | {figure} | {ratio} | {met} | {self.note} |"


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that ``percent`` % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def median_and_p95(
    what: str,
    values: Sequence[float],
    unit: str,
    bars: tuple[float | None, float | None],
    note: str,
) -> list[Row]:
    """Return two rows for one set of values."""
    counted = f"n = {len(values)}, largest {max(values):.0f}" + (f"; {note}" if note else "")
    return [
        Row(f"{what}, median", statistics.median(values), unit, bars[0], counted),
        Row(f"{what}, p95", percentile(values, 95), unit, bars[1]),
    ]


def machine() -> str:
    """Return what it was measured on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in _lines("/proc/cpuinfo")
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores of {cpu}, {memory:.0f} GB, {platform.system()},"
        f" Python {platform.python_version()}, streamlit {version('streamlit')},"
        f" mlflow {version('mlflow')}"
    )


def load() -> str:
    """Return how many programs wanted a processor in the last minute, and in the last five."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} (1 min), {five:.1f} (5 min)"


def report(name: str, rows: Sequence[Row], before: str, browser: str = "") -> None:
    """Print the figures and append them to RESULTS.md."""
    date = datetime.now(UTC).strftime("%d %b %Y, %H:%M UTC")
    about = f"{machine()}{f', Chromium {browser}' if browser else ''}, commit {_commit()}."
    block = [
        f"## {name}, {date}",
        "",
        f"{about} Load average before: {before}; after: {load()}.",
        "",
        "| what | bar | measured | of the bar | met | notes |",
        "|---|---|---|---|---|---|",
        *(row.line() for row in rows),
        "",
    ]
    print("\n".join(block))
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(block))


def _commit() -> str:
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or "unknown"


def _lines(path: str) -> list[str]:
    place = Path(path)
    return place.read_text().splitlines() if place.exists() else []
