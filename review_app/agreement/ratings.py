"""Ratings: who said what about which item, as counts that every coefficient is made of.

A coefficient of agreement is a function of sums over items. The sums of each cluster of items are
kept apart, so that a bootstrap only has to add them up in another mix.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval", "ratio"]
Floats = NDArray[np.float64]


class Rating(NamedTuple):
    """One person's answer to one item; ``cluster`` joins items that are drawn together."""

    item: Hashable
    person: str
    value: Hashable
    cluster: Hashable = None


@dataclass(frozen=True)
class Ratings:
    """Counts of answers.

    Attributes:
        counts: items x categories, how many people chose what; every item has one answer or more.
        categories: in their order.
        clusters: for each item the number of its cluster, from 0.
    """

    counts: Floats
    categories: tuple[Hashable, ...]
    clusters: NDArray[np.int64]

    @cached_property
    def sizes(self) -> Floats:
        """For each item, how many answered it."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def paired(self) -> NDArray[np.bool_]:
        """For each item, whether at least two people answered it."""
        return self.sizes >= 2

    @property
    def items(self) -> int:
        """How many items at least two people answered."""
        return int(self.paired.sum())

    @cached_property
    def numbers(self) -> Floats:
        """The categories as numbers, for interval and ratio scales.

        Raises:
            ValueError: when one is none.
        """
        return np.array([float(str(category)) for category in self.categories])

    def by_cluster(self, per_item: Floats) -> Floats:
        """Add up rows that belong to items, cluster by cluster."""
        count = int(self.clusters.max()) + 1 if len(self.clusters) else 0
        summed = np.zeros((count, per_item.shape[1]))
        np.add.at(summed, self.clusters, per_item)
        return summed


def ratings_of(answers: Iterable[Rating], order: Sequence[Hashable] = ()) -> Ratings:
    """Return the counts of the answers; of one person's answers to an item the last one counts.

    Args:
        answers: in any order of items and people.
        order: the categories in their order; values beyond them come after, sorted. Without it,
            the values that occur, numbers by size.

    >>> ratings_of([Rating(1, "a", "Yes"), Rating(1, "b", "No")], ["No", "Yes"]).counts.tolist()
    [[1.0, 1.0]]
    """
    said: dict[Hashable, dict[str, Hashable]] = {}
    cluster_of: dict[Hashable, Hashable] = {}
    for one in answers:
        said.setdefault(one.item, {})[one.person] = one.value
        cluster_of[one.item] = one.item if one.cluster is None else ("cluster", one.cluster)
    values = {value for people in said.values() for value in people.values()}
    categories = (*order, *sorted(values - set(order), key=_in_order))
    column = {category: number for number, category in enumerate(categories)}
    counts = np.zeros((len(said), len(categories)))
    numbered: dict[Hashable, int] = {}
    clusters = np.zeros(len(said), dtype=np.int64)
    for row, (item, people) in enumerate(said.items()):
        clusters[row] = numbered.setdefault(cluster_of[item], len(numbered))
        for value in people.values():
            counts[row, column[value]] += 1
    return Ratings(counts, categories, clusters)


def _in_order(value: Hashable) -> tuple[bool, float, str]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return not number, float(str(value)) if number else 0.0, str(value)


def kept(ratings: Ratings, rows: Mapping[str, object] | NDArray[np.bool_]) -> Ratings:
    """Return the ratings of some items only."""
    mask = np.asarray(rows, dtype=bool)
    _, clusters = np.unique(ratings.clusters[mask], return_inverse=True)
    return Ratings(ratings.counts[mask], ratings.categories, clusters.astype(np.int64))
