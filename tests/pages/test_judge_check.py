"""The page of a judge’s check: limits, final check, both sides, asked again; on a real store."""

from __future__ import annotations

import pytest

from pages.judge_check import render
from review_app.answers import Assessment
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status

LEAD = Person("lea", is_lead=True)
HOSTILE = "<img src=x onerror=alert(1)>"
SIZE = 24


@pytest.fixture(scope="module")
def made(module_store, make_campaign):
    """A labeled set of twenty-four traces, and a judge that passes every one of them."""
    store, found = module_store, make_campaign(module_store, SIZE)
    question = found.campaign.questions[0]
    queue = find_queue(store, found.campaign.experiment_id, queue_name(found.name, "ana", 1)) or ""
    recorded = {
        "review.campaign": found.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    for n, trace in enumerate(found.traces):
        answer = Assessment(question.name, n % 2 == 0, "ana", rationale=HOSTILE, metadata=recorded)
        create_assessment(store, trace, answer)
        score = Assessment(
            question.name, True, "always@1", source_type="LLM_JUDGE", rationale=HOSTILE
        )
        create_assessment(store, trace, score)
        better = Assessment(question.name, n % 2 == 0, "always@2", source_type="LLM_JUDGE")
        create_assessment(store, trace, better)
        number = Assessment(question.name, 0.6 + (n % 2 == 0) / 5, "scorer@1", "LLM_JUDGE")
        create_assessment(store, trace, number)
        set_status(store, queue, trace, "complete", "ana")
    recipe = Recipe("Orders", (found.campaign.run_id,), "quality")
    LabeledSets(Campaigns(store)).freeze(LEAD, recipe, lambda done, total: None)
    return found


def test_from_the_limits_to_the_verdict(screen, made):
    """Limits, the one look, then the verdict: a judge that passes everything is not green."""
    address = {"judge": "always@1", "set": "Orders", "version": "1"}
    page = screen(render, made.store, screens=("adjudication",), **address)
    assert "First, the limits" in page.read
    assert "Final check" not in page.buttons

    page.press("Store the limits")
    assert "the first look at this set" in page.read
    assert "no verdict and no look" in page.read

    read = page.press("Final check").read
    assert "“always@1” may not stand in for an expert on “quality”." in read
    assert "It catches 0 % of the bad answers" in read
    assert "A judge that always says pass" in read
    assert "bad answers that it missed" in read
    assert "because=judge_disagreement" in read
    assert "<img" not in read
    assert "Have them read anew" in read

    assert "Look 1 at this set" in page.press("Check it again").read

    better = screen(render, made.store, **{**address, "judge": "always@2"})
    assert "It would be look 2 at this set" in better.read
    read = better.press("Final check").read
    assert "Against its other versions" in read
    assert "Catches bad answers: 100 %, always@1 0 %: +100 points" in read
    assert "12 won and 0 lost of 12 items" in read


def test_the_train_split_suggests_a_line(screen, made):
    """Where a judge says numbers, the line that does best on held-out sessions is offered."""
    address = {"judge": "scorer@1", "set": "Orders", "version": "1"}
    page = screen(render, made.store, **address)
    if "First, the limits" in page.read:
        page.press("Store the limits")
    read = page.read
    assert "would look better on them than it is" in read
    assert "From 0.7 on does best on the train split." in read
    assert "it catches 100 % of the bad answers" in read
    assert "threshold=0.7" in read


def test_names_in_a_message_are_no_markdown(screen, made):
    """A judge whose name is an image of another server loads nothing when its check fails."""
    evil = "![x](http://evil.test/x.png)@1"
    page = screen(render, made.store, judge=evil, set="Orders", version="1").press("Final check")

    assert [one.value for one in page.at.warning]
    assert not [one.value for one in page.at.warning if "![" in one.value]


def test_disagreements_are_sent_to_others_in_a_mix(screen, made):
    """Who has disagreements re-read gets them blind, mixed with as many random agreements."""
    address = {"judge": "always@1", "set": "Orders", "version": "1", "cell": "rejected"}
    page = screen(render, made.store, **address)
    page.at.multiselect[0].set_value(["new reader"])
    page.press("Have them re-read")

    assert "“Orders@v1, read once more” is written" in page.read
    campaign = Campaigns(made.store).get("Orders@v1, read once more")
    plan = Campaigns(made.store).plan(campaign)
    assert {one.stratum for one in plan} == {"disagreement", "agreement"}
    assert len(plan) == SIZE


def test_what_to_check_is_asked(screen, made):
    """Without a judge in the address one chooses a set and one of those who scored it."""
    page = screen(render, made.store, question="quality")

    assert [box.label for box in page.at.selectbox] == ["On which labeled set?", "Which judge?"]
    assert page.press("Go on").at.query_params["judge"] == "always@1"
    page = screen(render, made.store, question="nothing")
    assert "No labeled set for “nothing” yet" in page.read


def test_only_leads_see_it(screen, made):
    """A reviewer gets a sentence instead."""
    page = screen(render, made.store, Person("ana"), set="Orders", judge="always@1")
    assert "Not here" in page.read
