"""What a judge learns from: the train split of a labeled set, one consensus an item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from review_app.errors import InvalidDesign
from review_app.judge_costs import Aligner, Forecast
from review_app.judges import Judge
from review_app.labeled_rows import LabeledRow
from review_app.passing import passes
from review_app.question_rules import can_fail
from review_app.questions import Question

FEWEST = 10  # items that SIMBA and GEPA take


@dataclass(frozen=True)
class Lesson:
    """One item to learn from.

    Attributes:
        trace_id: the item.
        value: what people together say, as the judge would say it.
        rationale: why, by those who say so; "" where nobody gave a reason.
    """

    trace_id: str
    value: Any
    rationale: str


@dataclass(frozen=True)
class Aligned:
    """A judge before and after it learned.

    Attributes:
        before: the version it started from.
        instructions: what it would be told now.
        by: how it learned.
        learned_from: run id of the labeled set version.
        lessons: how many items it learned from.
        calls: how often the model was asked.
        seconds: how long it took.
        failed: why calls failed -> how many did.
        lost: how many items it could not learn from, because their call failed.
    """

    before: Judge
    instructions: str
    by: Aligner
    learned_from: str
    lessons: int
    calls: int
    seconds: float
    failed: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0


@dataclass(frozen=True)
class AlignmentPlan:
    """What an alignment would learn from, and what it would cost.

    Attributes:
        lessons: items of the train split that can be learned from.
        passed: how many of them pass.
        failed: how many of them fail.
        left_out: why others cannot -> how many.
        forecast: what it costs at most.
    """

    lessons: int
    passed: int
    failed: int
    left_out: dict[str, int]
    forecast: Forecast


def lessons_of(
    question: Question, judge: Judge, rows: Sequence[LabeledRow]
) -> tuple[list[Lesson], Counter[str]]:
    """Return what a judge can learn from the train split, and why other items teach nothing.

    Rows of the test split are not even looked at.
    """
    lessons: list[Lesson] = []
    left_out: Counter[str] = Counter()
    for row in rows:
        if row.split != "train":
            continue
        value = row.label if judge.value == "pass or fail" else row.label_raw
        if row.unit != "trace":
            left_out["a whole conversation, which cannot be learned from"] += 1
        elif value is None:
            left_out["no consensus in the judge’s own values"] += 1
        else:
            lessons.append(Lesson(row.trace_id, value, _reasons(question, row)))
    return lessons, left_out


def passed_and_failed(question: Question, lessons: Sequence[Lesson]) -> tuple[int, int]:
    """Return how many of the lessons pass and fail; (0, 0) where nothing can fail."""
    if not can_fail(question):
        return 0, 0
    said = [one.value if isinstance(one.value, bool) else passes(question, one.value)
            for one in lessons]  # fmt: skip
    return sum(one is True for one in said), sum(one is False for one in said)


def check_lessons(by: Aligner, question: Question, judge: Judge, lessons: Sequence[Lesson]) -> None:
    """Let through only what can be learned from.

    Raises:
        InvalidDesign: saying what lacks.
    """
    if judge.kind != "instructions":
        raise InvalidDesign(f"{judge.source} is not told in words what to judge: it cannot learn.")
    if not lessons:
        raise InvalidDesign(
            "The train split holds no item to learn from. The test split is filled first: label"
            " more items, then freeze the next version of the set."
        )
    passed, failed = passed_and_failed(question, lessons)
    if can_fail(question) and not (passed and failed):
        which = "failed" if passed else "passed"
        raise InvalidDesign(f"The train split holds no {which} item, so there is nothing to tell.")
    if by == "MemAlign":
        return
    if len(lessons) < FEWEST:
        raise InvalidDesign(
            f"{by} needs at least {FEWEST} items; the train split has {len(lessons)}. MemAlign"
            " learns from fewer."
        )
    if judge.value not in ("pass or fail", "") and not judge.value.startswith("one of"):
        raise InvalidDesign(
            f"{by} only learns from answers that are exactly right or wrong. For {judge.value}"
            " choose MemAlign."
        )


def _reasons(question: Question, row: LabeledRow) -> str:
    """Return why the people said so who agree with the consensus, without their names."""
    agree = [
        one.rationale.strip()
        for one in row.who
        if one.rationale.strip() and _says(question, one.value) == row.label
    ]
    return "\n".join(dict.fromkeys(agree))


def _says(question: Question, value: Any) -> Any:
    return passes(question, value) if can_fail(question) else value
