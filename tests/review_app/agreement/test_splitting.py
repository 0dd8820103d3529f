"""The items that split people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.agreement.splitting import split_items
from review_app.given import Given, Turn
from review_app.questions import Question

SCALE = ("No", "Mostly no", "Mostly yes", "Yes")
GRADED = Question("q", "choice", options=SCALE, scale="ordinal", pass_cut="Mostly yes")
CHOICES = Question("q", "choices", options=("x", "y", "z"))
NUMBER = Question("q", "number", scale="interval")
TABLE = st.dictionaries(
    st.integers(0, 8), st.lists(st.sampled_from([*SCALE, None]), max_size=5), max_size=9
)


def said(table):
    """Return a table as answers: item -> values, one of each person."""
    return [
        Given(f"{item}{n}", Turn(f"p{n}", 1, f"t{item}"), "q", value)
        for item, values in table.items()
        for n, value in enumerate(values)
    ]


def test_the_worst_come_first():
    """First items on which people are on different sides, then those far apart on the scale."""
    table = {
        1: ["Yes", "Yes"],
        2: ["Yes", "Mostly yes"],
        3: ["Mostly no", "Mostly yes"],
        4: ["No", "Yes"],
        5: ["Yes", "Yes", "No"],
        6: ["Yes", None],
    }

    found = split_items(GRADED, said(table))

    assert [one.place[0] for one in found] == ["t4", "t3", "t5", "t2"]
    assert [one.sides for one in found] == pytest.approx([1, 1, 2 / 3, 0])
    assert [one.distance for one in found] == pytest.approx([1, 1 / 3, 2 / 3, 1 / 3])


@pytest.mark.parametrize(
    "question, values, distance",
    [
        (CHOICES, [["x", "y"], ["y", "z"]], 2 / 3),
        (CHOICES, [[], ["x"]], 1),
        (NUMBER, [1, 5, 3], 2 / 3),
        (Question("q", "choice", options=("a", "b", "c")), ["a", "c"], 1),
        (Question("q", "pass_fail", options=("Pass", "Fail")), [True, False], 1),
    ],
)
def test_how_far_apart(question, values, distance):
    """Choices by what both chose of all that was chosen, numbers by their range, names wholly."""
    (one,) = split_items(question, said({1: values}))
    assert one.distance == pytest.approx(distance)


@given(TABLE, st.randoms())
def test_order_does_not_matter_and_only_splits_are_listed(table, chance):
    """Rows may come in any order; an item on which all say the same is never listed."""
    rows = said(table)
    shuffled = list(rows)
    chance.shuffle(shuffled)

    found = split_items(GRADED, rows)

    assert found == split_items(GRADED, shuffled)
    differ = {f"t{i}" for i, values in table.items() if len({v for v in values if v}) > 1}
    assert {one.place[0] for one in found} == differ
    assert [one.sides for one in found] == sorted((one.sides for one in found), reverse=True)
    assert all(0 <= one.sides <= 1 and 0 < one.distance <= 1 for one in found)
