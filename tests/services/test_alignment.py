"""Aligning a judge: what it learns from, what it costs, and what is registered only on demand."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from itertools import cycle

import dspy
import pytest
from mlflow.entities import RunTag

from components.judge_align import aligned_words
from review_app.alignment import Aligned
from review_app.answers import Assessment
from review_app.errors import Cancelled, Conflict, InvalidDesign, NotAllowed, ReviewError
from review_app.frozen_sets import Content, Frozen
from review_app.judges import Judge
from review_app.labeled_rows import LabeledRow, Voter
from review_app.people import Person
from review_app.questions import Question
from services.alignment import Alignment, Outcome
from services.assessments import create_assessment
from services.judges import Judges
from services.settings import Settings
from tests.judge_stub import GUIDELINE

LEAD = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n\n{{ inputs }}\n\n{{ outputs }}"
FROZEN = Frozen("set-run", "1", "good", 1, "", "", "lea", 1, "good", 14)


def learns():
    """Judge each item now so, now so, but rightly once the guideline is among the instructions."""
    turns: dict[str, Iterator[bool]] = defaultdict(lambda: cycle([True, True, False]))

    def judge(text, schema):
        item = text.rpartition("inputs:")[2]
        failing = bool(re.search(r"order (1|4|7|10)\?", item))
        return not failing if GUIDELINE in text else next(turns[item])

    return judge


def quiet(done, total):
    """Tell nobody."""


def row(trace_id, label, split="train", unit="trace"):
    who = (
        Voter("ana", label, f"Ana on {trace_id[-4:]}.", "a-1"),
        Voter("bo", not label, "Bo disagrees.", "a-2"),
        Voter("cy", label, "", "a-3"),
    )
    votes = {json.dumps(label): 2, json.dumps(not label): 1}
    return LabeledRow(
        trace_id, unit, "good", label, label, "majority", votes, votes, 2 / 3, who, "", 0, (), (),
        split=split,
    )  # fmt: skip


@pytest.fixture
def work(store, make_campaign):
    """Twelve traces that train, two that test; what people said is stored, some overridden."""
    made = make_campaign(store, 14, questions=(GOOD,))
    for n, trace_id in enumerate(made.traces):
        wrong = Assessment(
            "good", n % 3 == 0, "ana", rationale="Ana’s slip.", assessment_id=f"w{n}"
        )
        right = Assessment(
            "good", n % 3 != 0, "ana", assessment_id=f"r{n}", overrides=f"w{n}", rationale="Ana."
        )
        create_assessment(store, trace_id, wrong)
        create_assessment(store, trace_id, right)
    return made


@pytest.fixture
def content(work):
    """The set: every third item fails; the last two are for the test."""
    rows = [
        row(trace_id, n % 3 != 0, "train" if n < 12 else "test")
        for n, trace_id in enumerate(work.traces)
    ]
    return Content(tuple(rows), {"question": asdict(GOOD)})


@pytest.fixture
def judges(store, judge_stub):
    """Judges whose models answer on this machine."""
    return Judges(store, Settings(tracking_uri=store.uri, judge_base_url=judge_stub.base_url))


@pytest.fixture
def judge(judges, work):
    """The first version of the judge."""
    wanted = Judge("good", 0, "", model="openai:/stub", instructions=READS)
    return judges.create(LEAD, work.campaign.experiment_id, GOOD, wanted)


def test_memalign_writes_guidelines(judges, judge, content, work, judge_stub):
    """MemAlign reads each train item once, with the consensus and its reasons, and no test item."""
    alignment = Alignment(judges)
    plan = alignment.plan(LEAD, judge, (FROZEN, content), "MemAlign")
    assert (plan.lessons, plan.passed, plan.failed, plan.forecast.calls) == (12, 8, 4, 1)
    assert judge_stub.calls == []

    told = []
    aligned = alignment.align(
        LEAD, judge, (FROZEN, content), "MemAlign", lambda *at: told.append(at)
    )

    (call,) = judge_stub.calls
    prompt = call["messages"][0]["content"]
    assert prompt.count("Where is order") == 12
    assert "Ana’s slip" not in prompt
    assert "Bo disagrees" not in prompt
    assert prompt.count("Ana on ") == 12
    assert not any(json.dumps(f"Order {n} has left") in prompt for n in (13, 14))
    assert aligned.instructions.startswith(READS)
    assert f"- {GUIDELINE}" in aligned.instructions
    assert told[-1] == (1, 1)
    assert [one.version for one in judges.every(judge.experiment_id)] == [1]


def test_what_was_learned_is_registered_on_demand(judges, judge, content):
    """The lead's word registers the next version, which tells what it learned from and how."""
    alignment = Alignment(judges)
    aligned = alignment.align(LEAD, judge, (FROZEN, content), "MemAlign", quiet)

    made = alignment.register(LEAD, content, aligned, aligned.instructions)

    assert judges.get(judge.experiment_id, "good") == made
    assert (made.version, made.aligned_by, made.learned_from) == (2, "MemAlign", "set-run")
    assert made.owner == "lea"
    assert judges.get(judge.experiment_id, "good", 1) == judge
    assert "Guidelines" in made.instructions
    again = Aligned(made, made.instructions, "MemAlign", "next-run", 12, 1, 1.0)
    alignment.register(LEAD, content, again, made.instructions)
    assert judges.get(judge.experiment_id, "good").learned_sets == ("next-run", "set-run")


def test_what_was_learned_is_registered_once(judge):
    """Two windows show it; once one has registered it, the other is told so and adds nothing."""
    outcome = Outcome(Aligned(judge, "Better.", "MemAlign", "set-run", 12, 1, 1.0))
    assert outcome.register(lambda aligned: replace(aligned.before, version=2)).version == 2
    assert not outcome.is_open
    with pytest.raises(Conflict, match="registered already, as version 2"):
        outcome.register(lambda aligned: replace(aligned.before, version=3))

    thrown_away = Outcome(outcome.aligned)
    thrown_away.drop()
    with pytest.raises(Conflict, match="thrown away meanwhile"):
        thrown_away.register(lambda aligned: aligned.before)


def test_each_call_of_memalign_is_counted_and_so_is_what_it_lost(
    judges, judge, content, judge_stub, monkeypatch
):
    """I read how many calls there were, which failed, and how many labels it did not learn from."""
    monkeypatch.setattr("mlflow.genai.judges.optimizers.memalign.utils._MAX_RECORDS_PER_BATCH", 5)
    judge_stub.trouble = ["garbage", 400]
    told = []

    aligned = Alignment(judges).align(
        LEAD, judge, (FROZEN, content), "MemAlign", lambda *at: told.append(at)
    )

    assert (aligned.calls, aligned.lessons, aligned.lost) == (len(judge_stub.calls), 7, 5)
    assert aligned.calls == 4
    assert told[-1] == (4, 4)
    assert aligned_words(aligned).startswith("MemAlign read 7 items in 4 calls, ")
    assert aligned_words(aligned).endswith(
        "s. 1 call failed: The model answered, but not in the form that was asked for. So it"
        " learned nothing from 5 more items. Nothing is registered yet."
    )


@pytest.mark.parametrize("by", ["MemAlign", "GEPA"])
def test_a_model_that_hangs_does_not_hold_up_who_stops(judges, judge, content, judge_stub, by):
    """I cancel while the model hangs: the work ends at once, and no answer is waited for."""
    judge_stub.always = 8.0
    begun = []

    def stop(done, total):
        begun.append(time.monotonic())
        if judge_stub.calls:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        Alignment(judges).align(LEAD, judge, (FROZEN, content), by, stop)

    assert time.monotonic() - begun[-1] < 1
    assert judge_stub.calls


def test_a_model_that_never_answers_is_given_up(judges, judge, content, judge_stub, monkeypatch):
    """An alignment waits for a call as long as a score does, not for ten minutes."""
    monkeypatch.setenv("MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS", "1")
    monkeypatch.setattr("services.optimizers.TRIES_AGAIN", 0)
    judge_stub.always = 8.0
    begun = time.monotonic()

    with pytest.raises(ReviewError, match="did not answer in time"):
        Alignment(judges).align(LEAD, judge, (FROZEN, content), "MemAlign", quiet)

    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("by", ["SIMBA", "GEPA"])
def test_tuning_rewrites_the_instructions(judges, judge, content, judge_stub, monkeypatch, by):
    """SIMBA and GEPA run the judge over the train items, never more often than forecast."""
    monkeypatch.setattr("dspy.SIMBA", partial(dspy.SIMBA, max_steps=2))
    judge_stub.judge = learns()
    alignment = Alignment(judges)
    most = alignment.plan(LEAD, judge, (FROZEN, content), by).forecast.calls

    aligned = alignment.align(LEAD, judge, (FROZEN, content), by, quiet)

    assert 12 < len(judge_stub.calls) <= most
    assert aligned.calls == len(judge_stub.calls)
    assert GUIDELINE in aligned.instructions
    assert "{{ inputs }}" in aligned.instructions
    said = json.dumps(judge_stub.calls)
    assert re.search(r"People say (true|false)\. Ana on ", said)
    assert not any(f"Where is order {n}?" in said for n in (13, 14))


@pytest.mark.parametrize("by", ["MemAlign", "SIMBA", "GEPA"])
def test_stopping(judges, judge, content, judge_stub, by):
    """Whoever stops the work pays for no more calls, and nothing is registered."""

    def stop(done, total):
        if done > (0 if by == "MemAlign" else 20):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        Alignment(judges).align(LEAD, judge, (FROZEN, content), by, stop)

    assert len(judge_stub.calls) <= 20
    assert len(judges.every(judge.experiment_id)) == 1


@pytest.mark.parametrize("by", ["MemAlign", "GEPA"])
def test_a_model_that_fails(judges, judge, content, judge_stub, by):
    """Where the model refuses, a sentence says so, and the judge stays as it is."""
    judge_stub.always = 401

    with pytest.raises(ReviewError, match=r"stays as it is|refused the key"):
        Alignment(judges).align(LEAD, judge, (FROZEN, content), by, quiet)


def test_who_may_and_what_lacks(judges, judge, content, work):
    """A reviewer may not; a set without failed items, or of another question, teaches nothing."""
    alignment = Alignment(judges)
    with pytest.raises(NotAllowed):
        alignment.align(Person("ana"), judge, (FROZEN, content), "MemAlign", quiet)
    with pytest.raises(NotAllowed):
        alignment.plan(Person("ana"), judge, (FROZEN, content), "MemAlign")
    good = Content(tuple(r for r in content.rows if r.label), content.sheet)
    with pytest.raises(InvalidDesign, match="no failed item"):
        alignment.plan(LEAD, judge, (FROZEN, good), "MemAlign")
    with pytest.raises(InvalidDesign, match="at least 10"):
        alignment.plan(LEAD, judge, (FROZEN, Content(content.rows[:6], content.sheet)), "SIMBA")
    kept = work.store.tracking.create_run(
        judge.experiment_id, "lea", 1, [RunTag("review.set", "Another set")], "another"
    )
    seen = replace(judge, learned_from=kept.info.run_id)
    with pytest.raises(InvalidDesign, match="another labeled set already"):
        alignment.plan(LEAD, seen, (FROZEN, content), "MemAlign")
    assert alignment.plan(
        LEAD, seen, (replace(FROZEN, name="ANOTHER SET"), content), "MemAlign"
    ).lessons
    other = {"question": asdict(Question("tone", "pass_fail"))}
    with pytest.raises(InvalidDesign, match="answers “tone”"):
        alignment.plan(LEAD, judge, (FROZEN, Content(content.rows, other)), "MemAlign")
