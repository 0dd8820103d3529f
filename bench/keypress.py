"""How long a key takes on the desk, beside MLflow's own Review tab on the same traces.

    python -m bench.keypress

One reviewer in a real Chromium: first alone, then while 25 others are at work on this machine. Then
the desk is opened again and again, and MLflow's Review tab is driven on the same store.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench import results, stage
from bench.desk_browser import Presses, open_desk, opening_times, press, visitor
from bench.programs import BROWSER_ARGS, ROOT, app, browser_path, mlflow_server
from bench.results import Row, median_and_p95
from bench.review_tab import submit_times

DESK, OTHERS = "Speed", "Others"
REVIEWER = "ana"
QUIET = "alone"
BUSY = "while {} others review"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    traces: int = 200
    presses: int = 60
    others: int = 25
    others_traces: int = 80
    opens: int = 10
    tab_submits: int = 20


def measure(plan: Plan, folder: Path) -> tuple[list[Row], str]:
    """Return all figures, and Chromium's version."""
    people = tuple(f"reviewer{n:02d}" for n in range(1, plan.others + 1))
    store = stage.new_store(folder)
    experiment_id = stage.add_campaign(store, DESK, (REVIEWER,), plan.traces)
    stage.add_campaign(store, OTHERS, people, plan.others_traces)
    store.tracking.engine.dispose()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=list(BROWSER_ARGS)
        )
        with app(store.uri, folder) as server:
            alone, busy, opened = _ours(browser, server.address, plan, people)
        with mlflow_server(folder / "mlflow.db", folder) as server:
            theirs = submit_times(
                browser, server.address, experiment_id, f"{DESK} / {REVIEWER}", plan.tab_submits
            )
        version = browser.version
        browser.close()
    ratio = statistics.median(theirs) / statistics.median(alone.painted)
    rows = [
        *_rows(alone, QUIET),
        *_rows(busy, BUSY.format(plan.others)),
        *median_and_p95("Open my queue to first item readable", opened, "ms", (1000, None), "warm"),
        *median_and_p95("MLflow's Review tab: submit to next item", theirs, "ms", (None, None), ""),
        Row("MLflow's Review tab to our desk, medians", ratio, "times"),
    ]
    return rows, version


def _ours(
    browser: Browser, address: str, plan: Plan, people: tuple[str, ...]
) -> tuple[Presses, Presses, list[float]]:
    context = visitor(browser, address, REVIEWER)
    page = context.new_page()
    open_desk(page, address, DESK)
    alone = press(page, plan.presses)
    page.close()
    opened = opening_times(context, address, DESK, plan.opens)
    page = context.new_page()
    open_desk(page, address, DESK)
    with _others_at_work(address, people):
        page.wait_for_timeout(3000)
        busy = press(page, plan.presses)
    context.close()
    return alone, busy, opened


@contextmanager
def _others_at_work(address: str, people: tuple[str, ...]) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.load", address, OTHERS, "600", *people]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as others:
        if others.stdout is None or others.stdout.readline() != "ready\n":
            sys.exit("The other reviewers could not open their desks.")
        try:
            yield
            if others.poll() is not None:
                sys.exit("The other reviewers stopped too early.")
        finally:
            others.terminate()


def _rows(presses: Presses, when: str) -> list[Row]:
    return [
        *median_and_p95(f"Key to next item painted, {when}", presses.painted, "ms", (16.7, 34), ""),
        *median_and_p95(
            f"The same as Chromium reports it, {when}",
            presses.shown,
            "ms",
            (None, None),
            "Event Timing, steps of 8 ms",
        ),
        *median_and_p95(
            f"Key to next item in the document, {when}", presses.switched, "ms", (None, None), ""
        ),
        *median_and_p95(
            f"Key to saved, {when}", presses.saved, "ms", (None, None), "until nothing is unsaved"
        ),
    ]


def main() -> None:
    """Measure and report."""
    before = results.load()
    with tempfile.TemporaryDirectory() as folder:
        rows, version = measure(Plan(), Path(folder))
    results.report("bench.keypress", rows, before, version)


if __name__ == "__main__":
    main()
