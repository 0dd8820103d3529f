"""Intervals that hold however often somebody looks."""

from __future__ import annotations

import numpy as np
import pytest

from review_app.estimate.sequences import FEWEST, of_estimate, of_plain_labels, while_running
from review_app.estimate.share import weighted_share
from review_app.intervals import wilson


def test_published_sequence():
    """700 of 1000, best at 100, comes to the value of the authors' own test."""
    found = of_plain_labels(700, 1000, best_at=100)

    assert (round(found.low, 6), round(found.high, 6)) == (0.651630, 0.745950)


@pytest.mark.parametrize("passed, n, low, high", [(0, 0, 0, 1), (0, 20, 0, 0.5), (20, 20, 0.5, 1)])
def test_ends_and_nothing(passed, n, low, high):
    """Without labels anything is possible; where all agree, one end is the end."""
    found = of_plain_labels(passed, n)

    assert low <= found.low <= found.high <= high


def test_looking_after_every_label_is_safe():
    """Of 150 campaigns looked at again and again, at most 5 % ever miss; Wilson's miss many."""
    rng = np.random.default_rng(3)
    missed = by_wilson = 0
    ever = np.arange(20, 301, 15)
    for _ in range(150):
        passed = np.cumsum(rng.random(300) < 0.85)
        looks = [of_plain_labels(int(passed[n - 1]), int(n)) for n in ever]
        missed += any(not one.low <= 0.85 <= one.high for one in looks)
        fixed = [wilson(passed[n - 1] / n, float(n)) for n in ever]
        by_wilson += any(not one.low <= 0.85 <= one.high for one in fixed)

    assert missed / 150 <= 0.05
    assert by_wilson / 150 > 0.15


@pytest.mark.parametrize("passing", [0.5, 0.8, 0.95])
def test_weighted_rates_may_be_watched(passing):
    """Of weighted rates looked at from 50 effective items on, at least 93 % never miss."""
    rng = np.random.default_rng(int(passing * 100))
    missed = 0
    for _ in range(300):
        values = (rng.random(500) < passing).astype(float)
        weights = rng.choice([1.0, 4.0], 500)
        for n in range(70, 501, 15):
            rate = weighted_share(values[:n], weights[:n].tolist())
            found = while_running(rate, plain=False)
            if found and not found.low <= passing <= found.high:
                missed += 1
                break

    assert missed / 300 <= 0.07


def test_few_items_have_no_sequence():
    """Below 50 effective items a weighted rate has no interval that may be watched."""
    assert of_estimate(0.8, FEWEST - 0.1) is None
    assert while_running(weighted_share([]), plain=True) is None
    assert of_estimate(1.0, 200).low < 0.99
