"""What was answered to a question so far."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.distribution import QuestionNumbers, question_numbers
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Good", "Bad"))
GRADED = Question("graded", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
SEVERAL = Question("wrong", "choices", options=("A", "B", "C"), required=False)
NUMBER = Question("n", "number", required=False, pass_cut=10)


def said(n, question, value, **fields) -> Given:
    usual = {"campaign": "run", "wording": question.version, "seen": "nothing"}
    turn = Turn("ana", 1, f"t{n}")
    return Given(f"{n}{question.name}", turn, question.name, value, **{**usual, **fields})


def numbers(question, *given_, size=20, status="complete") -> QuestionNumbers:
    plan = [
        PlanItem(f"t{n}", "all", "random", assigned=(Assignment("ana", n),)) for n in range(size)
    ]
    campaign = Campaign("C", (question,), run_id="run", reviewers=("ana",))
    statuses = {("ana", 1): {f"t{n}": status for n in range(size)}}
    return question_numbers(Gathered(campaign, tuple(plan), statuses, given_))[0]


def bars(found: QuestionNumbers) -> dict[str, int]:
    return {bar.words: bar.n for bar in found.bars}


def test_options_are_counted_in_their_order():
    """Each option has its count, also one that nobody chose, and tells pass from fail."""
    found = numbers(GRADED, said(1, GRADED, "Yes"), said(2, GRADED, "No"), said(3, GRADED, "Yes"))

    assert list(bars(found).items()) == [("No", 1), ("Mostly", 0), ("Yes", 2)]
    assert [bar.passes for bar in found.bars] == [False, True, True]
    assert (found.passed, found.items, found.due) == (2, 3, 20)


def test_pass_and_fail_carry_their_labels():
    """A pass/fail question is counted under the words its reviewers read."""
    assert bars(numbers(OK, said(1, OK, value=True), said(2, OK, value=False))) == {
        "Good": 1,
        "Bad": 1,
    }


def test_several_choices_are_each_counted():
    """An answer of two choices counts for both, and is one answer."""
    found = numbers(SEVERAL, said(1, SEVERAL, ["A", "C"]), said(2, SEVERAL, ["C"]))

    assert bars(found) == {"A": 1, "B": 0, "C": 2}
    assert len(found.judged) == 2
    assert found.passed is None


def test_many_numbers_are_put_into_round_ranges():
    """Few numbers have a bar each; many have ranges with round ends, which hold all of them."""
    few = numbers(NUMBER, *(said(n, NUMBER, n % 3) for n in range(9)))
    many = numbers(NUMBER, *(said(n, NUMBER, 3 * n) for n in range(16)))

    assert bars(few) == {"0": 3, "1": 3, "2": 3}
    assert bars(many) == {"0 to 10": 4, "10 to 20": 3, "20 to 30": 3, "30 to 40": 4, "40 to 50": 2}
    assert many.middle == pytest.approx(22.5)
    assert many.passed == 12


def test_cannot_judge_and_missing_are_shares_of_their_own():
    """Who cannot say, and why, stands apart from the answers, and so does what was left empty."""
    found = numbers(
        OK,
        said(1, OK, value=True),
        said(2, OK, None, cannot_judge="not_my_field"),
        said(3, OK, None, cannot_judge="not_my_field"),
        size=5,
    )

    assert {why: len(given_) for why, given_ in found.cannot_judge.items()} == {"not_my_field": 2}
    assert (len(found.judged), found.unjudged, len(found.missing)) == (1, 2, 2)
    assert found.bounds == (1 / 5, 5 / 5)


def test_few_unjudged_need_no_bounds():
    """Up to a tenth unjudged the bounds would say nothing more; texts never have any."""
    most = [said(n, OK, value=True) for n in range(9)]

    assert numbers(OK, *most, said(9, OK, None, cannot_judge="x"), size=10).bounds is None
    assert numbers(Question("note", "text"), size=10).bounds is None


def test_open_items_are_not_missing():
    """An item that nobody has submitted yet misses no answer."""
    assert not numbers(OK, status="pending").missing
    assert not numbers(OK, status="declined").missing


@given(st.integers(0, 10_000))
def test_nothing_is_counted_twice_or_lost(seed):
    """In any order of rows: every answer is counted, unjudged, or left out with a reason."""
    chance = random.Random(seed)
    rows = [
        said(
            n,
            OK,
            chance.choice([True, False, None]),
            cannot_judge="not_my_field",
            seen=chance.choice(["nothing", "others", "unknown"]),
            role=chance.choice(["reviewer", "gold", "look_alike"]),
            wording=chance.choice([OK.version, "older"]),
        )
        for n in range(20)
    ]

    found = numbers(OK, *rows)
    left = sum(map(len, found.left_out.values()))

    assert len(found.judged) + found.unjudged + left == len(rows)
    assert not found.missing
    assert numbers(OK, *chance.sample(rows, len(rows))) == found
