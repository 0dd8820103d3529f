"""Intervals of shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.intervals import wilson


@pytest.mark.parametrize(
    "right, n, low, high",
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="81 of 263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1611, id="none of 20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="1 of 29"),
    ],
)
def test_published_intervals(right, n, low, high):
    """Wilson's interval comes to the published numbers."""
    found = wilson(right / n, n)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(counts):
    """The share lies in its interval, the interval in 0 to 1, and more items make it narrower."""
    right, n = counts

    found, twice = wilson(right / n, n), wilson(right / n, 2 * n)

    assert 0 <= found.low <= right / n + 1e-9
    assert right / n - 1e-9 <= found.high <= 1
    assert twice.high - twice.low < found.high - found.low


@pytest.mark.parametrize("share, n", [(0.5, 0), (1.5, 10), (-0.1, 10)])
def test_nothing_has_no_interval(share, n):
    """Without an observation, or for what is no share, there is no interval."""
    with pytest.raises(ValueError, match="at least one observation"):
        wilson(share, n)
