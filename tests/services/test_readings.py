"""Readings: what a person reads, and what stays hidden until they have answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Item, PlanItem
from review_app.errors import NotFound
from services.assessments import create_assessment
from services.readings import Readings
from services.settings import Settings


@pytest.fixture
def readings(store):
    settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com/")
    return Readings(store, settings)


def test_thumbs_of_end_users_are_facts(store, make_campaign, readings):
    """An end user's thumb with its comment is among the facts, and no reviewer's answer is."""
    made = make_campaign(store, 1)
    (trace,) = made.traces
    create_assessment(
        store, trace, Assessment("user_feedback", value=False, source="u", rationale="wrong fee")
    )
    create_assessment(store, trace, Assessment("quality", value=True, source="bo"))

    assert readings.facts([trace]).thumbs == ((False, "wrong fee"),)


def test_the_version_has_its_name(store, make_campaign, readings):
    """A version is shown by the name its builder gave it, not by an id."""
    experiment_id = store.experiment_id("models", create=True)
    model = store.tracking.create_logged_model(experiment_id, name="agent-7")

    def made_by(record):
        return replace(record, metadata={**record.metadata, "mlflow.modelId": model.model_id})

    made = make_campaign(store, 1, change=made_by)

    assert readings.facts(made.traces).version == "agent-7"


def test_a_trace_that_is_gone(store, readings):
    """Asking for the facts of a deleted trace is a sentence."""
    gone = Item("key", PlanItem("tr-none", "all", "random"), 1, 1)
    for item in (gone, replace(gone, planned=replace(gone.planned, unit="session"))):
        assert readings.read([item], blind=True) == {}
        assert readings.read([item], blind=True, known={"key": ("tr-none",)}) == {}
    with pytest.raises(NotFound):
        readings.facts(["tr-none"])


def test_the_link_to_mlflow(readings):
    """The link leads to the trace in MLflow's own pages, whatever its id holds."""
    assert readings.mlflow_url("3", "tr/1:2") == (
        "https://mlflow.example.com/#/experiments/3/traces?selectedEvaluationId=tr%2F1%3A2"
    )


def test_no_link_without_an_address(store):
    """Without an address of MLflow's pages there is no link."""
    assert Readings(store, Settings(tracking_uri=store.uri)).mlflow_url("3", "tr-1") is None


def test_a_session_is_read_whole_and_anew_when_it_grows(store, make_campaign, readings):
    """A conversation is read turn after turn; what is known is not read again, until it grows."""
    names = iter(["s", "s", "other", "s"])

    def talking(record):
        return replace(record, metadata={"mlflow.trace.session": next(names)})

    made = make_campaign(store, 4, change=talking)
    session = Item("a", PlanItem(made.traces[0], "all", "random", unit="session"), 1, 1)
    single = Item("b", PlanItem(made.traces[1], "all", "random"), 1, 1)

    read = readings.read([session, single], blind=True)
    turns = (made.traces[0], made.traces[1], made.traces[3])
    assert [t.trace_id for t in read["a"].reading.turns] == list(turns)
    assert tuple(read["a"].assessments) == turns
    assert read["b"].reading.trace_id == made.traces[1]
    known = {"a": turns, "b": (made.traces[1],)}
    again = readings.read([session, single], blind=True, known=known)
    assert [again[key].reading for key in "ab"] == [None, None]
    assert again["b"].assessments == {made.traces[1]: []}
    grown = readings.read([session], blind=True, known={"a": turns[:2]})
    assert len(grown["a"].reading.turns) == 3


def test_a_session_is_blind_in_every_turn(store, make_campaign, readings):
    """No turn of a conversation shows which model spoke before the answer is given."""

    def talking(record):
        whole, step = record.spans
        model = replace(step, kind="CHAT_MODEL", attributes={"mlflow.llm.model": "planted-model"})
        metadata = {"mlflow.trace.session": "s"}
        return replace(record, spans=(whole, model), metadata=metadata)

    made = make_campaign(store, 2, change=talking)
    item = Item("a", PlanItem(made.traces[0], "all", "random", unit="session"), 1, 1)
    assert "planted-model" not in str(readings.read([item], blind=True)["a"].reading)
    assert "planted-model" in str(readings.read([item], blind=False)["a"].reading)
