"""What stands beside an item after its answer, and that it is known to have been shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.lessons import Compared, Lesson
from review_app.people import Person
from services.asides import aside_of
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.readings import Readings
from services.settings import Settings
from services.sittings import Sittings

ANA = Person("ana")


@pytest.fixture
def beside(store):
    """Answer some items of a campaign, and ask what stands beside each."""

    def look(made, *status):
        sitting = Sittings(Campaigns(store)).open(ANA, made.campaign)
        sitting.status |= dict(zip(sitting.items, status, strict=False))
        readings = Readings(store, Settings(tracking_uri=store.uri))
        return sitting, [aside_of(readings, sitting, key) for key in sitting.items]

    return look


def answered_by(made, *people):
    """Each of them says in this campaign that every item fails."""
    for person in people:
        metadata = {"review.campaign": made.campaign.run_id}
        for trace_id in made.traces:
            said = Assessment("quality", value=False, source=person, metadata=metadata)
            create_assessment(made.store, trace_id, said)


def as_role(*roles):
    """A plan of which the first items have these roles and known answers."""

    def change(n, planned):
        role = roles[n - 1] if n <= len(roles) else "reviewer"
        known = {"right": {"quality": True}, "why": "Look."} if role != "reviewer" else {}
        return replace(planned, role=role, **known)

    return change


def test_nothing_stands_beside_an_open_item(store, make_campaign, beside):
    """Before my own answer there is nothing to be told, and nothing was shown."""
    made = make_campaign(store, 2, ("ana", "bo"), reveal=True, as_planned=as_role("practice"))
    answered_by(made, "bo")
    sitting, asides = beside(made)
    assert asides == [None, None]
    assert sitting.revealed == {}


def test_others_are_shown_where_the_campaign_reveals(store, make_campaign, beside):
    """After my answer I see the others' only where the lead said so; a skip shows none of them."""
    for reveal in (True, False):
        made = make_campaign(store, 2, ("ana", "bo"), reveal=reveal)
        answered_by(made, "bo")
        sitting, (answered, skipped) = beside(made, "complete", "declined")
        assert answered.facts.duration_ms == 2000
        assert skipped.others is None
        if reveal:
            [other] = answered.others
            assert (other.person, other.said[0].words) == ("bo", "Fail")
            assert sitting.revealed[made.traces[0]] == {"facts", "others"}
        else:
            assert answered.others is None
            assert sitting.revealed[made.traces[0]] == {"facts"}
        assert sitting.revealed[made.traces[1]] == {"facts"}


def test_nobody_else_has_nothing_to_show(store, make_campaign, beside):
    """Where nobody else has answered, nothing of others was seen."""
    made = make_campaign(store, 1, reveal=True)
    _, [aside] = beside(made, "complete")
    assert (aside.others, aside.shown) == ((), ("facts",))


def test_a_lesson_follows_a_practice_item_alone(store, make_campaign, beside):
    """Right answers are told after practice items only; of gold items nobody ever learns them."""
    made = make_campaign(store, 4, as_planned=as_role("practice", "gold", "practice"))
    answered_by(made, "ana")
    _, asides = beside(made, "complete", "complete", "declined", "complete")
    compared = (Compared("Is this answer good enough?", "Fail", "Pass", agrees=False),)
    assert [aside.lesson for aside in asides] == [Lesson(compared, "Look."), None, None, None]


def test_no_reason_tells_gold_items_from_others(store, make_campaign, beside):
    """Where there are gold items, no item says why it was chosen; else each one does."""
    made = make_campaign(store, 2, as_planned=as_role("gold"))
    assert {aside.reason for aside in beside(made, "complete", "complete")[1]} == {""}
    made = make_campaign(store, 2, as_planned=as_role("practice"))
    reasons = {aside.reason for aside in beside(made, "complete", "complete")[1]}
    assert reasons == {"random sample"}


def test_an_open_campaign_tells_facts_only(store, make_campaign, beside):
    """In an open campaign facts stand there from the start, others and right answers do not."""
    made = make_campaign(
        store, 1, ("ana", "bo"), open=True, reveal=True, as_planned=as_role("practice")
    )
    answered_by(made, "bo")
    _, [aside] = beside(made, "pending")
    assert (aside.shown, aside.others, aside.lesson) == (("facts",), None, None)


def test_facts_of_a_session_were_shown_of_all_its_turns(store, make_campaign, beside):
    """After a conversation its facts were shown for every turn, wherever else it is reviewed."""

    def talking(record):
        return replace(record, metadata={"mlflow.trace.session": "s"})

    def first(n, planned):
        return replace(planned, unit="session") if n == 1 else None

    made = make_campaign(store, 3, change=talking, as_planned=first)
    sitting, [aside] = beside(made, "complete")
    assert aside.facts.duration_ms == 6000
    assert sitting.revealed == {trace_id: {"facts"} for trace_id in made.traces}


def test_a_trace_that_is_gone_has_nothing_beside_it(store, make_campaign, beside):
    """When the trace was deleted meanwhile there is nothing to tell."""
    made = make_campaign(store, 1)
    sitting, _ = beside(made, "complete")
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces)
    readings = Readings(store, Settings(tracking_uri=store.uri))
    assert aside_of(readings, sitting, next(iter(sitting.items))) is None
