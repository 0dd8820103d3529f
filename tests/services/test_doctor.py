"""The doctor finds what is wrong, says it in a sentence, and changes nothing."""

from __future__ import annotations

import shutil

import pytest

from services.campaigns import Campaigns
from services.doctor import examine


def findings(env):
    found = list(examine(env))
    return {f.sentence for f in found if f.ok}, {f.sentence for f in found if not f.ok}


def test_a_good_setup_has_only_good_findings(store, make_campaign):
    """Settings, connection, scope and rights: one sentence each, all well."""
    made = make_campaign(store, 1)
    env = {
        "MLFLOW_TRACKING_URI": store.uri,
        "REVIEW_LEADS": "bo, eva",
        "REVIEW_EXPERIMENTS": made.name,
    }
    good, bad = findings(env)
    assert not bad
    assert "MLflow answers." in good
    assert "REVIEW_LEADS is “bo, eva”." in good
    assert "Experiments: 2. Campaigns in the named experiments: 1." in good
    assert any("writable" in sentence for sentence in good)
    assert len(Campaigns(store).every()) == 1


def test_models_of_judges_that_cannot_be_asked(store, monkeypatch):
    """Whoever sets the models of judges reads which key is missing for which of them."""
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    env = {
        "MLFLOW_TRACKING_URI": store.uri,
        "REVIEW_JUDGE_MODELS": "openai:/a, anthropic:/b",
        "REVIEW_JUDGE_BASE_URL": "http://llm:8000/v1",
    }
    _, bad = findings(env)
    assert bad == {
        "ANTHROPIC_API_KEY is not set where this app runs, so anthropic:/b cannot be asked."
    }


def test_secrets_are_never_shown(store):
    """What may hold a password is said to be set, no more."""
    env = {
        "MLFLOW_TRACKING_URI": store.uri,
        "REVIEW_SIGN_IN": "proxy",
        "REVIEW_PROXY_HEADER": "X-Email",
        "REVIEW_PROXY_SECRET": "s3cret-s3cret-s3cret-s3cret-s3cret",
    }
    good, bad = findings(env)
    assert not bad
    assert "REVIEW_PROXY_SECRET is set." in good
    assert not any("s3cret" in sentence or store.uri in sentence for sentence in good)


def test_a_wrong_setting_is_named():
    """A typing error in a setting is the first thing to hear."""
    assert findings({"REVIEW_LEEDS": "bo"}) == (
        set(),
        {"REVIEW_LEEDS is not a setting. Did you mean REVIEW_LEADS?"},
    )


def test_an_experiment_that_is_not_there_is_named(store):
    """A scope that names nothing would show an empty app without a reason."""
    _, bad = findings({"MLFLOW_TRACKING_URI": store.uri, "REVIEW_EXPERIMENTS": "nowhere"})
    assert bad == {"There is no experiment called “nowhere”."}


def test_looking_makes_no_database(tmp_path):
    """Asking what is wrong leaves no file behind."""
    good, bad = findings({"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"})
    assert not bad
    assert "mlflow.db is not there yet; the first start makes it." in good
    assert list(tmp_path.iterdir()) == []
    _, bad = findings({"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/no/such/mlflow.db"})
    assert len(bad) == 1


def test_an_mlflow_that_is_gone_is_one_sentence():
    """A server that cannot be reached is said so, without host or stack trace."""
    _, bad = findings({"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"})
    [only] = bad
    assert "MLflow does not answer" in only
    assert "127.0.0.1" not in only


@pytest.mark.server
def test_a_server_is_asked_for_the_right_to_write(store_template, tmp_path, programs):
    """Over HTTP the right to write is found out without writing anything."""
    shutil.copy(store_template, tmp_path / "mlflow.db")
    address = programs.mlflow(tmp_path / "mlflow.db").address
    good, bad = findings({"MLFLOW_TRACKING_URI": address})
    assert not bad
    assert "The app may write answers into MLflow." in good
