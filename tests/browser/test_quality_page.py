"""Quality in a real browser, on the spot check of the demo."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SPOT = quote("Demo: spot check")


@pytest.fixture(scope="module")
def app(demo, module_programs):
    """The app on the demo's store, with a lead."""
    return module_programs.app(demo.uri, REVIEW_LEADS="lea")


def test_a_mark_is_a_link_by_keyboard(app, visit):
    """A lead reaches a mark with the keyboard, hears what it is, and opens its traces and back."""
    page = visit(app, "lea").page
    page.goto(f"{app.address}/quality?experiment={SPOT}")

    mark = page.get_by_role(
        "link", name=re.compile(r"^Combined, gpt-4o: \d+ % \(\d+–\d+\), n = 60")
    )
    mark.focus()
    mark.press("Enter")

    expect(page).to_have_url(re.compile("show=combined&version=gpt-4o&question=faithfulness"))
    expect(page.locator(".y-traces article")).to_have_count(20)
    page.get_by_role("link", name="← Quality").click()
    expect(page.get_by_role("heading", name="Where failures start")).to_be_visible()


def test_another_judge_and_a_campaign(app, visit):
    """Another judge changes the address; the first line leads to a sample that gives a rate."""
    page = visit(app, "lea").page
    page.goto(f"{app.address}/quality?experiment={SPOT}&judge.faithfulness=rb_llm@1")
    expect(page.get_by_role("combobox", name="Judge")).to_have_value("rb_llm@1")

    page.get_by_role("link", name=re.compile("^Have .* reviewed$")).first.click()

    expect(page.get_by_role("heading", name="New campaign")).to_be_visible()
    expect(page.get_by_role("radio", name="The rate of a version")).to_be_checked()


def test_it_can_be_read_on_a_phone_and_in_print(app, visit):
    """On a phone and on paper nothing is wider than the page."""
    page = visit(app, "lea", viewport={"width": 390, "height": 844}, color_scheme="dark").page
    page.goto(f"{app.address}/quality?experiment={SPOT}")
    expect(page.locator(".y-row").first).to_be_visible()
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(wide) <= 390
    page.emulate_media(media="print")
    assert page.evaluate(wide) <= 390
