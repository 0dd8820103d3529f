"""How each reviewer gets on."""

from __future__ import annotations

import pytest

from review_app.campaigns import SECONDS_AN_ITEM, Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers, reviewer_numbers, seconds_left

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
NOTE = Question("note", "text")


def said(n, seconds, *, submission=None, question=OK, at=1) -> Given:
    return Given(
        id=f"{n}{question.name}{submission}",
        turn=Turn("ana", 1, f"t{n}"),
        question=question.name,
        value=True,
        campaign="run",
        wording=question.version,
        seen="nothing",
        submission=submission or f"s{n}",
        seconds=seconds,
        answered_ms=at,
    )


def numbers(status, *given_) -> tuple[ReviewerNumbers, ...]:
    plan = [PlanItem(t, "all", "random", assigned=(Assignment("ana", 1),)) for t in status]
    campaign = Campaign("C", (OK, NOTE), run_id="run", reviewers=("ana", "bo"))
    return reviewer_numbers(Gathered(campaign, tuple(plan), {("ana", 1): status}, given_))


def test_done_open_and_skipped():
    """Who has what is told from the queues; who is invited without items is named, too."""
    ana, bo = numbers({"t1": "complete", "t2": "declined", "t3": "pending"})

    assert [len(one) for one in (ana.done, ana.open, ana.skipped)] == [2, 1, 1]
    assert (bo.reviewer, bo.all, bo.median_seconds, bo.items_an_hour) == ("bo", 0, None, None)


def test_a_submission_is_timed_once():
    """Two answers sent in one go took one time; answering again adds to it."""
    status = {"t1": "complete", "t2": "complete"}
    ana = numbers(
        status,
        said(1, 30.0),
        said(1, 30.0, question=NOTE),
        said(1, 20.0, submission="again"),
        said(2, 10.0, at=99),
    )[0]

    assert dict(ana.seconds) == {Turn("ana", 1, "t1"): 50.0, Turn("ana", 1, "t2"): 10.0}
    assert ana.median_seconds == 30.0
    assert ana.items_an_hour == pytest.approx(120)
    assert ana.newest_ms == 99


def test_open_items_are_not_timed():
    """What is open again does not make the reviewer look slower or faster."""
    assert not numbers({"t1": "pending"}, said(1, 30.0))[0].seconds


def test_time_left_goes_by_the_own_pace():
    """A slow and a quick reviewer are each expected to go on as before."""
    turns = [Turn("x", 1, f"t{n}") for n in range(20)]
    slow = ReviewerNumbers("a", open=tuple(turns[:2]), seconds=dict.fromkeys(turns[:5], 100.0))
    quick = ReviewerNumbers("b", open=tuple(turns[:3]), seconds=dict.fromkeys(turns[:5], 10.0))
    fresh = ReviewerNumbers("c", open=tuple(turns[:1]))

    assert seconds_left([slow, quick]) == 2 * 100 + 3 * 10
    assert seconds_left([slow, quick, fresh]) == 2 * 100 + 3 * 10 + 55
    assert seconds_left([fresh]) == SECONDS_AN_ITEM


def test_who_lacks_access_is_known():
    """A reviewer with items but no queue, or no longer invited, is told apart."""
    plan = (PlanItem("t1", "all", "random", assigned=(Assignment("cy", 1), Assignment("bo", 1))),)
    campaign = Campaign("C", (OK,), run_id="run", reviewers=("bo",))
    found = {
        one.reviewer: (one.invited, one.has_queue)
        for one in reviewer_numbers(Gathered(campaign, plan, {("cy", 1): {"t1": "pending"}}))
    }

    assert found == {"bo": (True, False), "cy": (False, True)}
