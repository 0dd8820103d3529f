"""How long a key takes on the lead's desk, on the finished campaign of the demo.

    python -m bench.adjudication

The same press as in bench.keypress: a digit decides, and the next disagreement is painted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from bench import results
from bench.desk_browser import Presses, press, visitor
from bench.programs import BROWSER_ARGS, ROOT, app, browser_path
from bench.results import Row, median_and_p95

LEAD = "lea"
CASES = {"campaign": "MT-RAG expert review", "question": "faithfulness", "show": "after"}
PRESSES = 60


def measure(folder: Path, presses: int = PRESSES) -> tuple[list[Row], str]:
    """Return the figures, and Chromium's version."""
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri}
    subprocess.run([sys.executable, "cli.py", "demo"], cwd=ROOT, env=environment, check=True)
    with sync_playwright() as playwright, app(uri, folder) as server:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=list(BROWSER_ARGS)
        )
        page = visitor(browser, server.address, LEAD).new_page()
        page.goto(f"{server.address}/adjudication?{urlencode(CASES)}")
        page.locator("[data-testid=desk-trace][data-trace-id]").wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        rows = _rows(press(page, presses))
        version = browser.version
        browser.close()
    return rows, version


def _rows(presses: Presses) -> list[Row]:
    return [
        *median_and_p95("Decision to next case painted", presses.painted, "ms", (16.7, 34), ""),
        *median_and_p95("Decision to saved", presses.saved, "ms", (None, None), ""),
    ]


def main() -> None:
    """Measure and report."""
    before = results.load()
    with tempfile.TemporaryDirectory() as folder:
        rows, version = measure(Path(folder))
    results.report("bench.adjudication", rows, before, version)


if __name__ == "__main__":
    main()
