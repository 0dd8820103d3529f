"""Who may see and do what."""

from __future__ import annotations

import pytest

from review_app.access import may_answer, may_lead, may_open, own_item, require_open
from review_app.campaigns import Assignment, Campaign, PlanItem, items_of
from review_app.errors import NotAllowed
from review_app.people import Person
from review_app.questions import DEFAULT_QUESTIONS

ANA, LEA = Person("ana"), Person("lea", is_lead=True)
INVITED = Campaign("Orders", DEFAULT_QUESTIONS, owner="lea", reviewers=("ana",))
FOR_ALL = Campaign("Try it", DEFAULT_QUESTIONS, join="anyone")


def test_only_the_invited_open_a_campaign():
    """Who is not invited is told so, and whom to ask; a lead's role changes nothing in this."""
    assert may_open(ANA, INVITED)
    assert not may_open(LEA, INVITED)
    require_open(ANA, INVITED)
    with pytest.raises(NotAllowed, match=r"bo is not one of them. Please ask lea to add you\."):
        require_open(Person("bo"), INVITED)


def test_everybody_opens_what_is_for_everybody():
    """A campaign that anyone may join lets in whoever has the link."""
    assert may_open(Person("bo"), FOR_ALL)


def test_leads_and_admins_lead():
    """Reviewers see no lead's page; leads and admins do."""
    people = [ANA, LEA, Person("kim", is_admin=True)]
    assert [may_lead(p) for p in people] == [False, True, True]


def test_a_closed_campaign_takes_what_was_said_before():
    """What I answered before the campaign was closed counts, also when it arrives afterwards."""
    closed = Campaign("Old", DEFAULT_QUESTIONS, status="closed", closed_at_ms=1000)
    assert [may_answer(closed, at) for at in (999, 1000, 1001)] == [True, True, False]
    paused = Campaign("Now", DEFAULT_QUESTIONS, status="paused")
    assert may_answer(paused, 5)


def test_an_item_of_somebody_else_is_refused():
    """A guessed or forged key of another reviewer's item opens nothing."""
    plan = [PlanItem("tr-1", "all", "random", assigned=(Assignment("ana", 1), Assignment("bo", 1)))]
    mine, theirs = items_of("ana", "run", plan), items_of("bo", "run", plan)
    assert own_item(mine, next(iter(mine))).trace_id == "tr-1"
    with pytest.raises(NotAllowed, match="not in your list"):
        own_item(mine, next(iter(theirs)))
