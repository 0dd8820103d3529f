"""Versions of an experiment: what their traces say, counted in the background."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.compare.comparing import ONLY_FIRST, ONLY_SECOND
from review_app.compare.listed import compare_all
from review_app.errors import NotFound
from services import pool, version_list
from services.app import services_for
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.settings import Settings
from services.version_list import question_number

LONG = 60


@pytest.fixture
def lists():
    """The lists of versions of a store."""
    return lambda store: services_for(Settings(tracking_uri=store.uri)).version_lists


def versioned(record):
    """Give every trace a version; those of the newer one name a prompt, and one of them failed."""
    number = int(record.request_preview.split("order ")[1].split("?")[0])
    newer = number > 6
    tags = {"version": "v2" if newer else "v1"}
    if newer:
        tags["mlflow.linkedPrompts"] = '[{"name": "answering", "version": "3"}]'
    state = "ERROR" if number == 8 else "OK"
    return replace(record, tags=tags, metadata={"app_version": tags["version"]}, state=state)


def test_traces_say_what_each_version_did(store, make_campaign, lists):
    """Traffic, times, errors and prompts of each version are there, the newest version first."""
    made = make_campaign(store, 10, change=versioned)

    sight = lists(store).of(made.name, wait=LONG)

    newer, older = sight.listed.versions
    assert (newer.name, older.name) == ("v2", "v1")
    assert (len(newer.traces), len(older.traces)) == (4, 6)
    assert newer.failed == (made.traces[7],)
    assert newer.prompts == ("answering@3",)
    assert older.last_ms < newer.first_ms < newer.last_ms
    assert sight.listed.complete


def test_registered_versions_without_traces_are_listed(store, make_campaign, lists):
    """A LoggedModel that no trace names yet stands in the list, with when it was registered."""
    made = make_campaign(store, 2, change=versioned)
    store.tracking.create_logged_model(made.campaign.experiment_id, name="v3")

    found = lists(store).of(made.name, wait=LONG).listed

    assert [(one.name, len(one.traces)) for one in found.versions] == [("v3", 0), ("v1", 2)]
    assert found.version("v3").created_ms > 0
    assert found.usual is None


def test_only_new_traffic_is_read_again(store, make_campaign, lists, monkeypatch):
    """A second count reads the last hour and what came since, and keeps the rest."""
    records = []

    def kept(record):
        records.append(record)
        return versioned(record)

    made = make_campaign(store, 3, change=kept)
    known = lists(store)
    first = known.of(made.name, wait=LONG).listed
    read = []

    def watched(store, experiment_id, since_ms, until_ms):
        read.append(since_ms)
        return pool.every_info(store, experiment_id, since_ms, until_ms)

    monkeypatch.setattr(version_list, "every_info", watched)
    newest = first.versions[0].last_ms
    home = made.campaign.experiment_id
    late = replace(records[0], trace_id="tr-late", requested_at_ms=newest + 5_000)
    write_traces(store, home, [parcel_from_record(late, home)])

    job = known.of(made.name, anew=True).job
    while job.at_work:
        known.of(made.name, wait=0.1)

    assert read == [newest - version_list.AGAIN_MS]
    traces = [t.trace_id for v in known.of(made.name).listed.versions for t in v.traces]
    assert sorted(traces) == sorted([*made.traces, "tr-late"])


def test_deleted_traces_leave_the_list(store, make_campaign, lists, monkeypatch):
    """After a while everything is read again, and what was deleted meanwhile is gone."""
    made = make_campaign(store, 3, change=versioned)
    known = lists(store)
    known.of(made.name, wait=LONG)
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[:1])
    monkeypatch.setattr(version_list, "WHOLE_SECONDS", 0)

    job = known.of(made.name, anew=True).job
    while job.at_work:
        known.of(made.name, wait=0.1)

    assert [len(one.traces) for one in known.of(made.name).listed.versions] == [2]


def test_a_large_experiment_says_that_it_was_cut(store, make_campaign, lists, monkeypatch):
    """With more traces than are looked at, the list says that it is not complete."""
    made = make_campaign(store, 3, change=versioned)
    monkeypatch.setattr(version_list, "LIMIT", 2)

    assert not lists(store).of(made.name, wait=LONG).listed.complete


def test_an_unknown_experiment_is_said(store, lists):
    """An address with a name that is no experiment gets a sentence."""
    with pytest.raises(NotFound, match="no experiment called"):
        lists(store).of("nothing")


def test_the_demo_replays_the_published_comparison(demo, lists):
    """Reference against gpt-4o on the demo: 24 questions to 3, .93 against .80, better."""
    listed = lists(demo).of("Demo: MT-RAG answers", wait=LONG).listed
    reference, other = listed.version("reference"), listed.version("gpt-4o")

    found = {one.question: one for one in compare_all(listed, reference, other)}["faithfulness"]

    assert found.design.kind == "replayed"
    assert (len(found.groups[ONLY_FIRST]), len(found.groups[ONLY_SECOND])) == (48, 6)
    assert found.pairs.n == 157  # two of the 159 questions were asked twice
    assert found.outcome == "better"
    assert found.interval.low > 0


@pytest.mark.parametrize("one, other, same", [("Is it?", "is  it? ", True), ("A", "B", False)])
def test_equal_questions_share_a_number(one, other, same):
    """Case and spaces do not make another question."""
    assert (question_number(one) == question_number(other)) == same


def test_a_name_that_went_to_another_experiment_shows_its_traces(store, make_campaign, lists):
    """After a rename the list follows the name: the old traces are under the new name only."""
    made = make_campaign(store, 4)
    kept = lists(store)
    assert kept.of(made.name, wait=LONG).listed.versions

    store.tracking.rename_experiment(made.campaign.experiment_id, "moved")
    store.experiment_id(made.name, create=True)

    assert kept.of(made.name, wait=LONG).listed.versions == ()
    assert kept.of("moved", wait=LONG).listed.experiment == "moved"
