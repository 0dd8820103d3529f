"""What was answered to a question so far: counts, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor, log10
from statistics import median
from typing import Any

from review_app.answers import SKIP_REASON
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.passing import passes
from review_app.question_rules import can_fail
from review_app.questions import Question, in_words

WIDE_SHARE = 0.10  # of unjudged answers from which on the two bounds are said
MOST_VALUES = 7  # different numbers that get a bar each; more are put into ranges
RANGES = 5  # about so many, with round ends


@dataclass(frozen=True)
class Bar:
    """One value, or range of values, and the answers that gave it.

    Attributes:
        words: as a person says it.
        given: the answers.
        passes: whether it is a passing one; None where the question has no pass and fail.
    """

    words: str
    given: tuple[Given, ...]
    passes: bool | None = None

    @property
    def n(self) -> int:
        """How many answers."""
        return len(self.given)


@dataclass(frozen=True)
class QuestionNumbers:
    """How a question is being answered.

    Attributes:
        question: the question.
        judged: the independent answers that say something of the item.
        bars: the same by value, in the order of the options; () for texts.
        cannot_judge: why -> those who could not say.
        missing: turns that were submitted without an answer to it.
        left_out: why -> what was said and is not counted (``gold``, ``practice``, ``repeat``,
            ``seen``, ``unknown``, ``wording``, other roles).
        due: how many independent answers the plan asks for.
    """

    question: Question
    judged: tuple[Given, ...]
    bars: tuple[Bar, ...]
    cannot_judge: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    missing: tuple[Turn, ...] = ()
    left_out: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    due: int = 0

    @property
    def unjudged(self) -> int:
        """How many could not say."""
        return sum(map(len, self.cannot_judge.values()))

    @property
    def total(self) -> int:
        """How many submitted turns were asked the question and count."""
        return len(self.judged) + self.unjudged + len(self.missing)

    @property
    def items(self) -> int:
        """How many items the answers are about."""
        return len({(one.turn.trace_id, one.turn.unit) for one in self.judged})

    @property
    def passed(self) -> int | None:
        """How many answers pass; None where the question has no pass and fail."""
        if not can_fail(self.question):
            return None
        return sum(passes(self.question, one.value) is True for one in self.judged)

    @property
    def middle(self) -> float | None:
        """The median of a number's answers; None for other kinds, or without answers."""
        numbers = self.question.kind == "number" and [float(one.value) for one in self.judged]
        return median(numbers) if numbers else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The share that passes if all unjudged failed, and if all passed.

        None where the question has no pass and fail, or at most ``WIDE_SHARE`` is unjudged.
        """
        open_ = self.total - len(self.judged)
        if self.passed is None or not self.total or open_ <= WIDE_SHARE * self.total:
            return None
        return self.passed / self.total, (self.passed + open_) / self.total


def question_numbers(gathered: Gathered) -> tuple[QuestionNumbers, ...]:
    """Return the numbers of every question, in the order they are asked."""
    counted: dict[str, list[Given]] = {q.name: [] for q in gathered.campaign.questions}
    for one in gathered.first.values():
        if gathered.counted(one):
            counted[one.question].append(one)
    left_out: dict[str, dict[str, list[Given]]] = {name: {} for name in counted}
    for one in gathered.newest.values():
        why = one.question != SKIP_REASON and gathered.why_left_out(one)
        if why:
            left_out[one.question].setdefault(why, []).append(one)
    return tuple(
        _of_question(gathered, question, counted[question.name], left_out[question.name])
        for question in gathered.campaign.questions
    )


def _of_question(
    gathered: Gathered,
    question: Question,
    counted: list[Given],
    left_out: Mapping[str, list[Given]],
) -> QuestionNumbers:
    counted.sort(key=lambda one: one.turn)
    judged = tuple(one for one in counted if one.value is not None)
    cannot: dict[str, list[Given]] = {}
    for one in counted:
        if one.value is None:
            cannot.setdefault(one.cannot_judge, []).append(one)
    heard = {one.turn for one in counted}
    heard |= {turn for name, turn in gathered.newest if name == question.name}
    asked = [
        (turn, status)
        for turn, status in gathered.turns.items()
        if turn.round == 1 and gathered.planned[turn.trace_id, turn.unit].role == "reviewer"
    ]
    return QuestionNumbers(
        question=question,
        judged=judged,
        bars=tuple(_bars(question, judged)),
        cannot_judge={why: tuple(theirs) for why, theirs in sorted(cannot.items())},
        missing=tuple(sorted(t for t, s in asked if s == "complete" and t not in heard)),
        left_out={why: tuple(sorted(g, key=lambda o: o.turn)) for why, g in left_out.items()},
        due=len(asked),
    )


def _bars(question: Question, judged: Iterable[Given]) -> Iterable[Bar]:
    if question.kind == "text":
        return []
    if question.kind == "number":
        return _ranges(question, [one for one in judged if _is_number(one.value)])
    return _options(question, list(judged))


def _options(question: Question, judged: list[Given]) -> list[Bar]:
    """One bar for each option, also those that nobody chose."""
    choices: list[Any] = list(question.options)
    if question.kind == "pass_fail":
        choices = [True, False]
    return [
        Bar(
            in_words(question, choice),
            tuple(one for one in judged if _chose(one.value, choice)),
            passes(question, choice),
        )
        for choice in choices
    ]


def _chose(value: Any, choice: Any) -> bool:
    return choice in value if isinstance(value, list) else bool(value == choice)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _ranges(question: Question, judged: list[Given]) -> list[Bar]:
    """One bar for each number, or for equally wide ranges where there are many."""
    values = sorted({float(one.value) for one in judged})
    if len(values) <= MOST_VALUES:
        return [
            Bar(
                f"{value:g}",
                tuple(one for one in judged if float(one.value) == value),
                passes(question, value),
            )
            for value in values
        ]
    step = _round_step((values[-1] - values[0]) / RANGES)
    held: dict[int, list[Given]] = {
        n: [] for n in range(floor(values[0] / step), floor(values[-1] / step) + 1)
    }
    for one in judged:
        held[floor(float(one.value) / step)].append(one)
    return [Bar(f"{n * step:g} to {(n + 1) * step:g}", tuple(theirs)) for n, theirs in held.items()]


def _round_step(width: float) -> float:
    """Return the next larger of 1, 2, 5, 10, 20 ... and of .5, .2, .1 ...

    >>> _round_step(6.6), _round_step(0.13), _round_step(20)
    (10.0, 0.2, 20.0)
    """
    power = 10.0 ** floor(log10(width))
    return next(nice * power for nice in (1.0, 2.0, 5.0, 10.0) if nice * power >= width)
