"""Rates from scores alone, and many comparisons at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.estimate.carried import carried
from review_app.estimate.multiplicity import adjusted_p_values, marked_as_changed
from review_app.estimate.share import weighted_share


def share(some, of):
    """Return a plain share."""
    return weighted_share([1] * some + [0] * (of - some))


def test_published_example():
    """4060 of 11284 with a TPR of 178/179 and a TNR of 358/359 is .349 to .372."""
    found = carried(share(4060, 11284), share(178, 179), share(358, 359))

    assert (round(found.interval.low, 3), round(found.interval.high, 3)) == (0.349, 0.372)
    assert found.rate == pytest.approx(0.3600, abs=1e-4)


def test_a_judge_at_chance_says_nothing():
    """A judge that passes good and bad answers alike has no rate behind its scores."""
    assert carried(share(50, 100), share(40, 80), share(40, 80)) is None
    with pytest.raises(ValueError, match="at least one item"):
        carried(share(50, 100), share(0, 0), share(1, 2))


@pytest.mark.parametrize("passing", [0.8, 0.95])
@pytest.mark.parametrize("checked", [(40, 40), (100, 30)])
def test_intervals_hold_the_truth(passing, checked):
    """Of intervals at 95 % with errors measured on a few items, at least 93 % are right."""
    rng = np.random.default_rng(4)
    right = 0
    for _ in range(800):
        good = rng.random(400) < passing
        said = np.where(good, rng.random(400) < 0.93, rng.random(400) < 0.35)
        found = carried(
            share(int(said.sum()), 400),
            share(int(rng.binomial(checked[0], 0.93)), checked[0]),
            share(int(rng.binomial(checked[1], 0.65)), checked[1]),
        )
        right += found is not None and found.interval.low <= passing <= found.interval.high

    assert right / 800 >= 0.93


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_marks_are_scipys(p_values):
    """The p-values behind the marks are those of scipy's Benjamini-Yekutieli."""
    from scipy.stats import false_discovery_control

    there = false_discovery_control(p_values, method="by")

    assert adjusted_p_values(p_values) == pytest.approx(there.tolist(), abs=1e-12)
    assert marked_as_changed(p_values) == [p <= 0.05 for p in adjusted_p_values(p_values)]
