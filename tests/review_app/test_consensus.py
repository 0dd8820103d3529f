"""Consensus: named rules, ties that stay ties, and nothing decided silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.consensus import follows, verdict
from review_app.passing import passes
from review_app.questions import Question

SCALE = Question(
    "q", "choice", options=("No", "Mostly no", "Mostly yes", "Yes"), pass_cut="Mostly yes"
)


@pytest.mark.parametrize(
    "values, value, basis",
    [
        ([], None, "nobody"),
        ([None, None], None, "nobody"),
        (["Yes"], "Yes", "single"),
        (["Yes", None], "Yes", "single"),
        (["Yes", "Yes"], "Yes", "unanimous"),
        (["Yes", "No"], None, "tie"),
        (["Yes", "Yes", "No"], "Yes", "majority"),
        (["Yes", "No", "Mostly no"], None, "tie"),
        (["Yes", "Yes", "No", "Mostly no"], None, "tie"),
        ([True, True, False], True, "majority"),
        ([1, 1.0, 2], 1, "majority"),
        ([["a", "b"], ["a", "b"]], ["a", "b"], "unanimous"),
    ],
)
def test_what_answers_come_to(values, value, basis):
    """More than half decides; "cannot judge" is no vote; half is a tie, never broken silently."""
    found = verdict(values)
    assert (found.value, found.basis) == (value, basis)
    assert found.is_settled == (value is not None)


def test_an_adjudication_stands_above_the_votes():
    """What a lead decided is the label, and the votes beside it stay as they were."""
    found = verdict(["Yes", "Yes", "No"], adjudicated="No")
    assert (found.value, found.basis, found.votes) == ("No", "adjudicated", {'"Yes"': 2, '"No"': 1})
    assert found.share == pytest.approx(1 / 3)
    assert verdict(["Yes"], known=True).basis == "known answer"
    assert verdict([], adjudicated=False).value is False


@pytest.mark.parametrize(
    "rule, accepted",
    [
        ("majority", [True, True, True, False]),
        ("unanimous", [False, True, False, False]),
        ("adjudicated", [False, False, False, False]),
    ],
)
def test_a_rule_takes_what_it_names(rule, accepted):
    """Each rule takes what its name says, and an adjudication always."""
    cases = [["Yes"], ["Yes", "Yes"], ["Yes", "Yes", "No"], ["Yes", "No"]]
    assert [follows(rule, verdict(values)) for values in cases] == accepted
    assert follows(rule, verdict(["Yes", "No"], adjudicated="Yes"))


@given(st.lists(st.sampled_from(["Yes", "No", None]), max_size=9), st.randoms())
def test_order_does_not_matter(values, chance):
    """Who answered first changes nothing."""
    mixed = values[:]
    chance.shuffle(mixed)
    assert verdict(mixed) == verdict(values) or verdict(mixed).votes == verdict(values).votes
    assert verdict(mixed).basis == verdict(values).basis


def test_answers_pass_by_the_cut():
    """A scale with a cut becomes pass or fail answer by answer; without a cut it is neither."""
    assert [passes(SCALE, option) for option in SCALE.options] == [False, False, True, True]
    assert passes(SCALE, None) is None
    assert passes(Question("t", "text"), "word") is None
