"""The demo's campaigns ask what MLflow can hold and a first visitor can understand."""

from __future__ import annotations

import pytest

from review_app.demo.campaigns import ALL, FIRST_LOOK, REVIEW, TRY_IT
from review_app.passing import fails


@pytest.mark.parametrize("campaign", ALL, ids=lambda c: c.name)
def test_questions_fit_into_mlflow(campaign):
    """MLflow takes at most ten options of 64 characters and 1,000 characters of instruction."""
    for question in campaign.questions:
        assert len(question.instruction) <= 1000
        assert len(question.options) <= 10
        assert all(len(option) <= 64 for option in question.options)
    assert campaign.purpose
    assert campaign.instructions


def test_ratings_pass_from_mostly_yes():
    """The pass cut of the four questions is 3 of 4."""
    for question in REVIEW.questions:
        assert question.scale == "ordinal"
        passed = [option for option in question.options if not fails(question, option)]
        assert passed == ["Mostly yes", "Yes"]


def test_every_kind_of_question_can_be_tried():
    """A visitor meets a pass/fail, a scale, several choices, a note and an expected answer."""
    assert [(q.kind, q.expectation) for q in TRY_IT.questions] == [
        ("pass_fail", False),
        ("choice", False),
        ("choices", False),
        ("text", False),
        ("text", True),
    ]
    assert [q.name for q in TRY_IT.questions if q.required] == ["good_enough", "grounded"]


def test_what_is_made_up_is_said():
    """Whoever opens the first look reads that the thumbs and the people are made up."""
    assert "made up" in FIRST_LOOK.purpose
    assert "no random sample" in FIRST_LOOK.purpose
