"""Importing files into a real store: unchanged, line by line, safely repeated."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

from review_app.errors import Conflict
from services.campaigns import Campaigns
from services.imports import File, check_campaign, import_files, queue_up
from services.queues import find_queue, queue_name, statuses
from services.traces import fetch

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
SAMPLES = sorted((EXAMPLES / "traces").glob("*.json"))
NOW = 1_795_528_800_000
START = 1_794_492_180_000  # 2026-11-12T14:03:00Z
SET_BY_MLFLOW = {"mlflow.artifactLocation", "mlflow.trace.spansLocation"}


def put(store, *contents, experiment="samples", seen=""):
    files = [
        File(f"file-{n}", c if isinstance(c, bytes) else c.encode()) for n, c in enumerate(contents)
    ]
    experiment_id = store.experiment_id(experiment, create=True)
    return import_files(store, experiment_id, files, now_ms=NOW, seen=seen)


def entity(store, trace_id):
    return store.tracking.get_trace(trace_id, allow_partial=True)


def reasons(done):
    return {failure.line: failure.reason for failure in done.failures}


def b64(digits):
    return base64.b64encode(bytes.fromhex(digits)).decode()


def span(trace_id, number=1, parent=None, **attributes):
    own = hashlib.sha256(trace_id.encode()).hexdigest()[:32]
    return {
        "trace_id": b64(own),
        "span_id": b64(f"{number:016x}"),
        "parent_span_id": b64(f"{parent:016x}") if parent else None,
        "name": f"step {number}",
        "start_time_unix_nano": START * 1_000_000 + number,
        "end_time_unix_nano": START * 1_000_000 + 5_000_000,
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {
            "mlflow.traceRequestId": json.dumps(trace_id),
            **{name: json.dumps(value) for name, value in attributes.items()},
        },
        "links": [],
    }


def trace(trace_id, *spans, **info):
    return {
        "info": {
            "trace_id": trace_id,
            "trace_location": {"mlflow_experiment": {"experiment_id": "99"}},
            "request_time": "2026-11-12T14:03:00Z",
            "state": "OK",
            "execution_duration_ms": 5,
            **info,
        },
        "data": {"spans": list(spans)},
    }


def label(assessment_id="", value=True, **fields):
    made = {
        "assessment_name": "quality",
        "source": {"source_type": "HUMAN", "source_id": "ana"},
        "create_time": "2026-11-12T15:00:00Z",
        "last_update_time": "2026-11-12T15:00:00Z",
        "feedback": {"value": value},
        **fields,
    }
    return {**made, "assessment_id": assessment_id} if assessment_id else made


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_trace_survives_unchanged(store, path):
    """Spans, attributes, tags, metadata, times and ids of a real trace are as they were."""
    before = json.loads(path.read_text("utf-8"))
    done = put(store, path.read_bytes())
    assert (done.added, done.failures) == (1, [])
    info, after = before["info"], entity(store, before["info"]["trace_id"])
    key = lambda raw: raw["span_id"]  # noqa: E731  # spans have no order of their own
    assert sorted((s.to_dict() for s in after.data.spans), key=key) == sorted(
        before["data"]["spans"], key=key
    )
    kept = {k: v for k, v in after.info.tags.items() if k not in SET_BY_MLFLOW}
    assert kept == {k: v for k, v in info["tags"].items() if k not in SET_BY_MLFLOW}
    assert after.info.trace_metadata == info["trace_metadata"]
    changed = after.info.to_dict()
    for field in ("trace_id", "request_time", "state", "execution_duration_ms", "request_preview"):
        assert changed[field] == info[field]


def test_importing_again_changes_nothing(store):
    """A second import adds only what is new: here nothing."""
    contents = [path.read_bytes() for path in SAMPLES]
    contents.append((EXAMPLES / "chats.jsonl").read_bytes())
    first = put(store, *contents)
    before = {i: entity(store, i).to_json() for i in first.trace_ids}
    again = put(store, *contents)
    assert (first.added, first.known, first.failures) == (13, 0, [])
    assert (again.added, again.known, again.assessments, again.failures) == (0, 13, 0, [])
    assert again.trace_ids == first.trace_ids
    assert {i: entity(store, i).to_json() for i in first.trace_ids} == before


def test_new_labels_join_a_known_trace(store):
    """A later file with more labels adds those, and leaves the trace as it is."""
    put(store, json.dumps(trace("tr-1", span("tr-1"), assessments=[label("a-1")])))
    more = trace("tr-1", assessments=[label("a-1"), label("a-2", value=False), label(value=None)])
    done = put(store, json.dumps(more))
    assert (done.known, done.assessments) == (1, 2)
    found = entity(store, "tr-1")
    assert [a.feedback.value for a in found.info.assessments] == [True, False, None]
    assert len(found.data.spans) == 1


def test_an_overridden_label_stays_overridden(store):
    """An answer that was changed is imported with its history: only the newest one counts."""
    labels = [
        label("a-2", value=False, overrides="a-1", create_time="2026-11-12T16:00:00Z"),
        label("a-1", valid=False, rationale="first", metadata={"review.seconds": "12.0"}),
    ]
    put(store, json.dumps(trace("tr-1", span("tr-1"), assessments=labels)))
    [fetched] = fetch(store, ["tr-1"]).values()
    by_id = {a.assessment_id: a for a in fetched.assessments}
    assert (by_id["a-1"].valid, by_id["a-2"].valid) == (False, True)
    assert by_id["a-1"].rationale == "first"
    assert by_id["a-1"].metadata == {"review.seconds": "12.0"}
    assert by_id["a-1"].created_ms == START + 57 * 60_000


def test_an_id_that_another_trace_has_is_made_anew(store):
    """Two traces may hold labels with one id, as copies do: both keep theirs, at every import."""
    first = trace("tr-1", span("tr-1"), assessments=[label("a-1")])
    copy = trace(
        "tr-2",
        span("tr-2"),
        assessments=[
            label("a-1"),
            label("a-3", overrides="a-1", create_time="2026-11-13T00:00:00Z"),
        ],
    )
    text = json.dumps([first, copy])
    assert put(store, text).failures == []
    again = put(store, text)
    assert (again.known, again.assessments, again.failures) == (2, 0, [])
    found = fetch(store, ["tr-1", "tr-2"])
    assert [a.assessment_id for a in found["tr-1"].assessments] == ["a-1"]
    assert [a.valid for a in found["tr-2"].assessments] == [False, True]


def test_a_trace_of_another_experiment_is_an_error_line(store):
    """A trace has one home: importing it elsewhere names the file, the line and the reason."""
    text = json.dumps(trace("tr-1", span("tr-1")))
    put(store, text)
    done = put(store, "\n" + text, experiment="elsewhere")
    assert done.failures[0].sentence == (
        "file-0, line 2: holds a trace that is in another experiment already"
    )
    assert entity(store, "tr-1").info.experiment_id == store.experiment_id("samples")


def test_a_bad_line_does_not_stop_the_others(store):
    """What can be imported is; what cannot has its line and its reason."""
    foreign = trace("tr-4", span("tr-5"))
    lines = [
        json.dumps(trace("tr-1", span("tr-1"))),
        "no JSON",
        json.dumps(trace("tr-2", {**span("tr-2"), "start_time_unix_nano": 10**30})),
        json.dumps(trace("tr-3", request_time="yesterday")),
        json.dumps(foreign),
        json.dumps(trace("tr-6", {**span("tr-6"), "attributes": None})),
        json.dumps(trace("tr-7", assessments=[label(feedback={})])),
        json.dumps({"id": 1, "messages": "hello"}),
        json.dumps(trace("tr-9", assessments=[label(value=json.loads("[" * 99 + "]" * 99))])),
        json.dumps(trace("tr-8", span("tr-8"))),
    ]
    done = put(store, "\n".join(lines))
    assert done.trace_ids == ["tr-1", "tr-8"]
    assert sorted(reasons(done)) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "another trace" in reasons(done)[5]
    assert not entity_ids(store) - {"tr-1", "tr-8"}


def entity_ids(store):
    found, _ = store.tracking.search_traces(locations=store.experiment_ids(), max_results=100)
    return {info.trace_id for info in found}


def test_huge_and_odd_traces_are_stored(store):
    """400 steps, 5 MB, 900 levels, half emoji, NUL, odd ids, no steps: stored, and readable."""
    deep = span("deep")
    deep["attributes"]["mlflow.spanOutputs"] = "[" * 900 + "]" * 900
    odd = span("a/b:c", **{"mlflow.spanOutputs": "half \ud800 and \0"})
    odd["name"] = "raw \ud83d"
    lines = [
        trace("many", *[span("many", n, 1 if n > 1 else None) for n in range(1, 401)]),
        trace("huge", span("huge", **{"mlflow.spanOutputs": "x" * 5_000_000})),
        trace("deep", deep),
        trace("a/b:c", odd, tags={"half": "\udc00"}),
        trace("empty"),
    ]
    done = put(store, "\n".join(json.dumps(line) for line in lines))
    assert done.failures == []
    found = fetch(store, done.trace_ids)
    assert len(found["many"].record.spans) == 400
    assert len(found["huge"].record.spans[0].outputs) == 5_000_000
    assert len(entity(store, "deep").data.spans) == 1
    assert found["a/b:c"].record.spans[0].outputs == "half \ud800 and \0"
    assert found["a/b:c"].record.spans[0].name == r"raw \ud83d"
    assert found["a/b:c"].record.tags["half"] == r"\udc00"
    assert found["empty"].record.spans == ()


def test_a_running_trace_stays_running(store):
    """A trace that had not ended is imported as it was, without an end or a duration."""
    running = {**span("tr-1"), "end_time_unix_nano": None}
    put(store, json.dumps(trace("tr-1", running, state="IN_PROGRESS", execution_duration_ms=None)))
    record = fetch(store, ["tr-1"])["tr-1"].record
    assert (record.state, record.duration_ms, record.spans[0].end_ns) == ("IN_PROGRESS", None, None)


def test_recorded_times_win_over_those_of_the_spans(store):
    """A trace that began after its first span, or ended before its last, keeps its own times."""
    early = {**span("tr-1"), "start_time_unix_nano": (START - 9_000) * 1_000_000}
    put(store, json.dumps(trace("tr-1", early, execution_duration_ms=1)))
    record = fetch(store, ["tr-1"])["tr-1"].record
    assert (record.requested_at_ms, record.duration_ms) == (START, 1)


def test_a_killed_import_is_finished_by_the_next(store, monkeypatch):
    """An import that died between a trace and its spans leaves nothing that stays half."""
    text = json.dumps([trace(f"tr-{n}", span(f"tr-{n}"), assessments=[label()]) for n in range(3)])

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.tracking, "log_spans", killed)
        with pytest.raises(KeyboardInterrupt):
            put(store, text)
    done = put(store, text)
    assert (done.known, done.assessments, done.failures) == (3, 0, [])
    assert all(len(f.record.spans) == 1 for f in fetch(store, done.trace_ids).values())


def test_one_trace_twice_in_a_file_is_one(store):
    """The second mention of a trace only adds the labels that it has more."""
    more = trace("tr-1", span("tr-1"), assessments=[label("a-1")])
    done = put(store, json.dumps([trace("tr-1", span("tr-1")), more]))
    assert (done.added, done.known, done.assessments) == (1, 1, 1)


def test_labels_are_declared_independent_only_on_request(store):
    """--seen nothing marks the labels of people; without it their blindness is not known."""
    labels = [label("a-1"), label("a-2", metadata={"review.seen": "facts"})]
    put(store, json.dumps(trace("tr-1", assessments=labels)), seen="nothing")
    put(store, json.dumps(trace("tr-2", assessments=[label("a-3")])))
    found = fetch(store, ["tr-1", "tr-2"])
    assert [a.metadata.get("review.seen") for a in found["tr-1"].assessments] == [
        "nothing",
        "facts",
    ]
    assert "review.seen" not in found["tr-2"].assessments[0].metadata


def test_chats_are_traces_with_their_labels(store):
    """The example chats arrive with tool calls, session, version, thumbs and judge scores."""
    done = put(store, (EXAMPLES / "chats.jsonl").read_bytes())
    found = [f for f in fetch(store, done.trace_ids).values() if f.record.session == "visitor-15"]
    [refund] = [f for f in found if len(f.record.spans) > 1]
    assert [s.kind for s in refund.record.spans] == ["AGENT", "CHAT_MODEL", "TOOL"]
    assert refund.record.tags["app_version"] == "v3"
    assert entity(store, refund.record.trace_id).info.client_request_id == "refund-40-days"
    said = {(a.name, a.source_type): (a.value, a.source, a.rationale) for a in refund.assessments}
    assert said["user_feedback", "HUMAN"] == (
        False,
        "customer-22",
        "It is broken! There is a warranty.",
    )
    assert said["quality", "LLM_JUDGE"][:2] == (0.31, "shop-judge@2")


def test_a_chat_that_went_on_is_named(store):
    """A chat that is there with other messages is not silently left out."""
    messages = [{"role": "user", "content": "Hi"}]
    put(store, json.dumps({"id": "c", "messages": messages}))
    messages.append({"role": "assistant", "content": "Hello"})
    done = put(store, json.dumps({"id": "c", "messages": messages}))
    assert "other messages" in reasons(done)[1]


def queued(store, experiment_id, person):
    queue = find_queue(store, experiment_id, queue_name("mine", person, 1))
    return statuses(store, queue) if queue else {}


def test_imported_traces_are_in_the_reviewers_queue(store):
    """One minute after the clone: the person's own traces in their queue, in their own order."""
    done = put(store, *[path.read_bytes() for path in SAMPLES])
    experiment_id, campaigns = store.experiment_id("samples"), Campaigns(store)
    assert queue_up(campaigns, "mine", ["ana"], experiment_id, done.trace_ids) == 9
    assert queue_up(campaigns, "MINE", ["ana"], experiment_id, done.trace_ids) == 0
    campaign = campaigns.get("mine")
    assert [q.name for q in campaign.questions] == ["quality", "note"]
    assert (campaign.introduce, campaign.owner, campaign.reviewers) == (False, "ana", ("ana",))
    plan = campaigns.plan(campaign)
    assert [p.trace_id for p in plan] == done.trace_ids
    assert {p.probability for p in plan} == {1.0}
    assert set(queued(store, experiment_id, "ana").values()) == {"pending"}


def test_more_traces_and_people_join_an_existing_campaign(store):
    """A second file and a second person are added; what was there stays."""
    experiment_id, campaigns = store.experiment_id("samples", create=True), Campaigns(store)
    first = put(store, json.dumps([trace(f"tr-{n}") for n in range(3)])).trace_ids
    queue_up(campaigns, "mine", ["ana"], experiment_id, first)
    both = [*first, *put(store, json.dumps(trace("tr-9"))).trace_ids]
    assert queue_up(campaigns, "mine", ["ana", "bo"], experiment_id, both) == 5
    assert campaigns.get("mine").reviewers == ("ana", "bo")
    assert sorted(queued(store, experiment_id, "bo")) == sorted(both)


def test_a_campaign_that_cannot_take_them_says_so(store):
    """A closed campaign, or one of another experiment, takes no imported traces."""
    experiment_id, campaigns = store.experiment_id("samples", create=True), Campaigns(store)
    queue_up(
        campaigns, "mine", ["ana"], experiment_id, put(store, json.dumps(trace("tr-1"))).trace_ids
    )
    with pytest.raises(Conflict, match="another experiment"):
        check_campaign(campaigns, "mine", "0")
    campaigns.set_status(campaigns.get("mine"), "closed")
    with pytest.raises(Conflict, match="closed"):
        check_campaign(campaigns, "mine", experiment_id)
    assert check_campaign(campaigns, "other", experiment_id) is None
