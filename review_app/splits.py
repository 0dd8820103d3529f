"""Splits: which labels a judge may learn from, and which it is checked on.

The test split comes first: train takes at most 20 failed and 20 passed items, in equal numbers,
never more than half of what there is, and from those that the fewest people answered. Items of one
session or of one group of near-copies stay together, so that nothing is learned by heart.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from review_app.joined import Joined

Split = Literal["train", "test"]
TRAIN_OF_EACH = 20
TEST_OF_EACH = 70  # failed and passed: 63 right of 70 give a lower bound of .81


@dataclass(frozen=True)
class Splittable:
    """An item to be put into a split.

    Attributes:
        key: what names it.
        passed: its label; None for one that neither passes nor fails.
        answers: how many people answered it independently.
        joins: what it must stay together with: its session, its group of near-copies.
    """

    key: str
    passed: bool | None
    answers: int
    joins: tuple[Hashable, ...] = ()


def split(items: Iterable[Splittable], seed: str) -> dict[str, Split]:
    """Return the split of each item; the same items in any order and seed give the same.

    >>> found = split([Splittable(str(n), n % 2 == 0, 1) for n in range(200)], "1")
    >>> sorted(found.values()).count("train")
    40
    """
    ordered = sorted(items, key=lambda item: item.key)
    clusters = together(ordered)
    room = _room(ordered)
    chance = random.Random(f"{seed}\nsplit")
    luck = [chance.random() for _ in clusters]
    ranked = sorted(
        range(len(clusters)),
        key=lambda i: (max(item.answers for item in clusters[i]), len(clusters[i]), luck[i]),
    )
    found: dict[str, Split] = {item.key: "test" for item in ordered}
    taken = {True: 0, False: 0}
    for number in ranked:
        members = clusters[number]
        adds = {label: sum(item.passed is label for item in members) for label in (True, False)}
        learns = any(adds.values()) and all(taken[k] + adds[k] <= room for k in taken)
        if learns and _keeps_balance(taken, adds):
            taken = {label: taken[label] + adds[label] for label in taken}
            found |= {item.key: "train" for item in members}
    return found


def together(items: Sequence[Splittable]) -> list[list[Splittable]]:
    """Return the clusters: items that share a session or a group, over chains of sharing."""
    joined, first = Joined(len(items)), dict[Hashable, int]()
    for number, item in enumerate(items):
        for join in item.joins:
            joined.join(first.setdefault(join, number), number)
    clusters: dict[int, list[Splittable]] = {}
    for number, item in enumerate(items):
        clusters.setdefault(joined.root(number), []).append(item)
    return list(clusters.values())


def missing_for_a_verdict(passed: Iterable[bool | None]) -> dict[Literal["failed", "passed"], int]:
    """Return how many test items lack until a judge can be checked surely."""
    labels = list(passed)
    return {
        "failed": max(0, TEST_OF_EACH - labels.count(False)),
        "passed": max(0, TEST_OF_EACH - labels.count(True)),
    }


def _room(items: Sequence[Splittable]) -> int:
    """Return how many items of each label train may take."""
    smaller = min(sum(i.passed is label for i in items) for label in (True, False))
    return min(TRAIN_OF_EACH, smaller // 2)


def _keeps_balance(taken: dict[bool, int], adds: dict[bool, int]) -> bool:
    """Tell whether the labels of train stay as equal as the clusters allow."""
    after = abs(taken[True] + adds[True] - taken[False] - adds[False])
    return after <= max(1, abs(taken[True] - taken[False]))
