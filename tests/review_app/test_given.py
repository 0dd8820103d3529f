"""The two readings of what people said."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from review_app.answers import Assessment
from review_app.given import (
    Given,
    Turn,
    current,
    given_by_people,
    independent,
    newest,
    without_drafts,
)

ANA = Turn("ana", 1, "tr-1")


def said(value="Yes", at=1, **fields) -> Given:
    usual = {"turn": ANA, "question": "ok", "campaign": "run", "wording": "v1", "seen": "nothing"}
    return Given(**{"id": f"a-{at}", "value": value, "created_ms": at, **usual, **fields})


def values(*given_, **how):
    return [one.value for one in independent(given_, **how).values()]


def test_the_newest_blind_answer_is_the_independent_one():
    """Who changes an answer before anything was shown is taken at the newer word."""
    assert values(said("Yes", 1), said("No", 2)) == ["No"]


def test_a_revision_after_a_reveal_replaces_nothing():
    """An answer that was given blind stays the independent one, though MLflow overrode it."""
    blind = said("Yes", 1, valid=False)
    revised = said("No", 2, seen="facts+others")

    assert values(blind, revised) == ["Yes"]
    assert [one.value for one in current([blind, revised]).values()] == ["No"]


def test_unknown_is_not_blind():
    """An answer of which nobody recorded what had been seen is not independent."""
    assert values(said(seen="unknown")) == []


def test_an_open_campaign_may_allow_the_facts():
    """Where the facts stand beside the trace from the start they may have been seen."""
    assert values(said(seen="facts"), allowing=frozenset({"facts"})) == ["Yes"]
    assert values(said(seen="facts+judge"), allowing=frozenset({"facts"})) == []


def test_a_skip_takes_the_answers_back():
    """Who skips an item after answering it has no answer; who answers after skipping has one."""
    skip = said("Not my field", 2, question="skip_reason")

    assert values(said(at=1), skip) == []
    assert values(said(at=3), skip) == ["Yes"]
    assert values(said(at=1), replace(skip, seen="facts")) == ["Yes"]


def test_what_was_taken_back_is_not_said():
    """An answer that was left out at the newer submit is none; "cannot judge" is one."""
    cleared = said(None, 2)
    unjudged = said(None, 2, cannot_judge="not_my_field")

    assert values(said(at=1), cleared) == []
    assert newest([said(at=1), cleared]) == {}
    assert list(independent([said(at=1), unjudged]).values()) == [unjudged]


def test_wordings_rounds_and_people_are_never_pooled():
    """Each wording, round, reviewer, item and campaign has an independent answer of its own."""
    apart = [
        said(at=1),
        said(at=2, wording="v2"),
        said(at=3, turn=ANA._replace(reviewer="bo")),
        said(at=4, turn=ANA._replace(trace_id="tr-2")),
        said(at=5, turn=ANA._replace(unit="session")),
        said(at=6, campaign="other"),
    ]
    repeat = said(at=7, turn=ANA._replace(round=2))

    assert len(independent([*apart, repeat])) == len(apart)
    assert list(independent([*apart, repeat], later_rounds=True).values()) == [repeat]


@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    """However MLflow lists them, both readings come to the same."""
    chance = random.Random(seed)
    rows = [
        said(
            chance.choice(["Yes", "No", None]),
            chance.randrange(4),
            id=f"a-{n}",
            turn=ANA._replace(round=chance.choice([1, 2])),
            question=chance.choice(["ok", "skip_reason"]),
            seen=chance.choice(["nothing", "facts", "unknown"]),
            valid=chance.random() < 0.7,
        )
        for n in range(12)
    ]
    mixed = chance.sample(rows, len(rows))

    assert independent(rows) == independent(mixed)
    assert current(rows) == current(mixed)
    assert newest(rows) == newest(mixed)


def test_open_items_are_drafts():
    """What belongs to an item that is open again counts nowhere."""
    status = {("ana", 1): {"tr-1": "pending"}}

    assert without_drafts([said()], status) == []
    assert without_drafts([said()], {("ana", 1): {"tr-1": "complete"}}) == [said()]
    assert without_drafts([said()], {}) == [said()]


def test_assessments_are_read_with_all_they_carry():
    """What people said is read with its record; judges' scores and pinned steps are no answers."""
    recorded = {
        "review.campaign": "run",
        "review.round": "2",
        "review.sample_unit": "session",
        "review.role": "gold",
        "review.reason": "random",
        "review.question_version": "v1",
        "review.seen": "nothing",
        "review.seconds": "31.5",
        "review.answered_at": "77",
        "review.submission": "tab:1",
    }
    whole = Assessment(
        "ok", True, "Ana", metadata=recorded, assessment_id="a", created_ms=80, rationale="why"
    )
    others = [
        Assessment("ok", True, "judge@1", "LLM_JUDGE"),
        Assessment("first_failure", True, "ana", span_id="s"),
    ]

    found = given_by_people("tr-1", [whole, *others])

    expected = Given(
        id="a",
        turn=Turn("ana", 2, "tr-1", "session"),
        question="ok",
        value=True,
        campaign="run",
        role="gold",
        wording="v1",
        seen="nothing",
        rationale="why",
        submission="tab:1",
        seconds=31.5,
        answered_ms=77,
        created_ms=80,
        reason="random",
    )
    assert found == [expected]


def test_damaged_records_are_not_known():
    """Numbers that are none, as other tools may write them, count as not recorded."""
    for seconds in ("nan", "-3", "soon", "1e999"):
        found = given_by_people(
            "tr-1", [Assessment("ok", True, "ana", metadata={"review.seconds": seconds})]
        )
        assert found[0].seconds is None
        assert found[0].seen == "unknown"
