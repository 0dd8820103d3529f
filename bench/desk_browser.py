"""The desk in a real Chromium: how long a key takes, and how long opening takes.

All times are taken inside of the page. A press is timed from the event's own time stamp to
``switched`` (the next item is the one displayed in the document) and to ``painted`` (the frame that
shows it has been laid out and painted: the first task after the next animation frame).
``shown`` is the browser's own measure of the same press, from the key to the picture on screen
(Event Timing, in steps of 8 ms; presses below 16 ms are not reported and count as 16).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

PACE = (0.3, 0.8)  # seconds between two presses
SIZE: ViewportSize = {"width": 1400, "height": 900}
SHORTEST_EVENT_MS = 16

_WATCH = """() => {
  const root = document.querySelector('[data-testid=desk-host]').shadowRoot;
  const pane = root.querySelector('[data-testid=desk-trace]');
  const unsaved = root.querySelector('[data-testid=desk-unsaved]');
  const times = { presses: [], events: [], saved: [], waiting: null };
  window.benchTimes = times;
  let key = null;
  let changed = null;
  let item = pane.dataset.traceId;
  const task = new MessageChannel();
  task.port1.onmessage = ({ data }) => {
    data.painted = performance.now() - data.at;
    const shown = root.querySelector('.held.on');
    data.height = shown ? shown.getBoundingClientRect().height : 0;
    times.presses.push(data);
  };
  const seen = () => {  // the desk's own listener may run before or after ours
    if (key === null || changed === null || changed < key) return;
    const press = { at: key, switched: changed - key };
    times.waiting = key;
    key = changed = null;
    requestAnimationFrame(() => task.port2.postMessage(press));
  };
  window.addEventListener('keydown', (event) => { key = event.timeStamp; seen(); }, true);
  new MutationObserver(() => {
    if (pane.dataset.traceId === item) return;
    item = pane.dataset.traceId;
    changed = performance.now();
    seen();
  }).observe(pane, { attributes: true, attributeFilter: ['data-trace-id'] });
  new MutationObserver(() => {
    if (unsaved.textContent !== '0' || !times.waiting) return;
    times.saved.push(performance.now() - times.waiting);
    times.waiting = null;
  }).observe(unsaved, { childList: true, characterData: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (e.name === 'keydown') times.events.push(e.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
}"""

_OPENING = """() => {
  const look = () => {
    const root = document.querySelector('[data-testid=desk-host]')?.shadowRoot;
    const item = root?.querySelector('[data-testid=desk-trace][data-trace-id] .held.on');
    if (!item || !item.getBoundingClientRect().height) { requestAnimationFrame(look); return; }
    window.benchReadable = performance.now();
  };
  requestAnimationFrame(look);
}"""


@dataclass
class Presses:
    """What a number of presses took, in milliseconds."""

    switched: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)


def visitor(browser: Browser, address: str, person: str) -> BrowserContext:
    """Return a browser profile in which the person is signed in."""
    context = browser.new_context(viewport=SIZE, timezone_id="UTC")
    headers = {"Origin": address}
    if not context.request.post(f"{address}/sign-in", data=person, headers=headers).ok:
        raise SystemExit("The app did not let the reviewer sign in.")
    return context


def open_desk(page: Page, address: str, campaign: str) -> None:
    """Open the desk and wait until an item is shown and the next ones are in hand."""
    page.goto(f"{address}/review?campaign={quote(campaign)}")
    page.locator("[data-testid=desk-trace][data-trace-id]").wait_for()
    page.wait_for_timeout(3000)


def press(page: Page, times: int, seed: int = 1) -> Presses:
    """Press the digit that saves and goes on, at a person's pace, and return what it took."""
    chance = random.Random(seed)
    page.evaluate(_WATCH)
    for _ in range(times):
        page.wait_for_timeout(1000 * chance.uniform(*PACE))
        page.keyboard.press(chance.choice("112"))
    page.wait_for_timeout(3000)
    found: dict[str, Any] = page.evaluate("() => window.benchTimes")
    if len(found["presses"]) != times or not all(p["height"] > 100 for p in found["presses"]):
        raise SystemExit(f"{times} presses showed {len(found['presses'])} items.")
    unseen = [SHORTEST_EVENT_MS] * (times - len(found["events"]))
    return Presses(
        [p["switched"] for p in found["presses"]],
        [p["painted"] for p in found["presses"]],
        [*unseen, *found["events"]],
        found["saved"],
    )


def opening_times(context: BrowserContext, address: str, campaign: str, times: int) -> list[float]:
    """Open the desk again and again; milliseconds from the navigation to a readable item."""
    found = []
    page = context.new_page()
    page.add_init_script(f"({_OPENING})()")
    for number in range(times + 1):
        page.goto(f"{address}/review?campaign={quote(campaign)}")
        page.wait_for_function("() => window.benchReadable")
        taken = page.evaluate("() => window.benchReadable")
        if number:  # the first one fills the browser's cache
            found.append(taken)
        page.wait_for_timeout(500)
    page.close()
    return found
