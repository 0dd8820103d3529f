"""Scoring that an MLflow server does by itself: offered, switched, and run from here too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.errors import NotAllowed, ReviewError
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.judges import Judges
from services.scheduled_scoring import Schedule, schedule_of, switch, why_not
from services.settings import Settings
from services.store import Store

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
NEAR = {
    "MLFLOW_GATEWAY_API_BASE_ALLOWED_SCHEMES": "http",
    "MLFLOW_GATEWAY_API_BASE_ALLOW_PRIVATE_IPS": "true",
}
TRIES = 3
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"


def test_where_it_is_not_offered(store):
    """On a file, or with a model that MLflow's server cannot ask, a sentence says what to do."""
    judge, here = Judge("good", 1, "1", model="openai:/x"), Settings(tracking_uri=store.uri)
    assert "only on a server" in why_not(store, judge)
    assert "AI Gateway" in why_not(Store("http://localhost:1"), judge)
    assert why_not(Store("http://localhost:1"), Judge("good", 1, "1", model="gateway:/x")) == ""
    with pytest.raises(ReviewError, match="only on a server"):
        switch(LEAD, store, here, judge, Schedule(0.5))
    with pytest.raises(NotAllowed):
        switch(Person("ana"), store, here, judge, Schedule(0.5))
    with pytest.raises(NotAllowed, match="does not run openai:/x"):
        switch(LEAD, store, replace(here, judge_models=("openai:/y",)), judge, Schedule(0.5))


@pytest.mark.server
def test_on_a_server_with_a_gateway(
    make_campaign, store, programs, tmp_path, judge_stub, monkeypatch
):
    """A judge whose model is an endpoint of the server can be scheduled, and runs from here too."""
    made = make_campaign(store, 1, questions=(GOOD,))
    store.tracking.engine.dispose()
    server = programs.mlflow(tmp_path / "mlflow.db", **NEAR)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.address)
    # What another test told MLflow in this process would count more than the environment.
    monkeypatch.setattr("mlflow.tracking._tracking_service.utils._tracking_uri", None)
    served = Store(server.address)
    _endpoint(served, judge_stub.base_url)
    there = Settings(tracking_uri=server.address)
    judges = Judges(served, there)
    wanted = Judge("good", 0, "", model="gateway:/near", instructions=READS)
    judge = judges.create(LEAD, made.campaign.experiment_id, GOOD, wanted)
    assert judge == judges.get(judge.experiment_id, "good")

    assert schedule_of(served, judge) == Schedule(0.0)
    switch(LEAD, served, there, judge, Schedule(0.25))
    assert schedule_of(served, judge) == Schedule(0.25)
    switch(LEAD, served, there, judge, Schedule(0.0))
    assert schedule_of(served, judge) == Schedule(0.0)

    judge_stub.judge = lambda *_: True
    (trace,) = served.tracking.batch_get_traces(made.traces)
    run = judges.runner(LEAD, judge)
    # The server imports its gateway at the first call, which takes longer than a call may.
    said = [run(trace) for _ in range(TRIES)]
    assert (True, "") in [(one.value, one.trouble) for one in said], said


def _endpoint(served: Store, address: str) -> None:
    """Let the server's gateway answer as the model near by."""
    from mlflow.entities import GatewayEndpointModelConfig, GatewayModelLinkageType

    tracking = served.tracking
    secret = tracking.create_gateway_secret(
        "near", {"api_key": "key-of-the-tests"}, "openai", {"api_base": address}
    )
    model = tracking.create_gateway_model_definition("near", secret.secret_id, "openai", "stub")
    primary = GatewayEndpointModelConfig(
        model.model_definition_id, GatewayModelLinkageType.PRIMARY, 1.0
    )
    tracking.create_gateway_endpoint("near", [primary])
