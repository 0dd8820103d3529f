"""Intervals of shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.intervals import newcombe, wilson


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


@pytest.mark.parametrize(
    "first, second, low, high",
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_published_intervals_of_differences(first, second, low, high):
    """Newcombe's interval of a difference comes to the numbers of his paper, both ways round."""
    found, back = newcombe(first, second), newcombe(second, first)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert (round(-back.high, 4), round(-back.low, 4)) == (low, high)


COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_the_interval_of_a_difference_holds_it(first, second):
    """The difference lies in its interval, and the interval in -1 to 1."""
    found, difference = newcombe(first, second), first[0] / first[1] - second[0] / second[1]
    assert -1 - 1e-9 <= found.low <= difference + 1e-9
    assert difference - 1e-9 <= found.high <= 1 + 1e-9


def test_nothing_has_no_difference():
    """Without an observation on either side there is no difference."""
    with pytest.raises(ValueError, match="at least one observation"):
        newcombe((1, 2), (0, 0))
