"""Asking anew: a campaign like any other, whose answers say how they came about."""

from __future__ import annotations

from typing import Any

import pytest

from review_app.campaigns import Campaign
from review_app.errors import NotAllowed
from review_app.labeled_rows import LabeledRow, Voter
from review_app.people import Person
from review_app.rechecks import Recheck
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.rechecks import Rechecks

LEAD = Person("lea", is_lead=True)


@pytest.fixture
def made(store, make_campaign):
    """Six items that ana answered."""
    return make_campaign(store, 6)


def rows(made) -> list[LabeledRow]:
    voter = (Voter("ana", True, "", "a"),)
    common: Any = ("trace", "quality", True, True, "unanimous", {}, {}, 1.0, voter, "", 0, (), ())
    return [LabeledRow(trace_id, *common) for trace_id in made.traces]


def asked(made, name) -> Recheck:
    where = made.campaign.experiment_id
    return Recheck(name, where, made.campaign.questions[0], ("bo",), "“Set” version 1")


def planned(store, campaign: Campaign) -> list[tuple[str, float | None]]:
    plan = Campaigns(store).plan(Campaigns(store).get(campaign.name))
    return sorted((item.reason, item.probability) for item in plan)


def test_a_mix_is_a_blind_campaign(store, made):
    """The new reviewer gets disagreements and random agreements in one closed-eyed campaign."""
    rechecks = Rechecks(CampaignWriting(Campaigns(store)))
    apart, alike = rows(made)[:2], rows(made)[2:]

    done = rechecks.mix(LEAD, asked(made, "Once more"), apart, alike)

    neutral = "random sample of items to be read once more"
    assert planned(store, done) == [(neutral, 0.5)] * 2 + [(neutral, 1.0)] * 2
    assert (done.open, done.reveal, done.owner, done.reviewers) == (False, False, "lea", ("bo",))
    assert len(Campaigns(store).items(done, "bo")) == 4
    frames = Campaigns(store).frames(done)
    assert frames["recheck"].pool == "items of “Set” version 1 that a judge has scored"


def test_singles_say_why(store, made):
    """Disagreements sent alone carry it; only a lead may send them."""
    rechecks = Rechecks(CampaignWriting(Campaigns(store)))
    with pytest.raises(NotAllowed):
        rechecks.send(Person("bo"), asked(made, "These"), rows(made)[:1])

    done = rechecks.send(LEAD, asked(made, "These"), rows(made)[:1])
    assert planned(store, done) == [("judge_disagreement", None)]
