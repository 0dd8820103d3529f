"""What a lead should look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.campaign_warnings import campaign_warnings
from review_app.campaigns import Campaign
from review_app.checks import Check, Tally
from review_app.distribution import QuestionNumbers
from review_app.given import Given, Turn
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers

DAY = 86_400_000
OPEN = Campaign("C", (), run_id="run", status="open")


def turns(name, n) -> tuple[Turn, ...]:
    return tuple(Turn(name, 1, f"t{i}") for i in range(n))


def at_work(name, *, done=20, left=20, seconds=40.0, **fields) -> ReviewerNumbers:
    usual = {
        "done": turns(name, done),
        "open": tuple(Turn(name, 1, f"o{i}") for i in range(left)),
        "seconds": dict.fromkeys(turns(name, done), seconds),
        "newest_ms": 10 * DAY,
    }
    return ReviewerNumbers(name, **{**usual, **fields})


def warned(*reviewers, questions=(), campaign=OPEN, now=10 * DAY) -> list[str]:
    return [one.kind for one in campaign_warnings(campaign, reviewers, questions, now)]


def test_all_is_well():
    """Where everybody works at about the same pace nothing is said."""
    assert warned(at_work("ana"), at_work("bo", seconds=60), at_work("cy", seconds=15)) == []


def test_who_is_much_faster_is_named_with_both_times():
    """Ana answers in 3 s where others need 40: below a fifth, with ten items each."""
    ana, bo, cy = at_work("ana", seconds=3), at_work("bo"), at_work("cy")

    found = campaign_warnings(OPEN, [ana, bo, cy], (), 10 * DAY)

    assert [one.short for one in found] == ["ana answers in 3 s where others need 40 s."]
    assert warned(at_work("ana", seconds=8), bo, cy) == []
    assert warned(at_work("ana", seconds=3, done=9), bo, cy) == []
    assert warned(ana) == []


def test_gold_is_judged_from_ten_items_on():
    """Missing gold is a warning only where there are enough gold items."""

    def gold(n: int) -> Tally:
        return Tally(
            tuple(Check(turn, "ok", right=i % 2 == 0) for i, turn in enumerate(turns("a", n)))
        )

    assert warned(at_work("ana", gold=gold(10))) == ["gold"]
    assert warned(at_work("ana", gold=gold(9))) == []


@pytest.mark.parametrize("skipped, kinds", [(2, []), (3, ["skips"])])
def test_many_skips(skipped, kinds):
    """More than a tenth skipped is worth a look at the reasons."""
    assert warned(at_work("ana", skipped=turns("ana", skipped))) == kinds


def test_many_who_cannot_judge():
    """A question that more than a tenth cannot judge is named."""
    asked = Question("ok", "pass_fail", "Is it good?", options=("Pass", "Fail"))
    rows = tuple(Given(f"{i}", Turn("a", 1, f"t{i}"), "ok", value=True) for i in range(20))
    some = QuestionNumbers(asked, rows[:17], (), {"not_my_field": rows[17:]})

    assert warned(questions=[some]) == ["cannot judge"]
    assert warned(questions=[replace(some, judged=rows, cannot_judge={"x": rows[:2]})]) == []
    assert warned(questions=[replace(some, judged=rows[:5])]) == []


def test_who_cannot_work_comes_first():
    """A reviewer who is not invited, or whose queue is gone, stands above all else."""
    fast = at_work("ana", seconds=1)

    assert warned(fast, at_work("bo"), at_work("cy", invited=False))[0] == "no access"
    assert warned(fast, at_work("bo", has_queue=False))[0] == "no access"


def test_nobody_works():
    """After three days without an answer the lead is told, while something is open."""
    ana = at_work("ana")

    assert warned(ana, now=13 * DAY) == ["quiet"]
    assert warned(ana, now=13 * DAY - 1) == []
    assert warned(at_work("ana", left=0), now=99 * DAY) == []


def test_not_started_and_running_dry():
    """Who has not begun, and who has nothing left while others have much, is named."""
    assert warned(at_work("ana"), at_work("bo", done=0, seconds=0)) == ["not started"]
    assert warned(at_work("ana", left=30), at_work("bo", left=3)) == ["dry"]
    assert warned(at_work("ana", left=30), at_work("bo", left=0)) == ["dry"]
    assert warned(at_work("ana", left=9), at_work("bo", left=0)) == []
    assert warned(at_work("ana", left=30), at_work("bo", left=20)) == []


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_work_that_is_over_is_not_hurried(status):
    """A paused or closed campaign says nothing about who should go on."""
    still = replace(OPEN, status=status)

    assert warned(at_work("ana"), at_work("bo", done=0), campaign=still, now=99 * DAY) == []


def test_the_order_of_reviewers_does_not_matter():
    """The same is said whichever way the reviewers are listed."""
    people = [at_work("ana", seconds=2), at_work("bo", left=0), at_work("cy", invited=False)]

    one = campaign_warnings(OPEN, people, (), 20 * DAY)
    other = campaign_warnings(OPEN, people[::-1], (), 20 * DAY)

    assert sorted(one, key=str) == sorted(other, key=str)
