"""Which answers a question takes, and which of them fail."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.errors import InvalidAnswer
from review_app.passing import fails
from review_app.questions import DEFAULT_QUESTIONS, Question, check_value, in_words, question_from

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
TONE = Question("tone", "choice", options=("Kind", "Plain", "Rude"))
FLAWS = Question("flaws", "choices", options=("Wrong", "Late", "Long"))
SCORE = Question("score", "number", minimum=1, maximum=5)
NOTE = Question("note", "text", max_length=10)
ALL = (OK, TONE, FLAWS, SCORE, NOTE)

json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.just(10**400),
        st.floats(),
        st.text(st.characters(exclude_categories=())),
        st.sampled_from(["Pass", "Kind", "Wrong"]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "question, value, stored",
    [
        (OK, True, True),
        (OK, False, False),
        (TONE, "Rude", "Rude"),
        (FLAWS, ["Long", "Wrong", "Long"], ["Wrong", "Long"]),
        (FLAWS, [], []),
        (SCORE, 1, 1),
        (SCORE, 4.5, 4.5),
        (SCORE, 5, 5),
        (Question("free", "number"), -1e300, -1e300),
        (NOTE, "fine", "fine"),
        (NOTE, "x" * 10, "x" * 10),
        (NOTE, "half \ud83d", "half ?"),
    ],
)
def test_what_a_question_takes(question, value, stored):
    """What a person may answer is stored as they said it, several choices in listed order."""
    assert check_value(question, value) == stored
    assert type(check_value(question, value)) is type(stored)


@pytest.mark.parametrize(
    "question, value",
    [
        (OK, 1),
        (OK, 0),
        (OK, "Pass"),
        (OK, None),
        (TONE, "kind"),
        (TONE, 1),
        (TONE, ["Kind"]),
        (TONE, None),
        (FLAWS, "Wrong"),
        (FLAWS, ["Wrong", "Green"]),
        (FLAWS, [["Wrong"]]),
        (SCORE, True),
        (SCORE, "3"),
        (SCORE, 0.99),
        (SCORE, 6),
        (SCORE, math.nan),
        (SCORE, math.inf),
        (Question("free", "number"), 10**400),
        (Question("free", "number"), -math.inf),
        (NOTE, ""),
        (NOTE, " \n"),
        (NOTE, "x" * 11),
        (NOTE, 7),
        (Question("long", "text"), "x" * 100_001),
    ],
)
def test_what_a_question_does_not_take(question, value):
    """An answer outside what is allowed is refused by a sentence that names the question."""
    with pytest.raises(InvalidAnswer, match=rf"^“{question.name}” takes .*\.$"):
        check_value(question, value)


def stored_or_refused(question, value) -> Any:
    try:
        return check_value(question, value)
    except InvalidAnswer:
        return None


@given(st.sampled_from(ALL), json_values)
@settings(max_examples=500)
def test_anything_is_an_answer_or_a_sentence(question, value):
    """Whatever is sent as an answer is stored as text that MLflow can hold, or refused."""
    stored = stored_or_refused(question, value)
    if stored is not None:
        assert check_value(question, stored) == stored
        assert in_words(question, stored).encode("utf-8") is not None


@pytest.mark.parametrize(
    "question, value, is_failing",
    [
        (OK, False, True),
        (OK, True, False),
        (TONE, "Rude", False),
        (replace(TONE, pass_cut="Plain"), "Kind", True),
        (replace(TONE, pass_cut="Plain"), "Plain", False),
        (replace(SCORE, pass_cut=3.0), 2.9, True),
        (replace(SCORE, pass_cut=3.0), 3, False),
        (SCORE, 1, False),
    ],
)
def test_what_fails(question, value, is_failing):
    """A scale has a lowest passing answer, or none; below it an answer fails."""
    assert fails(question, value) is is_failing


def test_answers_in_words():
    """An answer reads as the person said it."""
    said = [in_words(OK, False), in_words(FLAWS, ["Wrong", "Late"]), in_words(SCORE, 4.0)]
    assert said == ["Fail", "Wrong, Late", "4"]


@pytest.mark.parametrize(
    "question", [*ALL, *DEFAULT_QUESTIONS], ids=lambda q: f"{q.name} {q.kind} {q.title}"
)
def test_a_question_survives_campaign_json(question):
    """A question read from campaign.json is the one that was written, also by a newer version."""
    assert question_from({**asdict(question), "added_later": 1}) == question


def test_the_version_is_what_was_read():
    """Another wording is another version; what the reviewer does not read changes nothing."""
    unread = replace(TONE, schema_id="s", required=False, pass_cut="Plain", ask_why_on_fail=True)
    assert TONE.version == unread.version
    read = [replace(TONE, instruction="Say"), replace(TONE, options=("Kind", "Rude"))]
    assert len({TONE.version, *(q.version for q in read)}) == 3
