"""The pages of judges: what a lead reads, on real stores."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.app import App, services_for
from services.judges import Judges
from services.questions import save_question
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GRADE = Question("grade", "number", "How good is it?", minimum=1, maximum=5)
HOSTILE = "<img src=x onerror=alert(1)>\n{{ inputs }}"


def _judges(app):
    from pages.judges import render

    render(app)


def _new(app):
    from pages.new_judge import render

    render(app)


def _align(app):
    from pages.align_judge import render

    render(app)


@pytest.fixture
def shown():
    """Draw a page of a store at an address."""

    def show(screen, store, person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri)
        app = App(settings, person, services_for(settings), UTC, lambda: datetime.now(UTC), {})
        at = AppTest.from_function(screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


@pytest.fixture
def work(store, make_campaign):
    """An experiment with two traces, a number to judge, and two versions of a judge."""
    made = make_campaign(store, 2)
    place = made.campaign.experiment_id
    save_question(store, place, GRADE)
    judges = Judges(store, Settings(tracking_uri=store.uri))
    for told in ("Grade it.\n{{ outputs }}", HOSTILE):
        wanted = Judge("grade", 0, place, model="openai:/x", instructions=told, threshold=3.5)
        judges.create(LEAD, place, GRADE, wanted)
    return made


def texts(at: AppTest) -> str:
    """Everything that can be read on the page."""
    assert not at.exception
    kinds = ("html", "text", "title", "subheader", "header", "warning", "caption", "markdown")
    return "\n".join(str(one.proto if kind == "html" else one.value) for kind in kinds
                     for one in at.get(kind))  # fmt: skip


def test_who_comes_first_reads_what_a_judge_is(shown, store, make_campaign):
    """Without a judge the page says what one is for, and has the one button to begin."""
    made = make_campaign(store, 1)
    at = shown(_judges, store, experiment=made.name)
    assert "No judge yet" in texts(at)
    assert [b.label for b in at.button] == ["New judge"]


def test_judges_of_other_tools_are_listed(shown, demo):
    """Scores that came with the traces are listed by judge, each to be checked."""
    read = texts(shown(_judges, demo, experiment="Demo: MT-RAG answers"))
    for source in ("rl_f@1", "rb_llm@1", "rb_agg@1"):
        assert f"faithfulness by {source}" in read
    assert "477 scores" in read
    assert "user_feedback" not in read


def test_a_judge_and_what_changed_in_it(shown, work):
    """A version shows what it is told, what it says, where it passes, and what changed; safely."""
    read = texts(shown(_judges, work.store, experiment=work.name, judge="grade"))
    assert "Version 2, the newest" in read
    assert "says a number" in read
    assert "passes from 3.5" in read
    assert "Not checked yet" in read
    assert "What changed since version 1" in " ".join(
        e.label for e in shown(_judges, work.store, experiment=work.name, judge="grade").expander
    )
    assert "&lt;img src=x" in read
    assert "<img" not in read
    older = texts(shown(_judges, work.store, experiment=work.name, judge="grade", version="1"))
    assert "Grade it." in older


def test_scorers_made_elsewhere_are_listed(shown, work):
    """MLflow's own judges and code are listed as what they are; nobody can change them here."""
    from mlflow.genai.scorers import Safety

    place = work.campaign.experiment_id
    work.store.tracking.register_scorer(place, "safety", json.dumps(Safety().model_dump()))
    assert "one of MLflow’s own" in texts(shown(_judges, work.store, experiment=work.name))
    at = shown(_judges, work.store, experiment=work.name, judge="safety")
    assert [b.label for b in at.button] == ["Check against people"]


def test_a_new_judge_begins_with_the_wording(shown, work):
    """The form begins with the question's own words, and says what lacks before it registers."""
    at = shown(_new, work.store, experiment=work.name, question="grade")
    told = at.text_area[0]
    assert told.value.startswith("How good is it?\n\nSay a number from 1 to 5.")
    assert at.number_input[0].label == "Passes from"
    assert "Choose a model." in texts(at)
    at.text_input[0].input("openai:/x")
    at = told.input("No variables.").run()
    assert "Say what the judge reads" in texts(at)
    assert not [b for b in at.button if b.label.startswith("Register")]


def test_aligning_without_a_set(shown, work):
    """Who has no labeled set of the question reads where to get one."""
    at = shown(_align, work.store, experiment=work.name, judge="grade")
    assert "No labeled set of this question" in texts(at)


@pytest.mark.parametrize("screen", [_judges, _new, _align])
def test_only_leads(shown, work, screen):
    """A reviewer sees no judge, whatever address they guess."""
    at = shown(screen, work.store, Person("ana"), experiment=work.name, judge="grade")
    read = texts(at)
    assert "for the leads" in read
    assert "Grade it" not in read
