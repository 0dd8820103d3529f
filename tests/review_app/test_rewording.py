"""Which earlier answers the change of a question may touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.questions import Question
from review_app.rewording import is_answer, may_touch, to_ask_again, values_lost

OK = Question("ok", "pass_fail", options=("Pass", "Fail"), instruction="Is it?")
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"))
FLAWS = Question("flaws", "choices", options=("Wrong", "Late"))
SCORE = Question("score", "number", minimum=1, maximum=5)
NEW = replace(OK, instruction="Is it really?")


def said(question, value, version=None, **metadata):
    """An answer to the question, in the wording of ``version``."""
    kept = {"review.question_version": version} if version else {}
    kept |= {f"review.{name}": text for name, text in metadata.items()}
    return Assessment(question.name, value, "ana", metadata=kept, created_ms=100)


@pytest.mark.parametrize(
    "before, after, value, touched",
    [
        (OK, NEW, True, True),
        (OK, replace(OK, title="Good?"), True, True),
        (OK, replace(OK, failed_example="x"), True, True),
        (OK, replace(OK, options=("Good", "Fail")), False, True),
        (OK, replace(OK, comment=False), True, False),
        (OK, replace(OK, title="ok"), True, False),
        (TONE, replace(TONE, options=("Plain", "Kind")), "Rude", True),
        (TONE, replace(TONE, options=("Plain", "Kind")), "Kind", False),
        (TONE, replace(TONE, options=(*TONE.options, "Warm")), "Kind", True),
        (TONE, replace(TONE, options=TONE.options[::-1]), "Kind", False),
        (FLAWS, replace(FLAWS, options=("Wrong",)), ["Late"], True),
        (FLAWS, replace(FLAWS, options=("Wrong",)), ["Wrong"], False),
        (SCORE, replace(SCORE, maximum=10), 5, True),
        (SCORE, replace(SCORE, maximum=10), 4, False),
        (SCORE, replace(SCORE, maximum=4), 4.5, True),
        (SCORE, replace(SCORE, minimum=None), 1, True),
        (SCORE, replace(SCORE, minimum=2), 3, False),
    ],
)
def test_what_a_change_touches(before, after, value, touched):
    """Only answers that somebody could give otherwise now are offered for another look."""
    assert may_touch(before, after, said(before, value)) is touched


@pytest.mark.parametrize(
    "why, touched",
    [("question_unclear", True), ("not_my_field", False), ("source_missing", False)],
)
def test_who_could_not_judge(why, touched):
    """A clearer wording helps who found the question unclear, not who lacks the knowledge."""
    assert may_touch(OK, NEW, said(OK, None, cannot_judge=why)) is touched


def test_who_is_asked_again():
    """Items answered under an earlier wording are asked again, but not those answered since."""
    answers = {
        "earlier": [said(OK, True, OK.version)],
        "both": [said(OK, True, OK.version), said(OK, True, NEW.version)],
        "present": [said(OK, True, NEW.version)],
        "an unknown wording": [said(OK, True, "0123456789ab")],
        "no wording": [said(OK, True)],
    }
    wordings = {OK.version: OK, NEW.version: NEW}
    asked = to_ask_again(NEW, wordings, 0, answers)
    assert asked == ["earlier", "an unknown wording"]


@pytest.mark.parametrize("reworded, asked", [(0, []), (100, []), (101, ["t"])])
def test_answers_without_a_wording(reworded, asked):
    """An answer from MLflow's own tab counts as earlier when the wording changed after it."""
    assert to_ask_again(OK, {}, reworded, {"t": [said(OK, True)]}) == asked


def test_a_change_back_touches_nothing():
    """Who restores the old wording has nothing to ask again."""
    answers = {"t": [said(OK, True, OK.version)]}
    assert to_ask_again(OK, {OK.version: OK, NEW.version: NEW}, 500, answers) == []


def test_options_that_go():
    """A lead reads how many answers chose what would no longer be offered."""
    given = [said(TONE, "Rude"), said(TONE, "Kind"), said(TONE, None)]
    assert values_lost(TONE, replace(TONE, options=("Plain", "Kind")), given) == 1
    assert values_lost(FLAWS, replace(FLAWS, options=("Late",)), [said(FLAWS, ["Wrong"])]) == 1
    assert values_lost(OK, replace(OK, options=("Good", "Bad")), [said(OK, True)]) == 0


@pytest.mark.parametrize(
    "assessment, counts",
    [
        (said(OK, True), True),
        (said(OK, None, cannot_judge="not_my_field"), True),
        (replace(said(OK, True), valid=False), False),
        (replace(said(OK, True), source_type="LLM_JUDGE"), False),
        (replace(said(OK, True), expectation=True), False),
        (replace(said(OK, True), name="other"), False),
        (said(OK, None, cleared="true"), False),
        (said(OK, True, role="practice"), False),
    ],
)
def test_what_is_an_answer(assessment, counts):
    """Scores of judges, practice and what was taken back are no answers."""
    assert is_answer(OK, assessment) is counts
