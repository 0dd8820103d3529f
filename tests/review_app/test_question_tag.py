"""What MLflow's label schema lacks, as a tag."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.question_tag import TAG_MAX_LENGTH, tag_of, with_tag
from review_app.questions import Question

TONE = Question("tone", "choice", options=("Rude", "Kind"))
FULL = replace(
    TONE,
    title="Kind?",
    required=False,
    ask_why_on_fail=True,
    scale="ordinal",
    pass_cut="Kind",
    passed_example="*yes*",
    failed_example="“no”\n",
)


def test_everything_comes_back():
    """Title, examples, scale and the rest are what the lead entered, after MLflow kept them."""
    assert with_tag(TONE, tag_of(FULL)) == (FULL, 0)
    assert with_tag(TONE, tag_of(FULL, 17)) == (FULL, 17)


@pytest.mark.parametrize("kind, scale", [("number", "interval"), ("choice", "nominal")])
def test_without_a_tag_the_defaults_hold(kind, scale):
    """A question made in MLflow's own screens is one with the defaults of its kind."""
    question, reworded = with_tag(Question("a", kind, options=("x", "y")), "")
    assert (question.scale, question.required, question.title, reworded) == (scale, True, "", 0)


@pytest.mark.parametrize(
    "tag",
    [
        "no JSON",
        "[]",
        "[" * 100_000,
        '{"title": 7, "required": "yes", "scale": "best", "pass_cut": "Green"}',
        '{"pass_cut": true, "reworded_at_ms": "then", "passed_example": null}',
    ],
)
def test_what_somebody_broke_is_left_out(tag):
    """A tag that was edited by hand in MLflow never breaks the page."""
    assert with_tag(TONE, tag) == (TONE, 0)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.booleans())
def test_any_text_survives(text, required):
    """Any text that can be typed comes back as it was."""
    question = replace(TONE, title=text, passed_example=text, required=required)
    assert with_tag(TONE, tag_of(question))[0] == question
    assert len(tag_of(question)) < TAG_MAX_LENGTH
