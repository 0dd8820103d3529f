"""The parts of a frame: how labels and scores of each add up to the whole.

A stratum weighs as much as it holds of the frame, N_h / N, however many labels it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from review_app.estimate.effective import Design, Groups, Numbers

Values = NDArray[np.float64]
_ALIKE = 1e-12


@dataclass(frozen=True)
class Stratum:
    """The labeled items of one part of a frame.

    Attributes:
        name: of the part.
        share: of the frame that it holds, N_h / N.
        at: the places of its items among all labeled ones.
        design: what they weigh within the part and how they hang together.
    """

    name: str
    share: float
    at: NDArray[np.intp]
    design: Design

    @property
    def n(self) -> int:
        """How many labeled items there are."""
        return len(self.at)

    def mean(self, values: Values) -> float:
        """Return the weighted mean within the part of values of all labeled items."""
        return self.design.mean(values[self.at])

    def covariance(self, one: Values, other: Values) -> float:
        """Return the covariance of two weighted means within the part, between clusters."""
        weights, count = self.design.weights, self.design.clusters
        total = float(weights.sum())
        first, second = (
            np.bincount(self.design.codes, weights * (v[self.at] - self.mean(v))) / total
            for v in (one, other)
        )
        return count / max(1, count - 1) * float(first @ second)


@dataclass(frozen=True)
class Frame:
    """The labeled items of a whole frame.

    Attributes:
        strata: its parts; one where it has none.
        design: of all labeled items, each weighing what it stands for in the whole.
    """

    strata: tuple[Stratum, ...]
    design: Design

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        sizes: dict[str, float],
        weights: Numbers | None,
        clusters: Groups | None,
    ) -> Self:
        """Return the frame of labeled items.

        Args:
            names: the stratum of each item.
            sizes: how many items of the frame each stratum holds; each has a label.
            weights: 1 / the chance of having been drawn; None weighs all the same.
            clusters: what hangs together; None for none.
        """
        n = len(names)
        whole = Design.of(n, weights, clusters)
        places = {name: [i for i, one in enumerate(names) if one == name] for name in sizes}
        all_of_it = sum(sizes.values())
        stands_for = np.empty(n)
        strata = []
        for name, at in places.items():
            own = whole.weights[at]
            _, codes = np.unique(whole.codes[at], return_inverse=True)
            share = sizes[name] / all_of_it
            stands_for[at] = share * own / own.sum()
            design = Design.of(len(at), own, codes)
            strata.append(Stratum(name, share, np.array(at, dtype=np.intp), design))
        return cls(tuple(strata), Design.of(n, stands_for, whole.codes))

    def mean(self, values: Values) -> float:
        """Return the rate of the whole: the parts' means, each by its share of the frame."""
        return sum(one.share * one.mean(values) for one in self.strata)

    def variance(self, values: Values) -> float:
        """Return the variance of the mean, between clusters, around each part's own mean.

        A part with one cluster varies around the mean of the whole. One whose values are all alike
        has the variance of Jeffreys' estimate: nobody has seen yet how often it is otherwise.

        Args:
            values: one a labeled item.
        """
        added = np.zeros(self.design.clusters)
        unseen = 0.0
        whole = self.mean(values)
        for part in self.strata:
            own, count = values[part.at], part.design.clusters
            around = part.mean(values) if count > 1 else whole
            factor = np.sqrt(count / max(1, count - 1))
            weighed = part.share * part.design.weights / part.design.weights.sum()
            np.add.at(added, self.design.codes[part.at], factor * weighed * (own - around))
            if len(self.strata) > 1 and float(np.ptp(own)) < _ALIKE:
                unseen += part.share**2 * _jeffreys(part.design.kish_clusters)
        return float(added @ added) + unseen


def _jeffreys(n: float) -> float:
    rare = 0.5 / (n + 1)
    return rare * (1 - rare) / n
