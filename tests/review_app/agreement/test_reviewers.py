"""Each reviewer against the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.agreement.reviewers import (
    Halves,
    WithMajority,
    alpha_without,
    estimated_errors,
    halves,
    hasty_turns,
    less_often,
    with_majority,
)
from review_app.given import Given, Turn
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
NAMED = Question("ok", "choice", options=("red", "green", "blue"))
TABLE = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 8)), st.booleans(), max_size=36
)


def said(labels, rename=str):
    """Return labels as answers: (person, item) -> value; later items were answered later."""
    return [
        Given(f"{p}{n}", Turn(rename(p), 1, f"t{n:03}"), "ok", value, answered_ms=n + 1)
        for (p, n), value in labels.items()
    ]


def table(**people):
    """Return labels from strings of P, F and blanks, one a person."""
    return {
        (name, n): letter == "P"
        for name, letters in people.items()
        for n, letter in enumerate(letters)
        if letter != " "
    }


def test_the_majority_is_that_of_the_others():
    """Nobody is compared with themselves, and where the others are divided the item is left out."""
    found = with_majority(OK, said(table(a="PPPF ", b="PPF F", c="PFF F", d="   PF")))

    assert found["a"] == WithMajority(1, 3, 1, found["a"].kappa)
    assert (found["b"].same, found["b"].items, found["b"].ties) == (2, 2, 2)
    assert (found["d"].same, found["d"].items, found["d"].ties) == (1, 2, 0)


def test_kappa_beyond_chance():
    """Cohen's kappa of 20, 5, 10, 15: agreement .70, by chance .50, kappa .40."""
    a, b = "P" * 25 + "F" * 25, "P" * 20 + "F" * 5 + "P" * 10 + "F" * 15
    one = with_majority(OK, said(table(a=a, b=b)))["a"]
    assert one.share == pytest.approx(0.7)
    assert one.kappa == pytest.approx(0.4)
    assert one.interval
    assert one.interval.low < 0.7 < one.interval.high


def test_no_variation_has_no_kappa_and_few_items_have_no_share():
    """When all say the same, kappa does not exist; nine items are counted, not turned into %."""
    one = with_majority(OK, said(table(a="P" * 9, b="P" * 9)))["a"]
    assert (one.same, one.items) == (9, 9)
    assert (one.kappa, one.share, one.interval) == (None, None, None)


@given(TABLE, st.randoms())
def test_order_and_names_do_not_matter(labels, chance):
    """Rows may come in any order, and other names for the same people change nothing."""
    shuffled = list(labels.items())
    chance.shuffle(shuffled)
    other = {"a": "z", "b": "y", "c": "x", "d": "w"}
    found = with_majority(OK, said(labels))
    assert found == with_majority(OK, said(dict(shuffled)))
    renamed = with_majority(OK, said(labels, other.__getitem__))
    assert {other[name]: one for name, one in found.items()} == renamed
    total, without = alpha_without(OK, said(labels), {})
    again, without_again = alpha_without(OK, said(dict(shuffled), other.__getitem__), {})
    assert total.value == pytest.approx(again.value)
    for name, one in without.items():
        assert one.value == pytest.approx(without_again[other[name]].value)


@given(TABLE)
def test_one_more_agreeing_item_never_lowers_the_agreement(labels):
    """When all agree on one more item, nobody's share with the others falls."""
    more = labels | {(name, 99): True for name in "abcd"}
    before, after = with_majority(OK, said(labels)), with_majority(OK, said(more))
    assert set(after) == set("abcd")
    for name, one in before.items():
        assert after[name].same * one.items >= one.same * after[name].items


def test_who_agrees_less_often():
    """Only somebody whose whole interval lies below what all do together is named."""
    good = WithMajority(95, 100)
    found = {"ana": good, "bo": good, "cy": WithMajority(70, 100), "di": WithMajority(3, 9)}
    assert less_often(found) == ("cy",)
    assert less_often({}) == ()


def test_alpha_without_the_odd_one_out():
    """Without the one who answers at random all others agree; with names a scale is not needed."""
    labels = {(p, n): ("red", "green", "blue")[n % 3] for p in "ab" for n in range(30)}
    labels |= {("c", n): ("green", "red", "red")[n % 3] for n in range(30)}
    total, without = alpha_without(NAMED, said(labels), {})
    assert without["c"].value == 1
    assert total.value is not None
    assert total.value < 0.5
    assert without["c"].interval
    assert alpha_without(OK, said(table(a="PP", b="PP")), {})[0].value is None


def test_halves_of_ones_own_time():
    """The answers are halved in the order the reviewer gave them, not in that of the rows."""
    labels = table(a="F" * 10 + "P" * 11, b="P")
    backwards = dict(reversed(labels.items()))

    found = halves(OK, said(backwards))

    assert found == {"a": Halves((0, 10), (11, 11))}
    assert found["a"].change
    assert found["a"].change.low > 0.5
    assert Halves((1, 9), (9, 9)).change is None
    assert halves(NAMED, [Given("x", Turn("a", 1, "t"), "ok", "red")] * 20) == {}


def test_haste_is_measured_by_ones_own_median():
    """Somebody slow is hasty where they take a fifth of their time; somebody untimed never is."""
    turns = [Turn("ana", 1, f"t{n}") for n in range(5)]
    slow = dict(zip(turns, (100, 100, 300, 19.9, 20), strict=True))
    assert hasty_turns(ReviewerNumbers("ana", seconds=slow)) == (turns[3],)
    assert hasty_turns(ReviewerNumbers("ana")) == ()


def test_errors_are_estimated_where_there_is_enough():
    """One who lets fails pass and one who sees fails everywhere are told from the others."""
    truth = "PPPF" * 20
    lenient = truth.replace("F", "P", 10)
    strict = truth.replace("P", "F", 15)
    labels = table(a=truth, b=truth, c=lenient, d=strict)

    found = estimated_errors(OK, said(labels))

    assert found["a"].misses == pytest.approx(0, abs=0.01)
    assert found["c"].misses == pytest.approx(0.5, abs=0.02)
    assert found["c"].false_alarms == pytest.approx(0, abs=0.01)
    assert found["d"].false_alarms == pytest.approx(0.25, abs=0.02)
    assert found["d"].failing == pytest.approx(20, abs=0.5)
    assert found["d"].failing + found["d"].passing == pytest.approx(80)


@pytest.mark.parametrize(
    "labels",
    [
        table(a="PF" * 20, b="PF" * 20),
        table(a="PF" * 20, b="PF" * 20, c="PF" * 10),
        table(a="P" * 40, b="P" * 40, c="P" * 40),
        {},
    ],
    ids=["two people", "20 items", "no fails", "nothing"],
)
def test_no_estimate_from_too_little(labels):
    """Fewer than three reviewers with 30 shared items, or one side only, give no estimate."""
    assert estimated_errors(OK, said(labels)) == {}


def test_only_pass_or_fail_is_estimated():
    """A question without a line between pass and fail has no misses and no false alarms."""
    labels = {(p, n): ("red", "green")[n % 2] for p in "abc" for n in range(40)}
    assert estimated_errors(NAMED, said(labels)) == {}
