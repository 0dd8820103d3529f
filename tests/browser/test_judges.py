"""A judge from its question to its second version, in a real browser, with a model that is near."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from review_app.answers import Assessment
from review_app.labeled_sets import Recipe
from review_app.people import Person
from review_app.questions import Question
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.judges import Judges
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings
from tests.judge_stub import GUIDELINE

pytestmark = pytest.mark.browser
LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
HOSTILE = "<img src=x onerror=alert(1)> {{ evil }}"


@pytest.fixture
def labeled(store, make_campaign):
    """A labeled set of forty answers, a quarter of them failed."""
    made = make_campaign(store, 40, questions=(GOOD,))
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1)) or ""
    about = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": made.campaign.questions[0].version,
        "review.seen": "nothing",
        "review.role": "reviewer",
    }
    for n, trace_id in enumerate(made.traces):
        said = Assessment("good", n % 4 != 0, "ana", rationale=HOSTILE, metadata=about)
        create_assessment(store, trace_id, said)
        set_status(store, queue, trace_id, "complete", "ana")
    recipe = Recipe("good answers", (made.campaign.run_id,), "good")
    LabeledSets(Campaigns(store)).freeze(LEAD, recipe, lambda *_: None)
    return made


def test_a_judge_is_made_tried_and_aligned(labeled, programs, judge_stub, visit):
    """A lead makes a judge from a question, tries it, lets it learn, and keeps what it learned."""
    app = programs.app(labeled.store.uri, REVIEW_LEADS="lea", **judge_stub.env)
    page = visit(app, "lea").page
    page.goto(f"{app.address}/judges?experiment={quote(labeled.name)}")
    expect(page.get_by_text("No judge yet")).to_be_visible()

    page.get_by_role("button", name="New judge").click()
    page.get_by_role("button", name="Ask it about the newest trace").click()
    expect(page.locator(".j-why")).to_have_text(re.compile("The stub says (True|False)"))
    page.get_by_role("button", name="Register version 1").click()
    expect(page.locator(".j-told")).to_contain_text("Say true for “Pass”, false for “Fail”.")
    expect(page.get_by_text("Not checked yet.")).to_be_visible()

    page.get_by_role("button", name="Align with a labeled set").click()
    expect(page.get_by_text(re.compile(r"It learns from \d+ items of the train"))).to_be_visible()
    expect(page.get_by_text("What that costs is not known")).to_be_visible()
    page.get_by_role("button", name="Align with MemAlign").click()
    expect(page.locator(".j-diff .new").last).to_contain_text(GUIDELINE, timeout=120_000)
    registered = Judges(labeled.store, Settings(tracking_uri=labeled.store.uri))
    assert len(registered.every(labeled.campaign.experiment_id)) == 1

    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_text("learned from “good answers” version 1 with MemAlign")).to_be_visible()
    judge = registered.get(labeled.campaign.experiment_id, "good")
    assert (judge.version, judge.owner, judge.aligned_by) == (2, "lea", "MemAlign")
    assert GUIDELINE in judge.instructions
