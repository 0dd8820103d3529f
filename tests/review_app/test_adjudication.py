"""Which items need a lead, in which order, and what a decision writes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.adjudication import (
    FEW_TIMED,
    Case,
    Spot,
    asks_one,
    cases_of,
    decided_since,
    decision_writes,
    decisions,
    desk_of,
    hasty_answers,
    key_of,
    to_settle,
    with_decisions,
)
from review_app.answers import Assessment, own_current
from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.outbox import Answer, Entry
from review_app.people import Person
from review_app.questions import Question
from review_app.shifts import shifts
from review_app.writes import Writes

LEA = Person("lea", is_lead=True)
OK = Question("ok", "pass_fail", options=("Pass", "Fail"), ask_why_on_fail=True)
GRADE = Question("grade", "choice", options=("No", "Rather", "Mostly", "Yes"), scale="ordinal")
NOTE = Question("note", "text", required=False)
CAMPAIGN = Campaign("C", (OK, GRADE, NOTE), run_id="run", reviewers=("ana", "bo", "cy"))
SUBMIT = Entry("1" * 36 + ":1", "adjudication:run", "key", "submit", answered_at_ms=9)


def said(person, value, trace="t1", question=OK, **fields) -> Given:
    usual = {
        "id": f"a-{person}-{trace}-{question.name}",
        "turn": Turn(person, 1, trace),
        "question": question.name,
        "campaign": "run",
        "wording": question.version,
        "seen": "nothing",
        "cannot_judge": "" if value is not None else "not_my_field",
    }
    return Given(**{**usual, "value": value, **fields})


def gathered(*said_, role="reviewer") -> Gathered:
    traces = dict.fromkeys(one.turn.trace_id for one in said_)
    turns = tuple(Assignment(person, 1) for person in CAMPAIGN.reviewers)
    plan = [PlanItem(t, "all", "random", 0.5, "s", role=role, assigned=turns) for t in traces]
    done = {(p, 1): dict.fromkeys(traces, "complete") for p in (*CAMPAIGN.reviewers, "lea")}
    return Gathered(CAMPAIGN, tuple(plan), done, said_)


def found(*said_, **how) -> list[tuple[str, str]]:
    """What is to be settled, in order: trace and why."""
    cases = to_settle(cases_of(gathered(*said_, **how)).values())
    return [(case.planned.trace_id, case.why) for case in cases]


def of_three(trace, *values, question=OK) -> list[Given]:
    return [said(p, v, trace, question) for p, v in zip("abc", values, strict=False)]


def test_the_worst_disagreement_comes_first():
    """I settle ties first, then majorities, then what somebody could not judge."""
    rows = [
        *of_three("fine", True, True, True),
        *of_three("unjudged", True, True, None),
        *of_three("majority", True, True, False),
        *of_three("tie", True, False),
    ]

    assert found(*rows) == [
        ("tie", "tie"),
        ("majority", "disagreement"),
        ("unjudged", "cannot judge"),
    ]


def test_wider_apart_is_worse():
    """Among equal votes, a No against a Yes comes before a Mostly against a Yes."""
    rows = [
        *of_three("near", "Mostly", "Yes", question=GRADE),
        *of_three("wide", "No", "Yes", question=GRADE),
    ]

    assert [trace for trace, _ in found(*rows)] == ["wide", "near"]


def test_haste_is_told_by_the_persons_own_pace():
    """An answer in under a fifth of somebody's usual time is looked at; with few timed, none."""
    timed = [said("ana", True, f"t{n}", seconds=50.0) for n in range(FEW_TIMED)]
    quick = said("ana", True, "quick", seconds=9.0)

    assert hasty_answers([*timed, quick]) == {quick.id}
    assert hasty_answers([*timed, said("ana", True, "calm", seconds=10.0)]) == frozenset()
    assert hasty_answers([*timed[:2], quick]) == frozenset()
    assert found(*timed, quick) == [("quick", "hasty")]


def test_notes_and_gold_are_not_settled():
    """Two different notes are no disagreement, and a gold item has its answer already."""
    notes = of_three("t1", "Late.", "Rude.", question=NOTE)

    assert found(*notes) == []
    assert found(*of_three("t1", True, False), role="gold") == []


@given(st.randoms())
def test_the_order_of_rows_does_not_matter(chance: random.Random):
    """However MLflow lists the answers, I get the same items in the same order."""
    rows = [*of_three("b", True, False), *of_three("a", True, False), *of_three("c", 1, 1, 0)]
    mixed = list(rows)
    chance.shuffle(mixed)

    assert found(*mixed) == found(*rows)


def decided(value, at=5, by="lea", **fields) -> Given:
    usual = {"id": f"d-{by}-{at}", "role": "adjudication", "created_ms": at}
    return said(by, value, **{**usual, **fields})


def test_the_newest_decision_stands_until_it_is_taken_back():
    """Of two leads the later one decides; who takes a decision back leaves the earlier one."""
    first, second = decided(True, 5), decided(False, 6, by="leo")
    back = decided(None, 7, by="leo", cannot_judge="")
    spot = Spot("ok", "t1", "trace")

    assert decisions(gathered(first, second)) == {spot: second}
    assert decisions(gathered(first, replace(second, valid=False), back)) == {spot: first}
    assert decisions(gathered(replace(first, campaign="other"))) == {}
    assert decisions(gathered(said("ana", True))) == {}


def test_what_is_decided_stays_in_its_place():
    """A settled item stays in my list, so that I see how far I am."""
    cases = to_settle(cases_of(gathered(*of_three("t1", True, False), decided(False))).values())

    assert [(case.why, case.decided and case.decided.value) for case in cases] == [("tie", False)]


def test_decisions_never_enter_agreement():
    """What a lead decides is no answer: not where the lead reviewed it, nor as a shift."""
    answers = of_three("t1", True, False)
    own = said("lea", True, created_ms=1)
    after = decided(False, seen="others")
    with_, without = gathered(*answers, own, after), gathered(*answers, own)

    assert with_.first == without.first
    assert with_.newest == without.newest
    assert shifts(with_) == shifts(without)
    assert not with_.counted(after)


# ------------------------------------------------------------------------ what a decision writes
@pytest.fixture
def case() -> Case:
    cases = cases_of(gathered(*of_three("t1", True, False)))
    return cases[key_of("run", Spot("ok", "t1", "trace"))]


def write(case: Case, entry: Entry, *stored: Assessment) -> Writes:
    return decision_writes(
        entry, case, person=LEA, campaign=CAMPAIGN, stored={"t1": stored}, spans={}
    )


def submit(value, seq=1, **fields) -> Entry:
    id_ = f"{'1' * 36}:{seq}"
    return replace(SUBMIT, id=id_, answers=(Answer("ok", value),), **fields)


def test_a_decision_says_what_it_settles(case):
    """A decision carries my name, its role, the answers it settles and what I had seen."""
    writes = write(case, submit(value=False, seen=frozenset({"others"})))

    [made] = writes.create
    wanted = {
        "review.role": "adjudication",
        "review.basis": "a-a-t1-ok,a-b-t1-ok",
        "review.seen": "others",
        "review.campaign": "run",
        "review.frame": "all",
        "review.probability": "0.5",
        "review.stratum": "s",
        "review.reason": "random",
        "review.sample_unit": "trace",
        "review.round": "1",
        "review.question_version": OK.version,
        "review.submission": SUBMIT.id,
        "review.answered_at": "9",
    }
    assert made.metadata.items() >= wanted.items()
    assert (made.source, made.value, made.overrides, writes.status) == (
        "lea",
        False,
        "",
        "complete",
    )
    assert write(case, submit(value=False)).create[0].metadata["review.seen"] == "nothing"
    assert write(case, submit(value=False), made).create == ()


def test_a_decision_says_that_a_judge_made_it_be_asked(case):
    """A decision made because a judge said otherwise says so: it may not correct its check."""
    [made] = write(case, submit(value=False, campaign=desk_of("run", "t1"))).create
    [other] = write(case, submit(value=False, campaign=desk_of("run", "t2"))).create

    assert made.metadata["review.reason"] == "judge_disagreement"
    assert other.metadata["review.reason"] == "random"  # decided on the way, not because of it


def test_a_decision_replaces_my_earlier_decision_only(case):
    """My answer as a reviewer stays valid whatever I decide, and my decision whatever I answer."""
    answer = Assessment("ok", True, "lea", assessment_id="mine", created_ms=1)
    [first] = write(case, submit(value=False), answer).create
    stored = replace(first, created_ms=2)
    [second] = write(case, submit(True, 2, base={"ok": SUBMIT.id}), answer, stored).create

    assert first.overrides == ""
    assert second.overrides == first.assessment_id
    rows = [answer, replace(stored, valid=False), replace(second, created_ms=3)]
    assert own_current(rows, "lea", 1, "trace") == {"ok": answer}
    assert own_current(rows, "lea", 1, "trace", adjudicated=True)["ok"].value is True


def test_an_undo_takes_the_decision_back(case):
    """Undo leaves no decision, and deciding again overrides what took it back."""
    [made] = write(case, submit(value=False)).create
    undo = replace(SUBMIT, id=f"{'1' * 36}:2", kind="undo", base={"ok": SUBMIT.id})
    writes = write(case, undo, replace(made, created_ms=1))
    [back] = writes.create

    assert (back.overrides, back.says_nothing, writes.status) == (
        made.assessment_id,
        True,
        "pending",
    )
    rows = (replace(made, valid=False, created_ms=1), replace(back, created_ms=2))
    assert write(case, undo, *rows).create == ()
    assert write(case, submit(True, 3), *rows).create[0].overrides == back.assessment_id


def test_a_skip_writes_nothing(case):
    """Leaving an item for later says nothing about it in MLflow."""
    assert write(case, replace(SUBMIT, kind="skip")) == Writes((), "declined")


def test_the_desk_asks_one_question_and_saves_with_its_key():
    """I decide with one key, also in a closed campaign, and need not say why."""
    alone = asks_one(replace(CAMPAIGN, status="closed"), OK)

    assert [(q.required, q.ask_why_on_fail) for q in alone.questions] == [(True, False)]
    assert (alone.advance, alone.status) == ("on choice", "open")
    assert alone.questions[0].version == OK.version


def test_a_decision_shows_before_the_answers_are_read_again():
    """What I just decided or took back is known at once; what was read since stands."""
    known = gathered(*of_three("t1", True, False))
    cases = cases_of(known)
    [key] = cases
    made, back = decided(False, 5), decided(None, 6, cannot_judge="")

    def since(*noted: Given) -> Given | None:
        return decided_since(cases, with_decisions(known, noted), noted)[key].decided

    assert since() is None
    assert since(made) == made
    assert since(made, back) is None
    assert with_decisions(known, []) is known
    read = gathered(*known.said, replace(made, valid=False), decided(True, 7))
    assert with_decisions(read, [made]) is read
    assert decided_since(cases_of(read), read, [made])[key].decided == decided(True, 7)
