"""Reassignment: items change hands without being lost, doubled or begun twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.assignment import Extras, assign
from review_app.campaigns import PlanItem, PlanPart, plan_of
from review_app.design import Sharing
from review_app.reassignment import KEPT_AHEAD, rebalanced, taken_over, without

PEOPLE = ("ana", "bo", "cy")
ONE = Sharing()


def _plan(count=90, sharing=ONE):
    items = [PlanItem(f"t{n}", "pool-1", "random", 0.5) for n in range(count)]
    gold = [
        PlanItem("g1", "gold", "known", role="practice"),
        PlanItem("g2", "gold", "", role="gold"),
    ]
    return assign(items, PEOPLE, sharing, Extras(gold), "1")


def _pending(plan, done):
    """Return what nobody has begun, when each reviewer has done the first ``done[person]``."""
    found = {}
    for person in PEOPLE:
        turns = sorted(
            (t.position, i.trace_id) for i in plan for t in i.assigned if t.reviewer == person
        )
        found[person] = frozenset(trace for _, trace in turns[done.get(person, 0) :])
    return found


def _load(plan, pending):
    return Counter(
        t.reviewer
        for i in plan
        for t in i.assigned
        if i.trace_id in pending.get(t.reviewer, {i.trace_id})
    )


def test_who_runs_dry_takes_half_of_the_longest_list():
    """A reviewer with nothing left gets the far half of the longest list, never its next items."""
    plan = _plan()
    pending = _pending(plan, {"ana": 32, "bo": 5})
    moved = taken_over(plan, pending, 1, "ana")
    after = plan_of([PlanPart(tuple(plan)), PlanPart(moved)])
    assert len(moved) == 10  # of the 22 behind the next ten one is a gold item
    for item in moved:
        assert [t.reviewer for t in item.assigned] == ["ana"]
    ahead = sorted(
        (t.position, i.trace_id) for i in plan for t in i.assigned if t.reviewer == "cy"
    )[:KEPT_AHEAD]
    assert not {trace for _, trace in ahead} & {i.trace_id for i in moved}
    assert len(after) == len(plan)


def test_nothing_to_take_is_nothing():
    """When all others are at their last item, nothing moves."""
    plan = _plan(6)
    done = {"ana": 4, "bo": 3, "cy": 4}
    assert taken_over(plan, _pending(plan, done), 1, "ana") == ()


@given(
    st.fixed_dictionaries({p: st.integers(0, 32) for p in PEOPLE}),
    st.sampled_from([Sharing(), Sharing(2), Sharing(common=30)]),
    st.sampled_from(["add", "remove", "level", "take"]),
)
@settings(max_examples=60)
def test_nothing_is_lost_doubled_or_taken_back(done, sharing, what):
    """Whatever changes hands: what was begun stays, no review of an item is doubled or lost."""
    plan = _plan(sharing=sharing)
    pending = _pending(plan, done)
    moves = {
        "add": lambda: rebalanced(plan, pending, sharing.each, (*PEOPLE, "di")),
        "remove": lambda: without(plan, pending, sharing.each, "bo", ("ana", "cy")),
        "level": lambda: rebalanced(plan, pending, sharing.each, PEOPLE),
        "take": lambda: taken_over(plan, pending, sharing.each, "ana"),
    }
    after = {i.place: i for i in plan_of([PlanPart(tuple(plan)), PlanPart(moves[what]())])}
    for before in plan:
        now = after[before.place]
        holders = [t.reviewer for t in now.assigned]
        assert len(set(holders)) == len(holders)
        begun = {t.reviewer for t in before.assigned if before.trace_id not in pending[t.reviewer]}
        assert begun <= set(holders)
        assert replace(now, assigned=()) == replace(before, assigned=())
        if before.role == "reviewer" and what in ("level", "take"):
            assert len(holders) == len(before.assigned)
        if before.role == "reviewer" and what == "add":
            assert len(holders) == len(before.assigned)
        if len(before.assigned) > sharing.each and before.role == "reviewer" and what != "remove":
            assert now == before
    positions = Counter((t.reviewer, t.position) for i in after.values() for t in i.assigned)
    assert max(positions.values()) == 1


def test_a_newcomer_gets_a_fair_share_and_the_gold_items():
    """Somebody who joins late gets an equal part of what is left, and practice first."""
    plan = _plan()
    pending = _pending(plan, {})
    after = plan_of(
        [PlanPart(tuple(plan)), PlanPart(rebalanced(plan, pending, 1, (*PEOPLE, "di")))]
    )
    mine = sorted((t.position, i.role) for i in after for t in i.assigned if t.reviewer == "di")
    assert [role for _, role in mine[:2]] == ["practice", "gold"]
    load = Counter(t.reviewer for i in after if i.role == "reviewer" for t in i.assigned)
    assert max(load.values()) - min(load.values()) <= 3


def test_what_is_left_behind_goes_to_the_others():
    """When somebody leaves, the others share what they had not begun, and common items stay."""
    plan = _plan(sharing=Sharing(common=30))
    pending = _pending(plan, {"bo": 10})
    moved = without(plan, pending, 1, "bo", ("ana", "cy"))
    after = plan_of([PlanPart(tuple(plan)), PlanPart(moved)])
    left = {i.trace_id for i in after for t in i.assigned if t.reviewer == "bo"}
    assert not left & pending["bo"]
    single = [i for i in after if i.role == "reviewer" and len(i.assigned) == 1]
    load = _load(single, {})
    assert abs(load["ana"] - load["cy"]) <= 2
