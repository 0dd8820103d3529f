"""Sampling: every item has the probability that it truly had, whatever the design."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import comb, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.design import Sample
from review_app.pool import Candidate
from review_app.sampling import draw
from review_app.strata import strata_of, units_of

DAY = 86_400_000


def _candidate(number: int) -> Candidate:
    """Return one of a pool in which traits and texts repeat."""
    return Candidate(
        f"tr-{number:04d}",
        requested_at_ms=number * DAY // 10,
        version=f"v{number % 3}",
        session=f"s{number // 4}" if number % 11 else "",
        state="ERROR" if number % 13 == 0 else "OK",
        thumbs={0: False, 1: True}.get(number % 7),
        text=f"Question about matter {number % 40}",
        comment="bad" if number % 14 == 0 else "",
        scores={"good@judge": (number % 10) / 10},
    )


POOL = [_candidate(number) for number in range(120)]
SAMPLES = {
    "all": Sample("all"),
    "random": Sample("random", n=30),
    "stratified": Sample("stratified", n=10, by=("version",)),
    "quotas": Sample("stratified", n=4, by=("version",), quotas={"v0": 20}),
    "crossed": Sample("stratified", n=2, by=("version", "thumbs")),
    "by score": Sample("stratified", n=5, by=("score:good@judge",)),
    "mixed": Sample("mixed", n=20, always=("thumbs_down",)),
    "mixed twice": Sample("mixed", n=15, always=("errors", "thumbs_down")),
    "distinct": Sample("random", n=20, distinct=True),
    "distinct mixed": Sample("mixed", n=12, always=("thumbs_down",), distinct=True),
    "sessions": Sample("random", n=8, unit="session"),
    "sessions mixed": Sample("mixed", n=5, always=("thumbs_down",), unit="session"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_weighting_by_the_inverse_probability_recovers_the_pool(name):
    """Over many draws the weighted sum over the sample is the sum over the pool, in every design.

    The value correlates with everything that designs choose by, so that a wrong probability shows.
    """
    sample, draws = SAMPLES[name], 400
    units = {unit.first.trace_id: unit for unit in units_of(POOL, sample)}
    value = {
        name: sum(
            3.0 * (t.thumbs is False) + (t.version == "v0") + int(t.trace_id[3:]) / 60
            for t in unit.traces
        )
        for name, unit in units.items()
    }
    truth = sum(value.values())
    sums = []
    for seed in range(draws):
        items = draw(POOL, sample, seed=str(seed), frame="f").items
        sums.append(sum(value[item.trace_id] / (item.probability or 0) for item in items))
    mean = sum(sums) / draws
    spread = sqrt(sum((s - mean) ** 2 for s in sums) / (draws - 1) / draws)
    assert abs(mean - truth) <= 4 * spread + 1e-6 * truth


@pytest.mark.parametrize("name", ["random", "quotas", "mixed", "distinct mixed", "sessions"])
def test_items_come_as_often_as_their_probability_says(name):
    """How often an item is drawn over many seeds is the probability that it carries."""
    sample, draws = SAMPLES[name], 600
    drawn: Counter[str] = Counter()
    says: dict[str, float] = {}
    for seed in range(draws):
        for item in draw(POOL, sample, seed=str(seed), frame="f").items:
            drawn[item.trace_id] += 1
            says[item.trace_id] = item.probability or 0
    for trace_id, probability in says.items():
        off = abs(drawn[trace_id] / draws - probability)
        assert off <= 5 * sqrt(probability * (1 - probability) / draws) + 1e-9, trace_id


@given(st.permutations(range(len(POOL))), st.sampled_from(sorted(SAMPLES)), st.text(max_size=5))
@settings(max_examples=40)
def test_the_same_seed_draws_the_same_items(order, name, seed):
    """The order in which MLflow lists the traces changes nothing about what is drawn."""
    shuffled = [POOL[i] for i in order]
    first = draw(POOL, SAMPLES[name], seed=seed, frame="f")
    assert draw(shuffled, SAMPLES[name], seed=seed, frame="f") == first
    assert len({item.trace_id for item in first.items}) == len(first.items)


def test_all_pairs_are_possible():
    """A random sample can hold any two traces: nothing is drawn in blocks."""
    pool = POOL[:6]
    seen = {
        frozenset(
            i.trace_id for i in draw(pool, Sample("random", n=2), seed=str(s), frame="f").items
        )
        for s in range(400)
    }
    assert len(seen) == comb(6, 2) == len(list(combinations(pool, 2)))


def test_all_thumbs_down_and_some_of_the_others():
    """The mixed design takes every thumbs-down for sure and the others by chance, never twice."""
    drawn = draw(POOL, SAMPLES["mixed"], seed="1", frame="f")
    down = {c.trace_id for c in POOL if c.thumbs is False}
    sure = {i.trace_id for i in drawn.items if i.probability == 1.0}
    assert sure == down
    rest = [i for i in drawn.items if i.trace_id not in down]
    assert len(rest) == 20
    assert {i.probability for i in rest} == {20 / (120 - len(down))}
    assert {(i.reason, i.stratum) for i in rest} == {("random sample", "the others")}
    assert {(s.N, s.n) for s in drawn.strata.values()} == {(len(down),) * 2, (120 - len(down), 20)}


def test_the_newest_are_the_newest():
    """The newest n are taken for sure; they speak for themselves only."""
    drawn = draw(POOL, Sample("newest", n=5), seed="1", frame="f")
    assert {i.trace_id for i in drawn.items} == {c.trace_id for c in POOL[-5:]}
    assert [(s.N, s.n) for s in drawn.strata.values()] == [(5, 5)]


def test_near_duplicates_stand_for_each_other():
    """One of each group is drawn, and carries how many it stands for and its own chance."""
    texts = ["Where is order 7?", "where is order 7 ?!", "Where is ORDER 7", "A refund, please"]
    pool = [Candidate(f"t{i}", text=text) for i, text in enumerate(texts)]
    drawn = draw(pool, Sample("all", distinct=True), seed="1", frame="f")
    assert sorted((i.group, i.probability) for i in drawn.items) == [(1, 1.0), (3, 1 / 3)]
    assert drawn.group_sizes == {1: 1, 3: 1}
    assert [(s.N, s.n, s.traces) for s in drawn.strata.values()] == [(2, 2, 4)]


def test_the_same_question_to_two_versions_is_asked_twice():
    """Near-duplicates of different versions are kept apart, else versions cannot be compared."""
    pool = [Candidate(f"t{v}", text="Where is my order?", version=v) for v in ("a", "b")]
    assert len(draw(pool, Sample("all", distinct=True), seed="1", frame="f").items) == 2


def test_sessions_are_drawn_whole():
    """Where sessions are drawn an item is the session's first trace; loose traces are counted."""
    drawn = draw(POOL, SAMPLES["sessions"], seed="1", frame="f")
    firsts = {unit.first.trace_id for unit in units_of(POOL, SAMPLES["sessions"])}
    assert {i.trace_id for i in drawn.items} <= firsts
    assert {i.unit for i in drawn.items} == {"session"}
    assert drawn.left_out == sum(not c.session for c in POOL) > 0


@pytest.mark.parametrize(
    "pool, sample, field, sentence",
    [
        ([], Sample("all"), "pool", "No trace passes"),
        (POOL, Sample("random", n=121), "sample.n", "holds 120 items and 121 were asked for"),
        (POOL, Sample("random", n=0), "sample.n", "at least 1"),
        (
            POOL,
            Sample("stratified", n=1, by=("version",), quotas={"v1": 41}),
            "sample.quotas",
            "“v1” holds 40 items and 41",
        ),
        (
            POOL,
            Sample("stratified", n=1, by=("version",), quotas={"v9": 4}),
            "sample.quotas",
            "no stratum “v9”",
        ),
        (
            POOL,
            Sample("stratified", n=1, by=("tag:x", "day", "version", "score:good@judge")),
            "sample.by",
            "strata",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(pool, sample, field, sentence):
    """An empty pool, quotas larger than the stratum and the like are a sentence at their field."""
    problems = draw(pool, sample, seed="1", frame="f").problems
    assert any(p.field == field and sentence in p.sentence for p in problems), problems


def test_strata_are_named_in_words():
    """A stratum reads as people speak of it."""
    candidate = Candidate(
        "t",
        requested_at_ms=20_000 * DAY,
        version="v2",
        tags={"team": "billing"},
        scores={"ok@j": True, "tone@j": "kind", "f@j": 0.35},
    )
    keys = (
        "day",
        "week",
        "thumbs",
        "tag:team",
        "tag:x",
        "score:ok@j",
        "score:tone@j",
        "score:f@j",
        "score:none@j",
        "state",
    )
    assert [strata_of(candidate, (key,)) for key in keys] == [
        "2024-10-04",
        "2024-W40",
        "no vote",
        "billing",
        "no x",
        "pass",
        "kind",
        "0.2 to 0.4",
        "not scored",
        "OK",
    ]
