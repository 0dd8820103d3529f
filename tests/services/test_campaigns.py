"""Campaigns as MLflow runs: found by name, whole or not there, safe to repeat."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from review_app.campaigns import Assignment, PlanItem
from review_app.errors import Conflict, NotAllowed, NotFound, ReviewError
from review_app.people import Person
from services import campaigns as campaigns_module
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, statuses

ANA, BO = Person("ana"), Person("bo")


def test_a_campaign_is_found_as_it_was_made(store, make_campaign):
    """A campaign is found by its name in any case, by its run id, and nothing of it is lost."""
    made = make_campaign(store, 2, instructions="Be **fair**.", frames={"all": {"N": 9}})
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


def test_a_name_is_taken_once(store, make_campaign):
    """Two campaigns never have the same name, also in another experiment or in capitals."""
    made = make_campaign(store, 1)
    elsewhere = store.experiment_id("elsewhere", create=True)
    same = replace(made.campaign, name=made.name.upper(), experiment_id=elsewhere, run_id="")
    with pytest.raises(Conflict, match="exists already"):
        Campaigns(store).create(same, [])


def test_a_half_written_campaign_is_not_shown_and_then_finished(store, make_campaign, monkeypatch):
    """A campaign whose making was interrupted shows nowhere; making it again finishes it."""
    experiment_id = store.experiment_id("orders", create=True)
    made = make_campaign(store, 2)
    wanted = replace(
        made.campaign, name="Cut", experiment_id=experiment_id, run_id="", reviewers=()
    )
    plan = [PlanItem(t, "all", "random", assigned=(Assignment("ana", 1),)) for t in made.traces]

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(campaigns_module, "attach", cut)
        with pytest.raises(KeyboardInterrupt):
            Campaigns(store).create(wanted, plan)
    assert [c.name for c in Campaigns(store).every()] == [made.name]
    Campaigns(store).create(wanted, plan)
    again = Campaigns(store).get("Cut")
    assert (again.status, again.reviewers, again.plan_parts) == ("open", ("ana",), 1)
    queue = find_queue(store, experiment_id, queue_name("Cut", "ana", 1))
    assert len(statuses(store, queue or "")) == 2
    with pytest.raises(Conflict):
        Campaigns(store).create(wanted, plan)


def test_a_top_up_is_appended(store, make_campaign):
    """New items come as a further part; the parts before are never rewritten."""
    made = make_campaign(store, 2)
    campaigns = Campaigns(store)
    more = [PlanItem(made.traces[0], "all", "more", assigned=(Assignment("bo", 1),))]
    campaigns.add(made.campaign, more)
    grown = campaigns.get(made.name)
    assert (grown.plan_parts, grown.reviewers) == (2, ("ana", "bo"))
    assert len(campaigns.plan(grown)) == 3
    assert "more" in store.read_artifact(made.campaign.run_id, "plan-0002.jsonl")


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


def test_nothing_is_cut_silently(store, make_campaign):
    """MLflow cuts long tags without a word: more reviewers than fit are refused instead."""
    made = make_campaign(store, 1)
    crowd = tuple(f"reviewer-{n}@example.com" for n in range(300))
    too_many = replace(made.campaign, name="Crowd", run_id="", reviewers=crowd)
    with pytest.raises(ReviewError, match="more reviewers than MLflow can note down"):
        Campaigns(store).create(too_many, [])
    tags = store.tracking.get_run(made.campaign.run_id).data.tags
    assert json.loads(tags["review.reviewers"]) == ["ana"]
