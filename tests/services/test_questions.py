"""Questions as native label schemas of MLflow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mlflow.genai.label_schemas import InputNumeric

from review_app.errors import Conflict, NotFound, ReviewError
from review_app.questions import Question
from services.questions import (
    PAGE,
    delete,
    ensure_questions,
    kept_questions,
    questions_of,
    save_question,
)

KINDS = (
    Question("ok", "pass_fail", options=("Good", "Bad"), instruction="Is it?"),
    Question("tone", "choice", options=("Kind", "Rude"), comment=False),
    Question("flaws", "choices", options=("Wrong", "Late")),
    Question("score", "number", minimum=1, maximum=5, scale="interval"),
    Question("note", "text", max_length=500),
    Question("expected", "text", expectation=True),
)
FULL = Question(
    "tone_full",
    "choice",
    title="Is the tone right?",
    instruction="As a colleague would speak.",
    options=("Rude", "Kind"),
    required=False,
    ask_why_on_fail=True,
    scale="ordinal",
    pass_cut="Kind",
    passed_example="*Gladly.*",
    failed_example="*No.*",
)


def test_every_kind_becomes_a_schema(store):
    """A question shows in MLflow's own Review tab with its wording, options and bounds."""
    experiment_id = store.experiment_id("orders", create=True)
    made = ensure_questions(store, experiment_id, KINDS)
    assert [replace(q, schema_id="") for q in made] == list(KINDS)
    schemas = {q.name: store.tracking.get_label_schema(q.schema_id) for q in made}
    assert (schemas["ok"].input.positive_label, schemas["ok"].instruction) == ("Good", "Is it?")
    assert list(schemas["tone"].input.options) == ["Kind", "Rude"]
    assert [schemas[n].input.multi_select for n in ("tone", "flaws")] == [False, True]
    assert (schemas["score"].input.min_value, schemas["score"].input.max_value) == (1, 5)
    assert schemas["note"].input.max_length == 500
    assert [schemas[n].type for n in ("note", "expected")] == ["feedback", "expectation"]
    assert [schemas[n].enable_comment for n in ("ok", "tone")] == [True, False]


def test_a_schema_is_made_once(store):
    """Two campaigns that ask the same question share its schema, also with another wording."""
    experiment_id = store.experiment_id("orders", create=True)
    first = ensure_questions(store, experiment_id, KINDS)
    reworded = replace(KINDS[0], instruction="Really?", schema_id="")
    assert ensure_questions(store, experiment_id, (reworded,))[0].schema_id == first[0].schema_id


def test_another_kind_under_the_same_name_is_refused(store):
    """A question cannot take the name of one that is answered in another way."""
    experiment_id = store.experiment_id("orders", create=True)
    ensure_questions(store, experiment_id, KINDS)
    with pytest.raises(Conflict, match="takes another kind of answer"):
        ensure_questions(store, experiment_id, (Question("tone", "text"),))


@pytest.mark.parametrize(
    "question, other",
    [
        (KINDS[1], replace(KINDS[1], kind="choices")),
        (KINDS[4], replace(KINDS[4], expectation=True)),
    ],
)
def test_one_choice_is_not_several(store, question, other):
    """Neither several choices nor an expectation can take the name of what is something else."""
    experiment_id = store.experiment_id("orders", create=True)
    ensure_questions(store, experiment_id, (question,))
    with pytest.raises(Conflict, match="takes another kind of answer"):
        ensure_questions(store, experiment_id, (other,))


def test_questions_come_back_as_they_were_saved(store):
    """What a lead entered is what a campaign finds, for every kind and all that MLflow lacks."""
    experiment_id = store.experiment_id("orders", create=True)
    saved = [save_question(store, experiment_id, question) for question in (*KINDS, FULL)]
    assert set(questions_of(store, experiment_id)) == set(saved)
    again = ensure_questions(store, experiment_id, (replace(FULL, schema_id=""),))
    assert again[0].version == saved[-1].version


def test_a_question_made_in_mlflow_has_defaults(store):
    """A question made in MLflow's own screens is offered; MLflow's own question is set apart."""
    experiment_id = store.experiment_id("orders", create=True)
    store.tracking.create_label_schema(
        experiment_id, name="Is it ok?", type="feedback", input=InputNumeric(1, 5)
    )
    [question] = questions_of(store, experiment_id)
    assert (question.name, question.scale, question.required) == ("Is it ok?", "interval", True)
    own = [k.question.name for k in kept_questions(store, experiment_id) if k.mlflows_own]
    assert own == ["Feedback"]


def test_a_change_is_kept_with_its_time(store):
    """After a new wording it is known when it changed; what nobody reads changes no wording."""
    experiment_id = store.experiment_id("orders", create=True)
    saved = save_question(store, experiment_id, FULL)
    unread = save_question(store, experiment_id, replace(saved, required=False), before=saved)
    assert kept_questions(store, experiment_id)[0].reworded_at_ms == 0
    changed = replace(
        unread, instruction="", comment=False, options=("Rude", "Plain", "Kind"), title="Tone?"
    )
    save_question(store, experiment_id, changed, before=unread)
    kept = kept_questions(store, experiment_id)[0]
    assert kept.question == changed
    assert kept.reworded_at_ms > 0
    save_question(store, experiment_id, replace(changed, pass_cut="Plain"), before=changed)
    assert kept_questions(store, experiment_id)[0].reworded_at_ms == kept.reworded_at_ms


def test_two_leads_at_once(store):
    """Who saves on top of what somebody else changed meanwhile is told, and nothing is written."""
    experiment_id = store.experiment_id("orders", create=True)
    read = save_question(store, experiment_id, FULL)
    theirs = save_question(store, experiment_id, replace(read, title="Theirs"), before=read)
    with pytest.raises(Conflict, match="Somebody changed “tone_full” meanwhile"):
        save_question(store, experiment_id, replace(read, title="Mine"), before=read)
    assert questions_of(store, experiment_id) == (theirs,)
    with pytest.raises(Conflict, match="exists already"):
        save_question(store, experiment_id, FULL)


def test_a_question_that_is_gone(store):
    """A deleted question leaves nothing behind; saving it says that it is gone."""
    experiment_id = store.experiment_id("orders", create=True)
    saved = save_question(store, experiment_id, FULL)
    delete(store, experiment_id, saved)
    delete(store, experiment_id, saved)
    assert questions_of(store, experiment_id) == ()
    tags = store.tracking.get_experiment(experiment_id).tags
    assert not [tag for tag in tags if tag.startswith("review.question.")]
    with pytest.raises(NotFound, match="no longer in MLflow"):
        save_question(store, experiment_id, saved)


def test_more_than_a_tag_holds_is_refused(store):
    """Examples longer than MLflow keeps are refused before anything is written."""
    experiment_id = store.experiment_id("orders", create=True)
    with pytest.raises(ReviewError, match="longer than MLflow keeps"):
        save_question(store, experiment_id, replace(FULL, passed_example="e" * 20_000))
    assert questions_of(store, experiment_id) == ()


def test_many_questions_are_all_listed(store):
    """An experiment with more questions than MLflow lists at once shows them all, in order."""
    experiment_id = store.experiment_id("orders", create=True)
    names = [f"q{number:03d}" for number in range(PAGE + 2)]
    ensure_questions(store, experiment_id, tuple(Question(name, "text") for name in names))
    assert {q.name for q in questions_of(store, experiment_id)} == set(names)
