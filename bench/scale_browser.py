"""The screens in a real Chromium: from the navigation until their numbers stand there.

All times are taken inside of the page, in milliseconds since the navigation began. "Warm" is a
person's second opening of a screen in one process of the app, "cold" the first opening by anybody
after a restart. The browser has its cache in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page

from bench.desk_browser import visitor
from bench.programs import app, free_port
from bench.scale_store import CAMPAIGN, REVIEWERS

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


def openings(browser: Browser, uri: str, folder: Path, warm: int, cold: int) -> Openings:
    """Open every screen ``warm`` times in one process, and ``cold`` times right after a start."""
    found, port = Openings(), free_port()
    with app(uri, folder, port) as server:
        context = visitor(browser, server.address, REVIEWERS[0])
        for screen in SCREENS:
            _note(found.warm, _opened(context, server.address, screen, warm + 1)[1:])
    for screen in SCREENS * cold:
        with app(uri, folder, port) as server:
            _note(found.cold, _opened(context, server.address, screen, 1))
    context.close()
    return found


def _note(found: dict[str, list[float]], times: Iterable[Mapping[str, float]]) -> None:
    for one in times:
        for name, milliseconds in one.items():
            found.setdefault(name, []).append(milliseconds)


def _opened(
    context: BrowserContext, address: str, screen: Screen, times: int
) -> list[dict[str, float]]:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/healthz")
    page.add_init_script(screen.watch)
    found = [_open(page, address + screen.path) for _ in range(times)]
    page.close()
    return found


def _open(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    page.wait_for_function("() => window.benchSeen()")
    seen: dict[str, float] = page.evaluate("() => window.benchSeen()")
    page.wait_for_timeout(PAUSE_MS)
    return seen
