"""What is known of a campaign, put in order."""

from __future__ import annotations

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("C", (OK,), run_id="run", reviewers=("ana", "bo"))


def item(trace_id, *people, role="reviewer", round_=1) -> PlanItem:
    turns = tuple(Assignment(person, 1, round_) for person in people)
    return PlanItem(trace_id, "all", "random", role=role, assigned=turns)


def said(trace_id="t1", **fields) -> Given:
    usual = {
        "id": f"a-{trace_id}",
        "turn": Turn("ana", 1, trace_id),
        "question": "ok",
        "value": True,
        "campaign": "run",
        "wording": OK.version,
        "seen": "nothing",
    }
    return Given(**{**usual, **fields})


def gathered(plan, status, *said_, campaign=CAMPAIGN) -> Gathered:
    return Gathered(campaign, tuple(plan), status, said_)


def test_every_turn_has_a_status():
    """A turn is what its queue says; one whose queue is missing is open; a gone trace is none."""
    known = gathered([item("t1", "ana", "bo"), item("t2", "ana")], {("ana", 1): {"t1": "complete"}})

    assert known.turns == {Turn("ana", 1, "t1"): "complete", Turn("bo", 1, "t1"): "pending"}


def test_who_joins_has_every_item():
    """In a campaign that anyone may join, everybody who did has all of its items."""
    status = {("ana", 1): {"t1": "pending"}, ("bo", 1): {"t1": "declined"}}

    assert set(gathered([item("t1")], status).turns.values()) == {"pending", "declined"}


def test_only_what_belongs_to_the_campaign_is_read():
    """Other campaigns, other questions and what nobody here was asked to review are left out."""
    known = gathered(
        [item("t1", "ana")],
        {("ana", 1): {"t1": "complete"}},
        said(),
        said(campaign="other"),
        said(question="user_feedback"),
        said("t9", campaign="", seen="unknown"),
    )

    assert known.sent == [said()]


def test_answers_of_other_tools_are_known_but_not_counted():
    """An answer given in MLflow's own pages belongs here, but its blindness is not known."""
    tab = said(campaign="", wording="", seen="unknown")
    known = gathered([item("t1", "ana")], {("ana", 1): {"t1": "complete"}}, tab)

    assert known.sent == [tab]
    assert not known.first
    assert known.why_left_out(tab) == "unknown"


def test_why_an_answer_is_not_counted():
    """Each answer that is left out says why, and one that counts says nothing."""
    plan = [item("t1", "ana"), item("g", "ana", role="gold"), item("p", "ana", role="practice")]
    rows = {
        "": said(),
        "gold": said("g"),
        "practice": said("p"),
        "repeat": said(turn=Turn("ana", 2, "t1"), id="r"),
        "wording": said("t3", wording="older"),
        "seen": said("t4", seen="others"),
        "look_alike": said("t5", role="look_alike"),
    }
    known = gathered(plan, {}, *rows.values())

    assert {why: known.why_left_out(one) for why, one in rows.items()} == {w: w for w in rows}
    assert [why for why, one in rows.items() if known.counted(one)] == ["", "repeat", "seen"]
    assert {one.id for one in known.first.values() if known.counted(one)} == {"a-t1"}


def test_an_open_campaign_counts_what_saw_the_facts():
    """Where the facts are shown from the start, answers count on the campaign's own page."""
    shown = said(seen="facts")

    assert not gathered([], {}, shown).first
    open_ = Campaign("C", (OK,), run_id="run", open=True)
    assert gathered([], {}, shown, campaign=open_).first
