"""Traces as plain values."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from mlflow.entities import Trace

from services.traces import fetch, previews, session_before

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "traces"


def test_a_trace_comes_back_whole(store):
    """Everything a span holds comes back decoded: inputs, outputs, attributes, events, errors."""
    original = Trace.from_dict(json.loads((EXAMPLES / "error_exception.json").read_text()))
    store.tracking.log_spans(store.experiment_id("e", create=True), original.data.spans)
    (trace_id,) = {span.trace_id for span in original.data.spans}

    (found,) = fetch(store, [trace_id])[trace_id].record.spans

    (span,) = original.data.spans
    assert (found.span_id, found.name, found.kind) == (span.span_id, "boom", "UNKNOWN")
    assert (found.failed, found.message) == (True, "RuntimeError: model endpoint timed out")
    assert (found.inputs, found.outputs) == ({"x": 1}, None)
    assert (found.start_ns, found.end_ns) == (span.start_time_ns, span.end_time_ns)
    assert "Traceback" in found.events[0]["attributes"]["exception.stacktrace"]


def test_one_trace_elsewhere_hides_no_other(store, make_campaign):
    """A trace whose spans MLflow keeps as a file, or has lost, is read; so are those beside it."""
    made = make_campaign(store, 3)
    filed, lost, _ = made.traces
    spans = store.tracking.get_trace(filed).data.to_dict()
    for trace_id in (filed, lost):
        store.tracking.delete_trace_tag(trace_id, "mlflow.trace.spansLocation")
    place = Path(store.tracking.get_trace_info(filed).tags["mlflow.artifactLocation"])
    place.mkdir(parents=True)
    (place / "traces.json").write_text(json.dumps(spans))

    found = fetch(store, made.traces)

    assert set(found) == set(made.traces)
    assert [s.name for s in found[filed].record.spans] == [s["name"] for s in spans["spans"]]
    assert found[lost].record.spans == ()
    assert found[lost].record.request_preview


def test_what_is_gone_is_left_out(store, make_campaign):
    """A deleted trace is simply not there; the others are."""
    made = make_campaign(store, 2)
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[:1])

    assert set(fetch(store, made.traces)) == set(made.traces[1:])
    assert fetch(store, []) == {}


def test_the_session_before(store, make_campaign):
    """Earlier traces of the same conversation are found, oldest first, and no others."""
    times = iter(range(1_000, 9_000, 1_000))

    def in_session(record):
        at = next(times)
        spans = tuple(replace(s, start_ns=at * 1_000_000, end_ns=None) for s in record.spans)
        session = "it's 7" if at < 4_000 else "other"
        metadata = {**record.metadata, "mlflow.trace.session": session}
        return replace(record, requested_at_ms=at, spans=spans, metadata=metadata)

    made = make_campaign(store, 4, change=in_session)
    records = {key: f.record for key, f in fetch(store, made.traces).items()}

    before = session_before(store, records[made.traces[2]])

    assert [r.trace_id for r in before] == made.traces[:2]
    assert session_before(store, records[made.traces[0]]) == []


def test_previews(store, make_campaign):
    """Items of a list are told apart by what was asked."""
    made = make_campaign(store, 2)

    found = previews(store, made.traces)

    assert set(found) == set(made.traces)
    assert all(found.values())
