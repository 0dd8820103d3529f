"""Judges made from questions: their text, their values, and what cannot be judged."""

from __future__ import annotations

import time

import pytest

from review_app.errors import InvalidDesign
from review_app.judge_making import (
    VARIABLES,
    changed_lines,
    instructions_for,
    instructions_problem,
    value_in_words,
    value_type,
)
from review_app.questions import Question


@pytest.mark.parametrize(
    "question,says",
    [
        (Question("q", "pass_fail", options=("Good", "Bad")), "Say true for “Good”, false"),
        (Question("q", "choice", options=("No", "Yes")), "Say one of: No, Yes."),
        (Question("q", "choices", options=("a", "b")), "Say all that apply of: a, b."),
        (Question("q", "number", minimum=1, maximum=5), "Say a number from 1 to 5."),
        (Question("q", "number", minimum=1), "Say a number of at least 1."),
        (Question("q", "number"), "Say a number."),
    ],
)
def test_a_judge_is_told_which_answers_there_are(question, says):
    """Each kind of question tells its judge how to answer, and what it reads."""
    told = instructions_for(question)
    assert says in told
    assert told.endswith("{{ inputs }}\n\nWhat the app answered:\n{{ outputs }}")
    assert instructions_problem(told) == ""
    assert "{{ trace }}" in instructions_for(question, "steps")


def test_the_wording_is_what_people_read():
    """Title, explanation and both examples reach the judge; nothing in them is filled in."""
    question = Question(
        "q", "pass_fail", "Right?", "No {{ guesses }}.", ("Pass", "Fail"),
        passed_example="Paris.", failed_example="Maybe {{ trace }}.",
    )  # fmt: skip
    told = instructions_for(question)
    assert told.startswith("Right?\n\nNo { { guesses }}.")
    assert "An example that passes:\nParis." in told
    assert "An example that fails:\nMaybe { { trace }}." in told
    assert instructions_problem(told) == ""


def test_a_text_cannot_be_judged():
    """A free text is nothing that could be counted; the sentence says what to choose instead."""
    note = Question("note", "text", "What would help?")
    with pytest.raises(InvalidDesign, match="cannot be counted"):
        instructions_for(note)
    with pytest.raises(InvalidDesign, match="pass or fail"):
        value_type(note)


@pytest.mark.parametrize(
    "text,problem",
    [
        ("  ", "Please tell the judge"),
        ("Good?", "Say what the judge reads"),
        ("{{ expectations }}", "Say what the judge reads"),
        ("{{ answer }} {{ inputs }}", "{{ answer }} means nothing"),
        ("{{inputs}}", ""),
        ("{{ inputs }} {{ outputs.__class__ }}", "{{ outputs.__class__ }} means nothing"),
    ],
)
def test_what_a_judge_cannot_be_told(text, problem):
    """A text that MLflow would refuse is refused before, in words."""
    assert instructions_problem(text).startswith(problem)
    assert bool(instructions_problem(text)) == bool(problem)


def test_mlflow_knows_the_same_variables():
    """What instructions may refer to is what MLflow takes, but for whole conversations."""
    from mlflow.exceptions import MlflowException
    from mlflow.genai.judges import make_judge

    told = " ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
    make_judge("good", told, model="openai:/x", feedback_value_type=bool)
    with pytest.raises(MlflowException, match="unsupported variables"):
        make_judge("good", "{{ answer }} {{ inputs }}", model="openai:/x")


def test_values_in_words():
    """What a judge says is told from the schema that MLflow stores, an unknown one not at all."""
    kinds = ["boolean", "integer", "array", "string", "object"]
    said = [value_in_words({"type": kind}) for kind in kinds]
    assert said == ["pass or fail", "a whole number", "several words", "a text", ""]
    assert value_in_words({"const": "Yes"}) == "one of: Yes"


def test_changes_are_lines():
    """A changed line is shown as gone and new, never with marks of where in the line."""
    lines = changed_lines("Is it good?\nBe fair.", "Is it good!\nBe fair.\nBe short.")
    assert lines == [
        ("-", "Is it good?"),
        ("+", "Is it good!"),
        (" ", "Be fair."),
        ("+", "Be short."),
    ]


def test_a_text_that_was_written_anew_is_compared_at_once():
    """A judge's text of hundreds of lines, each a little different, does not hold the page up."""
    before = [f"Rule {n}: say whether the answer holds to the source." for n in range(400)]
    after = [f"{line[:-1]}, and why." for line in before]
    started = time.perf_counter()
    lines = changed_lines("\n".join(before), "\n".join(after))
    assert time.perf_counter() - started < 1
    assert lines == [("-", line) for line in before] + [("+", line) for line in after]
