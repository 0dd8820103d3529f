"""The Questions page, drawn on a real store."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from pages.questions import render
from review_app.answers import Assessment
from review_app.errors import StoreUnavailable
from review_app.people import Person
from review_app.question_library import LIBRARY
from review_app.questions import DEFAULT_QUESTIONS, Question
from services.assessments import create_assessment
from services.questions import questions_of, save_question

LEA = Person("lea", is_lead=True)
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), title="Is the tone right?")


@pytest.fixture
def shown(store, screen):
    """Open the page, from which the builder can be reached."""
    return partial(screen, render, store, screens=("new_campaign",))


@pytest.fixture
def orders(store):
    """An experiment; returns its id."""
    return store.experiment_id("orders", create=True)


def test_reviewers_do_not_get_in(shown):
    """A reviewer who guesses the address reads whom to ask, and sees no question."""
    page = shown(Person("ana"))
    assert "for the leads of the reviews" in page.read
    assert not page.buttons


def test_the_first_visit(shown, orders):
    """Where nothing is asked yet the page says what it is for and offers a beginning."""
    page = shown(experiment="orders")
    assert "No questions yet" in page.read
    assert page.buttons == ["Choose from the library", "Write your own"]


def test_several_from_the_library(shown, store, orders):
    """Three good questions are added with two clicks from an empty experiment."""
    page = shown(experiment="orders").press("to-library").press("add-picked")
    assert [q.name for q in questions_of(store, orders)] == ["good_enough", "what_is_wrong", "note"]
    assert "3 questions added." in page.read
    assert "Is this answer good enough to send?" in page.read
    assert "MLflow’s own question" in page.read


def test_what_is_there_cannot_be_added_twice(shown, store, orders):
    """In the library, questions that the experiment has are marked and cannot be ticked."""
    save_question(store, orders, replace(LIBRARY[0].questions[0], instruction="Ours."))
    page = shown(experiment="orders", question="library")
    assert page.at.checkbox(key="pick-good_enough").disabled
    assert "here already" in page.read
    page.at.checkbox(key="pick-tone").check().run()
    page.press("add-picked")
    assert {q.instruction for q in questions_of(store, orders)} > {"Ours."}


def test_one_from_the_library_is_a_start(shown, store, orders):
    """A library question fills the form, and is saved as the lead rewrote it."""
    page = shown(experiment="orders", question="library").press("start-right_tool")
    page.fill(title="Right Genie space?", instruction="Sales, not finance.").press("save-question")
    [saved] = questions_of(store, orders)
    assert (saved.name, saved.title) == ("right_tool", "Right Genie space?")
    assert saved.failed_example
    assert "The question is saved." in page.read


def test_a_question_is_written(shown, store, orders):
    """A lead writes a question of their own; its name is made from it."""
    page = shown(experiment="orders", question="new")
    page.fill(title="Would you sign this?", passing="I would", failing="I would not")
    assert "I would not" in page.read
    page.press("save-question")
    [saved] = questions_of(store, orders)
    assert (saved.name, saved.options) == ("would_you_sign_this", ("I would", "I would not"))


@pytest.mark.parametrize("kind", ["choice", "choices", "number", "text"])
def test_every_kind_can_be_made(shown, store, orders, kind):
    """All kinds of answers can be made, with what belongs to them, also as an expectation."""
    page = shown(experiment="orders", question="new")
    page.fill(kind=kind)
    page.fill(expectation=True, title="How many?")
    if "choice" in kind:
        page.fill(options="None\nSome\n\nMany")
    if kind == "number":
        page.fill(minimum=1.0)
    if kind == "choice":
        page.fill(scale="ordinal")
        page.fill(pass_cut="Many")
    page.press("save-question")
    [saved] = questions_of(store, orders)
    assert (saved.kind, saved.expectation) == (kind, True)
    assert saved.options == (("None", "Some", "Many") if "choice" in kind else ())
    assert saved.minimum == (1 if kind == "number" else None)
    assert (saved.scale, saved.pass_cut) == {
        "choice": ("ordinal", "Many"),
        "number": ("interval", None),
    }.get(kind, ("nominal", None))


def test_a_problem_stands_at_its_field(shown, store, orders):
    """A name that is taken is said at the field and at the button, and nothing is written."""
    save_question(store, orders, TONE)
    page = shown(experiment="orders", question="new").fill(title="Tone?", name="Tone")
    assert "already" not in page.read
    page.press("save-question")
    assert page.read.count("There is a question called “tone” already.") == 2
    assert questions_of(store, orders)[0].title == TONE.title
    page.fill(name="tone_of_voice").press("save-question")
    assert len(questions_of(store, orders)) == 2


def test_opening_and_saving_changes_nothing(shown, store, orders):
    """Who opens a question and saves it as it is has changed nothing, for every kind."""
    kinds = (
        replace(TONE, scale="ordinal", pass_cut="Plain", passed_example=" two \n\nlines "),
        Question("score", "number", minimum=1, maximum=5, pass_cut=2.5, scale="interval"),
        Question("note", "text", instruction="Say. ", max_length=500, required=False),
        Question("flaws", "choices", options=("A", "B"), comment=False),
        Question("ok", "pass_fail", options=("Good", "Bad"), ask_why_on_fail=True),
    )
    for question in kinds:
        saved = save_question(store, orders, question)
        shown(experiment="orders", question=saved.schema_id).press("save-question")
        stored = next(q for q in questions_of(store, orders) if q.name == saved.name)
        assert (stored, stored.version) == (saved, saved.version)


def answered(store, make_campaign):
    """A campaign with one answer in the wording of the campaign, and one from MLflow's tab."""
    made = make_campaign(store, 3)
    [question] = questions_of(store, made.campaign.experiment_id)
    wording = {"review.question_version": question.version}
    rows = [
        Assessment("quality", True, "ana", metadata=wording),
        Assessment("quality", False, "bo"),
    ]
    for trace, row in zip(made.traces, rows, strict=False):
        create_assessment(store, trace, row)
    return made, question


def test_a_question_in_use_says_so(shown, store, make_campaign):
    """Who edits a question with answers reads how many there are and that campaigns keep theirs."""
    made, question = answered(store, make_campaign)
    page = shown(experiment=made.name, question=question.schema_id)
    assert "2 answers on 2 items" in page.read
    assert f"Asked in “{made.name}”" in page.read
    assert "keep the wording they began with" in page.read
    assert "would not follow" in page.read
    assert "Delete the question" not in page.buttons
    assert not any(str(field.key).endswith("-name") for field in page.at.text_input)


def test_a_new_wording_offers_earlier_answers(shown, store, make_campaign):
    """After a new wording the items answered before can be asked again with one click."""
    made, question = answered(store, make_campaign)
    page = shown(experiment=made.name, question=question.schema_id)
    page.fill(instruction="Would you sign it?")
    assert "may touch 2 of 2 answers" in page.read
    page.press("save-question")
    assert "2 items were answered under an earlier wording" in page.read
    assert "Ask these 2 again" in page.buttons

    page.press("ask-again")

    wanted = page.at.session_state["new_campaign"]
    assert (wanted["experiment"], wanted["question"]) == (made.name, "quality")
    assert sorted(wanted["traces"]) == sorted(made.traces[:2])
    assert made.campaign.questions[0].instruction == DEFAULT_QUESTIONS[0].instruction


def test_without_a_builder_nothing_is_offered(shown, store, make_campaign):
    """Where no campaign can be built the page draws no button for it."""
    made, question = answered(store, make_campaign)
    save_question(store, made.campaign.experiment_id, replace(question, instruction="Other."))
    page = shown(screens=(), experiment=made.name, question=question.schema_id)
    assert "2 items were answered under an earlier wording" in page.read
    assert "ask-again" not in [button.key for button in page.at.button]


def test_a_question_nobody_needs_is_deleted(shown, store, orders):
    """A question without answers and campaigns can be deleted and renamed."""
    saved = save_question(store, orders, TONE)
    shown(experiment="orders", question=saved.schema_id).fill(name="manner").press("save-question")
    assert [q.name for q in questions_of(store, orders)] == ["manner"]
    shown(experiment="orders", question=saved.schema_id).press("delete-question")
    assert questions_of(store, orders) == ()
    page = shown(experiment="orders", question=saved.schema_id)
    assert "This question is gone" in page.read


def test_two_leads_at_once(shown, store, orders):
    """Who saves after somebody else did is told; what they wrote stays in the form."""
    saved = save_question(store, orders, TONE)
    page = shown(experiment="orders", question=saved.schema_id).fill(title="Mine?")
    save_question(store, orders, replace(saved, title="Theirs?"))
    page.press("save-question")
    assert "Somebody changed “tone” meanwhile" in page.read
    assert questions_of(store, orders)[0].title == "Theirs?"
    assert "Mine?" in page.read


def test_a_store_that_does_not_answer(shown, store, orders, monkeypatch):
    """While MLflow does not answer, saving says so and nothing of the form is lost."""
    page = shown(experiment="orders", question="new").fill(title="Still here?")

    def fail(*_, **__):
        raise StoreUnavailable("down")

    with monkeypatch.context() as broken:
        broken.setattr("pages.questions.save_question", fail)
        page.press("save-question")
        assert "MLflow does not answer" in page.read
        broken.setattr("pages.questions.experiments_in_scope", fail)
        page.draw()
        assert "tries again" in page.read
    page.draw()
    assert "Still here?" in page.read
    page.press("save-question")
    assert [q.title for q in questions_of(store, orders)] == ["Still here?"]


def test_a_text_cannot_draw(shown, store, orders):
    """A question whose texts hold HTML shows them as text, in the list and in the preview."""
    hostile = "<script>alert(1)</script>"
    saved = save_question(
        store,
        orders,
        replace(
            TONE, title=hostile, instruction=hostile, passed_example=hostile, options=("<b>", "x")
        ),
    )
    for address in ({}, {"question": saved.schema_id}):
        page = shown(experiment="orders", **address)
        assert "<script>" not in page.html
        assert "alert(1)" in page.read
