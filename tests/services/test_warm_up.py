"""What is ready before the first person comes."""

from __future__ import annotations

from threading import Event

from services.app import services_for
from services.settings import Settings
from services.store import Store
from services.warm_up import is_warm, warm_up


def test_plans_of_open_campaigns_are_in_memory_before_the_first_visit(
    store, make_campaign, monkeypatch
):
    """After a restart the plan of an open campaign is read once, before anybody opens a queue."""
    made = make_campaign(store, 2)
    closed = make_campaign(store, 1, status="closed")
    settings, ended = Settings(tracking_uri=store.uri), Event()
    warm_up(settings, then=ended.set)
    assert ended.wait(30)
    campaigns = services_for(settings).campaigns
    read: list[str] = []
    real = Store.read_artifact

    def noted(self, run_id, name):
        read.append(run_id)
        return real(self, run_id, name)

    monkeypatch.setattr(Store, "read_artifact", noted)
    assert len(campaigns.plan(campaigns.by_run(made.campaign.run_id))) == 2
    assert read == []
    assert len(campaigns.plan(campaigns.by_run(closed.campaign.run_id))) == 1
    assert read == [closed.campaign.run_id]


def test_a_store_out_of_reach_does_not_stop_the_start():
    """The app starts all the same while MLflow does not answer."""
    ended = Event()
    warm_up(Settings(tracking_uri="http://127.0.0.1:9"), then=ended.set)
    assert ended.wait(30)
    while not is_warm():
        Event().wait(0.01)
