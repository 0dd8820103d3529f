"""The experiments that a lead chooses from."""

from __future__ import annotations

from services.campaigns import Campaigns
from services.experiments import experiments_in_scope, with_most_to_say


def test_the_fullest_experiment_comes_first(store, make_campaign):
    """A lead finds the experiments with how many traces they hold, the fullest first."""
    small, large = make_campaign(store, 1), make_campaign(store, 3)

    found = experiments_in_scope(store)

    assert [(e.name, e.traces) for e in found] == [(large.name, 3), (small.name, 1), ("Default", 0)]


def test_traces_are_counted_once_a_minute(store, make_campaign, monkeypatch):
    """A page that is drawn again and again does not count all traces each time."""
    made, calls = make_campaign(store, 2), []
    count = type(store.tracking).query_trace_metrics

    def counted(tracking, ids, *rest, **more):
        calls.extend(ids)
        return count(tracking, ids, *rest, **more)

    monkeypatch.setattr(type(store.tracking), "query_trace_metrics", counted)
    assert experiments_in_scope(store) == experiments_in_scope(store)
    assert calls.count(made.campaign.experiment_id) == 1


def test_a_setting_narrows_the_choice(store, make_campaign):
    """Only the experiments that the setting names, or gives the id of, are offered."""
    first, second, _ = (make_campaign(store, 1) for _ in range(3))
    wanted = (first.name, second.campaign.experiment_id)
    assert {e.name for e in experiments_in_scope(store, wanted)} == {first.name, second.name}


def test_quality_opens_where_labels_tell_a_rate(demo):
    """Quality opens on the newest sample of whole traffic, not on whatever campaign is newest."""
    found = with_most_to_say(demo, Campaigns(demo))
    assert found[0] == "Demo: spot check"
    assert found[1] == "Demo: live traffic"
    assert "Default" not in found
    assert len(found) == len(set(found))
