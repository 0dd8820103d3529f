"""Reviewer queues of MLflow: one per campaign, person and round."""

from __future__ import annotations

from services.queues import attach, ensure_queue, find_queue, queue_name, set_status, statuses


def test_names_of_queues():
    """In MLflow's own Review tab a queue is called after the campaign and the person."""
    names = [queue_name("Orders", "ana", 1), queue_name("Orders", "ana", 2)]
    assert names == ["Orders / ana", "Orders / ana / 2"]


def test_a_queue_is_made_once(store, make_campaign):
    """Asking for a queue again finds it, and attaching a trace again keeps its status."""
    made = make_campaign(store, 2)
    experiment_id, name = made.campaign.experiment_id, queue_name(made.name, "ana", 1)
    queue = find_queue(store, experiment_id, name)
    assert queue is not None
    assert ensure_queue(store, experiment_id, name, "ana", []) == queue
    set_status(store, queue, made.traces[0], "complete", "ana")
    attach(store, queue, made.traces)
    assert statuses(store, queue) == {made.traces[0]: "complete", made.traces[1]: "pending"}


def test_no_queue_is_none(store, make_campaign):
    """A person without a queue simply has none."""
    made = make_campaign(store, 1)
    assert find_queue(store, made.campaign.experiment_id, "Orders / nobody") is None


def test_reopening_forgets_who_completed(store, make_campaign):
    """A reopened item is pending again, and completing it again works."""
    made = make_campaign(store, 1)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1)) or ""
    seen = []
    for status in ("complete", "complete", "pending", "declined", "pending", "complete"):
        set_status(store, queue, made.traces[0], status, "ana")
        seen.append(statuses(store, queue)[made.traces[0]])
    assert seen == ["complete", "complete", "pending", "declined", "pending", "complete"]


def test_long_queues_are_read_whole(store, make_campaign, monkeypatch):
    """A queue longer than one page of MLflow's answer is read to its end."""
    from services import queues

    made = make_campaign(store, 7)
    monkeypatch.setattr(queues, "PAGE", 3)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1)) or ""
    assert sorted(statuses(store, queue)) == sorted(made.traces)
