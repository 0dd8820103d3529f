"""kill -9 of the app in the middle of a burst of answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
BACK_WITHIN = 60_000  # milliseconds, of which Streamlit waits up to 25 seconds to reconnect


@pytest.mark.parametrize("killed_after", [5, 17, 31])
def test_the_app_is_killed(store, make_campaign, programs, visit, burst, reckoning, killed_after):
    """When the app dies while I answer, everything arrives by itself, once, after its restart."""
    made = make_campaign(store, 40, advance="on choice")
    app = programs.app(store.uri)
    desk = visit(app, "ana")
    keys = burst(desk)
    desk.open(made.name)
    keys.ahead()
    keys.press(("12" * 40)[:killed_after], gap=0.03)
    app.kill()
    keys.press("1221", gap=0.03)
    expect(desk.unsaved).not_to_have_text("0")
    app.start()
    expect(desk.unsaved).to_have_text("0", timeout=BACK_WITHIN)
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    reckoning.settle(made)
    keys.to_the_end("2")
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    assert len(reckoning.sent) == 40
    reckoning.settle(made)
