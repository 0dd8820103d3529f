"""Coefficients of agreement: published numbers, and what must hold for any table."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.agreement.bootstrap import interval
from review_app.agreement.coefficients import alpha, gwet, percent
from review_app.agreement.ratings import Rating, kept, ratings_of

TABLES = Path(__file__).parents[2] / "data" / "methods"


def _table(name, number=int):
    """Return the ratings of a table: first column the item, the others one person each."""
    with (TABLES / name).open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return [
        Rating(item, person, number(value))
        for item, *values in rows
        for person, value in zip(head[1:], values, strict=True)
        if value
    ]


CANONICAL = _table("krippendorff_canonical.csv")
FLEISS = _table("fleiss1971_diagnoses.csv")
PARADOX = [
    Rating(n, p, v)
    for n, (a, b) in enumerate(
        [("y", "y")] * 118 + [("y", "n")] * 5 + [("n", "y")] * 2 + [("n", "n")] * 0
    )
    for p, v in (("a", a), ("b", b))
]


@pytest.mark.parametrize(
    "scale, published",
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_alpha_of_krippendorffs_table(scale, published):
    """Krippendorff (2011) computes alpha of four observers with missing answers, on each scale."""
    assert alpha(ratings_of(CANONICAL), scale).point == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    "scale, published", [("nominal", 0.77544), ("ordinal", 0.85874), ("interval", 0.91400)]
)
def test_gwet_of_the_same_table(scale, published):
    """Gwet's AC1 and AC2 of that table, single answers included in the chance agreement."""
    assert gwet(ratings_of(CANONICAL), scale).point == pytest.approx(published, abs=5e-6)


def test_percent_of_published_tables():
    """Pairs that agree within an item, as a mean over items: .8182, and Fleiss (1971) .5556."""
    assert percent(ratings_of(CANONICAL)).point == pytest.approx(0.8182, abs=5e-5)
    assert percent(ratings_of(FLEISS)).point == pytest.approx(0.5556, abs=5e-5)


def test_the_kappa_paradox():
    """Nearly all say yes: percent .944, alpha -.025, AC1 .941, and all three are true."""
    ratings = ratings_of(PARADOX)
    assert percent(ratings).point == pytest.approx(0.944, abs=5e-4)
    assert alpha(ratings, "nominal").point == pytest.approx(-0.025, abs=5e-4)
    assert gwet(ratings, "nominal").point == pytest.approx(0.941, abs=5e-4)


def test_no_variation_is_undefined():
    """When all answers are equal alpha does not exist; percent is one."""
    ratings = ratings_of([Rating(n, p, "yes") for n in range(9) for p in "ab"])
    assert math.isnan(alpha(ratings, "nominal").point)
    assert math.isnan(gwet(ratings, "nominal").point)
    assert percent(ratings).point == 1
    assert interval(alpha(ratings, "nominal")) is None


def test_nobody_shares_an_item():
    """Without an item that two people answered nothing can be said."""
    ratings = ratings_of([Rating(n, "a", n % 2) for n in range(5)])
    assert ratings.items == 0
    assert all(math.isnan(c.point) for c in (percent(ratings), alpha(ratings, "ordinal")))


tables = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from("abcd"), st.integers(1, 4)), max_size=60
)


def _known(*values):
    return all(not math.isnan(v) for v in values)


@given(tables, st.randoms(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_order_and_names_do_not_matter(rows, chance, scale):
    """Neither the order of rows nor the names of people and items change any coefficient."""
    rows = list({(i, p): (i, p, v) for i, p, v in rows}.values())
    mixed = rows[:]
    chance.shuffle(mixed)
    names = dict(zip("abcd", "zyxw", strict=True))
    one = ratings_of([Rating(*row) for row in rows], [1, 2, 3, 4])
    two = ratings_of([Rating(-i, names[p], v) for i, p, v in mixed], [1, 2, 3, 4])
    for make in (percent, lambda r: alpha(r, scale), lambda r: gwet(r, "ordinal")):
        assert make(one).point == pytest.approx(make(two).point, abs=1e-9, nan_ok=True)


@given(tables.filter(len))
def test_one_more_agreeing_item_never_lowers_percent(rows):
    """An item on which everybody agrees can only raise the percent agreement."""
    rows = [Rating(*row) for row in rows]
    more = [*rows, *(Rating("new", p, 2) for p in "abcd")]
    before, after = percent(ratings_of(rows)).point, percent(ratings_of(more)).point
    assert math.isnan(before) or after >= before - 1e-12


@given(tables, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_is_the_mean_over_pairs_of_answers(rows, scale):
    """Alpha computed naively, pair by pair, is the same number."""
    rows = list({(i, p): (i, p, v) for i, p, v in rows}.values())
    naive = _naive_alpha(rows, scale)
    ours = alpha(ratings_of([Rating(*row) for row in rows]), scale).point
    assert ours == pytest.approx(naive, abs=1e-9, nan_ok=True)


def _naive_alpha(rows, scale):
    """Return alpha from its definition with loops over pairs of answers."""
    items: dict[int, list[int]] = {}
    for item, _, value in rows:
        items.setdefault(item, []).append(value)
    paired = [values for values in items.values() if len(values) > 1]
    every = [v for values in paired for v in values]
    n = len(every)

    def far(a, b):
        if scale == "nominal":
            return float(a != b)
        if scale == "interval":
            return float((a - b) ** 2)
        low, high = min(a, b), max(a, b)
        between = sum(low <= v <= high for v in every)
        return (between - (every.count(a) + every.count(b)) / 2) ** 2 if a != b else 0.0

    expected = sum(far(a, b) for i, a in enumerate(every) for j, b in enumerate(every) if i != j)
    if not expected:
        return math.nan
    observed = sum(
        far(a, b) / (len(values) - 1)
        for values in paired
        for i, a in enumerate(values)
        for j, b in enumerate(values)
        if i != j
    )
    return 1 - (observed / n) / (expected / (n * (n - 1)))


def test_the_interval_is_known():
    """The bootstrap over items of Krippendorff's table: .414 to 1 in one run, Gwet's .419 to 1."""
    low, high = vars(interval(alpha(ratings_of(CANONICAL), "nominal"))).values()
    assert high == 1
    assert low == pytest.approx(0.42, abs=0.03)


@pytest.mark.parametrize("size", [50, 100])
def test_the_interval_covers(size):
    """In about 95 of 100 samples the interval holds the alpha of the whole population."""
    chance = np.random.default_rng(3)
    truth = chance.random(20_000) < 0.4
    said = np.column_stack([np.where(chance.random(20_000) < 0.85, truth, ~truth) for _ in "abc"])
    whole = alpha(_of(said), "nominal").point
    held = sum(
        bounds.low <= whole <= bounds.high
        for _ in range(300)
        if (bounds := interval(alpha(_of(said[chance.choice(20_000, size)]), "nominal"), draws=400))
    )
    assert held / 300 >= 0.9


def _of(said):
    return ratings_of(
        [
            Rating(i, p, bool(v))
            for i, row in enumerate(said)
            for p, v in zip("abc", row, strict=True)
        ]
    )


def test_items_that_belong_together_widen_the_interval():
    """Items of one session are drawn together: fewer independent things, a wider interval."""
    loose = [
        Rating(n, p, (n // 8 + (p == "a") * (n // 8 % 3 == 0)) % 2) for n in range(80) for p in "ab"
    ]
    joined = [one._replace(cluster=int(str(one.item)) // 8) for one in loose]
    free, bound = (interval(percent(ratings_of(rows))) for rows in (loose, joined))
    assert bound.high - bound.low > 1.5 * (free.high - free.low)


@given(tables)
@settings(max_examples=30)
def test_some_items_only(rows):
    """Keeping all items keeps every number."""
    ratings = ratings_of([Rating(*row) for row in rows])
    same = kept(ratings, np.ones(len(ratings.counts), dtype=bool))
    assert percent(same).point == pytest.approx(percent(ratings).point, nan_ok=True)


def test_hundred_thousand_answers_are_one_breath():
    """A bootstrap of 2,000 draws over 100,000 answers counts kinds of items, not answers."""
    chance = np.random.default_rng(1)
    values = chance.integers(1, 5, size=(33_000, 3))
    parts = alpha(
        ratings_of(
            [Rating(i, str(p), int(v)) for i, row in enumerate(values) for p, v in enumerate(row)]
        ),
        "ordinal",
    )
    assert len(np.unique(parts.parts, axis=0)) < 100
    assert interval(parts).low < parts.point < interval(parts).high
