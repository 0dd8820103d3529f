"""The door to MLflow."""

from __future__ import annotations

import time

import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos import databricks_pb2 as codes
from requests.exceptions import ConnectionError as NoConnection
from sqlalchemy.exc import OperationalError

from review_app.errors import Conflict, NotAllowed, NotFound, ReviewError, StoreUnavailable
from services.store import Store, plain_errors

SECRET = "https://user:hunter2@db.example.com failed"


@pytest.mark.parametrize(
    "raised,expected",
    [
        (MlflowException(SECRET, codes.RESOURCE_DOES_NOT_EXIST), NotFound),
        (MlflowException(SECRET, codes.RESOURCE_ALREADY_EXISTS), Conflict),
        (MlflowException(SECRET, codes.PERMISSION_DENIED), NotAllowed),
        (MlflowException(SECRET, codes.INVALID_PARAMETER_VALUE), ReviewError),
        (MlflowException(SECRET, codes.INTERNAL_ERROR), StoreUnavailable),
        (NoConnection(SECRET), StoreUnavailable),
        (OperationalError(SECRET, None, Exception(SECRET)), StoreUnavailable),
        (TimeoutError(SECRET), StoreUnavailable),
    ],
    ids=["gone", "taken", "forbidden", "refused", "broken", "offline", "database", "slow"],
)
def test_errors_become_sentences(raised, expected):
    """Whatever MLflow raises, the person reads a sentence without hosts, users or passwords."""
    with pytest.raises(expected) as caught, plain_errors():
        raise raised

    assert type(caught.value) is expected
    assert "hunter2" not in caught.value.sentence
    assert "example.com" not in caught.value.sentence


def test_our_own_errors_pass():
    """A sentence of ours stays as it is."""
    with pytest.raises(NotFound, match="mine"), plain_errors():
        raise NotFound("mine")


def test_artifacts_come_back(store):
    """A campaign's plan comes back from MLflow as it was written, in any script."""
    from review_app.campaigns import Campaign, PlanPart
    from services.campaign_writing import CampaignWriting
    from services.campaigns import Campaigns

    experiment_id = store.experiment_id("e", create=True)
    made = CampaignWriting(Campaigns(store)).create(
        Campaign("c", (), experiment_id=experiment_id), PlanPart(())
    )
    text = "Größe, 日本語, \u2028 and a line\n"

    store.write_artifact(made.run_id, "note.md", text)

    assert store.read_artifact(made.run_id, "note.md") == text
    with pytest.raises(ReviewError):
        store.read_artifact(made.run_id, "no-such-file.md")


def test_experiments_by_name_or_id(store):
    """The scope can be narrowed by the names or the ids of experiments."""
    first, second = (store.experiment_id(name, create=True) for name in ("first", "second"))

    assert {first, second} <= set(store.experiment_ids())
    assert store.experiment_ids(("first",)) == [first]
    assert store.experiment_ids((second,)) == [second]
    with pytest.raises(NotFound, match="third"):
        store.experiment_id("third")


def test_a_server_out_of_reach():
    """A server that does not listen is a sentence within seconds, not a page that hangs."""
    nowhere = Store("http://127.0.0.1:9")

    begin = time.monotonic()
    with pytest.raises(StoreUnavailable):
        nowhere.experiment_ids()

    assert time.monotonic() - begin < 15


def test_traces_are_found_as_mlflow_gives_them(store, make_campaign):
    """Of many traces all that are there come back, whole and in order, however they are named."""
    made = make_campaign(store, size=3)
    asked = [*reversed(made.traces), "tr-gone"]
    expected = [info.to_dict() for info in store.tracking.batch_get_trace_infos(asked)]

    assert [info.to_dict() for info in store.trace_infos(asked)] == expected
    assert [info.to_dict() for info in store.trace_infos([*asked, "tr-'quoted'"])] == expected
    assert len(store.trace_infos([f"tr-{n}" for n in range(450)] + made.traces)) == 3
    assert store.trace_infos([]) == []
