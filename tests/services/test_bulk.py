"""Writing many traces through a real MLflow server: the same as into a file, or a reason."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from review_app.answers import Assessment
from review_app.errors import StoreUnavailable
from review_app.traces import SpanRecord, TraceRecord
from services.bulk import write_traces
from services.parcels import parcel_from_json, parcel_from_record
from services.store import Store
from services.traces import fetch

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples" / "traces").glob("*.json"))
START = 1_794_492_180_000


def record(trace_id, **fields):
    root = SpanRecord(
        span_id="0" * 15 + "1",
        parent_id=None,
        name="app",
        kind="AGENT",
        start_ns=START * 1_000_000,
        end_ns=START * 1_000_000 + 2_000_000,
        inputs={"question": "Where?"},
        outputs=fields.pop("outputs", "There."),
    )
    made = TraceRecord(trace_id, "", requested_at_ms=START, duration_ms=2, spans=(root,))
    return replace(made, **fields)


def test_every_trace_has_its_own_outcome(store):
    """New, known and refused traces are told apart, and a refused one leaves nothing behind."""
    home = store.experiment_id("home", create=True)
    good, bad = record("tr-good"), record("tr-bad")
    late = replace(bad, spans=(replace(bad.spans[0], start_ns=10**30),))
    parcels = [parcel_from_record(one, home) for one in (good, late)]
    states = [outcome.state for outcome in write_traces(store, home, parcels)]
    assert states == ["added", "failed"]
    again = [parcel_from_record(one, home) for one in (good, bad)]
    assert [o.state for o in write_traces(store, home, again)] == ["known", "added"]


def test_assessments_that_are_not_there_are_added(store):
    """A known trace gets what it lacks, once."""
    home = store.experiment_id("home", create=True)
    said = Assessment("quality", value=True, source="ana", assessment_id="a-1")

    def write():
        return write_traces(store, home, [parcel_from_record(record("tr-1"), home, [said])])

    write_traces(store, home, [parcel_from_record(record("tr-1"), home)])
    assert [write()[0].assessments, write()[0].assessments] == [1, 0]
    assert len(fetch(store, ["tr-1"])["tr-1"].assessments) == 1


def test_a_store_that_is_gone_is_no_bad_line():
    """When MLflow does not answer, the import stops instead of blaming each trace."""
    store = Store("http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable):
        write_traces(store, "1", [parcel_from_record(record("tr-1"), "1")])


@pytest.mark.server
def test_a_server_keeps_traces_unchanged_or_says_why_not(store_template, tmp_path, programs):
    """Over HTTP real traces survive as they were; what a server would cut or lose has a reason."""
    shutil.copy(store_template, tmp_path / "mlflow.db")
    store = Store(programs.mlflow(tmp_path / "mlflow.db").address)
    home = store.experiment_id("home", create=True)
    raw = [json.loads(path.read_text("utf-8")) for path in SAMPLES]
    for _ in range(2):
        outcomes = write_traces(store, home, [parcel_from_json(one, home) for one in raw])
    assert {outcome.state for outcome in outcomes} == {"known"}
    for before in raw:
        after = store.tracking.get_trace(before["info"]["trace_id"])
        spans = {span["span_id"]: span for span in (s.to_dict() for s in after.data.spans)}
        assert spans == {span["span_id"]: span for span in before["data"]["spans"]}
        assert after.info.trace_metadata == before["info"]["trace_metadata"]
    own = "tr-" + "0" * 32
    odd = {
        "a/b:c": record("a/b:c"),
        "long tag": record("tr-" + "1" * 32, tags={"long": "x" * 4097}),
        "long session": record("tr-" + "2" * 32, metadata={"note": "x" * 251}),
        "deep": record("tr-" + "3" * 32, outputs=json.loads("[" * 900 + "]" * 900)),
    }
    outcomes = write_traces(store, home, [parcel_from_record(one, home) for one in odd.values()])
    assert [outcome.state for outcome in outcomes] == ["failed"] * 4
    first = Assessment("quality", value=True, source="ana", assessment_id="a-1", created_ms=START)
    changed = replace(
        first, value=False, assessment_id="a-2", overrides="a-1", created_ms=START + 1
    )
    written = [parcel_from_record(record(own), home, [first, changed])]
    assert [outcome.state for outcome in write_traces(store, home, written)] == ["added"]
    found = fetch(store, [own])[own].assessments
    assert sorted((a.assessment_id, a.value, a.valid) for a in found) == [
        ("a-1", True, False),
        ("a-2", False, True),
    ]
