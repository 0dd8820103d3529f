"""Agreement in a real browser, on the finished campaign of the demo."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
REVIEW = quote("MT-RAG expert review")


@pytest.fixture(scope="module")
def app(demo, module_programs):
    """The app on the demo's store, with a lead."""
    return module_programs.app(demo.uri, REVIEW_LEADS="lea")


def test_the_published_alphas_are_on_screen(app, visit):
    """A lead sees the published alphas to four digits, and the items that a pair split on."""
    page = visit(app, "lea").page
    page.goto(f"{app.address}/agreement?campaign={REVIEW}")

    alphas = page.locator('.a-table td[data-label="Alpha"]')
    expect(alphas).to_have_text(
        [".3178", ".0596", ".0639", ".0575", ".2635", ".3573", ".4700", ".4897"]
    )
    page.get_by_role("link", name="Is it faithful to what was found?").first.click()
    page.get_by_role("link", name="82 % of 326").click()
    expect(page.get_by_text("59 of 326 items that both answered.")).to_be_visible()
    expect(page).to_have_url(re.compile("one=annotator-2&other=annotator-6"))
    expect(page.locator(".a-items article")).to_have_count(10)


def test_reviewers_are_compared_on_screen(app, visit):
    """A lead sees who agrees less often with the others, and opens the estimate of errors."""
    page = visit(app, "lea").page
    page.goto(f"{app.address}/reviewers?campaign={REVIEW}&question=faithfulness")

    expect(page.locator(".r-says")).to_contain_text("annotator-6 and annotator-7 agree")
    expect(page.locator(".r-table").first).to_contain_text("kappa .868, n = 133")
    page.get_by_text("How each reviewer probably errs").click()
    expect(page.get_by_text("Raises a false alarm").first).to_be_visible()
