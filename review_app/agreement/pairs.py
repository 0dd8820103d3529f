"""Pairs: who agrees with whom, and on which items two people went apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from review_app.given import Given
from review_app.passing import passes
from review_app.questions import Question

Place = tuple[str, str]  # trace id, unit


@dataclass(frozen=True)
class Pair:
    """Two people who answered the same items.

    Attributes:
        people: their names, in order.
        items: how many items both answered.
        apart: the items on which they did not say the same.
    """

    people: tuple[str, str]
    items: int
    apart: tuple[Place, ...]

    @property
    def share(self) -> float:
        """The share of items on which both said the same."""
        return 1 - len(self.apart) / self.items


def compared(question: Question, value: Any) -> Hashable:
    """Return what two answers must have in common to say the same.

    Answers on the same side of a pass cut do; of several choices all must be the same.

    >>> graded = Question("q", "choice", options=("No", "Mostly", "Yes"), pass_cut="Mostly")
    >>> compared(graded, "Mostly") == compared(graded, "Yes")
    True
    """
    side = passes(question, value)
    if side is not None:
        return side
    if isinstance(value, list):
        return frozenset(map(str, value))
    return value if isinstance(value, Hashable) else str(value)


def by_item(answers: Iterable[Given]) -> Iterator[tuple[Place, dict[str, Given]]]:
    """Yield each item with what each person said; "cannot judge" is left out."""
    found: dict[Place, dict[str, Given]] = {}
    for one in answers:
        if one.value is not None:
            found.setdefault((one.turn.trace_id, one.turn.unit), {})[one.turn.reviewer] = one
    yield from found.items()


def pairs_of(question: Question, answers: Iterable[Given]) -> tuple[Pair, ...]:
    """Return every two people who answered an item together, by their names.

    Args:
        question: what makes two answers the same.
        answers: to it, independent ones of one wording.
    """
    items: dict[tuple[str, str], int] = {}
    apart: dict[tuple[str, str], list[Place]] = {}
    for place, said in by_item(answers):
        read = {name: compared(question, one.value) for name, one in said.items()}
        for pair in combinations(sorted(read), 2):
            items[pair] = items.get(pair, 0) + 1
            if read[pair[0]] != read[pair[1]]:
                apart.setdefault(pair, []).append(place)
    return tuple(
        Pair(pair, items[pair], tuple(sorted(apart.get(pair, ())))) for pair in sorted(items)
    )
