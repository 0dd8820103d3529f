"""In which order a judge scores, when it stops, and what may then be said of its scores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.judge_scores import Scored
from review_app.judges import JudgeKey
from review_app.pool import Pool
from review_app.scoring import (
    IN_A_ROW,
    ScoreDesign,
    ScoreFrame,
    ScoreRun,
    Tally,
    in_order,
    score_id,
    score_of,
    stop_by_budget,
    stop_by_trouble,
)

KEY = JudgeKey("good", "good@1")
DESIGN = ScoreDesign(Pool("bot"))
RUN = ScoreRun("r", "1", KEY, "lea", DESIGN, ScoreFrame("all", 10), Tally(taken=4), "stopped")
IDS = [f"tr-{n}" for n in range(40)]


def test_every_trace_is_as_likely_to_be_scored():
    """Over many seeds the first ten of forty hold each trace a quarter of the time."""
    counts = dict.fromkeys(IDS, 0)
    for seed in range(2000):
        for one in in_order(IDS, str(seed))[:10]:
            counts[one] += 1

    # 500 expected, standard deviation 19; the widest of forty lies within four and a half of them
    assert all(abs(count - 500) < 87 for count in counts.values())


@given(st.sets(st.sampled_from(IDS)), st.text(max_size=3))
def test_the_order_does_not_depend_on_the_others(gone, seed):
    """Traces that are deleted or come later change nothing in the order of the rest."""
    kept = [one for one in IDS if one not in gone]
    assert in_order(kept[::-1], seed) == [one for one in in_order(IDS, seed) if one not in gone]


@pytest.mark.parametrize(
    "change, part",
    [
        ({}, "random"),
        ({"tally": Tally(taken=10)}, "whole"),
        ({"tally": Tally(taken=4, failed={"too long": 1})}, ""),
        ({"tally": Tally()}, ""),
        ({"state": "running"}, ""),
        ({"frame": ScoreFrame("all", 10, complete=False)}, ""),
    ],
)
def test_what_the_scores_are_a_part_of(change, part):
    """A gap, a crash or a pool not seen to its end leave nothing that stands for the pool."""
    assert replace(RUN, **change).part == part


@given(
    st.lists(st.floats(0.01, 2.0), min_size=1, max_size=60),
    st.floats(0.5, 20.0),
    st.integers(1, 30),
)
def test_a_budget_is_kept(costs, dollars, calls):
    """Calls made one by one never go over their number, nor dollars by more than one call."""
    design = replace(DESIGN, calls=calls, dollars=dollars)
    tally = Tally()
    for cost in costs:
        if stop_by_budget(design, tally):
            break
        tally = tally.with_call(Scored(value=True, cost_usd=cost))

    assert tally.calls <= calls
    assert tally.dollars <= dollars + max(costs)


def test_calls_under_way_count():
    """What was begun is taken to cost the usual, so that many at once do not break a budget."""
    spent = replace(DESIGN, dollars=1.0), Tally(scored=2, calls=2, dollars=0.4)
    assert stop_by_budget(*spent, under_way=1) == ""
    assert "used up" in stop_by_budget(*spent, under_way=3)


def test_trouble_ends_it_once_it_is_hopeless():
    """A refused key ends it at once, others after many failed calls in a row; a success resets."""
    failed, refused = Scored(None, trouble="no answer"), Scored(None, trouble="not allowed")
    tally = Tally()
    for _ in range(IN_A_ROW - 1):
        tally = tally.with_call(failed)
    assert stop_by_trouble(tally, failed) == ""
    assert stop_by_trouble(tally.with_call(failed), failed) == failed.sentence
    assert stop_by_trouble(tally.with_call(Scored(value=True)), failed) == ""
    assert stop_by_trouble(Tally().with_call(refused), refused) == refused.sentence


def test_going_on_begins_again_with_what_was_spent():
    """A resumed run counts its way anew; its calls and its costs stay counted."""
    tally = Tally(taken=4, scored=3, calls=5, failed={"failed": 2}, dollars=0.5, row=2)
    assert tally.again() == Tally(scored=3, calls=5, dollars=0.5)
    assert replace(RUN, tally=tally).can_go_on(0)
    assert not replace(RUN, state="running", alive_ms=1000).can_go_on(2000)
    assert replace(RUN, state="running", alive_ms=1000).can_go_on(100_000)


def test_calls_that_nobody_waits_for_are_paid():
    """Calls let go count as calls, and are taken to cost what a call has cost so far."""
    tally = Tally(scored=2, calls=2, dollars=0.5).with_let_go(2)
    assert tally == Tally(scored=2, calls=4, dollars=1.0)
    assert Tally().with_let_go(3) == Tally(calls=3)


def test_a_score_counts_once():
    """A score that another run had written meanwhile is paid for, and counts as no new one."""
    tally = Tally().with_call(Scored(value=True, cost_usd=0.5), new=False)
    assert (tally.scored, tally.calls, tally.dollars) == (0, 1, 0.5)
    assert tally.unpriced == Tally().with_call(Scored(value=True), new=False).unpriced == 0


def test_a_score_has_one_id():
    """The same judge and trace give the same id, every other one another."""
    one = score_of(KEY, "tr-1", Scored(value=False, rationale="no", cost_usd=0.001), {"a": "b"})

    assert (
        one.assessment_id == score_id(KEY, "tr-1") == score_id(JudgeKey("good", "GOOD@1"), "tr-1")
    )
    others = {score_id(KEY, "tr-2"), score_id(JudgeKey("good", "good@2"), "tr-1")}
    assert one.assessment_id not in others
    assert (one.source_type, one.value, one.rationale) == ("LLM_JUDGE", False, "no")
    assert one.metadata == {
        "a": "b",
        "review.seconds": "0.00",
        "mlflow.assessment.judgeCost": "0.001",
    }
