"""Pass or fail: which side of a question an answer is on, whoever gave it and in whatever words.

An answer comes as the desk records it, or as another tool wrote it: ``"No"`` for False, ``1`` for
True, ``"4"`` for 4. What can be read neither way, such as "unsure", is on no side.
"""

from __future__ import annotations

from math import isnan
from typing import Any

from review_app.question_rules import can_fail
from review_app.questions import Question

PASSING_WORDS = frozenset({"pass", "passed", "yes", "true", "good", "correct", "1"})
FAILING_WORDS = frozenset({"fail", "failed", "no", "false", "bad", "incorrect", "0"})


def passes(question: Question, value: Any) -> bool | None:
    """Return an answer as pass or fail; None where it is neither, or the question has no such line.

    An option of the question counts as it is meant there, a number by the question's cut, anything
    else by everyday words.

    >>> asked = Question("q", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
    >>> passes(asked, "no"), passes(asked, "Mostly"), passes(asked, True), passes(asked, "unsure")
    (False, True, True, None)
    """
    if isinstance(value, bool) and can_fail(question):
        return value
    if value is None or isinstance(value, list) or not can_fail(question):
        return None
    option = _option(question, value)
    if option is not None:
        return _of_option(question, option)
    number = _number(_word(value))
    if number is not None and question.kind == "number" and question.pass_cut is not None:
        return number >= float(question.pass_cut)
    return in_everyday_words(value)


def fails(question: Question, value: Any) -> bool:
    """Tell whether an answer is a failing one: False, or below the pass cut.

    >>> fails(Question("ok", "pass_fail", options=("Pass", "Fail")), False)
    True
    """
    return passes(question, value) is False


def in_everyday_words(value: Any) -> bool | None:
    """Return what a word, or 1 or 0, says where no question explains it; None for neither.

    >>> in_everyday_words("Yes"), in_everyday_words(0.0), in_everyday_words("unsure")
    (True, False, None)
    """
    if isinstance(value, bool):
        return value
    word = _word(value)
    return word in PASSING_WORDS if word in PASSING_WORDS | FAILING_WORDS else None


def as_one_writes(question: Question, value: Any) -> Any:
    """Return an answer as all write it who mean the same, to compare it; None where it is none.

    >>> asked = Question("q", "choice", options=("No", "Yes"))
    >>> as_one_writes(asked, "yes"), as_one_writes(asked, float("nan"))
    ('Yes', None)
    """
    if isinstance(value, float) and isnan(value):
        return None
    if question.kind == "pass_fail":
        side = passes(question, value)
        return value if side is None else side
    if question.kind == "number" and isinstance(value, str):
        number = _number(_word(value))
        return value if number is None else number
    return _option(question, value) or value


def _option(question: Question, value: Any) -> str | None:
    word = _word(value)
    return next((one for one in question.options if one.casefold() == word), None)


def _of_option(question: Question, option: str) -> bool | None:
    if question.kind == "pass_fail":
        return option == question.options[0]
    if question.pass_cut not in question.options:
        return None
    return question.options.index(option) >= question.options.index(str(question.pass_cut))


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value).strip().casefold()


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return None if isnan(number) else number
