"""Campaigns, plans and one reviewer's items, as they are written and read back."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from review_app.campaigns import (
    Assignment,
    Campaign,
    PlanItem,
    PlanPart,
    campaign_from,
    campaign_json,
    items_of,
    plan_from,
    plan_lines,
    plan_of,
)
from review_app.frames import Frame, Stratum
from review_app.questions import DEFAULT_QUESTIONS, Question

CAMPAIGN = Campaign(
    "Orders",
    (*DEFAULT_QUESTIONS, Question("tone", "choice", options=("Kind", "Rude"), pass_cut="Rude")),
    owner="lea",
    run_id="run-1",
    experiment_id="7",
    status="paused",
    closed_at_ms=12,
    reviewers=("ana", "bo"),
    purpose="To **know**.",
    plan_parts=2,
)
PLAN = [
    PlanItem("tr-1", "all", "random", 0.1, assigned=(Assignment("ana", 2), Assignment("bo", 1))),
    PlanItem("tr-2", "all", "random", 0.1, assigned=(Assignment("ana", 1),)),
    PlanItem("tr-1", "all", "random", 0.1, assigned=(Assignment("ana", 3, round=2),)),
]


def test_a_campaign_is_read_as_it_was_written():
    """The frozen design comes back as it was, and what may change comes from the run's tags."""
    design = campaign_json(CAMPAIGN)
    tags = {"run_id": "run-1", "experiment_id": "7", "closed_at_ms": 12, "plan_parts": 2}
    read = campaign_from(design, status="paused", reviewers=("ana", "bo"), **tags)
    assert read == CAMPAIGN
    assert not {"status", "reviewers", "run_id"} & json.loads(design).keys()


def test_a_newer_design_can_be_read():
    """A campaign that a newer version of the app wrote still opens."""
    newer = json.dumps({**json.loads(campaign_json(CAMPAIGN)), "added_later": True})
    assert campaign_from(newer).name == "Orders"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(texts, st.none() | st.floats(0, 1), texts, st.sampled_from(["reviewer", "gold"]))
def test_a_plan_is_read_as_it_was_written(trace_id, probability, reason, role):
    """Why an item is in, and with what probability, is there for good, whatever its text."""
    plan = [replace(PLAN[0], trace_id=trace_id, probability=probability, reason=reason, role=role)]
    part = PlanPart(tuple(plan), (Frame("f", "all of them", strata={"a": Stratum(9, 2)}),))
    text = "\n".join(plan_lines(part)) + "\n"
    assert plan_from(text.split("\n")) == part


def test_a_later_line_of_an_item_replaces_the_earlier():
    """When an item changes hands, the plan says so in its next part, and the item stays one."""
    moved = replace(PLAN[0], assigned=(Assignment("zoe", 3),))
    parts = [PlanPart(tuple(PLAN[:2])), PlanPart((moved,))]
    plan = plan_of(parts)
    assert [p.trace_id for p in plan] == ["tr-1", "tr-2"]
    assert plan[0] == moved


def test_everybody_has_their_own_items_in_their_own_order():
    """A reviewer's list holds their items only, in the order of the plan, repeats apart."""
    mine = list(items_of("ana", "run-1", PLAN).values())
    assert [(i.trace_id, i.round) for i in mine] == [("tr-2", 1), ("tr-1", 1), ("tr-1", 2)]
    assert [i.trace_id for i in items_of("bo", "run-1", PLAN).values()] == ["tr-1"]
    assert not items_of("zoe", "run-1", PLAN)


def test_keys_tell_nothing():
    """An item's key on the wire differs by person, campaign and round, and tells none of them."""
    keys = [
        key
        for person in ("ana", "bo")
        for run in ("run-1", "run-2")
        for key in items_of(person, run, PLAN)
    ]
    assert len(set(keys)) == len(keys) == 8
    assert {len(key) for key in keys} == {20}
    assert set("".join(keys)) <= set("0123456789abcdef")


def test_whoever_joins_gets_an_order_of_their_own():
    """In a campaign for everybody each person reads in their own order, the same at every visit."""
    plan = [PlanItem(f"tr-{n}", "all", "random") for n in range(30)]
    orders = {
        person: [i.trace_id for i in items_of(person, "run-1", plan).values()]
        for person in ("ana", "bo", "zoe")
    }
    again = [i.trace_id for i in items_of("ana", "run-1", plan).values()]
    assert orders["ana"] == again
    assert len({tuple(order) for order in orders.values()}) == 3
    assert {tuple(sorted(order)) for order in orders.values()} == {
        tuple(sorted(p.trace_id for p in plan))
    }
