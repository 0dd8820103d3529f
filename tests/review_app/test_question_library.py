"""The library of questions to start from."""

from __future__ import annotations

import pytest

from review_app.passing import fails
from review_app.question_library import FIRST_CHOICE, LIBRARY, from_library
from review_app.question_rules import can_fail, question_problems
from review_app.questions import check_value

QUESTIONS = [question for shelf in LIBRARY for question in shelf.questions]
TEXT_WIDTH = 400  # characters; an explanation that is longer is not read


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_question_can_be_added(question):
    """Each question of the library can be stored as it is, also beside all the others."""
    others = [other for other in QUESTIONS if other is not question]
    assert question_problems(question, others) == ()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_question_says_what_is_meant(question):
    """A reviewer reads a question and a short explanation; where it can fail, two examples."""
    assert question.title
    assert question.title.endswith("?") or question.title == "Note"
    assert 40 < len(question.instruction) <= TEXT_WIDTH
    if can_fail(question):
        assert question.passed_example
        assert question.failed_example


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.pass_cut is not None], ids=lambda q: q.name
)
def test_examples_lie_on_their_side_of_the_line(question):
    """On a scale each example names its answer, and it passes or fails as it says."""
    for text, is_failing in ((question.passed_example, False), (question.failed_example, True)):
        answer = text.split("*")[1]
        assert fails(question, check_value(question, answer)) is is_failing


def test_the_library_serves_both_kinds_of_app():
    """There is something for assistants that look things up, for agents, and for own words."""
    names = {question.name for question in QUESTIONS}
    assert {"faithful", "complete", "answers_the_question", "right_tool", "sql_right"} <= names
    assert {"safe", "tone", "what_is_wrong", "note"} <= names
    assert from_library("expected_answer").expectation
    assert len(names) == len(QUESTIONS) >= 20


def test_the_first_choice_is_short():
    """Where nothing is asked yet, a verdict, its reason and a note are ticked."""
    assert [from_library(name).kind for name in FIRST_CHOICE] == ["pass_fail", "choices", "text"]
    assert from_library("no such question") is None
