"""Writing a campaign: whole or not at all, once, and by one writer at a time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.errors import Cancelled, Conflict, NotFound, ReviewError
from review_app.frames import Frame, Stratum
from services import campaign_writing, leases
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, statuses


def _wanted(store, made, name="Cut"):
    """Return a campaign and a plan of two reviewers over the traces of another one."""
    wanted = replace(made.campaign, name=name, run_id="", reviewers=(), plan_parts=0)
    turns = (Assignment("ana", 1), Assignment("bo", 2))
    items = tuple(PlanItem(t, "all", "random", 0.5, assigned=turns) for t in made.traces)
    return wanted, PlanPart(items, (Frame("all", "all", strata={"": Stratum(9, 2)}),))


def _queued(store, campaign, person):
    queue = find_queue(store, campaign.experiment_id, queue_name(campaign.name, person, 1))
    return set(statuses(store, queue)) if queue else None


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits long for another writer."""
    monkeypatch.setattr(campaign_writing, "WAITS_SECONDS", (0.01,))


def test_a_name_is_taken_once(store, make_campaign):
    """Two campaigns never have the same name, also in another experiment or in capitals."""
    made = make_campaign(store, 1)
    elsewhere = store.experiment_id("elsewhere", create=True)
    same = replace(made.campaign, name=made.name.upper(), experiment_id=elsewhere, run_id="")
    with pytest.raises(Conflict, match="exists already"):
        CampaignWriting(Campaigns(store)).create(same, PlanPart(()))


def test_two_leads_who_write_one_name_at_once_make_one_campaign(store, make_campaign):
    """When two processes write campaigns of one name at once, one is there and is whole."""
    made = make_campaign(store, 3)
    wanted, part = _wanted(store, made, "Both")

    def write(_: int) -> str:
        try:
            return CampaignWriting(Campaigns(store)).create(wanted, part).run_id
        except Conflict:
            return ""

    with ThreadPoolExecutor(2) as pool:
        runs = [run for run in pool.map(write, range(2)) if run]
    found = [c for c in Campaigns(store).every() if c.name == "Both"]
    assert [c.run_id for c in found] == runs
    if found:
        assert _queued(store, found[0], "bo") == set(made.traces)


@pytest.mark.parametrize("broken", ["attach", "_link"])
def test_a_half_written_campaign_is_not_shown_and_can_be_finished(
    store, make_campaign, monkeypatch, broken
):
    """A campaign whose writing was killed in the middle shows nowhere, and is then finished."""
    made = make_campaign(store, 2)
    wanted, part = _wanted(store, made)
    writing = CampaignWriting(Campaigns(store))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        where = campaign_writing if broken == "attach" else CampaignWriting
        patch.setattr(where, broken, killed)
        with pytest.raises(KeyboardInterrupt):
            writing.create(wanted, part)
    campaigns = Campaigns(store)
    assert [c.name for c in campaigns.every()] == [made.name]
    half = next(iter(campaigns.unfinished()))
    with pytest.raises(Conflict, match="right now"):
        CampaignWriting(campaigns).resume(half)
    monkeypatch.setattr(leases, "DEAD_AFTER_SECONDS", 0)
    CampaignWriting(campaigns).resume(half)
    again = Campaigns(store).get("Cut")
    assert (again.status, again.reviewers, again.plan_parts) == ("open", ("ana", "bo"), 1)
    assert campaigns.plan(again) == list(part.items)
    assert _queued(store, again, "ana") == _queued(store, again, "bo") == set(made.traces)


def test_a_dead_half_is_replaced_by_making_it_again(store, make_campaign, monkeypatch):
    """Asking for a campaign again whose writing died before its plan was kept makes it anew."""
    made = make_campaign(store, 2)
    wanted, part = _wanted(store, made)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(CampaignWriting, "_write_part", killed)
        with pytest.raises(KeyboardInterrupt):
            CampaignWriting(Campaigns(store)).create(wanted, part)
    with pytest.raises(Conflict, match="right now"):
        CampaignWriting(Campaigns(store)).create(wanted, part)
    monkeypatch.setattr(leases, "DEAD_AFTER_SECONDS", 0)
    half = Campaigns(store).unfinished()[0]
    with pytest.raises(NotFound, match="discard"):
        CampaignWriting(Campaigns(store)).resume(half)
    written = CampaignWriting(Campaigns(store)).create(wanted, part)
    assert [c.name for c in Campaigns(store).every()] == ["Cut", made.name]
    assert _queued(store, written, "bo") == set(made.traces)
    assert Campaigns(store).unfinished() == []


def test_cancelling_leaves_nothing(store, make_campaign):
    """A campaign that is cancelled while it is written leaves no run and no reviewer queue."""
    made = make_campaign(store, 2)
    wanted, part = _wanted(store, made)

    def tell(done: int, total: int) -> None:
        if done == total - 1:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        CampaignWriting(Campaigns(store)).create(wanted, part, tell)
    assert [c.name for c in Campaigns(store).every()] == [made.name]
    assert Campaigns(store).unfinished() == []
    assert _queued(store, wanted, "ana") is None
    CampaignWriting(Campaigns(store)).create(wanted, part)


def test_a_top_up_is_appended(store, make_campaign):
    """New items come as a further part; the parts before are never rewritten."""
    made = make_campaign(store, 2)
    campaigns = Campaigns(store)
    before = store.read_artifact(made.campaign.run_id, "plan-0001.jsonl")
    other = make_campaign(store, 1).traces[0]
    more = PlanPart((PlanItem(other, "all", "more", assigned=(Assignment("bo", 1),)),))
    CampaignWriting(campaigns).change(made.campaign, lambda *_: Revision(more))
    grown = campaigns.get(made.name)
    assert (grown.plan_parts, grown.reviewers) == (2, ("ana", "bo"))
    assert len(campaigns.plan(grown)) == 3
    assert "more" in store.read_artifact(made.campaign.run_id, "plan-0002.jsonl")
    assert store.read_artifact(made.campaign.run_id, "plan-0001.jsonl") == before


def test_an_item_that_changes_hands_changes_queues(store, make_campaign):
    """An item given to somebody else leaves the first queue and enters the other, once."""
    made = make_campaign(store, 2)
    campaigns = Campaigns(store)

    def give(campaign: Campaign, plan: list[PlanItem]) -> Revision:
        moved = replace(plan[0], assigned=(Assignment("bo", 1),))
        return Revision(PlanPart((moved,)), ("bo",))

    changed = CampaignWriting(campaigns).change(made.campaign, give)
    assert changed.reviewers == campaigns.get(made.name).reviewers == ("bo",)
    assert _queued(store, made.campaign, "ana") == {made.traces[1]}
    assert _queued(store, made.campaign, "bo") == {made.traces[0]}


def test_changes_at_once_all_happen(store, make_campaign):
    """Two processes that change a campaign at once both get their change, none is lost."""
    made = make_campaign(store, 4)

    def give(person: str) -> None:
        def make(_: Campaign, plan: list[PlanItem]) -> Revision:
            free = next(p for p in plan if p.assigned[0].reviewer == "ana")
            return Revision(PlanPart((replace(free, assigned=(Assignment(person, 1),)),)))

        CampaignWriting(Campaigns(store)).change(made.campaign, make)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(give, ["bo", "cy", "di"]))
    campaign = Campaigns(store).get(made.name)
    holders = [p.assigned[0].reviewer for p in Campaigns(store).plan(campaign)]
    assert sorted(holders) == ["ana", "bo", "cy", "di"]
    assert campaign.plan_parts == 4


def test_a_change_that_died_is_finished_by_the_next(store, make_campaign, monkeypatch, impatient):
    """A change that was killed in the middle is finished before the next one is made."""
    made = make_campaign(store, 2)

    def give(person: str):
        def make(_: Campaign, plan: list[PlanItem]) -> Revision:
            free = next(p for p in plan if p.assigned[0].reviewer == "ana")
            return Revision(PlanPart((replace(free, assigned=(Assignment(person, 1),)),)))

        return make

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(campaign_writing, "attach", killed)
        with pytest.raises(KeyboardInterrupt):
            CampaignWriting(Campaigns(store)).change(made.campaign, give("bo"))
    assert Campaigns(store).get(made.name).plan_parts == 1
    with pytest.raises(Conflict):
        CampaignWriting(Campaigns(store)).change(made.campaign, give("cy"))
    monkeypatch.setattr(leases, "DEAD_AFTER_SECONDS", 0)
    CampaignWriting(Campaigns(store)).change(made.campaign, give("cy"))
    campaign = Campaigns(store).get(made.name)
    holders = {p.assigned[0].reviewer for p in Campaigns(store).plan(campaign)}
    assert (holders, campaign.plan_parts) == ({"bo", "cy"}, 3)
    assert _queued(store, campaign, "bo") == {made.traces[0]}


def test_a_change_that_is_refused_holds_nobody_up(store, make_campaign):
    """When a change turns out to be impossible, the next one need not wait for a minute."""
    made = make_campaign(store, 1)

    def refuse(*_: object) -> Revision:
        raise ReviewError("There is nothing to move.")

    writing = CampaignWriting(Campaigns(store))
    with pytest.raises(ReviewError, match="nothing to move"):
        writing.change(made.campaign, refuse)
    assert writing.change(made.campaign, lambda *_: Revision(PlanPart(()))).plan_parts == 2


def test_nothing_is_cut_silently(store, make_campaign):
    """MLflow cuts long tags without a word: more reviewers than fit are refused instead."""
    made = make_campaign(store, 1)
    crowd = tuple(f"reviewer-{n}@example.com" for n in range(300))
    too_many = replace(made.campaign, name="Crowd", run_id="", reviewers=crowd)
    with pytest.raises(ReviewError, match="more reviewers than MLflow can note down"):
        CampaignWriting(Campaigns(store)).create(too_many, PlanPart(()))
    tags = store.tracking.get_run(made.campaign.run_id).data.tags
    assert json.loads(tags["review.reviewers"]) == ["ana"]
