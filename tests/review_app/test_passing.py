"""Pass or fail, of answers in whatever words."""

from __future__ import annotations

import pytest

from review_app.passing import as_one_writes, fails, passes
from review_app.questions import Question

PLAIN = Question("ok", "pass_fail", options=("Good", "Poor"))
GRADED = Question("tone", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
STARS = Question("stars", "number", pass_cut=3)


@pytest.mark.parametrize(
    "question, passing, failing, neither",
    [
        (
            PLAIN,
            [True, "good", "Yes", 1, 1.0, "TRUE"],
            [False, "Poor", "no", 0, "false"],
            [0.4, ""],
        ),
        (GRADED, ["Mostly", "yes", True], ["No", "no", False], ["n/a", 3, ["Yes"]]),
        (STARS, [3, 4.5, "4", True], [2, "2", 0, False], ["many", float("nan"), "nan"]),
        (Question("reversed", "pass_fail", options=("No", "Yes")), ["No", True], ["yes"], ["?"]),
        (Question("note", "text"), [], [], ["yes", True, 1]),
    ],
    ids=["pass or fail", "a scale", "a number", "No is the passing one", "a text"],
)
def test_an_answer_is_on_the_side_it_means(question, passing, failing, neither):
    """Options, words, 1 and 0 are on the side they mean; what is neither is on none."""
    assert {passes(question, value) for value in passing} <= {True}
    assert {passes(question, value) for value in failing} <= {False}
    assert [passes(question, value) for value in [*neither, None]] == [None] * (len(neither) + 1)
    assert all(fails(question, value) for value in failing)
    assert not any(fails(question, value) for value in [*passing, *neither])


def test_equal_answers_are_written_the_same():
    """The same answer in other words is the same when answers are compared."""
    assert {as_one_writes(PLAIN, value) for value in ("Good", "yes", 1, True)} == {True}
    assert as_one_writes(GRADED, "mostly") == "Mostly"
    assert as_one_writes(STARS, "4") == as_one_writes(STARS, 4)
    assert as_one_writes(PLAIN, "unsure") == "unsure"
    assert as_one_writes(STARS, float("nan")) is None
