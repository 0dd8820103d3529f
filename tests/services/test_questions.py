"""Questions as native label schemas of MLflow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.errors import Conflict
from review_app.questions import Question
from services.questions import ensure_questions

KINDS = (
    Question("ok", "pass_fail", options=("Good", "Bad"), instruction="Is it?"),
    Question("tone", "choice", options=("Kind", "Rude"), comment=False),
    Question("flaws", "choices", options=("Wrong", "Late")),
    Question("score", "number", minimum=1, maximum=5),
    Question("note", "text", max_length=500),
    Question("expected", "text", expectation=True),
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
