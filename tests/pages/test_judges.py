"""The pages of judges: what a lead reads, on real stores."""

from __future__ import annotations

import json

import pytest

from pages import align_judge, judges, new_judge
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.judges import Judges
from services.questions import save_question
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
GRADE = Question("grade", "number", "How good is it?", minimum=1, maximum=5)
HOSTILE = "<img src=x onerror=alert(1)>\n{{ inputs }}"


@pytest.fixture
def work(store, make_campaign):
    """An experiment with two traces, a number to judge, and two versions of a judge."""
    made = make_campaign(store, 2)
    place = made.campaign.experiment_id
    save_question(store, place, GRADE)
    known = Judges(store, Settings(tracking_uri=store.uri))
    for told in ("Grade it.\n{{ outputs }}", HOSTILE):
        wanted = Judge("grade", 0, place, model="openai:/x", instructions=told, threshold=3.5)
        known.create(LEAD, place, GRADE, wanted)
    return made


def test_who_comes_first_reads_what_a_judge_is(screen, store, make_campaign):
    """Without a judge the page says what one is for, and has the one button to begin."""
    made = make_campaign(store, 1)
    page = screen(judges.render, store, experiment=made.name)
    assert "No judge yet" in page.read
    assert page.buttons == ["New judge"]


def test_judges_of_other_tools_are_listed(screen, demo):
    """Scores that came with the traces are listed by judge, each to be checked."""
    read = screen(judges.render, demo, experiment="Demo: MT-RAG answers").read
    for source in ("rl_f@1", "rb_llm@1", "rb_agg@1"):
        assert f"faithfulness by {source}" in read
    assert "477 scores" in read
    assert "user_feedback" not in read


def test_a_judge_and_what_changed_in_it(screen, work):
    """A version shows what it is told, what it says, where it passes, and what changed; safely."""
    page = screen(judges.render, work.store, experiment=work.name, judge="grade")
    read = page.read
    assert "Version 2, the newest" in read
    assert "says a number" in read
    assert "passes from 3.5" in read
    assert "Not checked yet" in read
    assert "What changed since version 1" in " ".join(e.label for e in page.at.expander)
    assert "&lt;img src=x" in read
    assert "<img" not in read
    older = screen(judges.render, work.store, experiment=work.name, judge="grade", version="1").read
    assert "Grade it." in older


def test_scorers_made_elsewhere_are_listed(screen, work):
    """MLflow's own judges and code are listed as what they are; nobody can change them here."""
    from mlflow.genai.scorers import Safety

    place = work.campaign.experiment_id
    work.store.tracking.register_scorer(place, "safety", json.dumps(Safety().model_dump()))
    assert "one of MLflow’s own" in screen(judges.render, work.store, experiment=work.name).read
    page = screen(judges.render, work.store, experiment=work.name, judge="safety")
    assert page.buttons == ["Check against people"]


def test_a_name_with_an_at_sign_is_no_version(screen, work):
    """A judge called recall@5 opens from the list, and from a link that names no version."""
    from mlflow.genai.scorers import Safety

    place = work.campaign.experiment_id
    work.store.tracking.register_scorer(place, "recall@5", json.dumps(Safety().model_dump()))
    listed = screen(judges.render, work.store, experiment=work.name).html
    assert "judge=recall%405&amp;version=1" in listed
    assert "judge=grade&amp;version=2" in listed
    page = screen(judges.render, work.store, experiment=work.name, judge="recall@5")
    assert "Version 1, the newest" in page.read


def test_a_new_judge_begins_with_the_wording(screen, work):
    """The form begins with the question's own words, and says what lacks before it registers."""
    page = screen(new_judge.render, work.store, experiment=work.name, question="grade")
    told = page.at.text_area[0]
    assert told.value.startswith("How good is it?\n\nSay a number from 1 to 5.")
    assert page.at.number_input[0].label == "Passes from"
    assert "Choose a model." in page.read
    page.at.text_input[0].input("openai:/x")
    told.input("No variables.")
    page.draw()
    assert "Say what the judge reads" in page.read
    assert not [label for label in page.buttons if label.startswith("Register")]


def test_aligning_without_a_set(screen, work):
    """Who has no labeled set of the question reads where to get one."""
    page = screen(align_judge.render, work.store, experiment=work.name, judge="grade")
    assert "No labeled set of this question" in page.read


@pytest.mark.parametrize("page", [judges, new_judge, align_judge])
def test_only_leads(screen, work, page):
    """A reviewer sees no judge, whatever address they guess."""
    address = {"experiment": work.name, "judge": "grade"}
    read = screen(page.render, work.store, Person("ana"), **address).read
    assert "for the leads" in read
    assert "Grade it" not in read
