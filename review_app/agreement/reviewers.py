"""Reviewers: how each one's answers to a question relate to those of the others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from review_app.agreement.bootstrap import interval
from review_app.agreement.coefficients import alpha
from review_app.agreement.pairs import by_item, compared
from review_app.agreement.ratings import Rating, ratings_of
from review_app.agreement.summary import Estimate
from review_app.checks import ITEMS_FOR_A_SHARE
from review_app.dawid_skene import dawid_skene
from review_app.given import Given, Turn
from review_app.intervals import Interval, newcombe, wilson
from review_app.passing import passes
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers

HASTY = 1 / 5  # of one's own median
PEOPLE_FOR_ERRORS, ITEMS_FOR_ERRORS = 3, 30


@dataclass(frozen=True)
class WithMajority:
    """One reviewer against what more than half of the others say, never including themselves.

    Attributes:
        same: on how many items both say the same.
        items: on how many the others have a majority; one other alone is one.
        ties: on how many more they have none.
        kappa: Cohen's; None where it is undefined.
    """

    same: int = 0
    items: int = 0
    ties: int = 0
    kappa: float | None = None

    @property
    def share(self) -> float | None:
        """The share of items on which both say the same; None below ``ITEMS_FOR_A_SHARE``."""
        return self.same / self.items if self.items >= ITEMS_FOR_A_SHARE else None

    @property
    def interval(self) -> Interval | None:
        """The share's 95 % interval."""
        return None if self.share is None else wilson(self.share, self.items)


@dataclass(frozen=True)
class Halves:
    """How many answers pass in the first and the second half of a reviewer's own time order.

    Attributes:
        first: how many of how many.
        second: the same.
    """

    first: tuple[int, int]
    second: tuple[int, int]

    @property
    def change(self) -> Interval | None:
        """The interval of second share minus first; None below ``ITEMS_FOR_A_SHARE`` answers."""
        few = min(self.first[1], self.second[1]) < ITEMS_FOR_A_SHARE
        return None if few else newcombe(self.second, self.first)


@dataclass(frozen=True)
class Errors:
    """How one reviewer errs, as Dawid and Skene estimate it.

    Attributes:
        misses: the share of failing items that the reviewer lets pass.
        false_alarms: the share of passing items that the reviewer lets fail.
        failing: how many of the reviewer's items fail, as estimated.
        passing: how many pass.
    """

    misses: float
    false_alarms: float
    failing: float
    passing: float


def with_majority(question: Question, answers: Iterable[Given]) -> dict[str, WithMajority]:
    """Return reviewer -> agreement with the strict majority of the others."""
    met: dict[str, Counter[tuple[Hashable, Hashable]]] = {}
    ties: Counter[str] = Counter()
    for _, said in by_item(answers):
        read = {name: compared(question, one.value) for name, one in said.items()}
        votes = Counter(read.values())
        for name, own in read.items():
            votes[own] -= 1
            top, n = votes.most_common(1)[0]
            if n and 2 * n > len(read) - 1:
                met.setdefault(name, Counter())[own, top] += 1
            elif len(read) > 1:
                ties[name] += 1
            votes[own] += 1
    return {
        name: _with_majority(met.get(name, Counter()), ties[name]) for name in sorted({*met, *ties})
    }


def _with_majority(met: Counter[tuple[Hashable, Hashable]], ties: int) -> WithMajority:
    n = met.total()
    same = sum(count for (own, other), count in met.items() if own == other)
    own, others = Counter[Hashable](), Counter[Hashable]()
    for (one, other), count in met.items():
        own[one] += count
        others[other] += count
    chance = sum(own[value] * others[value] for value in own)
    kappa = (n * same - chance) / (n * n - chance) if n * n > chance else None
    return WithMajority(same, n, ties, kappa)


def less_often(found: Mapping[str, WithMajority]) -> tuple[str, ...]:
    """Return who agrees with the majority surely less often than all together do."""
    items = sum(one.items for one in found.values())
    same = sum(one.same for one in found.values())
    return tuple(
        name
        for name, one in found.items()
        if one.interval is not None and one.interval.high < same / items
    )


def alpha_without(
    question: Question, answers: Sequence[Given], clusters: Mapping[str, Hashable]
) -> tuple[Estimate, dict[str, Estimate]]:
    """Return alpha of all reviewers, and reviewer -> alpha of all the others.

    Args:
        question: with a pass cut its answers are taken as pass or fail.
        answers: to it, independent ones of one wording.
        clusters: trace id -> what its items are drawn together with.
    """
    ratings = [
        Rating(place, name, compared(question, one.value), clusters.get(place[0]))
        for place, said in by_item(answers)
        for name, one in said.items()
    ]
    sided = any(passes(question, one.value) is not None for one in answers)
    scale = "nominal" if sided or question.kind == "choices" else question.scale
    order = question.options if question.kind == "choice" and not sided else ()

    def of(rows: list[Rating]) -> Estimate:
        found = alpha(ratings_of(rows, order), scale)
        point = found.point
        return Estimate(None) if math.isnan(point) else Estimate(point, interval(found))

    people = sorted({one.person for one in ratings})
    return of(ratings), {
        name: of([one for one in ratings if one.person != name]) for name in people
    }


def halves(question: Question, answers: Iterable[Given]) -> dict[str, Halves]:
    """Return reviewer -> their halves, of those who answered twice or more as pass or fail."""
    own: dict[str, list[Given]] = {}
    for one in answers:
        if passes(question, one.value) is not None:
            own.setdefault(one.turn.reviewer, []).append(one)
    found = {}
    for name, given in sorted(own.items()):
        ordered = sorted(given, key=lambda one: (one.given_ms, *one.order))
        good = [bool(passes(question, one.value)) for one in ordered]
        middle = len(good) // 2
        if middle:
            first, second = good[:middle], good[middle:]
            found[name] = Halves((sum(first), len(first)), (sum(second), len(second)))
    return found


def hasty_turns(numbers: ReviewerNumbers) -> tuple[Turn, ...]:
    """Return the turns that took less than a fifth of the reviewer's own median."""
    usual = numbers.median_seconds or 0.0
    return tuple(turn for turn, took in numbers.seconds.items() if took < HASTY * usual)


def estimated_errors(question: Question, answers: Iterable[Given]) -> dict[str, Errors]:
    """Return reviewer -> how they err; {} with too few reviewers or shared items, or no pass cut.

    Only items that two people or more answered say anything, and only whoever answered
    ``ITEMS_FOR_ERRORS`` of them is estimated.
    """
    rows = [
        (place, name, passes(question, one.value))
        for place, said in by_item(answers)
        if len(said) > 1
        for name, one in said.items()
    ]
    shared = Counter(name for _, name, _ in rows)
    enough = {name for name, n in shared.items() if n >= ITEMS_FOR_ERRORS}
    sides = {side for _, _, side in rows}
    if len(enough) < PEOPLE_FOR_ERRORS or sides != {True, False}:
        return {}
    found = dawid_skene(rows)
    bad, good = found.categories.index(False), found.categories.index(True)
    number = {item: at for at, item in enumerate(found.items)}
    failing: Counter[str] = Counter()
    for place, name, _ in rows:
        failing[name] += found.shares[number[place], bad]
    return {
        name: Errors(
            misses=float(found.error_matrix(name)[bad, good]),
            false_alarms=float(found.error_matrix(name)[good, bad]),
            failing=float(failing[name]),
            passing=shared[name] - float(failing[name]),
        )
        for name in sorted(enough)
    }
