"""The review desk as one person sees it in one tab, and the sign-in before it."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Locator, Page, expect

SHOWN_WITHIN = 20_000  # milliseconds
SAVED_WITHIN = 30_000  # milliseconds


class Desk:
    """What one person sees and does in one tab."""

    def __init__(self, page: Page, address: str) -> None:
        """The tab, and where the app is."""
        self.page, self.address = page, address
        self.reader = page.get_by_test_id("desk-trace")
        self.form = page.get_by_test_id("desk-form")
        self.progress = page.get_by_test_id("desk-progress")
        self.unsaved = page.get_by_test_id("desk-unsaved")
        self.done = page.get_by_test_id("desk-done")
        self.say = page.locator(".say")
        self.saved = page.locator(".saved-text")
        self.facts = page.locator(".facts-line")

    def sign_in(self, person: str) -> Desk:
        """Let another person take over this browser."""
        sign_in(self.page.context, self.address, person)
        return self

    def open(self, campaign: str, item: str = "") -> Desk:
        """Open the desk by its address and wait for the first item."""
        wanted = f"&item={quote(item)}" if item else ""
        self.page.goto(f"{self.address}/review?campaign={quote(campaign)}{wanted}")
        self.shows_item()
        return self

    def shows_item(self, trace_id: str = "") -> None:
        """Wait until an item is on screen, or that of the trace."""
        expect(self.reader).to_have_attribute("data-trace-id", re.compile(trace_id or "."))

    def question(self, name: str) -> Locator:
        """The question of that name in the form."""
        return self.form.locator(f'[data-question="{name}"]')

    def is_at(self, name: str) -> None:
        """Wait until the keys go to the question of that name."""
        expect(self.form.locator(".qn.here")).to_have_attribute("data-question", name)

    @property
    def trace(self) -> str:
        """Id of the trace on screen."""
        return self.reader.get_attribute("data-trace-id") or ""

    def press(self, *keys: str) -> Desk:
        """Press keys, one after the other, as fast as they go."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Desk:
        """Type a text where the cursor is."""
        self.page.keyboard.type(text)
        return self

    def answer(self, *keys: str) -> str:
        """Press keys that save the item on screen, wait for the next, return the trace answered.

        While the next item is not in hand the desk takes no key and says so; then press again.
        """
        answered = self.trace
        self.press(*keys)
        until = time.monotonic() + SHOWN_WITHIN / 1000
        while self.trace == answered and not self.done.is_visible():
            said = self.say.inner_text()
            assert time.monotonic() < until, said
            if said.startswith("Loading the next item"):
                self.page.wait_for_timeout(200)
                self.press(keys[-1])
        return answered

    def is_saved(self) -> None:
        """Wait until MLflow holds everything."""
        expect(self.unsaved).to_have_text("0", timeout=SAVED_WITHIN)
        expect(self.saved).to_have_text("Saved")


def sign_in(context: BrowserContext, address: str, person: str) -> None:
    """Sign in as the sign-in page does."""
    url, headers = f"{address}/sign-in", {"Origin": address}
    assert context.request.post(url, data=person, headers=headers).ok
