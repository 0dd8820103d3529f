"""What labels did, told from a real store; the same on the pages of reviewers and leads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.errors import NotAllowed
from review_app.judge_check.values import Limits
from review_app.judges import Judge
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.app import App, services_for
from services.assessments import create_assessment
from services.judge_checks import JudgeChecks
from services.judge_wanted import wanted_from
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEAD, ANA = Person("lea", is_lead=True), Person("ana")


def _quiet(*_):
    """Tell nobody."""


def _my_reviews(app):
    from pages.my_reviews import render

    render(app)


@pytest.fixture
def made(store, make_campaign):
    """Eight traces that ana and bo answered, scored by a judge of another tool, and frozen."""
    services_for.cache_clear()
    found = make_campaign(store, 8, ("ana", "bo"))
    question = found.campaign.questions[0]
    recorded = {
        "review.campaign": found.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    for n, trace_id in enumerate(found.traces):
        for person in ("ana", "bo"):
            said = Assessment(question.name, n % 2 == 0, person, metadata=recorded)
            create_assessment(store, trace_id, said)
            name = queue_name(found.name, person, 1)
            queue = find_queue(store, found.campaign.experiment_id, name)
            set_status(store, queue or "", trace_id, "complete", person)
        score = Assessment(question.name, n % 3 == 0, "<b>tool</b>", "LLM_JUDGE")
        create_assessment(store, trace_id, score)
    return found


@pytest.fixture
def checked(made):
    """The set is frozen, and the judge was checked on it."""
    services = services_for(Settings(tracking_uri=made.store.uri))
    sets = LabeledSets(services.campaigns)
    frozen = sets.freeze(LEAD, Recipe("Good", (made.campaign.run_id,), "quality"), _quiet)
    checks = JudgeChecks(made.store, sets)
    checks.store_limits(LEAD, frozen, Limits())
    address = {"judge": "<b>tool</b>", "set": "Good"}
    wanted = wanted_from(sets, services.judges, address)
    assert wanted is not None
    return services, checks.final(LEAD, wanted, _quiet), frozen


def test_my_answers_went_into_a_decision(made, checked):
    """I read in which set my answers are and what was decided with them; a stranger nothing."""
    services, check, frozen = checked
    [mine] = services.effects.mine(ANA)

    assert (mine.frozen, mine.used.all) == (frozen, 8)
    assert [(one.checked, one.answers) for one in mine.decided] == [(check, 8)]
    assert services.effects.mine(Person("eve")) == []
    assert mine.taught == ()


def test_a_judge_that_learned_is_named(made, checked):
    """A version that was aligned on the set learned from my answers in its train split."""
    services, _, frozen = checked
    [question] = made.campaign.questions
    wanted = Judge(
        "quality",
        0,
        "",
        model="openai:/stub",
        instructions="Good?\n{{ inputs }}",
        aligned_by="SIMBA",
        learned_from=frozen.run_id,
    )
    services.judges.create(LEAD, made.campaign.experiment_id, question, wanted)
    [mine] = services.effects.mine(ANA)
    [learned] = mine.taught

    assert learned.answers == mine.used.train == 4
    assert (learned.judge.source, learned.judge.aligned_by) == ("quality@1", "SIMBA")
    assert services.effects.mine(Person("eve")) == []


def test_only_leads_read_what_others_did(checked):
    """A lead reads it of everybody, a reviewer only of themself."""
    services, check, _ = checked
    found = services.effects.of_all(LEAD, ["ana", "cy"])

    assert ([t.checked for t in found["ana"][0].decided], found["cy"]) == ([check], [])
    with pytest.raises(NotAllowed):
        services.effects.of_all(ANA, ["bo"])


def test_a_damaged_set_breaks_no_page(made, checked):
    """A set that is no longer what was frozen is left out; the others are still told."""
    services, _, frozen = checked
    made.store.write_artifact(frozen.run_id, "labels.jsonl", "{}")

    assert services.effects.mine(ANA) == []


def test_with_nothing_to_do_it_comes_first(made, checked):
    """A reviewer who is done sees first what the labels did; names of judges are shown as text."""
    services, check, _ = checked
    settings = Settings(tracking_uri=made.store.uri)
    app = App(settings, ANA, services, UTC, lambda: datetime.now(UTC), {})
    page = AppTest.from_function(_my_reviews, args=(app,), default_timeout=30).run()

    assert [one.value for one in page.header] == ["What your labels did", "My finished answers"]
    said = "".join(one.proto.body for one in page.get("html"))
    assert "8 of your answers are in “Good” version 1" in said
    assert "8 of them helped to decide about the judge &lt;b&gt;tool&lt;/b&gt;" in said
    assert check.sentence[-30:] in said
