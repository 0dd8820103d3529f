"""Gold items and repeats."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review_app.campaigns import PlanItem
from review_app.checks import (
    ITEMS_FOR_A_SHARE,
    Check,
    Tally,
    gold_checks,
    repeat_checks,
    same_answer,
)
from review_app.given import Given, Turn, independent
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
GRADED = Question("graded", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
ASKED = {"ok": OK, "graded": GRADED}


def said(trace, question, value, *, round_=1, at=1, wording=None) -> Given:
    return Given(
        f"{trace}{question.name}{round_}{at}",
        Turn("ana", round_, trace),
        question.name,
        value,
        campaign="run",
        wording=question.version if wording is None else wording,
        seen="nothing",
        cannot_judge="" if value is not None else "not_my_field",
        created_ms=at,
    )


def planned(trace, role="gold", **right) -> dict[tuple[str, str], PlanItem]:
    return {(trace, "trace"): PlanItem(trace, "all", "gold", role=role, right=right)}


def test_gold_is_right_or_missed():
    """An answer to a gold item is held against the right one; the same side of the cut is right."""
    found = gold_checks(
        ASKED,
        planned("g", ok=True, graded="Yes"),
        [said("g", OK, value=False), said("g", GRADED, "Mostly")],
    )

    assert {check.question: check.right for check in found} == {"ok": False, "graded": True}


def test_what_is_no_gold_is_not_checked():
    """Practice, sampled items, other questions and wordings and "cannot judge" do not count."""
    gold = planned("g", ok=True)

    assert not gold_checks(ASKED, planned("g", "practice", ok=True), [said("g", OK, value=True)])
    assert not gold_checks(ASKED, planned("g", "reviewer", ok=True), [said("g", OK, value=True)])
    assert not gold_checks(ASKED, gold, [said("g", GRADED, "Yes")])
    assert not gold_checks(ASKED, gold, [said("g", OK, value=True, wording="older")])
    assert not gold_checks(ASKED, gold, [said("g", OK, value=None)])
    assert not gold_checks({}, gold, [said("g", OK, value=True)])


def test_repeats_are_held_against_the_first_time():
    """Who is asked again is compared with themselves, where the wording is the same."""
    first = [said("a", OK, value=True), said("b", OK, value=True), said("c", OK, value=True)]
    again = [
        said("a", OK, value=True, round_=2),
        said("b", OK, value=False, round_=2),
        said("c", OK, value=False, round_=2, wording="newer"),
        said("d", OK, value=False, round_=2),
    ]

    before = {(p.wording, p.question, p.turn): one for p, one in independent(first).items()}
    found = repeat_checks(ASKED, before, independent(again, later_rounds=True))

    assert [(check.turn.trace_id, check.right) for check in found] == [("a", True), ("b", False)]


def test_few_items_are_counted_and_many_get_an_interval():
    """Below ten items there are counts only; from there a share with an interval over items."""
    few = Tally(tuple(Check(Turn("ana", 1, f"t{n}"), "ok", n > 0) for n in range(9)))
    many = few + Tally((Check(Turn("ana", 1, "t9"), "ok", right=True),))

    assert (few.missed, few.answers, few.share, few.interval) == (1, 9, None, None)
    assert many.share == 0.9
    assert many.interval is not None
    assert many.turns[0].trace_id == "t0"


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=60))
def test_tallies_add_up(rows):
    """Tallies of several campaigns together count what each of them counts."""
    checks = [Check(Turn("ana", 1, f"t{n}"), "ok", right) for n, right in rows]
    half = len(checks) // 2
    one, other = Tally(tuple(checks[:half])), Tally(tuple(checks[half:]))

    whole = one + other

    assert whole.right + whole.missed == whole.answers == one.answers + other.answers
    assert (whole.share is None) == (whole.items < ITEMS_FOR_A_SHARE)
    assert set(whole.turns) == set(one.turns) | set(other.turns)


def test_what_is_the_same_answer():
    """Choices are the same in any order, numbers by their side of a cut, texts never said so."""
    several = Question("wrong", "choices", options=("A", "B"))
    number = Question("n", "number", pass_cut=3)

    assert same_answer(several, ["A", "B"], ["B", "A"])
    assert not same_answer(several, ["A"], ["B", "A"])
    assert same_answer(number, 3, 9)
    assert not same_answer(number, 2, 3)
    assert same_answer(Question("n", "number"), 2, 2.0)
    assert same_answer(Question("note", "text"), "a", "a") is None
