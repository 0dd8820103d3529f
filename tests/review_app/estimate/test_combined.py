"""Rates from few labels and many judge scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.estimate.combined import ALL_LABELED, Part, combined

ENOUGH = 0.93  # of intervals that say 95 %
POOL = 1000


def judged(rng, truth, accepts, catches):
    """Return what a judge says of answers that are good or bad."""
    good = rng.random(len(truth)) < accepts
    bad = rng.random(len(truth)) >= catches
    return np.where(truth > 0, good, bad).astype(float)


def ppi_plus_plus(y, f, unlabeled):
    """The published closed form, with the scores of the unlabeled items apart."""
    n, others = len(y), len(unlabeled)
    lam = np.cov(y, f)[0, 1] / ((1 + n / others) * np.var(f, ddof=1))
    theta = lam * unlabeled.mean() + (y - lam * f).mean()
    return theta, lam


def test_equals_the_published_closed_form():
    """Of a plain sample the rate is that of PPI++, which counts the unlabeled items apart."""
    rng = np.random.default_rng(1)
    truth = (rng.random(600) < 0.8).astype(float)
    scores = judged(rng, truth, 0.9, 0.7)
    labeled = rng.choice(600, 90, replace=False)
    others = np.setdiff1d(np.arange(600), labeled)

    found = combined(truth[labeled], scores[labeled], [Part.of("", 600, scores)])

    theta, lam = ppi_plus_plus(truth[labeled], scores[labeled], scores[others])
    assert found.rate == pytest.approx(theta, abs=1e-9)
    assert found.lam * len(others) / 600 == pytest.approx(lam, abs=1e-9)


def test_saves_what_its_correlation_is_worth():
    """One label with a judge of correlation r is worth 1 / (1 - r²) labels: .602 saves 36 %."""
    rng = np.random.default_rng(2)
    truth = (rng.random(200_000) < 0.85).astype(float)
    scores = judged(rng, truth, 0.9428, 0.6267)
    r = np.corrcoef(truth, scores)[0, 1]

    found = combined(truth[:4000], scores[:4000], [Part.of("", 200_000, scores)])

    assert found.saved == pytest.approx(r**2, abs=0.03)
    assert found.effective_n == pytest.approx(4000 / (1 - r**2), rel=0.06)


def test_too_few_failures_say_labels_only():
    """With four failed labels the scores add nothing yet, and the sentence says what it takes."""
    found = combined([1] * 40 + [0] * 4, [1] * 40 + [0] * 4, [Part.of("", 500, [1] * 400)])

    assert (found.rate, found.interval, found.saved) == (None, None, None)
    assert "5 failed and 5 passed labels, and there are 4 and 40" in found.why
    assert found.labels.value == pytest.approx(40 / 44)


@pytest.mark.parametrize(
    "scores, pool, why",
    [
        ([1] * 60, [1] * 500, "do not go along"),
        ([0] * 40 + [1] * 20, [1, 0] * 250, "do not go along"),
        ([1] * 40 + [0] * 20, [], "no part of the pool has 10 labels and scores"),
    ],
    ids=["a judge that always passes", "a judge that says the opposite", "no scores"],
)
def test_scores_without_use_are_not_used(scores, pool, why):
    """A constant or contrary judge, or none, leaves the labels alone."""
    found = combined([1] * 40 + [0] * 20, scores, [Part.of("", 500, pool)])

    assert found.rate is None
    assert why in found.why


def test_all_labeled_needs_no_judge():
    """Where everything in the pool is labeled, scores can add nothing."""
    truth = [1] * 40 + [0] * 20

    assert combined(truth, truth, [Part.of("", 60, truth)]).why == ALL_LABELED


def test_a_part_without_labels_has_no_rate():
    """Nothing is said of a pool while one of its parts has no label."""
    parts = [Part.of("a", 100, [1] * 100), Part.of("b", 50, [1] * 50)]

    found = combined([1, 0] * 20, [1, 0] * 20, parts, strata=["a"] * 40)

    assert found.labels.value is None
    assert "“b”" in found.why
    assert combined([], [], parts).why == "Nothing is labeled yet in a part of the pool: “a”, “b”."


def test_a_thin_part_counts_by_its_labels_only():
    """Scores of a part with fewer than 10 labels are not used, however good they are."""
    labels, good = [1] * 40 + [0] * 20 + [1] * 6 + [0] * 3, [1] * 38 + [0] * 22 + [1] * 6 + [0] * 3
    strata = ["a"] * 60 + ["b"] * 9

    def parts(of_b):
        return [Part.of("a", 600, [1] * 400 + [0] * 200), Part.of("b", 90, of_b)]

    one = combined(labels, good, parts([1] * 90), strata=strata)
    other = combined(labels, good, parts([0] * 90), strata=strata)

    assert one.rate == other.rate
    assert one.labels.value == pytest.approx((40 / 60 * 600 + 6 / 9 * 90) / 690)


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.97), st.floats(0, 1), st.floats(0, 1))
def test_never_wider_than_labels_alone(seed, passing, accepts, catches):
    """Whatever the judge says, the combined interval is narrower than the labels', or none."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(300) < passing).astype(float)
    scores = judged(rng, truth, accepts, catches)
    sessions = (np.arange(300) // 3).tolist()
    labeled = rng.choice(300, 50, replace=False)

    found = combined(
        truth[labeled],
        scores[labeled],
        [Part.of("", 300, scores, sessions)],
        weights=rng.choice([1.0, 3.0], 50).tolist(),
        clusters=[sessions[i] for i in labeled],
    )

    assert found.labels.interval is not None
    if found.interval is None:
        assert found.why
        return
    alone = found.labels.interval
    assert found.interval.high - found.interval.low < alone.high - alone.low
    assert found.rate is not None
    assert 0 < found.rate < 1
    assert found.interval.low <= found.rate <= found.interval.high


def plain(rng, n, passing, judge):
    truth = (rng.random(POOL) < passing).astype(float)
    scores = judged(rng, truth, *judge)
    at = rng.choice(POOL, n, replace=False)
    return combined(truth[at], scores[at], [Part.of("", POOL, scores)])


def weighted(rng, n, passing, judge):
    truth = (rng.random(POOL) < passing).astype(float)
    scores = judged(rng, truth, *judge)
    weights = rng.choice([1.0, 4.0], POOL)
    at = rng.choice(POOL, n, replace=False, p=(1 / weights) / (1 / weights).sum())
    part = Part.of("", POOL, scores)
    return combined(truth[at], scores[at], [part], weights=weights[at].tolist())


def clustered(rng, n, passing, judge):
    sessions = np.arange(POOL) // 4
    rates = rng.beta(passing * 7 / 3, (1 - passing) * 7 / 3, sessions[-1] + 1)
    truth = (rng.random(POOL) < rates[sessions]).astype(float)
    scores = judged(rng, truth, *judge)
    chosen = rng.choice(POOL // 4, n // 4, replace=False)
    at = (chosen[:, None] * 4 + np.arange(4)).ravel()
    part = Part.of("", POOL, scores, sessions.tolist())
    return combined(truth[at], scores[at], [part], clusters=sessions[at].tolist())


def stratified(rng, n, passing, judge):
    truth = (rng.random(POOL) < passing).astype(float)
    scores = judged(rng, truth, *judge)
    votes = judged(rng, truth, 0.8, 0.7)
    places = {"up": np.flatnonzero(votes > 0), "down": np.flatnonzero(votes == 0)}
    at = np.concatenate([rng.choice(where, n // 2, replace=False) for where in places.values()])
    parts = [Part.of(name, len(where), scores[where]) for name, where in places.items()]
    strata = [name for name in places for _ in range(n // 2)]
    return combined(truth[at], scores[at], parts, strata=strata)


@pytest.mark.parametrize("design", [plain, weighted, clustered, stratified])
@pytest.mark.parametrize("n, passing", [(32, 0.95), (32, 0.8), (60, 0.8), (120, 0.9), (200, 0.95)])
def test_intervals_hold_the_truth(design, n, passing):
    """Of what the page shows at 95 %, combined or labels only, at least 93 % are right."""
    rng = np.random.default_rng(n * 1000 + int(passing * 100))
    weak, fair, good = (0.85, 0.4), (0.94, 0.63), (0.98, 0.95)
    right = dict.fromkeys((weak, fair, good), 0)
    for judge in right:
        for _ in range(300):
            found = design(rng, n, passing, judge)
            shown = found.interval or found.labels.interval
            right[judge] += shown.low <= passing <= shown.high

    assert sum(right.values()) / 900 >= ENOUGH
    assert min(right.values()) / 300 >= ENOUGH - 0.02  # 300 draws are off by .015 themselves
