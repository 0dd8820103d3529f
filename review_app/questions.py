"""Questions: what a reviewer is asked, and which answers are valid."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from review_app.errors import InvalidAnswer

Kind = Literal["pass_fail", "choice", "choices", "number", "text"]
Scale = Literal["nominal", "ordinal", "interval"]
Value = bool | int | float | str | list[str]

DEFAULT_SCALES: dict[Kind, Scale] = {
    "pass_fail": "nominal",
    "choice": "nominal",
    "choices": "nominal",
    "number": "interval",
    "text": "nominal",
}
TEXT_MAX_LENGTH = 100_000  # characters; the longest note that is stored
RESERVED_NAMES = ("first_failure", "skip_reason", "late_answer")  # written by the app itself


@dataclass(frozen=True)
class Question:
    """One question of a campaign; a native label schema of MLflow plus what MLflow lacks.

    Attributes:
        name: the assessment's name and the judge's name.
        kind: what sort of answer it takes.
        title: the question as the reviewer reads it; the name when "".
        instruction: what exactly is meant, at most 1,000 characters.
        options: the choices in listed order; for pass_fail the passing label, then the failing one.
        expectation: True when the answer is an expectation (what should have been), not feedback.
        comment: whether a rationale may be given.
        minimum: smallest number allowed; None for no bound.
        maximum: largest number allowed; None for no bound.
        max_length: most characters of a text; None for the app's own bound.
        required: whether an item can be submitted without it.
        ask_why_on_fail: whether a failing answer needs a rationale.
        scale: how answers compare.
        pass_cut: the lowest passing option or number of a scale; None when it has no cut.
        passed_example: an example that passes, Markdown; "" when there is none.
        failed_example: an example that fails, Markdown; "" when there is none.
        schema_id: MLflow's id of the label schema; "" before it is stored.
    """

    name: str
    kind: Kind
    title: str = ""
    instruction: str = ""
    options: tuple[str, ...] = ()
    expectation: bool = False
    comment: bool = True
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    required: bool = True
    ask_why_on_fail: bool = False
    scale: Scale = "nominal"
    pass_cut: str | float | None = None
    passed_example: str = ""
    failed_example: str = ""
    schema_id: str = ""

    @property
    def heading(self) -> str:
        """The question as the reviewer reads it."""
        return self.title or self.name.replace("_", " ")

    @property
    def version(self) -> str:
        """Hash of the wording: what the reviewer read when answering.

        >>> Question("a", "text").version == Question("a", "text", instruction="b").version
        False
        """
        read = {k: v for k, v in asdict(self).items() if k not in _NOT_READ}
        return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:12]


_NOT_READ = ("schema_id", "required", "scale", "pass_cut", "ask_why_on_fail")


def question_from(data: dict[str, Any]) -> Question:
    """Return the question that ``dataclasses.asdict`` once wrote, e.g. from campaign.json."""
    known = {k: v for k, v in data.items() if k in Question.__dataclass_fields__}
    return Question(**{**known, "options": tuple(known.get("options", ()))})


def check_value(question: Question, value: object) -> Value:
    """Return the value when the question allows it.

    Raises:
        InvalidAnswer: naming what is allowed.

    >>> check_value(Question("tone", "choice", options=("Kind", "Rude")), "Kind")
    'Kind'
    """
    return _CHECKS[question.kind](question, value)


def in_words(question: Question, value: object) -> str:
    """Return an answer as a person says it.

    >>> in_words(Question("ok", "pass_fail", options=("Pass", "Fail")), True)
    'Pass'
    """
    if question.kind == "pass_fail" and isinstance(value, bool):
        return question.options[0 if value else 1]
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _check_pass_fail(question: Question, value: object) -> Value:
    if not isinstance(value, bool):
        raise InvalidAnswer(
            f"“{question.heading}” takes {question.options[0]} or {question.options[1]}."
        )
    return value


def _check_choice(question: Question, value: object) -> Value:
    if not isinstance(value, str) or value not in question.options:
        raise InvalidAnswer(f"“{question.heading}” takes one of: {', '.join(question.options)}.")
    return value


def _check_choices(question: Question, value: object) -> Value:
    if not isinstance(value, list) or not all(v in question.options for v in value):
        raise InvalidAnswer(f"“{question.heading}” takes any of: {', '.join(question.options)}.")
    return [option for option in question.options if option in value]


def _check_number(question: Question, value: object) -> Value:
    low = -math.inf if question.minimum is None else question.minimum
    high = math.inf if question.maximum is None else question.maximum
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(float(str(value))) or not low <= float(str(value)) <= high:
        raise InvalidAnswer(f"“{question.heading}” takes a number{_bounds(question)}.")
    return value if isinstance(value, int) else float(str(value))


def _bounds(question: Question) -> str:
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return f" of at most {high:g}" if high is not None else ""


def _check_text(question: Question, value: object) -> Value:
    longest = min(question.max_length or TEXT_MAX_LENGTH, TEXT_MAX_LENGTH)
    if not isinstance(value, str) or not value.strip():
        raise InvalidAnswer(f"“{question.heading}” takes a text.")
    if len(value) > longest:
        raise InvalidAnswer(
            f"“{question.heading}” takes at most {longest:,} characters; yours has {len(value):,}."
        )
    return value.encode("utf-8", "replace").decode()


_CHECKS: dict[Kind, Callable[[Question, object], Value]] = {
    "pass_fail": _check_pass_fail,
    "choice": _check_choice,
    "choices": _check_choices,
    "number": _check_number,
    "text": _check_text,
}

DEFAULT_QUESTIONS = (
    Question(
        name="quality",
        kind="pass_fail",
        title="Is this answer good enough?",
        instruction="Would you be content if this answer had been sent in your name?",
        options=("Pass", "Fail"),
    ),
    Question(
        name="note",
        kind="text",
        title="Note",
        instruction="What would a colleague need to know?",
        comment=False,
        required=False,
    ),
)
