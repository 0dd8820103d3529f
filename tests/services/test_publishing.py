"""Publishing and files of a frozen set, on a real store."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.errors import NotAllowed
from review_app.frozen_sets import labels_jsonl
from review_app.labeled_sets import Recipe
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.exports import export
from services.labeled_sets import LabeledSets
from services.publishing import publish
from services.queues import find_queue, queue_name, set_status

LEAD = Person("lea", is_lead=True)


def quiet(done, total):
    """Tell nobody."""


def same_question(record):
    """Give traces 1 and 2 the same inputs: an app that answered the same question twice."""
    root = record.spans[0]
    if record.spans[1].inputs["order"] > 2:
        return record
    return replace(record, spans=(replace(root, inputs={"question": "Where?"}), record.spans[1]))


@pytest.fixture
def frozen(store, make_campaign):
    """A frozen set of four traces, two of which were asked the same and judged differently."""
    made = make_campaign(store, 4, change=same_question)
    question = made.campaign.questions[0]
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1))
    for n, trace in enumerate(made.traces):
        recorded = {
            "review.campaign": made.campaign.run_id,
            "review.question_version": question.version,
            "review.seen": "nothing",
        }
        said = Assessment(question.name, n % 2 == 0, "ana", rationale="=1+1", metadata=recorded)
        create_assessment(store, trace, replace(said, created_ms=1_763_000_000_000))
        set_status(store, queue or "", trace, "complete", "ana")
    recipe = Recipe("Orders", (made.campaign.run_id,), question.name)
    return LabeledSets(Campaigns(store)).freeze(LEAD, recipe, quiet)


def test_a_version_is_published_once(store, frozen):
    """The dataset holds inputs, outputs, labels and provenance; merged records are told."""
    sets = LabeledSets(Campaigns(store))
    done = publish(sets, store, LEAD, frozen, quiet)

    assert (done.records, done.merged, done.conflicting) == (3, 1, 1)
    again = publish(sets, store, LEAD, sets.get("Orders"), quiet)
    assert again.frozen.dataset_id == done.frozen.dataset_id == sets.get("Orders").dataset_id
    assert sets.get("Orders").merged == 1
    (dataset,) = store.tracking.search_datasets(experiment_ids=[frozen.experiment_id])
    assert dataset.name == "Orders@v1"
    records, _ = store.tracking._load_dataset_records(dataset.dataset_id)
    assert len(records) == 3
    by_trace = {one.tags["review.trace"]: one for one in records}
    for row in sets.load(frozen).rows:
        if row.trace_id in by_trace:
            found = by_trace[row.trace_id]
            assert found.expectations == {"quality": row.label}
            assert found.outputs["answer"].startswith("Order ")
            assert found.source.source_data["sha256"] == frozen.sha256


def test_a_publication_that_broke_off_is_finished(store, frozen, monkeypatch):
    """When the app dies while publishing, the next attempt fills the same dataset."""
    sets = LabeledSets(Campaigns(store))

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(store.tracking), "upsert_dataset_records", dies)
        with pytest.raises(KeyboardInterrupt):
            publish(sets, store, LEAD, frozen, quiet)
    assert not sets.get("Orders").dataset_id

    done = publish(sets, store, LEAD, frozen, quiet)
    found = store.tracking.search_datasets(experiment_ids=[frozen.experiment_id])
    assert [one.dataset_id for one in found] == [done.frozen.dataset_id]


def test_only_leads_publish(store, frozen):
    """A reviewer cannot publish."""
    with pytest.raises(NotAllowed):
        publish(LabeledSets(Campaigns(store)), store, Person("ana"), frozen, quiet)


def test_every_file_holds_every_item(store, frozen):
    """JSON lines are the frozen bytes; CSV, Parquet and OpenAI's lines hold the same labels."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

    content = LabeledSets(Campaigns(store)).load(frozen)
    files = {
        kind: b"".join(export(store, content, kind, quiet))
        for kind in ("jsonl", "csv", "parquet", "openai")
    }
    labels = [(row.trace_id, row.label) for row in content.rows]

    assert files["jsonl"].decode() == labels_jsonl(content.rows)
    table = pq.read_table(io.BytesIO(files["parquet"])).to_pylist()
    assert [(one["trace_id"], one["label"]) for one in table] == labels
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode(), newline="")))
    assert [(one["trace_id"], one["label"] == "true") for one in lines] == labels
    items = [json.loads(line)["item"] for line in files["openai"].decode().splitlines()]
    assert [(one["trace_id"], one["label"]) for one in items] == labels
    assert all(one["output"].startswith("Order ") for one in items)
