"""Shares of weighted, clustered samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.estimate.share import weighted_share
from review_app.intervals import wilson

DRAWS = 800
ENOUGH = 0.93  # of intervals that say 95 %


@pytest.mark.parametrize(
    "right, n", [(81, 263), (15, 148), (0, 20), (1, 29), (20, 20), (346, 367), (47, 75)]
)
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.025])
def test_a_plain_sample_has_plain_wilson(right, n, alpha):
    """Where items weigh the same and stand alone, the interval is the one everybody knows."""
    found = weighted_share([1] * right + [0] * (n - right), alpha=alpha)
    same = weighted_share(
        [1] * right + [0] * (n - right), [2.5] * n, [f"session {i}" for i in range(n)], alpha=alpha
    )
    plain = wilson(right / n, n, alpha=alpha)

    for one in (found, same):
        assert one.value == pytest.approx(right / n, abs=1e-12)
        assert (one.interval.low, one.interval.high) == pytest.approx((plain.low, plain.high))
        assert (one.n, one.clusters) == (n, n)
        assert one.effective_n == pytest.approx(n)


@pytest.mark.parametrize("alpha", [0.1, 0.05, 0.025, 0.0125, 0.01])
def test_wilson_at_another_level_is_scipys(alpha):
    """A look that spends less error has the wider interval that scipy has at this level."""
    from scipy.stats import binomtest

    found = wilson(81 / 263, 263, alpha=alpha)

    there = binomtest(81, 263).proportion_ci(confidence_level=1 - alpha, method="wilson")
    assert (found.low, found.high) == pytest.approx((there.low, there.high), abs=1e-12)


def test_nothing_has_no_share():
    """No labels make no rate, and not a zero."""
    found = weighted_share([])

    assert (found.value, found.interval, found.n) == (None, None, 0)


@pytest.mark.parametrize(
    "values, weights, clusters",
    [
        ([2.0], None, None),
        ([float("nan")], None, None),
        ([1.0], [0.0], None),
        ([1.0], [float("inf")], None),
        ([1.0], [1.0, 1.0], None),
        ([1.0], None, ["a", "b"]),
    ],
)
def test_what_is_no_sample_is_refused(values, weights, clusters):
    """A value that is no share, or a weight that is none, is an error and not a wrong number."""
    with pytest.raises(ValueError, match=r"counts values|one weight|more than 0"):
        weighted_share(values, weights, clusters)


SAMPLES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0.2, 9.0), st.integers(0, 6)),
    min_size=1,
    max_size=60,
)


@given(SAMPLES)
def test_any_sample_has_an_interval_that_holds_its_share(sample):
    """Whatever weights and sessions there are, the share lies in its interval, that in 0 to 1."""
    values, weights, clusters = zip(*sample, strict=True)

    found = weighted_share(values, weights, clusters)

    assert found.value is not None
    assert -1e-9 <= found.interval.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.interval.high <= 1.0 + 1e-9
    assert 0 < found.effective_n <= len(sample) + 1e-9


def test_sessions_and_weights_make_it_wider():
    """Turns of one session say less than as many sessions, unequal weights less than equal ones."""
    values = [1, 1, 1, 1, 0, 0, 0, 0] * 10

    plain = weighted_share(values)
    sessions = weighted_share(values, clusters=[i // 4 for i in range(80)])
    weights = weighted_share(values, [1, 5] * 40)

    assert sessions.effective_n < 25
    assert weights.effective_n < 60
    assert plain.effective_n == pytest.approx(80)


def test_all_passed_is_worth_less_than_its_turns():
    """Where nothing failed, nobody knows how turns hang together: they count less than alone."""
    found = weighted_share([1] * 40, clusters=[i // 4 for i in range(40)])

    assert found.interval.low == pytest.approx(wilson(1, found.effective_n).low)
    assert 10 < found.effective_n < 16
    assert weighted_share([1, 1, 1], clusters=["a", "a", "a"]).effective_n == 1


def of_turns(rng, n, passing, hanging):
    """Return n passes or fails in sessions of four that hang together as much."""
    strength = 1 / hanging - 1
    sessions = np.arange(n) // 4
    rates = rng.beta(passing * strength, (1 - passing) * strength, sessions[-1] + 1)
    return (rng.random(n) < rates[sessions]).astype(float), sessions.tolist()


def coverage(rng, draw, truth):
    """Return how many of the intervals hold the truth."""
    found = [weighted_share(*draw(rng)).interval for _ in range(DRAWS)]
    return np.mean([one.low <= truth <= one.high for one in found])


@pytest.mark.parametrize("passing", [0.95, 0.8, 0.5])
@pytest.mark.parametrize("n", [30, 60, 120])
def test_weighted_intervals_hold_the_truth(passing, n):
    """Of intervals at 95 % of items that weigh 1 to 5, at least 93 % are right."""
    rng = np.random.default_rng(20261130 + n)

    def draw(rng):
        return (rng.random(n) < passing).astype(float), rng.choice([1.0, 5.0], n), None

    assert coverage(rng, draw, passing) >= ENOUGH


@pytest.mark.parametrize("passing", [0.98, 0.95, 0.8, 0.5])
@pytest.mark.parametrize("n", [30, 60, 120])
@pytest.mark.parametrize("hanging", [0.1, 0.3, 0.6])
def test_clustered_intervals_hold_the_truth(passing, n, hanging):
    """Of intervals at 95 % of turns in sessions of four, at least 93 % are right."""
    rng = np.random.default_rng(30 + n)

    def draw(rng):
        values, sessions = of_turns(rng, n, passing, hanging)
        return values, None, sessions

    assert coverage(rng, draw, passing) >= ENOUGH


@pytest.mark.parametrize("passing", [0.95, 0.8])
@pytest.mark.parametrize("n", [30, 60, 120])
def test_weighted_clustered_intervals_hold_the_truth(passing, n):
    """Of intervals at 95 % of such turns that weigh 1 to 4 as well, at least 93 % are right."""
    rng = np.random.default_rng(7 + n)

    def draw(rng):
        values, sessions = of_turns(rng, n, passing, 0.3)
        return values, rng.choice([1.0, 4.0], n), sessions

    assert coverage(rng, draw, passing) >= ENOUGH


@pytest.mark.parametrize("passing", [0.95, 0.8])
@pytest.mark.parametrize("n", [30, 60])
def test_intervals_of_a_stratified_sample_hold_the_truth(passing, n):
    """Where what a judge failed was drawn more often and weighted back, 93 % are right."""
    rng = np.random.default_rng(11 + n)
    among_passed = passing + (1 - passing) * 0.6
    among_failed = (passing - 0.8 * among_passed) / 0.2

    def draw(rng):
        half = n // 2
        values = rng.random(n) < np.repeat([among_failed, among_passed], half)
        return values.astype(float), np.repeat([0.2, 0.8], half), None

    assert coverage(rng, draw, passing) >= ENOUGH
