"""How many independent, equally weighted items a weighted, clustered sample is worth."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = Sequence[float] | NDArray[np.float64]
Groups = Sequence[Hashable] | NDArray[np.intp]  # what hangs together has the same value
_NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Design:
    """What each item of a sample weighs and which items hang together.

    Attributes:
        weights: one an item, more than 0.
        codes: the number of each item's cluster.
        kish: how many equally weighted items the weights are worth (Kish 1965).
        kish_clusters: the same of whole clusters, as if each answered as one.
    """

    weights: NDArray[np.float64]
    codes: NDArray[np.intp]
    kish: float
    kish_clusters: float

    @classmethod
    def of(cls, n: int, weights: Numbers | None, clusters: Groups | None) -> Self:
        """Return the design of n items; None weighs all the same, or holds nothing together.

        Raises:
            ValueError: when a weight is not more than 0, or there is not one for each item.

        >>> Design.of(4, [1, 1, 1, 3], ["a", "a", "b", "c"]).clusters
        3
        """
        raw = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
        if len(raw) != n or (clusters is not None and len(clusters) != n):
            raise ValueError("Each item has one weight and one cluster.")
        if not (np.isfinite(raw) & (raw > 0)).all():
            raise ValueError("A weight is more than 0.")
        codes = np.arange(n) if clusters is None else _codes(clusters)
        return cls(raw, codes, _kish(raw), _kish(np.bincount(codes, raw).astype(float)))

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return int(self.codes.max()) + 1

    def mean(self, values: NDArray[np.float64]) -> float:
        """Return the weighted mean of one value an item."""
        return float(self.weights @ values) / float(self.weights.sum())

    def variance(self, residuals: NDArray[np.float64]) -> float:
        """Return the variance of a weighted mean from what each item adds to it.

        Linearised, between clusters, with the factor m / (m - 1) of m clusters (Binder 1983).

        >>> round(Design.of(4, None, None).variance(np.array([-1.0, -1.0, 1.0, 1.0])), 4)
        0.3333
        """
        of_clusters = np.bincount(self.codes, self.weights * residuals) / self.weights.sum()
        count = len(of_clusters)
        return count / max(1, count - 1) * float(of_clusters @ of_clusters)


def effective_n(value: float, variance: float, design: Design, *, alpha: float = 0.05) -> float:
    """Return how many independent, equally weighted items say as much as this sample of a share.

    The variance of n plain items over the one that was found (Korn and Graubard 1998; Franco,
    Little, Louis and Slud 2019), within what ``effective_at`` allows. A share of 0 or 1 rests on
    its guess alone.

    Args:
        value: the share.
        variance: of it, between clusters.
        design: of the items.
        alpha: what both tails of the interval hold together.

    >>> plain = Design.of(50, None, None)
    >>> round(effective_n(0.8, 0.8 * 0.2 / 49, plain), 6)
    50.0
    """
    n, spread = len(design.weights), value * (1 - value)
    if n == 1 or spread <= _NO_SPREAD:
        return effective_at(1.0, 0.0, design, alpha=alpha)
    rarer = n * min(value, 1 - value)
    return effective_at(variance * (n - 1) / spread, rarer, design, alpha=alpha)


def effective_at(inflation: float, rarer: float, design: Design, *, alpha: float) -> float:
    """Return the effective number of items from how far their design inflates the variance.

    At most Kish's number, and for few clusters times the squared ratio of Student's quantiles.
    Ours: the variance between clusters is hardly known where few items failed, so it is mixed with
    a guess, halfway between items that stand alone and clusters that answer as one, which counts as
    much as one item of the rarer kind.

    Args:
        inflation: the variance that was found over that of as many plain items.
        rarer: how many items are of the rarer kind.
        design: of the items.
        alpha: what both tails of the interval hold together.

    >>> sessions = Design.of(40, None, [turn // 4 for turn in range(40)])
    >>> round(effective_at(2.0, 8.0, sessions, alpha=0.05), 1)
    15.6
    """
    n = len(design.weights)
    if design.clusters == 1:
        return 1.0
    seen = min(design.kish, n / inflation) if inflation > 0 else design.kish
    guessed = 2 / (1 / design.kish + 1 / design.kish_clusters)
    found = (rarer + 1) / (rarer / seen + 1 / guessed)
    return found * few_clusters(n, design.kish_clusters, alpha)


def few_clusters(n: int, clusters: float, alpha: float) -> float:
    """Return what few clusters cost: the squared ratio of Student's quantiles, at most 1.

    Args:
        n: items.
        clusters: how many equally heavy clusters theirs are worth.
        alpha: what both tails hold together.

    >>> few_clusters(30, 30.0, 0.05), round(few_clusters(30, 8.0, 0.05), 3)
    (1.0, 0.748)
    """
    if n - clusters < 1e-9 * n:
        return 1.0
    from scipy.special import stdtrit  # heavy: only where items hang together or weigh differently

    below = 1 - alpha / 2
    ratio = stdtrit(n - 1, below) / stdtrit(max(1.0, clusters - 1), below)
    return float(ratio**2)


def _kish(weights: NDArray[np.float64]) -> float:
    return float(weights.sum()) ** 2 / float(weights @ weights)


def _codes(clusters: Groups) -> NDArray[np.intp]:
    if isinstance(clusters, np.ndarray):
        return np.unique(clusters, return_inverse=True)[1]
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in clusters], dtype=np.intp)
