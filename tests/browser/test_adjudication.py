"""A lead settles disagreements on the desk: blind first, or with the answers in sight."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from review_app.answers import Assessment
from services.assessments import create_assessment
from services.queues import find_queue, queue_name, set_status

pytestmark = pytest.mark.browser

SAID = {"ana": (True, "It names the depot."), "bo": (False, "It <b>invents</b> a depot.")}


@pytest.fixture
def disputed(module_store, make_campaign):
    """Three items about which two people disagree, each with a reason."""
    made = make_campaign(module_store, 3, tuple(SAID))
    [question] = made.campaign.questions
    for person, (value, why) in SAID.items():
        recorded = {
            "review.campaign": made.campaign.run_id,
            "review.question_version": question.version,
            "review.seen": "nothing",
        }
        name = queue_name(made.name, person, 1)
        queue = find_queue(made.store, made.campaign.experiment_id, name) or ""
        for trace_id in made.traces:
            said = Assessment(question.name, value, person, rationale=why, metadata=recorded)
            create_assessment(made.store, trace_id, said)
            set_status(made.store, queue, trace_id, "complete", person)
    return made


@pytest.fixture
def settle(app, visit, disputed):
    """Let a lead open the page of the campaign and go from there to the desk of its question."""

    def settle(shown: str):
        desk = visit(app, "lea")
        desk.page.goto(f"{desk.address}/adjudication?campaign={quote(disputed.name)}&show={shown}")
        expect(desk.page.get_by_text("0 of 3 settled")).to_be_visible(timeout=30_000)
        desk.page.get_by_role("link", name=disputed.campaign.questions[0].heading).click()
        desk.shows_item()
        return desk

    return settle


def decisions(made, trace_id: str) -> list[Assessment]:
    return [row for row in made.stored(trace_id) if row.role == "adjudication"]


def test_a_lead_decides_blind_and_then_sees(disputed, settle):
    """One key decides and shows the next item; what people said is not there before, but after."""
    desk = settle("after")
    expect(desk.reader).not_to_contain_text("names the depot")
    first = desk.answer("2")
    assert desk.trace != first
    desk.is_saved()
    [mine] = decisions(disputed, first)
    assert (mine.source, mine.value, mine.metadata["review.seen"]) == ("lea", False, "nothing")

    desk.press("ArrowLeft").shows_item(first)
    expect(desk.facts).to_contain_text(re.compile("A tie.*ana.*Pass.*names the depot", re.DOTALL))
    expect(desk.facts).to_contain_text("It <b>invents</b> a depot.")
    desk.press("1")
    desk.is_saved()
    stored = {row.value: row for row in decisions(disputed, first)}
    assert stored[True].metadata["review.seen"] == "others"
    assert (stored[False].valid, stored[True].overrides) == (False, mine.assessment_id)


def test_a_lead_decides_with_the_answers_in_sight(disputed, settle):
    """With the answers open each decision says so, and at the end I am told what comes next."""
    desk = settle("before")
    expect(desk.facts).to_contain_text("names the depot")
    for _ in disputed.traces:
        desk.answer("1")
    desk.is_saved()

    expect(desk.done).to_contain_text("That was the last one")
    expect(desk.done).to_contain_text("freeze a labeled set")
    seen = [decisions(disputed, t)[0].metadata["review.seen"] for t in disputed.traces]
    assert seen == ["others"] * 3
    desk.done.get_by_role("button", name="Back to what there is to settle").click()
    expect(desk.page.get_by_text("3 of 3 settled")).to_be_visible()
    assert all(len(disputed.answers(t, "ana")) == 1 for t in disputed.traces)
