"""Splits: the test split first, near-copies together, the same for the same seed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.splits import Splittable, missing_for_a_verdict, split, together

items = st.lists(
    st.tuples(
        st.sampled_from([True, True, True, False, None]),
        st.integers(1, 4),
        st.lists(st.integers(0, 30), max_size=2),
    ),
    max_size=120,
).map(
    lambda rows: [
        Splittable(f"i{n}", passed, answers, tuple(joins))
        for n, (passed, answers, joins) in enumerate(rows)
    ]
)


def _in(found, items, name):
    return [item for item in items if found[item.key] == name]


@given(items, st.text(max_size=3), st.randoms())
@settings(max_examples=80)
def test_what_holds_for_every_set(items, seed, chance):
    """Near-copies never straddle; train is small and balanced; order does not matter."""
    found = split(items, seed)
    assert found.keys() == {item.key for item in items}
    for cluster in together(items):
        assert len({found[item.key] for item in cluster}) == 1
    train = _in(found, items, "train")
    failed = sum(item.passed is False for item in train)
    passed = sum(item.passed is True for item in train)
    assert max(failed, passed) <= 20
    assert abs(failed - passed) <= 1
    assert failed <= sum(item.passed is False for item in items) / 2
    mixed = items[:]
    chance.shuffle(mixed)
    assert split(mixed, seed) == found


def test_train_takes_the_least_read():
    """A judge learns from items that few people answered; what many read is kept for the test."""
    items = [Splittable(str(n), n % 2 == 0, 1 if n < 100 else 3) for n in range(300)]
    train = _in(split(items, "1"), items, "train")
    assert len(train) == 40
    assert {item.answers for item in train} == {1}


def test_what_is_missing_is_counted():
    """A check needs seventy failed and seventy passed items; the set says how many lack."""
    assert missing_for_a_verdict([True] * 80 + [False] * 30 + [None]) == {"failed": 40, "passed": 0}


def test_another_seed_splits_otherwise():
    """The seed decides which items a judge learns from."""
    items = [Splittable(str(n), n % 2 == 0, 1) for n in range(300)]
    assert split(items, "1") != split(items, "2")
