"""Differences of two versions, on the same items and on separate ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.compare.arms import apart
from review_app.compare.paired import mcnemar, paired, tango
from review_app.estimate.share import weighted_share
from review_app.intervals import newcombe

ENOUGH = 0.93  # of intervals that say 95 %


@pytest.mark.parametrize(
    "b, c, n, low, high, places",
    [
        pytest.param(9, 3, 32, -0.027, 0.390, 3, id="Tango 1998"),
        pytest.param(24, 3, 159, 0.0744, 0.1991, 4, id="reference against gpt-4o"),
        pytest.param(12, 12, 159, -0.0635, 0.0635, 4, id="gpt-4o against llama"),
    ],
)
def test_published_paired_intervals(b, c, n, low, high, places):
    """Tango's interval comes to the published numbers."""
    found = tango(b, c, n)

    assert (round(found.low, places), round(found.high, places)) == (low, high)


def test_published_mcnemar():
    """The exact test of 24 against 3 is 4.9e-5, as scipy's binomial test has it."""
    from scipy.stats import binomtest

    assert mcnemar(24, 3) == pytest.approx(binomtest(3, 27).pvalue)
    assert f"{mcnemar(24, 3):.1e}" == "4.9e-05"
    assert mcnemar(12, 12) == 1


def pairs(b, c, both, neither):
    """Return the passes of two versions."""
    first = [1] * b + [0] * c + [1] * both + [0] * neither
    return first, [0] * b + [1] * c + [1] * both + [0] * neither


def test_plain_pairs_are_tangos():
    """Pairs that weigh the same and stand alone have the published interval and exact test."""
    found = paired(*pairs(24, 3, 124, 8))

    assert round(found.difference, 4) == 0.1321
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0744, 0.1991)
    assert (found.only_first, found.only_second, found.n) == (24, 3, 159)
    assert found.p_value == pytest.approx(mcnemar(24, 3))


def test_pairs_of_one_session_say_less():
    """Pairs that hang together widen the interval and raise the p-value."""
    first, second = pairs(24, 3, 124, 8)
    plain, sessions = (
        paired(first, second),
        paired(first, second, clusters=[i // 6 for i in range(159)]),
    )

    assert sessions.interval.high - sessions.interval.low > plain.interval.high - plain.interval.low
    assert sessions.p_value > plain.p_value
    with pytest.raises(ValueError, match="at least one pair"):
        paired([], [])


@pytest.mark.parametrize(
    "more",
    [
        {"clusters": [min(n, 28) for n in range(30)]},
        {"weights": [1.0000001] + [1.0] * 29},
        {"weights": [50.0] * 5 + [1.0] * 25},
    ],
    ids=["two in one session", "hardly another weight", "heavy ones"],
)
def test_no_design_makes_few_pairs_say_more_than_they_do(more):
    """Five pairs that differ have a p-value of .0625 at best, whatever they weigh or share."""
    found = paired(*pairs(5, 0, 15, 10), **more)

    assert mcnemar(5, 0) == pytest.approx(0.0625)
    assert found.p_value >= 0.0625 - 1e-6


def test_ties_of_reviewers_are_not_rounded():
    """Half a pair more that differs is half a pair more, on either side of a whole number."""
    found = [mcnemar(one / 2, 0) for one in range(2, 14)]

    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_the_paired_test_is_rarely_wrong_on_weighted_sessions():
    """Of two equal versions, in sessions of four and weighed unequally, at most 5 % differ."""
    rng = np.random.default_rng(8)
    wrong = 0
    for _ in range(600):
        sessions = np.arange(100) // 4
        hard = rng.normal(0, 0.8, 25)[sessions] + rng.normal(0, 0.5, 100)
        first, second = (rng.random(100) < odds(0.8, hard) for _ in range(2))
        weights = np.where(rng.random(100) < 0.3, 4.0, 1.0)
        wrong += paired(first, second, weights, sessions).p_value <= 0.05

    assert wrong / 600 <= 0.05


@given(st.lists(st.tuples(*[st.sampled_from([0, 0.5, 1])] * 2), min_size=1, max_size=60))
def test_any_pairs_have_an_interval_that_holds_their_difference(some):
    """Whatever reviewers said, the difference lies in its interval, and that in -1 to 1."""
    found = paired(*zip(*some, strict=True))

    assert -1 <= found.interval.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.interval.high <= 1
    assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("turns", [1, 4])
@pytest.mark.parametrize("rates", [(0.9, 0.8), (0.95, 0.95), (0.7, 0.5)])
def test_paired_intervals_hold_the_truth(turns, rates):
    """Of paired intervals at 95 %, of turns in sessions or alone, at least 93 % are right."""
    rng = np.random.default_rng(turns)
    right = 0
    truth = odds(rates[0], BASE).mean() - odds(rates[1], BASE).mean()
    for _ in range(500):
        sessions = np.arange(100) // turns
        hard = rng.normal(0, 0.8, sessions[-1] + 1)[sessions] + rng.normal(0, 0.5, 100)
        first, second = (rng.random(100) < odds(rate, hard) for rate in rates)
        found = paired(first, second, clusters=sessions)
        right += found.interval.low <= truth <= found.interval.high

    assert right / 500 >= ENOUGH


BASE = np.random.default_rng(0).normal(0, np.hypot(0.8, 0.5), 200_000)


def odds(rate, hard):
    """Return the chance to pass of items that are as hard."""
    return 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) - hard)))


def plain(some, of):
    """Return a plain share."""
    return weighted_share([1] * some + [0] * (of - some))


@pytest.mark.parametrize("first, second", [((56, 70), (48, 80)), ((9, 10), (3, 10))])
def test_plain_arms_are_newcombes(first, second):
    """Plain labels of separate items have Newcombe's published interval."""
    found, published = apart(plain(*first), plain(*second)), newcombe(first, second)

    assert found.interval.low == pytest.approx(published.low)
    assert found.interval.high == pytest.approx(published.high)


def test_the_p_value_is_where_the_interval_ends_at_nothing():
    """A difference is below 5 % exactly where its 95 % interval leaves out 0."""
    for passed in range(40, 80):
        found = apart(plain(passed, 80), plain(60, 80))
        left_out = found.interval.low > 0 or found.interval.high < 0
        assert (found.p_value < 0.05) == left_out
    assert apart(plain(60, 80), plain(60, 80)).p_value == 1
    with pytest.raises(ValueError, match="both versions"):
        apart(plain(0, 0), plain(1, 2))


@pytest.mark.parametrize("rates", [(0.95, 0.9), (0.8, 0.8), (0.9, 0.6)])
def test_clustered_arms_hold_the_truth(rates):
    """Of sessions of four turns with ICC .3, 93 % of intervals are right; plain Newcombe's not."""
    rng = np.random.default_rng(5)
    right = by_newcombe = 0
    for _ in range(500):
        shares, counts = [], []
        for rate in rates:
            per_session = rng.beta(rate * 7 / 3, (1 - rate) * 7 / 3, 25)
            passed = rng.random(100) < np.repeat(per_session, 4)
            shares.append(weighted_share(passed.astype(float), clusters=np.arange(100) // 4))
            counts.append((int(passed.sum()), 100))
        truth = rates[0] - rates[1]
        found, simple = apart(*shares).interval, newcombe(*counts)
        right += found.low <= truth <= found.high
        by_newcombe += simple.low <= truth <= simple.high

    assert right / 500 >= ENOUGH
    assert by_newcombe / 500 < 0.91
