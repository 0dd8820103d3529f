"""Changes of a campaign that a lead begins on its page."""

from __future__ import annotations

import time

import pytest

from review_app.changes import Change
from review_app.errors import NotAllowed
from review_app.people import Person
from services.app import services_for
from services.campaign_changes import CampaignChanges
from services.campaign_writing import CampaignWriting
from services.campaigns import set_tags
from services.leases import ALIVE
from services.settings import Settings

LEAD = Person("lea", is_lead=True)


@pytest.fixture
def carried_out(store):
    """Carry out a change and return the job when it has ended."""
    known = services_for(Settings(tracking_uri=store.uri))
    writing = CampaignWriting(known.campaigns)
    changes = CampaignChanges(writing, known.planning, known.reassigning, known.jobs)

    def carry_out(made, change: Change, person: Person = LEAD):
        job = changes.begin(person, made.campaign, change)
        until = time.monotonic() + 60
        while job.at_work and time.monotonic() < until:
            time.sleep(0.02)
        return job

    return carry_out


def test_reviewers_come_and_go(store, make_campaign, carried_out):
    """Who is added and who is removed is said, and stands in the campaign."""
    made = make_campaign(store, 4, people=("ana", "bo"))
    services = services_for(Settings(tracking_uri=store.uri))

    assert carried_out(made, Change("add", "Cy")).result == "Reviewers are now: ana, bo, cy."
    assert carried_out(made, Change("remove", "bo")).result == "Reviewers are now: ana, cy."
    assert services.campaigns.get(made.name).reviewers == ("ana", "cy")


def test_what_cannot_be_done_says_why(store, make_campaign, carried_out):
    """A change that makes no sense ends with a sentence and changes nothing."""
    made = make_campaign(store, 2)

    assert "already" in carried_out(made, Change("add", "ana")).sentence
    assert "level already" in carried_out(made, Change("share out")).sentence
    assert "not made from a design" in carried_out(made, Change("top up")).sentence


def test_a_half_written_campaign_is_finished_or_discarded(store, make_campaign, carried_out):
    """What a crash left behind is opened as it was planned, or taken away."""
    services = services_for(Settings(tracking_uri=store.uri))
    made, other = make_campaign(store, 2), make_campaign(store, 2)
    for half in (made, other):
        leave_half_written(store, half.campaign.run_id)

    finished = carried_out(made, Change("finish"))
    discarded = carried_out(other, Change("discard"))

    assert discarded.result == f"“{other.name}” is discarded."
    assert finished.result == f"“{made.name}” is written and open."
    assert other.name not in [c.name for c in services.campaigns.every()]


def leave_half_written(store, run_id) -> None:
    """Turn a campaign into one whose writer died before the last step."""
    writer = store.tracking.get_run(run_id).data.params["review.part.0001.1"].split()[0]
    set_tags(store, run_id, {"review.status": "building", ALIVE: f"{writer} 0"})


def test_only_leads_change_campaigns(store, make_campaign, carried_out):
    """A reviewer changes no campaign, whatever they send."""
    made = make_campaign(store, 2)

    with pytest.raises(NotAllowed, match="leads"):
        carried_out(made, Change("remove", "ana"), Person("bo"))
