"""What grows with the experiment: the screens and planning at 100, 10,000 and 100,000 traces.

    python -m bench.scale [--keep FOLDER] [SIZE …]

Each size is a store of so many traces with one campaign over all of them for 25 reviewers. Making
the largest takes minutes: ``--keep`` names a folder in which the stores stay for the next run.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import results
from bench.programs import BROWSER_ARGS, browser_path
from bench.results import Row
from bench.scale_browser import QUEUE, Openings, openings
from bench.scale_planning import Planned, Planner
from bench.scale_store import REVIEWERS, Made, Pace, scale_store

SIZES = (100, 10_000, 100_000)
OPEN_MS = 1000  # bars of DESIGN
GROWTH = 1.3


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...] = SIZES
    warm: int = 9
    cold: int = 2
    common: int = 2000  # items that all reviewers read, in the campaign that is written


@dataclass(frozen=True)
class Measured:
    """What one size showed without a browser."""

    made: Made
    planned: Planned


def measure(plan: Plan, folder: Path) -> tuple[list[Row], str]:
    """Return all figures, and Chromium's version."""
    found: dict[int, Measured] = {}
    rows: list[Row] = []
    for size in plan.sizes:
        store, made = scale_store(folder, size)
        planner = Planner(store)
        if size == plan.sizes[len(plan.sizes) // 2]:
            rows = _written(planner.write(min(plan.common, size)), size)
        found[size] = Measured(made, planner.plan())
        store.tracking.engine.dispose()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=list(BROWSER_ARGS)
        )
        places = {size: folder / str(size) for size in plan.sizes}
        opened = openings(browser, places, plan.warm, plan.cold)
        version = browser.version
        browser.close()
    return [*_openings(opened), *_paces(found), *rows], version


def _openings(opened: Mapping[int, Openings]) -> list[Row]:
    rows: list[Row] = []
    for what in opened[min(opened)].warm:
        bars = (OPEN_MS, GROWTH) if what == QUEUE else (None, None)
        warm = {size: one.warm[what] for size, one in opened.items()}
        cold = {size: one.cold[what] for size, one in opened.items()}
        rows += growing(f"{what}, warm", warm, *bars)
        rows += growing(f"{what}, cold", cold, None, None)
    return rows


def growing(
    what: str, times: Mapping[int, Sequence[float]], bar: float | None, growth: float | None
) -> list[Row]:
    """Return a row for each size, and how many times the first the others are."""
    smallest = min(times)
    base = statistics.median(times[smallest])
    rows = []
    for size, values in times.items():
        middle = statistics.median(values)
        note = f"median of {len(values)}, largest {max(values):.0f}"
        rows.append(Row(f"{what}, {size:,} items", middle, "ms", bar, note))
        if size != smallest:
            words = f"{what}, {size:,} items to {smallest:,}"
            rows.append(Row(words, middle / base, "times", growth))
    return rows


def _paces(found: dict[int, Measured]) -> list[Row]:
    paces = {
        "Traces written": {size: one.made.traces for size, one in found.items()},
        "Items of a campaign written": {size: one.made.items for size, one in found.items()},
        "Pool looked through": {size: one.planned.scan for size, one in found.items()},
        "Mixed sample drawn and shared out": {s: one.planned.prepare for s, one in found.items()},
    }
    return [
        _pace(f"{what}, {size:,} traces", pace)
        for what, of_size in paces.items()
        for size, pace in of_size.items()
    ]


def _pace(what: str, pace: Pace) -> Row:
    note = f"{pace.steps:,} in {pace.seconds:.3g} s"
    if pace.silence:
        note += f"; a sign of progress at least every {pace.silence:.2g} s"
    return Row(what, pace.a_second, "a second", note=note)


def _written(pace: Pace, size: int) -> list[Row]:
    each = pace.steps // len(REVIEWERS)
    what = f"Campaign of {each:,} items for {len(REVIEWERS)} reviewers each written, queue items"
    return [_pace(f"{what}, {size:,} traces", pace)]


def main(words: Sequence[str] | None = None) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="SIZE")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    wanted = parser.parse_args(words)
    before = results.load()
    plan = Plan(tuple(sorted(wanted.sizes)))
    with tempfile.TemporaryDirectory() as folder:
        rows, version = measure(plan, (wanted.keep or Path(folder)).resolve())
    results.report("bench.scale", rows, before, version)


if __name__ == "__main__":
    main()
