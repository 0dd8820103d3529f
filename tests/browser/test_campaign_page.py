"""A lead on the campaign page, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from review_app.answers import Assessment
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.queues import set_status

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(app, visit) -> Callable[..., Page]:
    """A lead's tab at a campaign."""

    def open_(made, **options) -> Page:
        page = visit(app, "lea", **options).page
        page.goto(f"{app.address}/campaigns?campaign={quote(made.name)}")
        expect(page.locator("h1.c-name")).to_have_text(made.name)
        return page

    return open_


def finish(made, number: int) -> None:
    """Let ana answer an item."""
    question = made.campaign.questions[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    said = Assessment("quality", value=number > 0, source="ana", metadata=recorded)
    create_assessment(made.store, made.traces[number], said)
    queue = Campaigns(made.store).queue(made.campaign, "ana", 1)
    set_status(made.store, queue, made.traces[number], "complete", "ana")


def status(made) -> str:
    return Campaigns(made.store).get(made.name).status


def test_a_number_leads_to_its_items_and_back(lead, module_store, make_campaign):
    """A click on a number shows its items without loading the page anew, and Back returns."""
    made = make_campaign(module_store, 3)
    finish(made, 0)
    page = lead(made)
    page.evaluate("window.still = true")

    page.locator(".c-bars").get_by_role("link", name="1").click()

    expect(page.locator("h1.c-name")).to_have_text("Is this answer good enough? Fail")
    expect(page.locator(".c-rows")).to_contain_text("Where is order 1?")
    page.go_back()
    expect(page.locator("h1.c-name")).to_have_text(made.name)
    assert page.evaluate("window.still")


def test_the_link_for_a_reviewer_is_copied(lead, module_store, make_campaign):
    """One click copies the address of the review for a reviewer."""
    made = make_campaign(module_store, 2)
    page = lead(made, permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy", exact=True).click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"http://[^/]+/review\?campaign={made.name.replace(' ', '%20')}", copied)


def test_a_campaign_is_closed_and_reopened(lead, module_store, make_campaign):
    """A campaign that is done closes after a second yes, and can be reopened."""
    made = make_campaign(module_store, 1)
    finish(made, 0)
    page = lead(made)

    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("You can reopen it")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Closed ·")).to_be_visible()
    assert status(made) == "closed"

    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Open ·")).to_be_visible()
    assert status(made) == "open"


def test_a_reviewer_is_added(lead, module_store, make_campaign):
    """Who is added stands in the table at once, with a share of what nobody has begun."""
    made = make_campaign(module_store, 30)
    page = lead(made)

    page.get_by_role("button", name="More").click()
    page.get_by_text("Add a reviewer").click()
    page.get_by_label("Name or e-mail").fill("Zoe")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_text("Reviewers are now: ana, zoe.")).to_be_visible()
    expect(page.get_by_role("row", name="zoe")).to_contain_text("0 of 15")
    page.get_by_role("button", name="More").click()
    page.get_by_text("Add a reviewer").click()
    page.get_by_label("Name or e-mail").fill("zoe")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("zoe reviews this campaign already.")).to_be_visible()
