"""Judges score pools: each trace once, in a random order, within a budget, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from review_app.answers import Assessment
from review_app.errors import Cancelled, Conflict, InvalidDesign, NotAllowed
from review_app.judge_scores import Scored
from review_app.people import Person
from review_app.pool import Pool
from review_app.questions import Question
from review_app.scoring import ScoreDesign, in_order, score_of, went_through
from services.assessments import create_assessment
from services.item_writing import create_once
from services.judges import Judges
from services.score_work import AT_ONCE
from services.scoring import NothingToScore, to_call

ROOT = Path(__file__).resolve().parent.parent.parent
LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
SIZE = 30


@pytest.fixture
def scored(scores):
    """The traces that have a score, and none has two."""

    def read() -> list[str]:
        found = scores()
        assert all(len(theirs) <= 1 for theirs in found.values())
        return [trace_id for trace_id, theirs in found.items() if theirs]

    return read


def design(work, **fields) -> ScoreDesign:
    return ScoreDesign(Pool(work.name), **fields)


def test_every_trace_is_scored_once(scoring, work, judge, judge_stub, scored, scores):
    """A score says what the judge said and why, of which run it is and what it cost."""
    run = scoring.start(LEAD, judge, design(work))

    assert (run.state, run.part, run.tally.scored, run.tally.taken) == ("done", "whole", SIZE, SIZE)
    assert len(judge_stub.calls) == SIZE
    [one] = scores()[work.traces[0]]
    assert (one.source, one.value) in {("good@1", True), ("good@1", False)}
    assert one.rationale == f"The stub says {one.value}."
    assert one.metadata["review.score_run"] == run.run_id
    assert one.metadata["mlflow.assessment.judgeInputTokens"] == "100"
    price = float(one.metadata["mlflow.assessment.judgeCost"])
    assert run.tally.dollars == pytest.approx(SIZE * price)
    assert scored() == work.traces
    assert scoring.runs.every(run.experiment_id, judge.key) == [scoring.runs.get(run.run_id)]


def test_what_is_scored_is_skipped(scoring, work, judge, judge_stub):
    """A second run calls the model only for what has no score of this version."""
    first = scoring.start(LEAD, judge, design(work, sample=10))
    second = scoring.start(LEAD, judge, design(work))

    assert (first.part, first.tally.scored, second.part) == ("random", 10, "whole")
    assert (second.tally.scored, len(judge_stub.calls)) == (SIZE - 10, SIZE)
    found = scoring.look(LEAD, design(work))
    assert (to_call(judge.key, design(work), found), second.frame.whole_traffic) == (0, True)
    usual = scoring.usual_dollars(second.experiment_id, judge.key)
    assert usual == pytest.approx((first.tally.dollars + second.tally.dollars) / SIZE)


def test_a_budget_stops_a_random_order(scoring, work, judge, judge_stub, scored):
    """Where the budget ends it, what is scored is a random part, never the newest traces."""
    run = scoring.start(LEAD, judge, design(work, calls=7))

    assert (run.state, run.why) == ("stopped", "The budget of 7 calls is used up.")
    assert (run.part, len(judge_stub.calls)) == ("random", 7)
    assert set(scored()) == set(in_order(work.traces, "1")[:7])
    assert went_through(run, work.traces) == in_order(work.traces, "1")[:7]


def test_a_budget_in_dollars_is_kept(scoring, work, judge):
    """It never costs more than was allowed, though several calls are under way at once."""
    price = scoring.start(LEAD, judge, design(work, calls=1)).tally.dollars
    run = scoring.start(LEAD, judge, design(work, dollars=5.5 * price))

    assert run.tally.calls == 5
    assert run.tally.dollars <= 5.5 * price


def test_without_a_price_no_budget_in_dollars(scoring, work, judge, monkeypatch):
    """Where the price is not known it stops after one call and says so."""
    monkeypatch.setattr(Judges, "runner", lambda *_: lambda _: Scored(value=True))
    run = scoring.start(LEAD, judge, design(work, dollars=10.0))

    assert (run.tally.calls, run.state) == (1, "stopped")
    assert "price" in run.why


def test_labeled_traces_are_scored_first(scoring, work, judge, scored):
    """What people labeled gets a score before the sample, and does not count as the sample."""
    labeled = in_order(work.traces, "1")[-2:]
    assert not set(labeled) & set(in_order(work.traces, "1")[:5])
    for trace_id in labeled:
        create_assessment(work.store, trace_id, Assessment("good", True, "ana"))
    run = scoring.start(LEAD, judge, design(work, sample=5))

    assert set(scored()) == {*labeled, *in_order(work.traces, "1")[:5]}
    assert (run.tally.taken, run.tally.scored, run.part) == (5, 7, "random")


def test_trouble_is_counted_by_kind_and_made_up_for(scoring, work, judge, judge_stub, scored):
    """Traces without a score are counted by kind; going on tries just these again."""
    judge_stub.trouble = ["garbage", "garbage"]
    run = scoring.start(LEAD, judge, design(work))
    assert (dict(run.tally.failed), run.part) == ({"unreadable answer": 2}, "")
    calls = len(judge_stub.calls)

    again = scoring.resume(LEAD, judge, run)

    assert (again.tally.failures, again.part, len(judge_stub.calls)) == (0, "whole", calls + 2)
    assert scored() == work.traces


def test_hopeless_trouble_ends_it(scoring, work, judge, judge_stub, scored):
    """A refused key is not tried for every trace."""
    judge_stub.always = 401
    run = scoring.start(LEAD, judge, design(work))

    assert run.state == "stopped"
    assert run.why.startswith("The model’s server refused the key.")
    assert len(judge_stub.calls) < SIZE
    assert scored() == []


def test_stopped_by_a_person(scoring, work, judge, scored):
    """Cancel keeps what is scored, and going on ends with one score a trace."""

    def tell(done, _):
        if 3 < done < SIZE:
            raise Cancelled("Stopped.")

    run = scoring.start(LEAD, judge, design(work), tell)
    assert (run.state, run.part) == ("stopped", "random")
    assert 0 < len(scored()) < SIZE
    assert set(scored()) == set(went_through(run, work.traces))

    assert scoring.resume(LEAD, judge, scoring.runs.get(run.run_id)).part == "whole"
    assert scored() == work.traces


def test_two_at_once_write_one_score(scoring, work, judge, monkeypatch, scored):
    """A trace that another process scored meanwhile has that one score, and counts as theirs."""

    def meanwhile(trace):
        about = {"review.score_run": "theirs"}
        key, made = judge.key, judge.created_ms
        other = score_of(key, trace.info.trace_id, Scored(value=False), about, made)
        create_once(work.store, other)
        return Scored(value=True)

    monkeypatch.setattr(Judges, "runner", lambda *_: meanwhile)
    run = scoring.start(LEAD, judge, design(work, sample=3))

    assert run.part == "random"
    assert len(scored()) == 3
    assert (run.tally.scored, run.tally.calls) == (0, 3)


def test_only_leads(scoring, work, judge):
    """Reviewers may not; a wrong number is refused; nothing to score is said."""
    with pytest.raises(NotAllowed):
        scoring.start(Person("ana"), judge, design(work))
    with pytest.raises(NotAllowed):
        scoring.look(Person("ana"), design(work))
    with pytest.raises(NothingToScore, match="No trace"):
        scoring.start(LEAD, judge, ScoreDesign(Pool(work.name, text="nobody said this")))
    with pytest.raises(InvalidDesign, match="at least 1"):
        scoring.look(LEAD, design(work, sample=0))


def test_killed_and_resumed(scoring, work, judge, judge_stub, monkeypatch, scored, scores):
    """Killed as kill -9 does in the middle, it goes on where it was: no trace is scored twice."""
    judge_stub.always = 0.2
    env = {**os.environ, **judge_stub.env, "MLFLOW_TRACKING_URI": work.store.uri}
    command = [sys.executable, "cli.py", "judge", "score", "good", "--experiment", work.name]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE) as killed:
        until = time.monotonic() + 60
        while len(judge_stub.calls) < 2 * AT_ONCE and time.monotonic() < until:
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    before = scores()
    assert 0 < len(scored()) < SIZE
    [run] = scoring.runs.every(work.campaign.experiment_id)
    assert (run.state, run.part, run.can_go_on(run.alive_ms)) == ("running", "", False)
    with pytest.raises(Conflict, match="right now"):
        scoring.resume(LEAD, judge, run)
    monkeypatch.setattr("services.score_turns.DEAD_AFTER_MS", 0)  # time passes
    judge_stub.always = 0
    ended = scoring.resume(LEAD, judge, scoring.runs.get(run.run_id))

    assert (ended.state, ended.part, scored()) == ("done", "whole", work.traces)
    assert all(scores()[trace_id] == had for trace_id, had in before.items() if had)
    assert len(judge_stub.calls) <= SIZE + AT_ONCE


def test_a_renamed_experiment(scoring, work, judge):
    """A run of an experiment that was renamed goes on over the same traces."""
    run = scoring.start(LEAD, judge, design(work, calls=3))
    work.store.tracking.rename_experiment(run.experiment_id, "another name")
    wanted = replace(run.design, calls=None)
    begun = scoring.runs.begin(LEAD, run.experiment_id, judge.key, wanted, run.frame)

    assert scoring.resume(LEAD, judge, begun).part == "whole"


def test_a_run_goes_on_with_its_own_judge(scoring, work, judge):
    """Another version of the judge does not go on with a run of this one."""
    run = scoring.start(LEAD, judge, design(work, calls=3))
    with pytest.raises(InvalidDesign, match="good@1, not of good@2"):
        scoring.resume(LEAD, replace(judge, version=2), run)


def test_a_judge_made_anew(scoring, work, judge, scores):
    """A judge that was deleted and registered anew scores what the dead one had scored, too."""
    dead = scoring.start(LEAD, judge, design(work, sample=3))
    work.store.tracking.delete_scorer(judge.experiment_id, judge.name)
    time.sleep(0.01)
    wanted = replace(judge, version=0, owner="", created_ms=0)
    anew = scoring._judges.create(LEAD, judge.experiment_id, GOOD, wanted)
    assert anew.key == judge.key

    run = scoring.start(LEAD, anew, design(work, sample=3))

    assert run.tally.scored == 3
    assert sorted(map(len, scores().values()))[-3:] == [2, 2, 2]
    with pytest.raises(InvalidDesign, match="which was deleted"):
        scoring.resume(LEAD, anew, dead)
