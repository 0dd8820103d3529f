"""What a question must fulfil before it is stored."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow.genai.label_schemas import InputCategorical, InputNumeric, InputPassFail, InputText
from mlflow.genai.label_schemas.validation import validate_schema_for_create

from review_app.question_rules import can_fail, name_from, question_problems
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"), schema_id="ls-1")
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), scale="ordinal")
FLAWS = Question("flaws", "choices", options=("Wrong",))
SCORE = Question("score", "number", minimum=1, maximum=5)
NOTE = Question("note", "text", max_length=500)

texts = st.text(st.characters(exclude_categories=()), max_size=70)
numbers = st.none() | st.floats() | st.integers(-9, 9)
questions = st.builds(
    Question,
    name=texts | st.sampled_from(["ok", "OK", "Feedback", "late_answer", "x" * 251]),
    kind=st.sampled_from(["pass_fail", "choice", "choices", "number", "text"]),
    title=texts,
    instruction=texts | st.just("i" * 1001),
    options=st.lists(texts | st.sampled_from(["Yes", "No"]), max_size=11).map(tuple),
    expectation=st.booleans(),
    comment=st.booleans(),
    minimum=numbers,
    maximum=numbers,
    max_length=st.none() | st.integers(-1, 10**6),
    ask_why_on_fail=st.booleans(),
    scale=st.sampled_from(["nominal", "ordinal", "interval"]),
    pass_cut=st.none() | st.floats() | st.sampled_from(["Yes", "No"]),
    passed_example=texts | st.just("e" * 20_000),
)


def told(question: Question, *others: Question) -> list[str]:
    """The fields that a problem belongs to."""
    return [problem.field for problem in question_problems(question, others)]


@pytest.mark.parametrize("question", [OK, TONE, FLAWS, SCORE, NOTE])
def test_good_questions_have_no_problem(question):
    """A question of any kind that makes sense can be stored."""
    assert question_problems(question, [replace(OK, name="other")]) == ()


@pytest.mark.parametrize(
    "name, sentence",
    [
        ("", "give the question a name"),
        ("  ", "give the question a name"),
        ("n" * 251, "at most 250 characters; this has 251"),
        (" tone", "begin or end with a space"),
        ("a`b", "one line"),
        ("a\nb", "one line"),
        ("feedBACK", "MLflow’s own question"),
        ("First_Failure", "written by this app itself"),
        ("skip_reason", "written by this app itself"),
        ("late_answer", "written by this app itself"),
        ("user_feedback", "what end users say"),
        ("OK", "a question called “ok” already"),
    ],
)
def test_a_name_that_cannot_be_used(name, sentence):
    """A lead reads at the name why it cannot be used, also where only its case differs."""
    [problem] = question_problems(replace(NOTE, name=name), [OK])
    assert problem.field == "name"
    assert sentence in problem.sentence


def test_the_names_of_end_user_feedback_are_a_setting():
    """Where the app logs thumbs under another name, that name is taken instead."""
    thumbs = replace(NOTE, name="Thumbs")
    assert question_problems(thumbs, [], feedback_names=["thumbs"])[0].field == "name"
    assert question_problems(replace(NOTE, name="user_feedback"), [], feedback_names=[]) == ()


def test_a_question_keeps_its_own_name():
    """Editing a question is not a clash with what is stored of it."""
    assert told(replace(OK, instruction="Really?"), OK) == []
    assert told(replace(OK, schema_id=""), OK) == ["name"]


@pytest.mark.parametrize(
    "question, field",
    [
        (replace(OK, options=("Pass",)), "options"),
        (replace(OK, options=("Pass", " ")), "options"),
        (replace(OK, options=("Pass", "pass")), "options"),
        (replace(TONE, options=("Rude",)), "options"),
        (replace(TONE, options=tuple("abcdefghijk")), "options"),
        (replace(TONE, options=("o" * 65, "Kind")), "options"),
        (replace(TONE, options=("Kind", "kind ")), "options"),
        (replace(TONE, options=("Kind", "")), "options"),
        (replace(FLAWS, options=()), "options"),
        (replace(SCORE, minimum=5), "maximum"),
        (replace(SCORE, minimum=math.nan), "minimum"),
        (replace(SCORE, maximum=math.inf), "maximum"),
        (replace(SCORE, maximum=None, pass_cut=math.inf), "pass_cut"),
        (replace(SCORE, pass_cut=6.0), "pass_cut"),
        (replace(SCORE, pass_cut=1), "pass_cut"),
        (replace(SCORE, pass_cut="3"), "pass_cut"),
        (replace(TONE, pass_cut="Green"), "pass_cut"),
        (replace(TONE, pass_cut="Rude"), "pass_cut"),
        (replace(TONE, pass_cut="Kind", scale="nominal"), "pass_cut"),
        (replace(NOTE, pass_cut="Kind"), "pass_cut"),
        (replace(NOTE, max_length=0), "max_length"),
        (replace(NOTE, max_length=100_001), "max_length"),
        (replace(NOTE, instruction="i" * 1_001), "instruction"),
        (replace(NOTE, instruction="half \ud83d"), "instruction"),
        (replace(NOTE, title="t" * 251), "title"),
        (replace(OK, passed_example="\x00"), "passed_example"),
        (replace(OK, passed_example="e" * 20_000), "failed_example"),
        (replace(OK, ask_why_on_fail=True, comment=False), "ask_why_on_fail"),
    ],
)
def test_each_problem_stands_at_its_field(question, field):
    """A lead finds the sentence at the field that has to change, and nowhere else."""
    assert told(question) == [field]


@pytest.mark.parametrize(
    "question",
    [
        replace(TONE, options=tuple("abcdefghij")),
        replace(TONE, options=("o" * 64, "Kind"), pass_cut="Kind"),
        replace(SCORE, pass_cut=5),
        replace(SCORE, minimum=None, maximum=None, pass_cut=-2.5),
        replace(NOTE, name="n" * 250, instruction="i" * 1_000, title="t" * 250),
        replace(NOTE, name="Is it ok? 50 % “ja” / 'no'"),
    ],
)
def test_the_limits_themselves_are_allowed(question):
    """What lies exactly on a limit can be stored."""
    assert told(question) == []


def schema_input(question: Question):
    if question.kind == "pass_fail":
        return InputPassFail(*question.options)
    if question.kind in ("choice", "choices"):
        return InputCategorical(list(question.options), multi_select=question.kind == "choices")
    if question.kind == "number":
        return InputNumeric(question.minimum, question.maximum)
    return InputText(question.max_length)


@given(questions)
@settings(max_examples=400)
def test_what_has_no_problem_is_taken_by_mlflow(question):
    """Whatever a lead enters is either refused here with a sentence, or taken by MLflow."""
    problems = question_problems(question, [OK])
    assert all(p.sentence.endswith((".", "?")) and "Input" not in p.sentence for p in problems)
    if not problems:
        validate_schema_for_create(
            name=question.name,
            type="expectation" if question.expectation else "feedback",
            input=schema_input(question),
            instruction=question.instruction or None,
            enable_comment=question.comment,
        )


@pytest.mark.parametrize(
    "title, name",
    [
        ("Is the answer faithful?", "is_the_answer_faithful"),
        ("Größe & Maß", "groe_ma"),
        ("???", ""),
        ("a" * 60, "a" * 40),
        (
            "Is this answer good enough to be sent in your name?",
            "is_this_answer_good_enough_to_be_sent_in",
        ),
    ],
)
def test_a_name_is_made_from_the_question(title, name):
    """A lead who leaves the name empty gets a short one, made from the question."""
    assert name_from(title) == name


@given(texts)
def test_a_made_name_can_be_used(title):
    """A name made from any question is empty or allowed."""
    name = name_from(title)
    assert not name or told(replace(NOTE, name=name)) == [] or name == "feedback"


def test_what_can_fail():
    """Pass or fail can fail, a scale only where it has a line."""
    assert can_fail(OK)
    assert can_fail(replace(TONE, pass_cut="Kind"))
    assert not can_fail(TONE)
