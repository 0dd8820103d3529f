"""One person's items of one campaign, held ready and never older than it may be."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from review_app.campaigns import Assignment, PlanPart
from review_app.errors import NotAllowed, NotFound
from review_app.people import Person
from services import sittings as sittings_module
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, set_status, statuses
from services.sittings import FRESH_SECONDS, Sittings

ANA, BO = Person("ana"), Person("bo")


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when it is told to."""

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(sittings_module, "time", clock)
    return clock


def test_a_sitting_holds_my_items_and_their_status(store, make_campaign):
    """I see my own items in reading order, with what is done, skipped and left."""
    made = make_campaign(store, 3, ("ana", "bo"), repeats=1)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1))
    set_status(store, queue or "", made.traces[1], "declined", "ana")
    sitting = Sittings(Campaigns(store)).open(ANA, made.campaign)
    assert [i.trace_id for i in sitting.items.values()] == [*made.traces, made.traces[0]]
    assert list(sitting.status.values()) == ["pending", "declined", "pending", "pending"]
    assert set(sitting.queues) == {1, 2}


def test_a_second_time_stands_where_it_is_planned(store, make_campaign):
    """An item that I am asked again comes in its planned place, not after all others."""
    made = make_campaign(store, 3)
    campaigns = Campaigns(store)
    first, last = (campaigns.plan(made.campaign)[n] for n in (0, 2))
    again = replace(first, assigned=(*first.assigned, Assignment("ana", 3, 2)))
    later = replace(last, assigned=(Assignment("ana", 4),))
    revision = Revision(PlanPart((again, later)))
    changed = CampaignWriting(campaigns).change(made.campaign, lambda *_: revision)
    sitting = Sittings(campaigns).open(ANA, changed)
    assert [sitting.items[key].round for key in sitting.status] == [1, 1, 2, 1]
    assert list(sitting.status) == list(sitting.items)
    assert sitting.keys_of(made.traces[0]) == list(sitting.items)[:3:2]
    assert sitting.keys_of("") == []


def test_who_is_not_invited_gets_no_sitting(store, make_campaign):
    """A guessed address shows a person who is not invited nothing of the campaign."""
    made = make_campaign(store, 1)
    with pytest.raises(NotAllowed, match="Please ask lea to add you"):
        Sittings(Campaigns(store)).open(BO, made.campaign)
    with pytest.raises(NotAllowed):
        Sittings(Campaigns(store)).get(BO, made.campaign.run_id)
    with pytest.raises(NotFound):
        Sittings(Campaigns(store)).get(ANA, "nowhere")


def test_a_deleted_trace_leaves_the_list(store, make_campaign):
    """An item whose trace was deleted in MLflow is not in my list any more."""
    made = make_campaign(store, 2)
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[:1])
    sitting = Sittings(Campaigns(store)).open(ANA, made.campaign)
    assert [i.trace_id for i in sitting.items.values()] == made.traces[1:]


def test_pausing_is_noticed_after_a_moment(store, make_campaign, clock):
    """A paused campaign is noticed within twenty seconds, without reading it at every key."""
    made = make_campaign(store, 1)
    campaigns = Campaigns(store)
    sittings = Sittings(campaigns)
    sittings.open(ANA, made.campaign)
    campaigns.set_status(made.campaign, "paused")
    assert sittings.get(ANA, made.campaign.run_id).campaign.status == "open"
    clock.now += FRESH_SECONDS + 1
    assert sittings.get(ANA, made.campaign.run_id).campaign.status == "paused"


def test_one_look_at_a_campaign_serves_all_its_reviewers(store, make_campaign, clock, monkeypatch):
    """However many people review a campaign, it is looked at once in twenty seconds."""
    made = make_campaign(store, 1, ("ana", "bo"))
    campaigns = Campaigns(store)
    sittings = Sittings(campaigns)
    for person in (ANA, BO):
        sittings.open(person, made.campaign)
    looks: list[str] = []
    real = campaigns.by_run

    def look(run_id):
        looks.append(run_id)
        return real(run_id)

    monkeypatch.setattr(campaigns, "by_run", look)
    for _ in range(3):
        clock.now += FRESH_SECONDS + 1
        for person in (ANA, BO):
            sittings.get(person, made.campaign.run_id)
    assert len(looks) == 3


def test_a_topped_up_plan_is_read_anew(store, make_campaign, clock):
    """Items that the lead adds appear without a reload, and what was shown stays known."""
    made = make_campaign(store, 3, repeats=0)
    campaigns = Campaigns(store)
    sittings = Sittings(campaigns)
    first = sittings.open(ANA, made.campaign)
    planned = campaigns.plan(made.campaign)[0]
    first.reveal([planned.trace_id], ["facts"])
    twice = replace(planned, assigned=(*planned.assigned, Assignment("ana", 9, 2)))
    again = Revision(PlanPart((twice,)))
    CampaignWriting(campaigns).change(made.campaign, lambda *_: again)
    clock.now += FRESH_SECONDS + 1
    second = sittings.get(ANA, made.campaign.run_id)
    assert (len(first.items), len(second.items)) == (3, 4)
    assert second.revealed == {planned.trace_id: {"facts"}}


def test_the_sitting_goes_on_while_mlflow_is_away(store, make_campaign, clock):
    """While MLflow does not answer, the sitting goes on with what is known."""
    made = make_campaign(store, 1)
    nowhere = replace(store, uri="http://127.0.0.1:9")
    campaigns = Campaigns(store)
    sittings = Sittings(campaigns)
    known = sittings.open(ANA, made.campaign)
    campaigns.store = nowhere
    clock.now += FRESH_SECONDS + 1
    assert sittings.get(ANA, made.campaign.run_id) is known


def test_a_long_list_is_there_at_once_and_read_behind(store, make_campaign, clock, monkeypatch):
    """A long list opens from memory; what other tools did shows soon, own answers never go back."""
    monkeypatch.setattr(sittings_module, "READ_AT_ONCE", 0)
    monkeypatch.setattr(sittings_module, "BEHIND_SECONDS", 0)
    made = make_campaign(store, 3)
    sittings = Sittings(Campaigns(store))
    first = sittings.open(ANA, made.campaign)
    queue = next(iter(first.queues.values()))
    keys = list(first.items)
    set_status(store, queue, first.items[keys[0]].trace_id, "complete", "ana")
    first.settle(keys[1], "declined")
    reading, go = Event(), Event()
    real = statuses

    def slow(*args):
        reading.set()
        go.wait(5)
        return real(*args)

    monkeypatch.setattr(sittings_module, "statuses", slow)
    assert sittings.open(ANA, made.campaign) is first
    assert not reading.wait(0.2)
    clock.now += FRESH_SECONDS + 1
    again = sittings.open(ANA, made.campaign)
    assert again is first
    assert again.status[keys[0]] == "pending"
    reading.wait(5)
    again.settle(keys[2], "complete")
    go.set()
    sittings.open(ANA, made.campaign)
    for _ in range(500):
        if again.status[keys[1]] == "pending":
            break
        Event().wait(0.01)
    assert [again.status[key] for key in keys] == ["complete", "pending", "complete"]
