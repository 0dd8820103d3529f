"""Looking every day: intervals that hold however often somebody looks while labels come in."""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from statistics import NormalDist

from review_app.estimate.share import Share
from review_app.intervals import Interval, wilson

FEWEST = 50  # effective items of a weighted or combined rate, before its sequence means anything
BEST_AT = (
    100  # labels at which the sequence is narrowest, where no plan says how many there will be
)

_EDGE = 1e-12


def of_plain_labels(
    passed: int, n: int, *, best_at: float = BEST_AT, alpha: float = 0.05
) -> Interval:
    """Return the beta-binomial confidence sequence of a share at n labels.

    All of such intervals, over all looks, hold the truth in ``1 - alpha`` of campaigns (Howard,
    Ramdas, McAuliffe and Sekhon 2021, two-sided beta-binomial mixture).

    Args:
        passed: how many labels passed.
        n: how many labels there are.
        best_at: how many there will be when it matters most; the interval is narrowest there.
        alpha: share of campaigns that are wrong at least once.

    >>> found = of_plain_labels(700, 1000, best_at=100)
    >>> round(found.low, 6), round(found.high, 6)
    (0.65163, 0.74595)
    """
    if not n:
        return Interval(0.0, 1.0)
    share, failed = passed / n, n - passed
    spread = 2 * log(1 / alpha)
    rho = best_at / (spread + log(1 + spread))

    def excess(p: float) -> float:  # above 0 where p is ruled out
        from scipy.special import betaln  # heavy: only where somebody looks while it runs

        of_failed, of_passed = (rho - 1) * (1 - p), (rho - 1) * p
        mixture = betaln(of_failed + failed, of_passed + passed) - betaln(of_failed, of_passed)
        return float(mixture) - passed * log(p) - failed * log(1 - p) - log(1 / alpha)

    return Interval(_end(excess, _EDGE, share), _end(excess, 1 - _EDGE, share))


def of_estimate(
    share: float, effective_n: float, *, best_at: float = BEST_AT, alpha: float = 0.05
) -> Interval | None:
    """Return the asymptotic confidence sequence of a weighted or combined rate.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), theorem 2.2, with the variance of a
    share at its effective number of items, turned into an interval as Wilson's is (ours: near 1
    it is right more often than the symmetric one); None below 50 of these.

    Args:
        share: the rate.
        effective_n: how many independent, equally weighted items it is worth.
        best_at: how many there will be when it matters most; the interval is narrowest there.
        alpha: share of campaigns that are wrong at least once.

    >>> found = of_estimate(0.8, 200)
    >>> round(found.low, 3), round(found.high, 3)
    (0.701, 0.872)
    >>> of_estimate(0.8, 49) is None
    True
    """
    if effective_n < FEWEST:
        return None
    spread = -2 * log(alpha)
    rho_squared = (spread + log(1 + spread)) / best_at
    scaled = effective_n * rho_squared
    z = sqrt(2 * (scaled + 1) / scaled * log(sqrt(scaled + 1) / alpha))
    return wilson(share, effective_n, alpha=2 * NormalDist().cdf(-z))


def while_running(
    rate: Share, *, plain: bool, best_at: float = BEST_AT, alpha: float = 0.05
) -> Interval | None:
    """Return the interval of a rate that people look at while its labels come in.

    Args:
        rate: as it is now.
        plain: whether each item weighs the same, stands alone and only passed or failed.
        best_at: how many labels are planned.
        alpha: share of campaigns that are wrong at least once.

    >>> from review_app.estimate.share import weighted_share
    >>> found = while_running(weighted_share([1] * 700 + [0] * 300), plain=True)
    >>> round(found.low, 6)
    0.65163
    """
    if rate.value is None:
        return None
    if plain:
        return of_plain_labels(round(rate.value * rate.n), rate.n, best_at=best_at, alpha=alpha)
    return of_estimate(rate.value, rate.effective_n, best_at=best_at, alpha=alpha)


def _end(excess: Callable[[float], float], edge: float, share: float) -> float:
    """Return the point between the share and an edge where the mixture rules it out."""
    if abs(share - edge) <= _EDGE:
        return share
    out, within = edge, share
    for _ in range(40):
        middle = (out + within) / 2
        if excess(middle) > 0:
            out = middle
        else:
            within = middle
    return (out + within) / 2
