"""The data of the demo as traces that a person can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from review_app.demo.responses import copied, responses, trace_of

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture(scope="module")
def found():
    return responses(json.loads((EXAMPLES / "data/mtrag/conversations.json").read_text("utf-8")))


def test_a_trace_reads_as_the_conversation_it_was(found):
    """Each trace has the whole history, the passages with their source, and the answer."""
    fourth = next(r for r in found if r.turn == 4 and r.version == "gpt-4o" and r.passages)
    root, look_up, ask = trace_of(fourth, "here", "m-1").spans
    messages = root.inputs["messages"]
    assert [m["role"] for m in messages] == ["user", "assistant"] * 3 + ["user"]
    assert root.outputs["messages"] == [{"role": "assistant", "content": fourth.text}]
    assert look_up.inputs == {"query": messages[-1]["content"]}
    passage = look_up.outputs[0]
    assert passage["page_content"] == fourth.passages[0]["text"]
    assert passage["metadata"]["doc_uri"].startswith(f"{fourth.collection}/")
    assert passage["metadata"]["chunk_id"]
    assert ask.attributes["mlflow.llm.model"] == "gpt-4o"


def test_no_number_is_invented(found):
    """Tokens, costs and durations are not in the source, so no trace claims any."""
    for response in found:
        record = trace_of(response, "here", "m-1")
        text = json.dumps([record.metadata, [s.attributes for s in record.spans]])
        assert record.duration_ms == 0
        assert "token" not in text
        assert "cost" not in text


def test_the_versions_steps_look_alike(found):
    """Nothing but the model's own name tells a reviewer which version answered."""
    shapes = {
        tuple((s.name, s.kind, *sorted(s.attributes)) for s in trace_of(r, "here", "m-1").spans)
        for r in found
    }
    assert len(shapes) == 1


def test_questions_are_asked_in_the_first_week_of_november(found):
    """The demo looks fresh, is the same everywhere, and every answer came after its question."""
    first, last = min(r.asked_at for r in found), max(r.asked_at for r in found)
    assert datetime(2026, 11, 2, tzinfo=UTC) < first < last < datetime(2026, 11, 6, tzinfo=UTC)


def test_places_do_not_share_ids(found):
    """The same response in two experiments is two traces, or answers would override each other."""
    here, there = ({r.trace_id(place) for r in found} for place in ("here", "there"))
    assert len(here) == len(there) == 477
    assert not here & there


@pytest.mark.parametrize("path", sorted((EXAMPLES / "traces").glob("*.json")), ids=lambda p: p.stem)
def test_a_copy_differs_by_its_id_alone(path):
    """The copy of a recorded trace under another id is otherwise the recorded trace."""
    before = json.loads(path.read_text("utf-8"))
    after = copied(before, "tr-" + "ab" * 16)
    assert after["info"] == {**before["info"], "trace_id": "tr-" + "ab" * 16}
    assert {s["attributes"]["mlflow.traceRequestId"] for s in after["data"]["spans"]} == {
        f'"tr-{"ab" * 16}"'
    }
    assert copied(after, before["info"]["trace_id"]) == before
