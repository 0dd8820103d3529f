"""Topping up: later items come in by the same rule, and probabilities stay true."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest

from review_app.campaigns import items_of, plan_of
from review_app.design import Design, Gold, Sample, Sharing
from review_app.errors import InvalidDesign
from review_app.planning import Known, Scan, prepare
from review_app.pool import Candidate, Pool
from review_app.questions import Question
from review_app.topping_up import last_pool, more_of_the_pool, since_the_last

KNOWN = Known((Question("good", "pass_fail", options=("Pass", "Fail")),))
SCAN = Scan(
    [
        Candidate(f"tr-{n:03d}", 1000 + n, thumbs=False if n < 5 else None, version=f"v{n % 2}")
        for n in range(100)
    ],
    1000,
    2000,
)
DESIGN = Design(
    "Nov",
    Pool("bot"),
    questions=("good",),
    reviewers=("ana", "bo"),
    sample=Sample("mixed", n=20, always=("thumbs_down",)),
    gold=(Gold("g", {"good": True}),),
    practice=1,
)


def _begun(design=DESIGN):
    return prepare(design, SCAN, KNOWN).part


def test_what_came_since_is_drawn_by_the_same_rule():
    """New traces are a pool of their own: all thumbs-down and some of the others, no gold again."""
    part = _begun()
    fresh = [replace(c, trace_id=f"new-{c.trace_id}") for c in SCAN.candidates]
    later = Scan([*fresh, *SCAN.candidates[:3]], 2001, 3000)
    added = since_the_last(DESIGN, later, part.items, KNOWN, 2)
    assert len(added.items) == 25
    assert {i.frame for i in added.items} == {"pool-2"}
    assert {i.role for i in added.items} == {"reviewer"}
    assert {s.N for s in added.frames[0].strata.values()} == {5, 95}
    assert last_pool({f.id: f for f in (*part.frames, *added.frames)}).id == "pool-2"
    for person in DESIGN.reviewers:
        mine = list(items_of(person, "r", plan_of([part, added])).values())
        assert [i.position for i in mine] == list(range(1, len(mine) + 1))
        assert all(i.planned.frame == "pool-2" for i in mine[-12:])


def test_a_thin_week_is_taken_whole():
    """Where less came than the rule asks for, all of it is taken, with certainty."""
    few = Scan([Candidate("n1"), Candidate("n2")], 2001, 3000)
    added = since_the_last(DESIGN, few, _begun().items, KNOWN, 2)
    assert {(i.trace_id, i.probability) for i in added.items} == {("n1", 1.0), ("n2", 1.0)}
    assert since_the_last(DESIGN, Scan([]), _begun().items, KNOWN, 2).items == ()


def test_more_of_the_same_pool_makes_one_sample():
    """Both draws together are one random sample: every item says how likely it was in either."""
    part = _begun()
    added = more_of_the_pool(DESIGN, SCAN, part.items, part.frames[0], 10, 2)
    plan = plan_of([part, added])
    drawn = [i for i in plan if i.frame == "pool-2"]
    assert len(drawn) == 35
    assert not [i for i in plan if i.frame == "pool-1"]
    rest = {i.probability for i in drawn if i.stratum == "the others"}
    assert rest == {30 / 95}
    assert {i.probability for i in drawn if i.stratum == "thumbs down"} == {1.0}
    assert {(s.N, s.n) for s in added.frames[0].strata.values()} == {(5, 5), (95, 30)}
    before = {i.place: i.assigned for i in part.items}
    assert all(i.assigned == before[i.place] for i in drawn if i.place in before)


def test_the_union_of_both_draws_recovers_the_pool():
    """Weighted by the inverse of the restated probability, the top-up changes no mean."""
    value = {c.trace_id: 2.0 * (c.thumbs is False) + n / 50 for n, c in enumerate(SCAN.candidates)}
    truth, sums = sum(value.values()), []
    for seed in range(300):
        design = replace(DESIGN, seed=str(seed), gold=(), practice=0)
        part = _begun(design)
        added = more_of_the_pool(design, SCAN, part.items, part.frames[0], 10, 2)
        plan = plan_of([part, added])
        sums.append(sum(value[i.trace_id] / (i.probability or 0) for i in plan))
    mean = sum(sums) / len(sums)
    error = sqrt(sum((s - mean) ** 2 for s in sums)) / len(sums)
    assert abs(mean - truth) < 4 * error


@pytest.mark.parametrize(
    "sample, more, sentence",
    [
        (Sample("all"), 5, "everything that its rule asks for"),
        (Sample("newest", n=5), 5, "everything that its rule asks for"),
        (Sample("random", n=5, distinct=True), 5, "Near-duplicates"),
        (Sample("random", n=5), 0, "at least 1"),
    ],
)
def test_a_rule_that_cannot_go_on_is_said(sample, more, sentence):
    """Where more of the same pool would spoil the probabilities, it is refused with the reason."""
    design = replace(DESIGN, sample=sample, sharing=Sharing())
    part = _begun(design)
    with pytest.raises(InvalidDesign, match=sentence):
        more_of_the_pool(design, SCAN, part.items, part.frames[0], more, 2)


def test_nothing_is_drawn_twice():
    """More than the pool holds takes what is left, once; then there is nothing more."""
    part = _begun()
    rest = more_of_the_pool(DESIGN, SCAN, part.items, part.frames[0], 500, 2)
    plan = plan_of([part, rest])
    assert len({i.trace_id for i in plan}) == len(plan) == 101
    assert more_of_the_pool(DESIGN, SCAN, plan, rest.frames[0], 5, 3).items == ()


def test_a_campaign_without_a_draw_has_no_pool():
    """Items that were imported or chosen by hand cannot be topped up by a rule."""
    with pytest.raises(InvalidDesign, match="not drawn from a pool"):
        last_pool({})
