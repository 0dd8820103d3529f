"""The screens in a real Chromium: from the navigation until their numbers stand there.

All times are taken inside of the page, in milliseconds since the navigation began. "Warm" is a
person's second opening of a screen in one process of the app, "cold" the first opening by anybody
after a restart. The browser has its cache in both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page

from bench.desk_browser import visitor
from bench.programs import Program, app, free_port
from bench.scale_store import CAMPAIGN, REVIEWERS
from bench.stage import store_uri

PAUSE_MS = 500  # between two openings
PATIENCE_MS = 600_000  # until a screen is given up

_WATCH = """
const text = (place) => document.querySelector(place)?.innerText ?? '';
const height = (element) => element?.getBoundingClientRect().height ?? 0;
const tests = {%s};
const found = {};
window.benchSeen = () => (Object.keys(found).length === Object.keys(tests).length ? found : null);
const look = () => {
  for (const [name, test] of Object.entries(tests)) {
    if (!(name in found) && test()) found[name] = performance.now();
  }
  if (!window.benchSeen()) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
_ITEM = """() => height(document.querySelector('[data-testid=desk-host]')?.shadowRoot
  ?.querySelector('[data-testid=desk-trace][data-trace-id] .held.on')) > 0"""


@dataclass(frozen=True)
class Screen:
    """An address, and what must stand there.

    Attributes:
        path: below the app's address.
        seen: what is waited for -> JavaScript function that tells whether it is there.
    """

    path: str
    seen: Mapping[str, str]

    @property
    def watch(self) -> str:
        """The script that notes when each of it is there."""
        return _WATCH % ", ".join(f"{json.dumps(name)}: {test}" for name, test in self.seen.items())


QUEUE = "Open my queue to first item readable"
ONE_CAMPAIGN = "A campaign's page to its reviewers' numbers"
_ADDRESS = f"campaign={quote(CAMPAIGN)}"
SCREENS = (
    Screen(f"/review?{_ADDRESS}", {QUEUE: _ITEM}),
    Screen(
        "/my_reviews",
        {
            "My reviews to number of items": "() => / of /.test(text('.row-words'))",
            "My reviews to finished answers": "() => text('a.finished') !== ''",
        },
    ),
    Screen("/campaigns", {"List of campaigns to numbers": "() => / of /.test(text('.c-side'))"}),
    Screen(
        f"/campaigns?{_ADDRESS}",
        {
            ONE_CAMPAIGN: "() => / of /.test(text('.c-table tbody'))",
            "A campaign's page to all answers counted": "() => text('.c-q') !== ''",
        },
    ),
)


@dataclass
class Openings:
    """What opening took: what was waited for -> milliseconds, each time."""

    warm: dict[str, list[float]] = field(default_factory=dict)
    cold: dict[str, list[float]] = field(default_factory=dict)


def openings(
    browser: Browser, places: Mapping[int, Path], warm: int, cold: int
) -> dict[int, Openings]:
    """Open every screen ``warm`` times in one process, and ``cold`` times right after a start.

    The sizes take turns, so that what else this machine does meets them alike.

    Args:
        browser: Chromium.
        places: size -> folder of its store.
        warm: how often every screen of each size is opened.
        cold: after how many starts.
    """
    apps = {size: _App(place, free_port()) for size, place in places.items()}
    with ExitStack() as running:
        for one in apps.values():
            address = running.enter_context(one.running()).address
            one.context = visitor(browser, address, REVIEWERS[0])
        for screen in SCREENS:
            pages = [(one, one.page(screen)) for one in apps.values()]
            for number in range(warm + 1):
                for one, page in pages:
                    seen = _open(page, one.address + screen.path)
                    if number:
                        _note(one.found.warm, seen)
            for _, page in pages:
                page.close()
    for screen in SCREENS * cold:
        for one in apps.values():
            with one.running():
                page = one.page(screen)
                _note(one.found.cold, _open(page, one.address + screen.path))
                page.close()
    return {size: one.found for size, one in apps.items()}


@dataclass
class _App:
    """The app on one of the stores, always at the same address, and a browser for it."""

    place: Path
    port: int
    found: Openings = field(default_factory=Openings)
    context: BrowserContext | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def running(self) -> AbstractContextManager[Program]:
        return app(store_uri(self.place), self.place, self.port)

    def page(self, screen: Screen) -> Page:
        """Return a page that is about to open the screen for the first time."""
        if self.context is None:
            raise SystemExit("Nobody has signed in.")
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{self.address}/healthz")
        page.add_init_script(screen.watch)
        return page


def _note(found: dict[str, list[float]], seen: Mapping[str, float]) -> None:
    for name, milliseconds in seen.items():
        found.setdefault(name, []).append(milliseconds)


def _open(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    page.wait_for_function("() => window.benchSeen()")
    seen: dict[str, float] = page.evaluate("() => window.benchSeen()")
    page.wait_for_timeout(PAUSE_MS)
    return seen
