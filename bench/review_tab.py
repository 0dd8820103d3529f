"""MLflow's own Review tab in a real Chromium: from the click that submits to the next item.

An item is known by the number that stage.py writes into its question, "(case 7)". It counts as
readable when a frame is painted that shows another number than before the click.
"""

from __future__ import annotations

import random
import sys
from contextlib import suppress

from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import TimeoutError as TooLate

SIZE: ViewportSize = {"width": 1400, "height": 900}
PATIENCE_MS = 60_000

_CASE = "document.body.textContent.match(/\\(case (\\d+)\\)/)?.[1]"
_WATCH = f"""() => {{
  window.benchTimes = [];
  const task = new MessageChannel();
  task.port1.onmessage = ({{ data }}) => window.benchTimes.push(performance.now() - data);
  window.addEventListener('click', (event) => {{
    if (!event.target.closest('button')?.textContent.includes('Submit')) return;
    const before = {_CASE};
    const look = () => {{
      const now = {_CASE};
      if (now && now !== before) task.port2.postMessage(event.timeStamp);
      else requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
  }}, true);
}}"""


def submit_times(
    browser: Browser, address: str, experiment_id: str, queue: str, times: int
) -> list[float]:
    """Review in the tab with the mouse; milliseconds from the submitting click to the next item."""
    chance = random.Random(1)
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    _start_review(page, f"{address}/#/experiments/{experiment_id}/review-queue", queue)
    assistant = page.locator("[data-component-id='mlflow.assistant.chat_panel.close']")
    if assistant.is_visible():
        assistant.click()
    page.wait_for_timeout(2000)
    page.evaluate(_WATCH)
    for number in range(1, times + 1):
        page.wait_for_timeout(300)
        page.get_by_text(chance.choice(("Pass", "Fail")), exact=True).first.click()
        page.wait_for_timeout(1000 * chance.uniform(0.3, 0.8))
        page.get_by_role("button", name="Submit").click()
        page.wait_for_function("number => window.benchTimes.length === number", arg=number)
    found: list[float] = page.evaluate("() => window.benchTimes")
    context.close()
    return found


def _start_review(page: Page, url: str, queue: str) -> None:
    """Open the queue's first item; right after the server's start its pages need a second try."""
    for _ in range(3):
        with suppress(TooLate):
            page.goto(url)
            page.get_by_text(queue).first.click()
            page.get_by_role("button", name="Start review").click()
            page.get_by_text("(case").first.wait_for(timeout=15_000)
            return
        page.goto("about:blank")
    sys.exit("MLflow's Review tab did not show an item.")
