"""Rows of a labeled set: who counts, what the label stands on, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.frozen_sets import row_from, row_json
from review_app.gathered import About, Gathered
from review_app.given import Given, Turn
from review_app.labeled_rows import rows_of, unsettled_rows
from review_app.labeled_sets import answers_left_out
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
SCALE = Question(
    "full", "choice", options=("No", "Mostly", "Yes"), scale="ordinal", pass_cut="Mostly"
)
PEOPLE = ("ana", "bo", "cy")


def plan(trace_id="t1", **fields) -> PlanItem:
    turns = tuple(Assignment(person, 1) for person in PEOPLE)
    usual = {"probability": 0.5, "stratum": "s", "assigned": turns}
    reason = fields.pop("reason", "random")
    return PlanItem(trace_id, "all", reason, **{**usual, **fields})


def said(person, value, trace_id="t1", question=OK, **fields) -> Given:
    turn = Turn(person, fields.pop("round_", 1), trace_id)
    usual = {
        "id": f"a-{trace_id}-{person}-{question.name}-{fields.get('role', '')}",
        "campaign": "run",
        "wording": question.version,
        "seen": "nothing",
    }
    return Given(turn=turn, question=question.name, value=value, **{**usual, **fields})


def source(plans, *given, questions=(OK, SCALE), run="run", about=None) -> Gathered:
    done = {p.trace_id: "complete" for p in plans}
    status = {(person, 1): done for person in PEOPLE}
    campaign = Campaign("C", questions, run_id=run, reviewers=PEOPLE)
    known = about or {p.trace_id: About("s1", "Where is it?", "v1") for p in plans}
    return Gathered(campaign, tuple(plans), status, given, known)


def one_row(*given, question=OK, rule="majority", plans=None):
    rows, left_out = rows_of(question, [source(plans or [plan()], *given)], rule, {"t1": "t1"})
    assert not left_out
    (row,) = rows
    return row


def left_out(*given, question=OK, rule="majority", plans=None) -> list[str]:
    rows, found = rows_of(question, [source(plans or [plan()], *given)], rule, {})
    assert not rows
    return list(found)


def test_a_tie_keeps_its_votes():
    """An item without a label still says how people agree: it is kept apart, with every vote."""
    here = source([plan()], said("ana", True), said("bo", False))

    (row,) = unsettled_rows(OK, [here], "majority", {})

    assert (row.label, row.basis, len(row.who)) == (None, "tie", 2)
    assert not rows_of(OK, [here], "majority", {})[0]


def test_dissent_stays_beside_the_label():
    """The label of most is kept with the answers of all, so that soft labels can be made."""
    row = one_row(said("ana", True), said("bo", False, rationale="no"), said("cy", True))

    assert (row.label, row.basis, row.votes) == (True, "majority", {"false": 1, "true": 2})
    assert [(w.reviewer, w.value, w.rationale) for w in row.who][1] == ("bo", False, "no")
    assert row.share == 2 / 3
    assert (row.session, row.version, row.drawn[0].probability) == ("s1", "v1", 0.5)


def test_what_a_judge_made_be_asked_is_marked():
    """What was asked because a judge said otherwise says so, and nothing else does."""
    asked = {"reason": "judge_disagreement"}
    row = one_row(
        said("ana", True, reason="random"),
        said("bo", False, **asked),
        said("lea", False, role="adjudication", **asked),
        plans=[plan(reason="judge_disagreement")],
    )

    assert [one.because for one in row.who] == ["", "judge_disagreement"]
    assert row.because == row.drawn[0].reason == "judge_disagreement"
    assert row_from(row_json(row)) == row
    assert one_row(said("ana", True, **asked), said("bo", True)).because == ""


def test_pass_and_fail_are_told_answer_by_answer():
    """Two different passing answers agree that it passes, though the scale itself has a tie."""
    row = one_row(
        said("ana", "Mostly", question=SCALE), said("bo", "Yes", question=SCALE), question=SCALE
    )

    assert (row.label, row.basis, row.label_raw) == (True, "unanimous", None)
    assert row.votes_raw == {'"Mostly"': 1, '"Yes"': 1}


def test_a_tie_is_left_to_the_lead():
    """Nothing breaks a tie but a lead's decision, and the newest valid one counts."""
    tie = (said("ana", True), said("bo", False))
    older = said("lea", True, role="adjudication", id="d1", created_ms=1, valid=False)
    newer = said("lea", False, role="adjudication", id="d2", created_ms=2)

    assert left_out(*tie) == ["tie"]
    assert left_out(*tie, older) == ["tie"]
    row = one_row(*tie, older, newer)
    assert (row.label, row.basis, row.adjudication) == (False, "adjudicated", "d2")
    assert row.votes == {"false": 1, "true": 1}


def test_cannot_judge_is_no_vote():
    """Who cannot judge is counted beside the label, and alone makes none."""
    unable = said("bo", None, cannot_judge="not_my_field")

    row = one_row(said("ana", True), unable)
    assert (row.basis, row.votes, row.cannot_judge) == ("single", {"true": 1}, 1)
    assert left_out(unable) == ["cannot judge"]
    assert left_out() == ["not answered yet"]
    decided = said("lea", None, role="adjudication", cannot_judge="source_missing")
    assert left_out(said("ana", True), said("bo", True), decided) == ["cannot judge"]


def test_gold_counts_only_where_it_was_sampled():
    """A gold item that was drawn too has its known answer at its probability; answers never do."""
    sampled = plan(role="gold", right={"ok": False})
    chosen = plan(role="gold", right={"ok": False}, probability=None)

    row = one_row(said("ana", True), plans=[sampled])
    assert (row.label, row.basis, row.votes) == (False, "known answer", {})
    assert left_out(said("ana", True), plans=[chosen]) == ["gold, not sampled"]
    assert left_out(said("ana", True), plans=[plan(role="practice")]) == ["practice"]


def test_what_is_not_independent_is_no_vote():
    """Repeats, answers after a reveal and to an earlier wording are counted, and never in."""
    others = (
        said("ana", False, round_=2, id="a2"),
        said("bo", False, seen="others"),
        said("cy", False, wording="0123456789ab"),
    )
    here = source([plan()], *others)

    assert rows_of(OK, [here], "majority", {})[1] == {"not answered yet": [("t1", "trace")]}
    assert answers_left_out("ok", [here]) == {"repeat": 1, "seen": 1, "wording": 1}


def test_a_person_has_one_vote_over_campaigns():
    """Who answered an item in two campaigns counts once, with the newest answer."""
    first = source([plan()], said("ana", True, created_ms=1), said("bo", False, created_ms=1))
    again = said("ana", False, campaign="run2", created_ms=2, id="new")
    second = source([plan(probability=0.1)], again, run="run2")

    (row,) = rows_of(OK, [first, second], "majority", {})[0]
    assert (row.label, row.votes) == (False, {"false": 2})
    assert [(d.campaign, d.probability) for d in row.drawn] == [("run", 0.5), ("run2", 0.1)]


def test_a_part_done_campaign_is_a_smaller_sample():
    """Of ten bad and ten good ones all bad and two good are done: a good one stands for ten."""
    plans = [plan(f"b{n}", stratum="bad", probability=1.0) for n in range(10)]
    plans += [plan(f"g{n}", stratum="good") for n in range(10)]
    done = [f"b{n}" for n in range(10)] + ["g0", "g1"]
    status = {one: "complete" if one in done else "pending" for one in (p.trace_id for p in plans)}
    given = [said("ana", one[0] == "g", one) for one in done if one != "g1"]
    here = replace(source(plans, *given), status={(name, 1): status for name in PEOPLE})

    rows = rows_of(OK, [here], "majority", {})[0]

    assert {row.drawn[0].probability for row in rows if not row.label} == {1.0}
    assert [row.drawn[0].probability for row in rows if row.label] == [pytest.approx(0.1)]


votes = st.lists(st.booleans(), min_size=0, max_size=3)


@holds_for(st.lists(votes, min_size=1, max_size=6), st.randoms())
def test_the_order_of_answers_does_not_matter(items, chance):
    """Whatever the order of rows: the same labels, and every item is labeled or left out once."""
    plans = [plan(f"t{n}") for n in range(len(items))]
    given = [
        said(person, value, f"t{n}")
        for n, values in enumerate(items)
        for person, value in zip(PEOPLE, values, strict=False)
    ]
    shuffled = chance.sample(given, len(given))

    rows, out = rows_of(OK, [source(plans, *given)], "majority", {})
    assert rows_of(OK, [source(plans, *shuffled)], "majority", {}) == (rows, out)
    places = [row.place for row in rows] + [place for some in out.values() for place in some]
    assert sorted(places) == sorted((p.trace_id, "trace") for p in plans)
    for row in rows:
        values = items[int(row.trace_id[1:])]
        assert 2 * values.count(row.label) > len(values)


@holds_for(votes)
def test_stricter_rules_label_fewer(values):
    """What is unanimous is a majority too, and an adjudicated item follows every rule."""
    given = [said(person, value) for person, value in zip(PEOPLE, values, strict=False)]
    counts = [
        len(rows_of(OK, [source([plan()], *given)], rule, {})[0])
        for rule in ("adjudicated", "unanimous", "majority")
    ]
    assert counts == sorted(counts)


def test_a_row_comes_back_from_json():
    """A row that was written is read as it was."""
    row = one_row(said("ana", True), said("bo", True))
    assert row_from(row_json(row)) == row
