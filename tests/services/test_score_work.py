"""Scoring meets answers that cannot be stored, traces that go, models that hang, and people."""

from __future__ import annotations

import json
import time

import pytest

from review_app.errors import Cancelled, ReviewError, StoreUnavailable
from review_app.judge_scores import LONGEST, Scored
from review_app.people import Person
from review_app.pool import Pool
from review_app.scoring import ScoreDesign, in_order, went_through
from services import score_work
from services.item_writing import create_once
from services.judges import Judges

LEAD = Person("lea", is_lead=True)


@pytest.fixture
def design(work):
    """Five traces by chance."""
    return ScoreDesign(Pool(work.name), sample=5)


@pytest.fixture
def answer(monkeypatch):
    """Let the judge answer with what a function of the trace returns."""

    def with_(said) -> None:
        monkeypatch.setattr(Judges, "runner", lambda *_: said)

    return with_


def all_of(scores):
    return [one for theirs in scores().values() for one in theirs]


def test_half_an_emoji(scoring, judge, design, judge_stub, scores):
    """A reason that was cut in the middle of an emoji is stored without the half, and all go on."""
    content = judge_stub._content
    judge_stub._content = lambda asked: content(asked).replace("The stub", "\\ud83d\\u0000The stub")
    run = scoring.start(LEAD, judge, design)

    assert (run.state, run.part, run.tally.scored) == ("done", "random", 5)
    assert {one.rationale[:10] for one in all_of(scores)} == {"\ufffd\ufffdThe stub"}


def test_an_endless_reason(scoring, judge, design, judge_stub, scores):
    """A reason without end is stored up to a length that every database takes."""
    content = judge_stub._content
    judge_stub._content = lambda asked: content(asked).replace("The stub", "x" * 100_000)
    scoring.start(LEAD, judge, design)

    assert {len(one.rationale) for one in all_of(scores)} == {LONGEST}


def test_a_value_that_is_refused(scoring, judge, design, monkeypatch, scores):
    """Where MLflow takes everything but one score, that trace has no score and the others have."""
    first: list[str] = []

    def refuses(store, score):
        first.append(score.trace_id)
        if score.trace_id == first[0]:
            raise StoreUnavailable("It failed.")
        return create_once(store, score)

    monkeypatch.setattr(score_work, "create_once", refuses)
    run = scoring.start(LEAD, judge, design)

    assert dict(run.tally.failed) == {"unreadable answer": 1}
    assert (run.state, run.tally.scored, len(all_of(scores))) == ("done", 4, 4)


def test_a_lost_store_ends_it(scoring, work, judge, judge_stub, monkeypatch):
    """Where MLflow takes nothing any more the run ends, and the model is not asked for the rest."""
    lost: list[str] = []
    note = scoring.runs.note

    def refuses(_, score):
        lost.append(score.trace_id)
        raise StoreUnavailable("It failed.")

    def notes(run):
        if lost:
            raise StoreUnavailable("It failed.")
        return note(run)

    monkeypatch.setattr(score_work, "create_once", refuses)
    monkeypatch.setattr(scoring.runs, "note", notes)
    with pytest.raises(StoreUnavailable):
        scoring.start(LEAD, judge, ScoreDesign(Pool(work.name)))
    assert len(judge_stub.calls) <= score_work.AT_ONCE


def test_a_trace_that_goes(scoring, work, judge, design, answer, scores):
    """A trace that is deleted while it is judged is skipped, and the others have their scores."""
    gone = in_order(work.traces, "1")[1]

    def deletes(trace):
        if trace.info.trace_id == gone:
            work.store.tracking.delete_traces(trace.info.experiment_id, trace_ids=[gone])
            work.traces.remove(gone)
        return Scored(value=True)

    answer(deletes)
    run = scoring.start(LEAD, judge, design)

    assert (run.state, run.tally.calls, run.tally.scored) == ("done", 5, 4)
    assert (run.tally.taken, len(all_of(scores))) == (5, 4)


def test_whatever_breaks_ends_the_run(scoring, judge, design, answer):
    """An error that nobody thought of leaves a stopped run behind, not one that looks at work."""

    def breaks(_):
        raise RuntimeError

    answer(breaks)
    with pytest.raises(RuntimeError):
        scoring.start(LEAD, judge, design)
    [run] = scoring.runs.every(judge.experiment_id)
    assert (run.state, run.tally.scored) == ("stopped", 0)
    assert run.why.startswith("Something went wrong.")


def test_a_hanging_model_is_let_go(scoring, work, judge, judge_stub, scores, monkeypatch):
    """Cancel is heard at once while a model hangs; what it was asked is paid, and not scored."""
    monkeypatch.setattr(score_work, "GRACE_SECONDS", 0.2)
    asked = in_order(work.traces, "1")
    judge_stub.always = 20.0
    judge_stub.trouble = [0.0] * 3
    stopped: list[float] = []

    def tell(*_):
        if len(judge_stub.calls) > 8 and not stopped:
            stopped.append(time.monotonic() + 2.5)
        if stopped and time.monotonic() > stopped[0]:
            raise Cancelled("Stopped.")

    shown: list[int] = []
    run = scoring.start(
        LEAD, judge, ScoreDesign(Pool(work.name)), tell, lambda run: shown.append(run.tally.scored)
    )

    assert shown[-1] == 3  # while it hung, what was there was shown
    assert time.monotonic() - stopped[0] < 3
    assert (run.state, run.tally.scored, run.tally.failures) == ("stopped", 3, 0)
    assert run.tally.calls == len(judge_stub.calls)
    with_score = {trace_id for trace_id, theirs in scores().items() if theirs}
    assert set(went_through(run, work.traces)) <= with_score <= set(asked[:11])
    judge_stub.always = 0
    assert scoring.resume(LEAD, judge, run).part == "whole"


def test_a_reason_that_is_none(scoring, judge, design, judge_stub, scores):
    """A verdict whose reason is null, or a list, is a verdict."""
    judge_stub.judge = lambda *_: True
    reasons = [None, ["No order.", "Late."], {"a": 1}, "Fine.", ""]
    judge_stub._content = lambda _: json.dumps({"result": True, "rationale": reasons.pop()})
    run = scoring.start(LEAD, judge, design)

    assert run.tally.scored == 5
    told = {one.rationale for one in all_of(scores)}
    assert told == {"", "No order.\nLate.", '{"a": 1}', "Fine."}


def test_two_at_once(scoring, judge, design, judge_stub):
    """While a judge scores an experiment nobody else begins there, and afterwards they may."""
    met: list[str] = []

    def tell(*_):
        if not met:
            with pytest.raises(ReviewError, match="right now") as refused:
                scoring.start(LEAD, judge, design)
            met.append(str(refused.value))

    scoring.start(LEAD, judge, design, tell)
    assert met
    assert len(scoring.runs.every(judge.experiment_id)) == 1
    assert scoring.start(LEAD, judge, design).state == "done"


def test_the_end_is_where_the_calls_end(scoring, judge, work):
    """With a limit of calls I see how far it is of these, not of the whole pool."""
    told: list[tuple[int, int]] = []
    wanted = ScoreDesign(Pool(work.name), calls=3)
    scoring.start(LEAD, judge, wanted, lambda done, total: told.append((done, total)))

    assert told[-1] == (3, 3)
