"""Percent, Krippendorff's alpha, Gwet's AC1 and AC2, each from sums over clusters of items.

Each is a pair: ``parts`` makes the sums of each cluster, ``value`` makes the coefficient of sums.
Undefined is NaN here, and words everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from review_app.agreement.ratings import Floats, Ratings, Scale


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of agreement over some ratings.

    Attributes:
        parts: clusters x sums.
        value: the coefficient of sums; takes ... x sums, returns ...; NaN where undefined.
    """

    parts: Floats
    value: Callable[[Floats], Floats]

    @property
    def point(self) -> float:
        """The coefficient of all clusters together."""
        return float(self.value(self.parts.sum(axis=0)))


def percent(ratings: Ratings) -> Coefficient:
    """Return the share of pairs within an item that say the same, as a mean over items.

    >>> from review_app.agreement.ratings import Rating, ratings_of
    >>> said = [Rating(1, p, v) for p, v in zip("abc", "xxy")] + [Rating(2, p, "x") for p in "ab"]
    >>> round(percent(ratings_of(said)).point, 4)
    0.6667
    """
    n, m = ratings.counts, ratings.sizes
    same = np.where(ratings.paired, (n * (n - 1)).sum(1) / np.maximum(m * (m - 1), 1), 0.0)
    parts = ratings.by_cluster(np.column_stack([same, ratings.paired]))
    return Coefficient(parts, lambda sums: _ratio(sums[..., 0], sums[..., 1]))


def alpha(ratings: Ratings, scale: Scale) -> Coefficient:
    """Return Krippendorff's alpha, with missing answers (Krippendorff 2011, section C).

    Do = sum over items of n_i' D n_i / (m_i - 1), over n; De = n' D n / (n (n - 1)), over the
    answers of items that at least two people answered; alpha = 1 - Do / De.
    """
    if scale in ("interval", "ratio"):
        return _alpha_of_numbers(ratings, scale)
    k = len(ratings.categories)
    n, m = ratings.counts[ratings.paired], ratings.sizes[ratings.paired]
    pairs = n[:, :, None] * n[:, None, :]
    pairs[:, np.arange(k), np.arange(k)] -= n
    per_item = np.zeros((len(ratings.counts), k * k))
    per_item[ratings.paired] = (pairs / (m - 1)[:, None, None]).reshape(len(n), k * k)
    parts = ratings.by_cluster(per_item)

    def value(sums: Floats) -> Floats:
        together = sums.reshape(*sums.shape[:-1], k, k)
        totals = together.sum(axis=-1)
        far = _distance(totals, scale)
        observed = (together * far).sum(axis=(-1, -2))
        expected = (totals[..., :, None] * totals[..., None, :] * far).sum(axis=(-1, -2))
        return 1 - _ratio(observed * (totals.sum(axis=-1) - 1), expected)

    return Coefficient(parts, value)


def _distance(totals: Floats, scale: Scale) -> Floats:
    """Return how far two categories are apart, squared; on an ordinal scale by the marginals."""
    k = totals.shape[-1]
    if scale == "nominal":
        return np.broadcast_to(1.0 - np.eye(k), (*totals.shape[:-1], k, k))
    middle = np.cumsum(totals, axis=-1) - totals / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def _alpha_of_numbers(ratings: Ratings, scale: Scale) -> Coefficient:
    """Return alpha over numbers: on an interval scale from moments, on a ratio scale by pairs."""
    x = ratings.numbers
    if scale == "ratio":
        return _alpha_of_ratios(ratings, x)
    n, m = ratings.counts, ratings.sizes
    first, second = n @ x, n @ x**2
    within = np.where(ratings.paired, (m * second - first**2) / np.maximum(m - 1, 1), 0.0)
    per_item = np.column_stack([within, m, first, second]) * ratings.paired[:, None]

    def value(sums: Floats) -> Floats:
        total = sums[..., 1]
        between = total * sums[..., 3] - sums[..., 2] ** 2
        return 1 - _ratio(sums[..., 0] * (total - 1), _nearly_zero(between, sums[..., 3] * total))

    return Coefficient(ratings.by_cluster(per_item), value)


def _alpha_of_ratios(ratings: Ratings, x: Floats) -> Coefficient:
    added = x[:, None] + x[None, :]
    far = np.where(added == 0, 0.0, (x[:, None] - x[None, :]) / np.where(added == 0, 1, added)) ** 2
    n, m = ratings.counts * ratings.paired[:, None], ratings.sizes
    within = np.einsum("ij,jk,ik->i", n, far, n) / np.maximum(m - 1, 1)
    parts = ratings.by_cluster(np.column_stack([within, n]))

    def value(sums: Floats) -> Floats:
        totals = sums[..., 1:]
        expected = np.einsum("...j,jk,...k->...", totals, far, totals)
        return 1 - _ratio(sums[..., 0] * (totals.sum(axis=-1) - 1), expected)

    return Coefficient(parts, value)


def gwet(ratings: Ratings, scale: Scale) -> Coefficient:
    """Return Gwet's AC1 (nominal) or AC2 (ordinal: linear weights, interval: quadratic).

    Observed agreement is over items with two answers or more, chance agreement over all items
    (Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, ch. 4 and 5).
    """
    k = len(ratings.categories)
    weights = _weights(ratings, scale)
    n, m = ratings.counts, ratings.sizes
    weighted = (n * (n @ weights - 1)).sum(1) / np.maximum(m * (m - 1), 1)
    agreed = np.where(ratings.paired, weighted, 0.0)
    shares = n / m[:, None]
    per_item = np.column_stack([agreed, ratings.paired, np.ones(len(n)), shares])

    def value(sums: Floats) -> Floats:
        observed = _ratio(sums[..., 0], sums[..., 1])
        mean = _ratio(sums[..., 3:], sums[..., 2:3])
        chance = weights.sum() / (k * (k - 1)) * (mean * (1 - mean)).sum(axis=-1)
        return _ratio(observed - chance, 1 - chance)

    if k < 2:
        return Coefficient(ratings.by_cluster(per_item), lambda sums: sums[..., 0] * np.nan)
    return Coefficient(ratings.by_cluster(per_item), value)


def _weights(ratings: Ratings, scale: Scale) -> Floats:
    k = len(ratings.categories)
    if scale == "nominal" or k < 2:
        return np.eye(k)
    at = np.arange(k) if scale == "ordinal" else ratings.numbers
    apart = np.abs(at[:, None] - at[None, :]) / (at.max() - at.min())
    return np.asarray(1 - (apart if scale == "ordinal" else apart**2))


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below == 0, np.nan, above / below)


def _nearly_zero(value: Floats, size: Floats) -> Floats:
    """Return 0 where a difference of large sums is only rounding."""
    return np.where(np.abs(value) <= 1e-12 * np.abs(size), 0.0, value)
