"""How a reviewer is doing: items whose answers are known, and items they were asked twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review_app.campaigns import PlanItem
from review_app.given import Given, Place, Turn
from review_app.intervals import Interval, wilson
from review_app.passing import passes
from review_app.questions import Question

ITEMS_FOR_A_SHARE = 10  # fewer are counted, without share, interval or warning


@dataclass(frozen=True)
class Check:
    """One answer held against another: whose it is, to which question, and whether they agree."""

    turn: Turn
    question: str
    right: bool


@dataclass(frozen=True)
class Tally:
    """Checks put together; those of several campaigns add up.

    The answers to one item hang together, so the interval counts items, not answers.
    """

    checks: tuple[Check, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.checks + other.checks)

    @property
    def right(self) -> int:
        """How many answers agree."""
        return sum(check.right for check in self.checks)

    @property
    def answers(self) -> int:
        """How many answers were checked."""
        return len(self.checks)

    @property
    def items(self) -> int:
        """How many items they are about."""
        return len({(check.turn.trace_id, check.turn.unit) for check in self.checks})

    @property
    def missed(self) -> int:
        """How many answers do not agree."""
        return self.answers - self.right

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that were checked, those with a miss first."""
        missed = {check.turn for check in self.checks if not check.right}
        turns = dict.fromkeys(check.turn for check in self.checks)
        return tuple(sorted(turns, key=lambda turn: turn not in missed))

    @property
    def share(self) -> float | None:
        """The share that agrees; None below ``ITEMS_FOR_A_SHARE`` items."""
        return self.right / self.answers if self.items >= ITEMS_FOR_A_SHARE else None

    @property
    def interval(self) -> Interval | None:
        """The share's 95 % interval; None below ``ITEMS_FOR_A_SHARE`` items."""
        return None if self.share is None else wilson(self.share, self.items)


def same_answer(question: Question, one: Any, other: Any) -> bool | None:
    """Tell whether two answers come to the same; None where that cannot be said, as of texts.

    Answers on the same side of a pass cut are the same.

    >>> graded = Question("q", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
    >>> same_answer(graded, "Mostly", "Yes"), same_answer(graded, "No", "Yes")
    (True, False)
    """
    if question.kind == "text":
        return None
    if question.kind == "choices":
        return set(_listed(one)) == set(_listed(other))
    if question.pass_cut is not None:
        return passes(question, one) == passes(question, other)
    return bool(one == other)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def gold_checks(
    questions: Mapping[str, Question],
    planned: Mapping[tuple[str, str], PlanItem],
    independent: Iterable[Given],
) -> list[Check]:
    """Hold answers to gold items against the right ones; practice items do not count.

    Args:
        questions: name -> question.
        planned: (trace id, unit) -> line of the plan.
        independent: independent answers of round 1.
    """
    checks = []
    versions = {name: question.version for name, question in questions.items()}
    for one in independent:
        item = planned.get((one.turn.trace_id, one.turn.unit))
        if item is None or item.role != "gold" or one.question not in item.right:
            continue
        question = questions.get(one.question)
        if question is None or one.value is None or one.wording != versions[one.question]:
            continue
        right = same_answer(question, one.value, item.right[one.question])
        if right is not None:
            checks.append(Check(one.turn, one.question, right))
    return sorted(checks, key=_by_place)


def repeat_checks(
    questions: Mapping[str, Question],
    before: Mapping[tuple[str, str, Turn], Given],
    again: Mapping[Place, Given],
) -> list[Check]:
    """Hold answers to repeats against the same person's first ones, where the wording is the same.

    Args:
        questions: name -> question.
        before: (wording, question, turn of round 1) -> independent answer, of any campaign.
        again: independent answers of later rounds.
    """
    checks = []
    for place, one in again.items():
        question = questions.get(place.question)
        first = before.get((place.wording, place.question, place.turn._replace(round=1)))
        if question is None or first is None or first.value is None or one.value is None:
            continue
        same = same_answer(question, one.value, first.value)
        if same is not None:
            checks.append(Check(one.turn, one.question, same))
    return sorted(checks, key=_by_place)


def _by_place(check: Check) -> tuple[Turn, str]:
    return check.turn, check.question
