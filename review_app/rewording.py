"""After a question changed: which earlier answers the change may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from review_app.answers import Assessment
from review_app.questions import Question

_NO_ANSWERS = ("practice", "look_alike")  # roles that are asked for another reason


def is_answer(question: Question, assessment: Assessment) -> bool:
    """Tell whether the assessment is a person's standing answer to the question."""
    return (
        assessment.name == question.name
        and assessment.expectation == question.expectation
        and assessment.source_type == "HUMAN"
        and assessment.valid
        and not assessment.says_nothing
        and assessment.metadata.get("review.role") not in _NO_ANSWERS
    )


def to_ask_again(
    question: Question,
    wordings: Mapping[str, Question],
    reworded_at_ms: int,
    answers: Mapping[str, Sequence[Assessment]],
) -> list[str]:
    """Return the ids of the traces whose answers the change of the question may touch.

    A trace that somebody answered under the present wording is not asked again.

    Args:
        question: as it reads now.
        wordings: earlier wordings by their version, as campaigns keep them.
        reworded_at_ms: when the wording last changed, milliseconds since the epoch; 0 for never.
        answers: trace id -> its standing answers.
    """
    return [
        trace_id
        for trace_id, given in answers.items()
        if not any(_is_present(question, answer) for answer in given)
        and any(_is_touched(question, wordings, reworded_at_ms, answer) for answer in given)
    ]


def may_touch(before: Question, after: Question, answer: Assessment) -> bool:
    """Tell whether somebody could answer otherwise, now that the question reads as ``after``.

    A new wording or a new option may touch every answer, an option that went only those that
    chose it, other bounds only the numbers at or beyond them. Who could not judge for want of
    knowledge or sources cannot judge now either.
    """
    unjudged = answer.metadata.get("review.cannot_judge", "")
    if unjudged in ("not_my_field", "source_missing"):
        return False
    if _reads(before) != _reads(after) or set(after.options) - set(before.options):
        return True
    if after.kind == "pass_fail":
        return before.options != after.options
    if after.kind == "number":
        return _is_at_a_bound(before, after, answer.value)
    chosen = answer.value if isinstance(answer.value, list) else [answer.value]
    return any(option in chosen for option in set(before.options) - set(after.options))


def values_lost(before: Question, after: Question, given: Iterable[Assessment]) -> int:
    """Return how many answers chose an option that the question no longer offers."""
    gone = set(before.options) - set(after.options)
    if before.kind not in ("choice", "choices"):
        return 0
    chosen = (a.value if isinstance(a.value, list) else [a.value] for a in given)
    return sum(any(value in gone for value in values) for values in chosen)


def _reads(question: Question) -> tuple[str, ...]:
    heading = question.heading
    return (heading, question.instruction, question.passed_example, question.failed_example)


def _is_present(question: Question, answer: Assessment) -> bool:
    return answer.metadata.get("review.question_version") == question.version


def _is_touched(
    question: Question, wordings: Mapping[str, Question], reworded_at_ms: int, answer: Assessment
) -> bool:
    version = answer.metadata.get("review.question_version", "")
    before = wordings.get(version)
    if before is not None:
        return may_touch(before, question, answer)
    return bool(version) or answer.created_ms < reworded_at_ms


def _is_at_a_bound(before: Question, after: Question, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    low, high = before.minimum, before.maximum
    moved_low = low != after.minimum and low is not None and value <= low
    moved_high = high != after.maximum and high is not None and value >= high
    outside = (after.minimum is not None and value < after.minimum) or (
        after.maximum is not None and value > after.maximum
    )
    return moved_low or moved_high or outside
