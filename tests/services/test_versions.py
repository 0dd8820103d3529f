"""What produced a trace, as a person calls it."""

from __future__ import annotations

from services.versions import Versions


def test_a_version_has_the_best_name_there_is(store):
    """The LoggedModel's name, else the short commit, else the tag; a lost model has no name."""
    experiment = store.experiment_id("bot", create=True)
    model = store.tracking.create_logged_model(experiment, "support-bot-7").model_id
    versions = Versions(store)
    commit = {"mlflow.source.git.commit": "0123456789abcdef"}

    assert versions.name({"mlflow.modelId": model, **commit}, {}) == "support-bot-7"
    assert versions.name(commit, {"app_version": "7"}) == "01234567"
    assert versions.name({}, {"app_version": "7"}) == "7"
    assert versions.name({"app_version": "8"}, {}) == "8"
    assert versions.name({}, {}) == "unknown"
    assert versions.name({"mlflow.modelId": f"m-{'0' * 32}"}, {}) == "unknown"
    assert versions.name({"mlflow.modelId": "endpoint-a"}, {}) == "endpoint-a"


def test_two_models_of_one_name_are_two_versions(store):
    """MLflow allows one name for several models; each is a version of its own."""
    place = store.experiment_id("bot", create=True)
    first, second = (store.tracking.create_logged_model(place, name="bot") for _ in range(2))
    versions = Versions(store)

    assert versions.name({"mlflow.modelId": second.model_id}, {}) == "bot (2)"
    assert versions.name({"mlflow.modelId": first.model_id}, {}) == "bot"
    assert list(versions.registered(place)) == ["bot", "bot (2)"]
