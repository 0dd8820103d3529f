"""``cli.py judge``: what is registered, and scoring for schedulers."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from cli import main
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.app import services_for
from services.judges import Judges
from services.settings import Settings

GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"


@pytest.fixture
def work(store, make_campaign, judge_stub, monkeypatch):
    """Six traces and a judge."""
    services_for.cache_clear()
    made = make_campaign(store, 6, questions=(GOOD,))
    settings = Settings(tracking_uri=store.uri, judge_base_url=judge_stub.base_url)
    wanted = Judge("good", 0, "", model="openai:/gpt-4o-mini", instructions=READS)
    lead = Person("lea", is_lead=True)
    Judges(store, settings).create(lead, made.campaign.experiment_id, GOOD, wanted)
    for name, value in {"MLFLOW_TRACKING_URI": store.uri, **judge_stub.env}.items():
        monkeypatch.setenv(name, value)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["judge", *words])


def score(work, *words: str) -> Result:
    return run("score", "good", "--experiment", work.name, *words)


def test_it_lists_judges(work):
    """A script learns which judges there are and under which name their scores are found."""
    assert run("list", "--experiment", work.name).stdout == (
        "good@1: pass or fail, openai:/gpt-4o-mini\n"
    )
    [told] = json.loads(run("list", "--experiment", work.name, "--json").stdout)
    assert (told["source"], told["version"]) == ("good@1", 1)


def test_a_scheduler_scores_what_is_new(work, judge_stub):
    """A budget that is used up is no failure; the next run goes on, and then nothing is left."""
    first = score(work, "--calls", "2")
    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("2 new scores of good@1 for $0.00; 2 of 6 traces gone through.")
    assert "budget of 2 calls is used up" in first.stdout
    assert "traces …" in first.stderr

    rest = json.loads(score(work, "--json").stdout)
    assert (rest["scored"], rest["taken"], rest["part"], rest["state"]) == (4, 6, "whole", "done")
    by_source = run("score", "good@1", "--experiment", work.name, "--json")
    assert json.loads(by_source.stdout)["calls"] == 0
    assert len(judge_stub.calls) == 6


def test_no_trace_is_no_failure(work):
    """Where no trace came since, a scheduler is told so, and nothing has failed."""
    none = score(work, "--since", "2030-01-01")
    assert (none.exit_code, "No trace passes these filters" in none.stdout) == (0, True)
    told = json.loads(score(work, "--since", "2030-01-01", "--json").stdout)
    assert (told["run"], told["traces"], told["scored"], told["state"]) == (None, 0, 0, "done")


def test_a_script_can_trust_the_exit_code(work, judge_stub):
    """A trace without a score, an unknown judge and a wrong option are told apart from success."""
    judge_stub.trouble = ["garbage"]
    failed = score(work)
    assert (failed.exit_code, "1 trace without a score" in failed.stdout) == (1, True)
    unknown = run("score", "bad", "--experiment", work.name)
    assert (unknown.exit_code, "no judge called “bad”" in unknown.stderr) == (1, True)
    assert score(work, "--sample", "0").exit_code == 2
