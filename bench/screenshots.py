"""Take the pictures of the documentation from the real app on a fresh demo store.

    python -m bench.screenshots

Needs Chromium, as the browser tests do. The pictures land in docs/pictures.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from review_app.judge_check.values import Limits
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.app import services_for
from services.judge_checks import JudgeChecks
from services.judge_wanted import wanted_from
from services.labeled_sets import LabeledSets
from services.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CAMPAIGN = "Try it: are these answers good enough?"
SIZES = {"desktop": (1400, 900), "tablet": (1024, 768), "phone": (390, 844)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
FOR_LEADS = {  # name of the picture -> address, and what is waited for
    "campaigns": ("/campaigns", "Campaigns"),
    "campaign": ("/campaigns?campaign=MT-RAG%20expert%20review", "Reviewers"),
    "new-campaign": ("/new_campaign", "New campaign"),
    "questions": ("/questions", "Questions"),
    "agreement": ("/agreement?campaign=MT-RAG%20expert%20review", "Numbers"),
    "reviewers": ("/reviewers?campaign=MT-RAG%20expert%20review", "Reviewers"),
    "adjudication": ("/adjudication?campaign=MT-RAG%20expert%20review", "MT-RAG expert review"),
    "judges": ("/judges?experiment=Demo%3A%20MT-RAG%20answers", "Judges"),
    "judge-check": (
        "/judge-check?judge=rl_f%401&set=Faithfulness&version=1",
        "rl_f@1 on Faithfulness@v1",
    ),
    "versions": ("/versions?experiment=Demo%3A%20spot%20check", "All versions"),
    "quality": (
        "/quality?experiment=Demo%3A%20spot%20check",
        "Is it faithful to what was found?",
    ),
    "inbox": ("/inbox?experiment=Demo%3A%20live%20traffic", "Inbox"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 60


def main() -> None:
    """Load the demo, start the app, take every picture, stop."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _app(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for scheme in SCHEMES:
            for size in SIZES:
                _visit(browser, address, size, scheme)


@contextmanager
def _app(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "REVIEW_PERSON": "ana",
    }
    subprocess.run([sys.executable, "cli.py", "demo"], cwd=ROOT, env=environment, check=True)
    _check_a_judge(environment["MLFLOW_TRACKING_URI"])
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    app = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        app.terminate()
        app.wait()


def _check_a_judge(uri: str) -> None:
    """Freeze the labels of the finished campaign, and check a judge of the data on them."""
    services, lead = services_for(Settings(tracking_uri=uri)), Person("ana", is_lead=True)
    sets = LabeledSets(services.campaigns)
    campaign = services.campaigns.get("MT-RAG expert review")
    recipe = Recipe("Faithfulness", (campaign.run_id,), "faithfulness")
    frozen = sets.freeze(lead, recipe, _quiet)
    checks = JudgeChecks(services.store, sets)
    checks.store_limits(lead, frozen, Limits())
    asked = {"judge": "rl_f@1", "set": frozen.name}
    wanted = wanted_from(sets, services.judges, asked)
    if wanted is not None:
        checks.final(lead, wanted, _quiet)


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/healthz") as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    sys.exit("The app did not start; run `make run` to see why.")


def _visit(browser: Browser, address: str, size: str, scheme: Scheme) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.goto(f"{address}/review?campaign={quote(CAMPAIGN)}")
    page.locator("[data-testid=desk-trace][data-trace-id]").wait_for()
    if page.get_by_role("button", name="Begin").is_visible():
        _picture(page, f"first-visit-{size}-{scheme}")
        page.get_by_role("button", name="Begin").click()
    page.locator("button.ln").first.click()
    _picture(page, f"desk-{size}-{scheme}")
    page.goto(address)
    page.get_by_role("heading", name="My reviews").wait_for()
    _picture(page, f"my-reviews-{size}-{scheme}")
    for name, (path, heading) in FOR_LEADS.items():
        page.goto(address + path)
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        page.wait_for_timeout(2000)
        _picture(page, f"{name}-{size}-{scheme}")
    context.close()


def _picture(page: Page, name: str) -> None:
    page.wait_for_timeout(1000)
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
