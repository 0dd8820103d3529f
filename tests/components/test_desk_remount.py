"""Streamlit may drop the component and mount another in mid-life: nobody may notice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from components.review_desk.desk import _HTML, SCRIPTS
from review_app.desk import question_card
from review_app.questions import DEFAULT_QUESTIONS

pytestmark = pytest.mark.browser

MOUNT = """
  const [html, data] = given;
  document.querySelector("main.host")?.remove();
  globalThis.unmount?.();
  const host = document.body.appendChild(document.createElement("main"));
  host.className = "host";
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = html;
  globalThis.sent = [];
  const how = { setStateValue: (_, value) => sent.push(value), setTriggerValue: () => {} };
  globalThis.unmount = mount({ data: [data], parentElement: root, ...how });
"""
KEYS = ["a", "b", "c"]


def sent_by_server(*, order: bool) -> dict[str, Any]:
    """What the server sends: all that a new desk needs, or nothing to one that has it already."""
    own = {"answers": {}, "failure_spans": {}, "skip_reason": "", "base": {}}
    items = {
        key: {
            "trace_id": f"tr-{key}",
            "at": "",
            "html": f"<p>{key}</p>",
            "own": own,
            "facts": None,
            "practice": "",
        }
        for key in KEYS
    }
    nothing: dict[str, Any] = {
        "gone": [],
        "parts": [],
        "facts": {},
        "beside": {},
        "titles": None,
        "receipts": [],
    }
    return {
        **nothing,
        "items": items if order else {},
        "order": {"version": "1", "keys": [[k, "pending"] for k in KEYS]} if order else None,
        "build": "1",
        "person": "ana",
        "campaign": "run-1",
        "name": "Orders",
        "status": "open",
        "notice": "",
        "advance": False,
        "instructions": "",
        "intro": None,
        "link": "/review",
        "start": None,
        "time_box_minutes": None,
        "trouble": "",
        "questions": [{**question_card(q), "about": ""} for q in DEFAULT_QUESTIONS],
    }


@pytest.fixture
def tab(new_tabs):
    """A tab with the desk on item b: item a was answered a moment ago, b is half done."""
    tab = new_tabs().open(*SCRIPTS)
    tab.run(MOUNT, _HTML, sent_by_server(order=True))
    shows(tab, "tr-a")
    for key in ("1", "Control+Enter", "2", "n", "h", "i"):
        tab.page.keyboard.press(key)
    shows(tab, "tr-b")
    return tab


def shows(tab, trace_id: str) -> None:
    reader = tab.page.get_by_test_id("desk-trace")
    expect(reader).to_have_attribute("data-trace-id", trace_id)


def test_the_desk_goes_on_where_it_was(tab):
    """After another mount I am at the same item with my half answer, and typing where I typed."""
    tab.run(MOUNT, _HTML, sent_by_server(order=False))
    shows(tab, "tr-b")
    expect(tab.page.locator(".count")).to_have_text("1 of 3")
    fails = tab.page.get_by_role("radio", name="Fail")
    expect(fails).to_have_attribute("aria-checked", "true")
    tab.page.keyboard.type("gh")
    expect(tab.page.locator("[data-question=note] textarea")).to_have_value("high")
    for key in ("Control+Enter", "u"):
        tab.page.keyboard.press(key)
    shows(tab, "tr-b")


def test_what_waits_is_still_sent(tab):
    """What was not saved before another mount is shown as unsaved and sent again after it."""
    unsaved = tab.page.get_by_test_id("desk-unsaved")
    expect(unsaved).to_have_text("1")
    tab.run(MOUNT, _HTML, sent_by_server(order=False))
    expect(unsaved).to_have_text("1")
    tab.page.wait_for_function("() => sent.some((wire) => wire.entries.length === 1)")
    entry = tab.run("return sent.at(-1).entries[0];")
    assert (entry["item"], entry["kind"]) == ("a", "submit")


def test_a_panel_stays_open(tab):
    """A panel that is open before another mount is open after it, and closes by its key."""
    for key in ("Escape", "?"):
        tab.page.keyboard.press(key)
    sheet = tab.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    tab.run(MOUNT, _HTML, sent_by_server(order=False))
    expect(sheet).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_new_visit_begins_anew(tab):
    """Whoever comes back to the desk gets what the server says now, and no undo of before."""
    tab.run(MOUNT, _HTML, sent_by_server(order=True))
    shows(tab, "tr-b")
    tab.page.keyboard.press("u")
    expect(tab.page.locator(".say")).to_have_text("There is nothing to undo in this tab.")
