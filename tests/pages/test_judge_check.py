"""The page of a judge’s check: limits, final check, both sides, asked again; on a real store."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.app import App, services_for
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
HOSTILE = "<img src=x onerror=alert(1)>"
SIZE = 24


def _screen(app):
    from pages.judge_check import render

    render(app)


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


@pytest.fixture
def shown(module_store, made):
    """Draw the page at an address; returns the page as it stands."""

    def show(person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=module_store.uri)
        services = services_for(settings)
        app = App(settings, person, services, UTC, lambda: datetime.now(UTC), {"adjudication": 1})
        at = AppTest.from_function(_screen, args=(app,), default_timeout=120)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


def texts(at: AppTest) -> str:
    """Everything that can be read on the page."""
    assert not at.exception
    kinds = (at.title, at.header, at.subheader, at.text, at.warning, at.success, at.get("html"))
    parts = [getattr(e, "value", None) or e.proto.body for kind in kinds for e in kind]
    return "\n".join(map(str, parts))


def press(at: AppTest, words: str) -> AppTest:
    """Press a button and wait for the work that it starts."""
    at = next(b for b in at.button if b.label.startswith(words)).click().run()
    until = time.monotonic() + 60
    while any(b.label == "Cancel" for b in at.button) and time.monotonic() < until:
        time.sleep(0.3)
        at = at.run()
    return at


def test_from_the_limits_to_the_verdict(shown):
    """Limits, the one look, then the verdict: a judge that passes everything is not green."""
    address = {"judge": "always@1", "set": "Orders", "version": "1"}
    at = shown(**address)
    assert "First, the limits" in texts(at)
    assert not [b for b in at.button if b.label == "Final check"]

    at = press(at, "Store the limits")
    assert "the first look at this set" in texts(at)
    assert "no verdict and no look" in texts(at)

    at = press(at, "Final check")
    read = texts(at)
    assert "“always@1” may not stand in for an expert on “quality”." in read
    assert "It catches 0 % of the bad answers" in read
    assert "A judge that always says pass" in read
    assert "bad answers that it missed" in read
    assert "because=judge_disagreement" in read
    assert "<img" not in read
    assert "Have them read anew" in read

    at = press(at, "Check it again")
    assert "Look 1 at this set" in texts(at)

    better = shown(**{**address, "judge": "always@2"})
    assert "It would be look 2 at this set" in texts(better)
    read = texts(press(better, "Final check"))
    assert "Against its other versions" in read
    assert "Catches bad answers: 100 %, always@1 0 %: +100 points" in read
    assert "12 won and 0 lost of 12 items" in read


def test_the_train_split_suggests_a_line(shown):
    """Where a judge says numbers, the line that does best on held-out sessions is offered."""
    address = {"judge": "scorer@1", "set": "Orders", "version": "1"}
    at = shown(**address)
    at = press(at, "Store the limits") if "First, the limits" in texts(at) else at
    read = texts(at)
    assert "would look better on them than it is" in read
    assert "From 0.7 on does best on the train split." in read
    assert "it catches 100 % of the bad answers" in read
    assert "threshold=0.7" in read


def test_names_in_a_message_are_no_markdown(shown):
    """A judge whose name is an image of another server loads nothing when its check fails."""
    at = shown(judge="![x](http://evil.test/x.png)@1", set="Orders", version="1")
    at = press(at, "Final check")

    assert [one.value for one in at.warning]
    assert not [one.value for one in at.warning if "![" in one.value]


def test_disagreements_are_sent_to_others_in_a_mix(shown, module_store):
    """Who has disagreements re-read gets them blind, mixed with as many random agreements."""
    at = shown(judge="always@1", set="Orders", version="1", cell="rejected")
    at.multiselect[0].set_value(["new reader"])
    at = press(at, "Have them re-read")

    assert "“Orders@v1, read once more” is written" in texts(at)
    campaign = Campaigns(module_store).get("Orders@v1, read once more")
    plan = Campaigns(module_store).plan(campaign)
    assert {one.stratum for one in plan} == {"disagreement", "agreement"}
    assert len(plan) == SIZE


def test_what_to_check_is_asked(shown):
    """Without a judge in the address one chooses a set and one of those who scored it."""
    at = shown(question="quality")

    assert [box.label for box in at.selectbox] == ["On which labeled set?", "Which judge?"]
    at = press(at, "Go on")
    assert at.query_params["judge"] == "always@1"
    assert "No labeled set for “nothing” yet" in texts(shown(question="nothing"))


def test_only_leads_see_it(shown):
    """A reviewer gets a sentence instead."""
    assert "Not here" in texts(shown(Person("ana"), set="Orders", judge="always@1"))
