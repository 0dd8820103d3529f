"""The page on which a judge scores a pool: what will happen, what happened, and going on."""

from __future__ import annotations

from functools import partial
from threading import Event

import pytest

from pages.score import render
from review_app.answers import Assessment
from review_app.judges import Judge
from review_app.people import Person
from review_app.pool import Pool
from review_app.questions import Question
from review_app.scoring import ScoreDesign
from services.app import services_for
from services.assessments import create_assessment

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"


@pytest.fixture
def open_page(store, judge_stub, screen):
    """Open the page with a model that judges."""
    services_for.cache_clear()
    return partial(screen, render, store, settings={"judge_base_url": judge_stub.base_url})


@pytest.fixture
def work(store, make_campaign, open_page):
    """Six traces and a judge of them."""
    made = make_campaign(store, 6, questions=(GOOD,))
    wanted = Judge("good", 0, "", model="openai:/gpt-4o-mini", instructions=READS)
    services = open_page().app.services
    return made, services.judges.create(LEAD, made.campaign.experiment_id, GOOD, wanted)


def test_it_says_what_will_happen_and_does_it(open_page, work, judge_stub):
    """I see how many calls it will be; then it is done, and the page says what that came to."""
    page = open_page(judge="good")
    assert "6 traces, 6 without a score." in page.words
    assert "the whole traffic" in page.words

    page.press("Score 6 traces")

    assert len(judge_stub.calls) == 6
    assert "6 new scores, under $0.01, 6 of 6 traces gone through." in page.words
    assert "all of them are scored" in page.words
    assert "6 traces. Each has a score of this judge." in page.words
    assert not [label for label in page.buttons if label.startswith("Score")]


def test_calls_that_reach_no_further_than_labels(open_page, work):
    """Where my calls are enough only for what people labeled, no random part is promised."""
    made, _ = work
    store = open_page().app.services.store
    for trace_id in made.traces[:3]:
        create_assessment(store, trace_id, Assessment("good", True, "ana"))
    page = open_page(judge="good")
    calls = next(one for one in page.at.number_input if one.label == "At most so many calls")

    calls.set_value(3).run()
    assert "First come the 3 that people labeled, and 3 calls reach no further" in page.words
    assert "speak for no pool yet" in page.words
    calls.set_value(4).run()
    assert "a random part of the whole traffic" in page.words


def test_a_stopped_run_can_go_on(open_page, work, judge_stub):
    """A run with traces that have no score is listed with the reason, and a button goes on."""
    made, judge = work
    judge_stub.trouble = ["garbage"]
    scoring = open_page().app.services.scoring
    run = scoring.start(LEAD, judge, ScoreDesign(Pool(made.name)))
    assert run.tally.failures == 1

    page = open_page(judge="good", version="1", experiment=made.name)
    assert "1 trace without a score. The model answered, but not in the form" in page.words
    assert page.buttons.count("Go on with it") == 1


def test_reviewers_and_wrong_addresses(open_page, work):
    """It is for leads; a judge that is not there is said."""
    assert "for the leads" in open_page(Person("ana"), judge="good").words
    assert "no such judge" in open_page(judge="bad").words


def test_a_judge_with_a_version_in_its_name(open_page, work):
    """A judge called recall@5 is found by its name, not as version 5 of a judge called recall."""
    _, judge = work
    store = open_page().app.services.store
    stored = store.tracking.get_scorer(judge.experiment_id, "good", 1)
    store.tracking.register_scorer(judge.experiment_id, "recall@5", stored._serialized_scorer)

    assert "Score with recall@5@1" in open_page(judge="recall@5").words
    assert "Score with good@1" in open_page(judge="good@1").words


def test_another_is_at_work(open_page, work, judge_stub):
    """Where another lead began a run while I was choosing, I am told, and mine is not begun."""
    page = open_page(judge="good")
    go = Event()
    jobs, (_, judge) = page.app.services.model_jobs, work
    name = f"score {judge.experiment_id} {judge.source} {judge.created_ms}"
    other = jobs.start(name, lambda _: go.wait(30), "Begun by leo.")
    next(b for b in page.at.button if b.label == "Score 6 traces").click()
    page.at.run()

    assert "so yours was not begun" in page.words
    assert "Begun by leo." in page.words
    other.cancel()
    page.at.run()
    assert "Stopping, the calls under way are let go." in page.words
    go.set()
    assert judge_stub.calls == []
