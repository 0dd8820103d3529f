"""Campaigns as MLflow runs: found by name, whole or not there, safe to repeat."""

from __future__ import annotations

import pytest

from review_app.errors import NotAllowed, NotFound
from review_app.people import Person
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, statuses

ANA, BO = Person("ana"), Person("bo")


def test_a_campaign_is_found_as_it_was_made(store, make_campaign):
    """A campaign is found by its name in any case, by its run id, and nothing of it is lost."""
    made = make_campaign(store, 2, instructions="Be **fair**.", goal="judge")
    campaigns = Campaigns(store)
    assert campaigns.get(f" {made.name.upper()} ") == made.campaign
    assert campaigns.get(made.campaign.run_id) == made.campaign
    assert campaigns.by_run(made.campaign.run_id) == made.campaign
    assert [p.trace_id for p in campaigns.plan(made.campaign)] == made.traces
    assert store.read_artifact(made.campaign.run_id, "instructions.md") == "Be **fair**."


def test_its_traces_are_linked_in_mlflow(store, make_campaign):
    """In MLflow's own pages the campaign's run shows its traces."""
    made = make_campaign(store, 3)
    found, _ = store.tracking.search_traces(
        filter_string=f"attributes.run_id = '{made.campaign.run_id}'",
        locations=[made.campaign.experiment_id],
    )
    assert sorted(t.trace_id for t in found) == sorted(made.traces)


def test_what_is_not_there_is_said(store):
    """A campaign that does not exist, or no longer, comes to a sentence."""
    campaigns = Campaigns(store)
    with pytest.raises(NotFound, match="There is no campaign called “Nothing”"):
        campaigns.get("Nothing")
    with pytest.raises(NotFound):
        campaigns.by_run("0" * 32)


def test_a_deleted_campaign_is_gone(store, make_campaign):
    """A campaign whose run was deleted in MLflow is shown to nobody."""
    made = make_campaign(store, 1)
    store.tracking.delete_run(made.campaign.run_id)
    with pytest.raises(NotFound):
        Campaigns(store).by_run(made.campaign.run_id)
    assert Campaigns(store).every() == []


def test_only_mine_are_listed(store, make_campaign):
    """A person's list holds the campaigns they are invited to and those for everybody."""
    mine, theirs, all_ = (
        make_campaign(store, 1, people, **fields)
        for people, fields in ((("ana",), {}), (("bo",), {}), ((), {"join": "anyone"}))
    )
    assert {c.name for c in Campaigns(store).of(ANA)} == {mine.name, all_.name}
    assert theirs.name not in {c.name for c in Campaigns(store, (mine.name,)).every()}


def test_joining_gives_a_queue(store, make_campaign):
    """Whoever joins gets a queue with every item, and joining twice changes nothing."""
    made = make_campaign(store, 3, (), join="anyone")
    campaigns = Campaigns(store)
    once = campaigns.join(made.campaign, BO)
    assert campaigns.join(once, BO) == once
    assert campaigns.get(made.name).reviewers == ("bo",)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "bo", 1))
    assert len(statuses(store, queue or "")) == 3
    with pytest.raises(NotAllowed):
        campaigns.join(make_campaign(store, 1).campaign, BO)


def test_status_changes_are_seen_by_everybody(store, make_campaign):
    """Pausing, closing and reopening a campaign is one tag, with the moment of closing."""
    made = make_campaign(store, 1)
    Campaigns(store).set_status(made.campaign, "closed")
    closed = Campaigns(store).get(made.name)
    assert (closed.status, closed.closed_at_ms > 0) == ("closed", True)
    Campaigns(store).set_status(closed, "open")
    assert Campaigns(store).get(made.name).closed_at_ms == 0
