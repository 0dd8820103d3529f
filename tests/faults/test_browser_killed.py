"""kill -9 of the browser while the app is down."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
SAVED_WITHIN = 45  # seconds


class OwnBrowser:
    """A Chromium with a profile of its own, in a process that can be killed."""

    def __init__(self, driver, command: list[str], profile: Path) -> None:
        """Start nothing yet."""
        self._driver, self._profile = driver, profile
        self._command = [*command, "--headless=new", "--no-first-run", "about:blank"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Page:
        """Start it on its profile and return its tab."""
        port_file = self._profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        where = [f"--user-data-dir={self._profile}", "--remote-debugging-port=0"]
        with (self._profile.parent / "chromium.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, *where], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 60
        while not port_file.exists() or not port_file.read_text():
            assert time.monotonic() < until
            time.sleep(0.05)
        port = port_file.read_text().splitlines()[0]
        browser = self._driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        return browser.contexts[0].new_page()

    def kill(self) -> None:
        """End it as kill -9 does, with all its processes."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture
def own_browser(driver, chromium_command, tmp_path) -> Iterator[OwnBrowser]:
    """A browser for this test alone."""
    browser = OwnBrowser(driver, chromium_command, tmp_path / "profile")
    yield browser
    browser.kill()


@pytest.fixture
def desk_in(desk_of, burst):
    """Bursts of keys on the desk in a browser that was just started."""
    return lambda browser, app: burst(desk_of(browser.start(), app.address))


@pytest.mark.parametrize("opens", ["review?campaign=", ""], ids=["the desk", "my reviews"])
def test_the_browser_is_killed_while_the_app_is_down(
    store, make_campaign, programs, own_browser, desk_in, reckoning, opens
):
    """What I answered while the app was down survives the end of the browser and is saved later."""
    made = make_campaign(store, 20, advance="on choice")
    app = programs.app(store.uri, REVIEW_PERSON="ana")
    keys = desk_in(own_browser, app)
    desk = keys.desk
    desk.open(made.name)
    keys.ahead()
    keys.press("12" * 5, gap=0.1)
    app.kill()
    keys.press("2112", gap=0.1)
    expect(desk.unsaved).not_to_have_text("0")
    desk.page.wait_for_timeout(500)
    reckoning.add("ana", keys.taken())
    assert len(reckoning.sent) >= 12
    own_browser.kill()
    app.start()
    page = own_browser.start()
    page.goto(f"{app.address}/{opens and opens + made.name}")
    until = time.monotonic() + SAVED_WITHIN
    while [made.status(t) for t in made.traces].count("complete") < len(reckoning.sent):
        assert time.monotonic() < until, page.locator("body").inner_text()
        page.wait_for_timeout(500)
    reckoning.settle(made)
