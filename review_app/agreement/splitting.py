"""Splitting: the items on which people went apart, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from review_app.agreement.pairs import Place, by_item, compared
from review_app.given import Given
from review_app.questions import Question


@dataclass(frozen=True)
class SplitItem:
    """An item on which not all said the same.

    Attributes:
        place: trace id and unit.
        said: the answers, by the names of who gave them.
        sides: the share of pairs of people who went apart: on different sides of a pass cut, or
            with different answers where there is none.
        distance: how far apart two people are on the scale, from 0 to 1, as a mean over pairs.
    """

    place: Place
    said: tuple[Given, ...]
    sides: float
    distance: float


def split_items(question: Question, answers: Iterable[Given]) -> tuple[SplitItem, ...]:
    """Return the items that split people: first by sides, then by distance on the scale.

    Args:
        question: what makes two answers the same, and how far they are apart.
        answers: to it, independent ones of one wording.
    """
    given = [(place, list(said.values())) for place, said in by_item(answers)]
    width = _width(question, (one.value for _, said in given for one in said))
    found = []
    for place, said in given:
        if len({repr(one.value) for one in said}) > 1:
            found.append(_split(question, width, place, said))
    return tuple(
        sorted(
            (one for one in found if one.distance > 0),
            key=lambda one: (-one.sides, -one.distance, -len(one.said), one.place),
        )
    )


def _split(question: Question, width: float, place: Place, said: list[Given]) -> SplitItem:
    pairs = list(combinations([one.value for one in said], 2))
    sides = fmean(compared(question, one) != compared(question, other) for one, other in pairs)
    distance = fmean(_distance(question, width, one, other) for one, other in pairs)
    by_name = sorted(said, key=lambda one: one.turn.reviewer)
    return SplitItem(place, tuple(by_name), sides, distance)


def _width(question: Question, values: Iterable[object]) -> float:
    """Return how far apart two answers can be at most."""
    if question.kind == "choice" and question.scale != "nominal":
        return max(1.0, len(question.options) - 1.0)
    numbers = [float(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return (max(numbers) - min(numbers)) or 1.0 if numbers else 1.0


def _distance(question: Question, width: float, one: object, other: object) -> float:
    if isinstance(one, list) and isinstance(other, list):
        both, either = set(one) & set(other), set(one) | set(other)
        return 1 - len(both) / len(either) if either else 0.0
    options = question.options
    if question.scale != "nominal" and one in options and other in options:
        return abs(options.index(str(one)) - options.index(str(other))) / width
    if question.kind == "number" and isinstance(one, (int, float)):
        return abs(one - float(str(other))) / width
    return float(one != other)
