"""Labels with what they were drawn from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import About, Gathered
from review_app.given import Given, Turn
from review_app.quality.labels import Source, labeled_items, loose_items
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("C", (OK,), run_id="run", reviewers=("ana", "bo"))


def planned(trace: str, *people: str, chance: float | None = 0.2, **more) -> PlanItem:
    turns = tuple(Assignment(person, 1) for person in people or ("ana",))
    return PlanItem(trace, "pool", "random sample", chance, "all", assigned=turns, **more)


def said(trace: str, value: object = True, person: str = "ana", **more) -> Given:
    usual = {"campaign": "run", "wording": OK.version, "seen": "nothing", "created_ms": 1}
    name = f"{person}-{trace}-{more.get('turn', Turn(person, 1, trace)).round}"
    return Given(
        **{
            "id": name,
            "turn": Turn(person, 1, trace),
            "question": "ok",
            "value": value,
            **usual,
            **more,
        }
    )


def items(plan, *given, status=None):
    done: dict[tuple[str, int], dict[str, str]] = {("ana", 1): {}, ("bo", 1): {}}
    for line in plan:
        for turn in line.assigned:
            done[turn.reviewer, 1][line.trace_id] = "complete"
    for (person, trace), state in (status or {}).items():
        done[person, 1][trace] = state
    about = {line.trace_id: About(version="v") for line in plan}
    known = Gathered(CAMPAIGN, tuple(plan), done, given, about)
    return {one.trace_id: one for one in labeled_items(OK, Source(known, {}))}


def test_an_item_has_the_answers_of_everybody():
    """A pass is 1 and a fail is 0, by reviewer; the item lies between where people are divided."""
    found = items([planned("t", "ana", "bo")], said("t"), said("t", False, "bo"))
    assert found["t"].by == {"ana": 1.0, "bo": 0.0}
    assert found["t"].mean == 0.5
    assert found["t"].version == "v"


def test_part_done_is_a_smaller_sample():
    """Of four drawn with chance .2 two are done: each was reached with chance .1."""
    plan = [planned(f"t{n}") for n in range(4)]
    open_ones = {("ana", "t2"): "pending", ("ana", "t3"): "pending"}
    found = items(plan, said("t0"), said("t1"), status=open_ones)
    assert {name: one.probability for name, one in found.items()} == {
        "t0": pytest.approx(0.1),
        "t1": pytest.approx(0.1),
    }


def test_cannot_judge_and_skips_are_neither_passed_nor_failed():
    """They are counted on their own, and never as a failure."""
    plan = [planned("t0"), planned("t1"), planned("t2", "ana", "bo")]
    cannot = said("t0", None, cannot_judge="not_my_field")
    found = items(plan, cannot, said("t2"), status={("ana", "t1"): "declined"})
    assert [(one.mean, one.unjudged) for one in found.values()] == [(None, 1), (None, 1), (1.0, 1)]


@pytest.mark.parametrize(
    "more",
    [
        {"role": "practice"},
        {"role": "look_alike"},
        {"seen": "others"},
        {"turn": Turn("ana", 2, "t")},
        {"wording": "another"},
    ],
)
def test_what_is_not_independent_counts_nowhere(more):
    """Practice, look-alikes, repeats, what was said after a reveal or to another wording: out."""
    found = items([planned("t")], said("t", False, **more))
    assert found["t"].by == {}


def test_gold_that_was_sampled_counts_by_its_known_answer():
    """The lead's label is the value, at the chance of the plan; gold that was not drawn is out."""
    gold = replace(planned("t0"), role="gold", right={"ok": False})
    loose = replace(planned("t1", chance=None), role="gold", right={"ok": True})
    found = items([gold, loose], said("t0"), said("t1"))
    assert {name: (one.mean, one.unjudged) for name, one in found.items()} == {"t0": (0.0, 0)}


def test_gold_does_not_speak_for_what_nobody_has_done_yet():
    """Gold is chosen by a lead: in a campaign that is part done it must not weigh like chance."""
    gold = [planned(f"g{n}", role="gold", right={"ok": False}) for n in range(2)]
    plan = [*gold, *(planned(f"t{n}") for n in range(8))]
    pending = {("ana", f"t{n}"): "pending" for n in range(8)}

    assert not items(plan, status=pending)

    begun = pending | {("ana", "t0"): "complete", ("ana", "t1"): "complete"}
    found = items(plan, said("t0"), said("t1"), status=begun)
    assert {name: one.probability for name, one in found.items()} == {
        **dict.fromkeys(["t0", "t1"], pytest.approx(0.2 * 2 / 8)),
        **dict.fromkeys(["g0", "g1"], 0.2),
    }


def test_a_decision_stands_beside_the_answers():
    """What a lead decided is no answer: it is kept for the rate after adjudication."""
    ruling = said("t", False, "lea", role="adjudication", created_ms=5)
    found = items([planned("t", "ana", "bo")], said("t"), said("t", True, "bo"), ruling)
    assert (found["t"].mean, found["t"].decided) == (1.0, 0.0)


def test_a_decision_that_a_judge_gave_rise_to_changes_no_rate():
    """Correcting only the items where a judge disagrees bends the rate, so it is left out."""
    because = said(
        "t", False, "lea", role="adjudication", created_ms=5, reason="judge_disagreement"
    )
    found = items([planned("t")], said("t"), because)
    assert (found["t"].mean, found["t"].decided) == (1.0, None)


def test_labels_of_other_tools_are_read_by_person():
    """The newest answer of each person to the question counts, whatever the campaign."""
    given = [
        said("t", True, campaign="", created_ms=1),
        said("t", False, campaign="", created_ms=2, id="later"),
        said("t", True, "bo", campaign=""),
        said("t", True, "cy", campaign="", question="other"),
    ]
    assert loose_items(OK, given) == {"t": {"ana": 0.0, "bo": 1.0}}


def test_labels_of_other_tools_are_read_as_those_of_campaigns():
    """Who cannot judge after all, reads it again or had seen the judge, says nothing new there."""
    loose = {"campaign": "", "wording": ""}
    given = [
        said("unsure", **loose),
        said("unsure", None, created_ms=2, cannot_judge="It is too long.", **loose),
        said("again", **loose),
        said("again", value=False, created_ms=2, turn=Turn("ana", 2, "again"), **loose),
        said("swayed", value=False, seen="judge", **loose),
        said("whole", turn=Turn("ana", 1, "whole", "session"), **loose),
    ]
    assert loose_items(OK, given) == {"again": {"ana": 1.0}}
