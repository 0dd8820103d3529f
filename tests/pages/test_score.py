"""The page on which a judge scores a pool: what will happen, what happened, and going on."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.judges import Judge
from review_app.people import Person
from review_app.pool import Pool
from review_app.questions import Question
from review_app.scoring import ScoreDesign
from services.app import App, services_for
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"


def _screen(app):
    from pages.score import render

    render(app)


@pytest.fixture
def app(store, make_campaign, judge_stub):
    """Six traces and a judge of them; the experiment's name comes along."""
    services_for.cache_clear()
    settings = Settings(tracking_uri=store.uri, judge_base_url=judge_stub.base_url)
    services = services_for(settings)
    made = make_campaign(store, 6, questions=(GOOD,))
    wanted = Judge("good", 0, "", model="openai:/gpt-4o-mini", instructions=READS)
    judge = services.judges.create(LEAD, made.campaign.experiment_id, GOOD, wanted)
    return App(settings, LEAD, services, UTC, lambda: datetime.now(UTC), {}), made, judge


def shown(app, person=LEAD, **address) -> AppTest:
    whose = App(app.settings, person, app.services, app.zone, app.now, {})
    page = AppTest.from_function(_screen, args=(whose,), default_timeout=30)
    for key, value in {"judge": "good", **address}.items():
        page.query_params[key] = value
    return page.run()


def words(page: AppTest) -> str:
    said = [one.value for one in (*page.text, *page.subheader)]
    return "\n".join([*said, *(str(one.proto) for one in page.get("html"))])


def test_it_says_what_will_happen_and_does_it(app, judge_stub):
    """I see how many calls it will be; then it is done, and the page says what that came to."""
    found, _, judge = app
    page = shown(found)
    assert "6 traces, 6 without a score." in words(page)
    assert "the whole traffic" in words(page)

    next(b for b in page.button if b.label == "Score 6 traces").click().run()
    job = found.services.jobs.get(f"score {judge.experiment_id} {judge.source}")
    until = time.monotonic() + 30
    while job.state == "running" and time.monotonic() < until:
        time.sleep(0.05)
    page.run()

    assert len(judge_stub.calls) == 6
    assert "6 new scores, under $0.01, 6 of 6 traces gone through." in words(page)
    assert "all of them are scored" in words(page)
    assert "6 traces. Each has a score of this judge." in words(page)
    assert not [b for b in page.button if b.label.startswith("Score")]


def test_a_stopped_run_can_go_on(app, judge_stub):
    """A run with traces that have no score is listed with the reason, and a button goes on."""
    found, made, judge = app
    judge_stub.trouble = ["garbage"]
    scoring = found.services.scoring
    run = scoring.start(LEAD, judge, ScoreDesign(Pool(made.name)))
    assert run.tally.failures == 1

    page = shown(found, version="1", experiment=made.name)
    assert "1 trace without a score. The model answered, but not in the form" in words(page)
    assert [b.label for b in page.button if b.label == "Go on with it"] == ["Go on with it"]


def test_reviewers_and_wrong_addresses(app):
    """It is for leads; a judge that is not there is said."""
    found, _, _ = app
    assert "for the leads" in words(shown(found, Person("ana")))
    assert "no such judge" in words(shown(found, judge="bad"))
