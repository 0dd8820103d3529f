"""A chat becomes a trace with its tool calls and the labels that came along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from review_app.chats import chat_from
from review_app.errors import InvalidImport
from review_app.questions import DEFAULT_QUESTIONS, check_value

NOW = 1_795_528_800_000
CALL = {"id": "c1", "type": "function", "function": {"name": "get_order", "arguments": '{"id": 7}'}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hello, what is it?"},
    {"role": "user", "content": "Where is order 7?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": '{"state": "sent"}'},
    {"role": "assistant", "content": "It was sent."},
]


def chat(**fields):
    return chat_from({"id": "chat-1", "messages": MESSAGES, **fields}, now_ms=NOW)


def label(**fields):
    [only] = chat(assessments=[{"name": "quality", "value": True, **fields}]).assessments
    return only


def test_a_chat_is_one_trace_with_the_whole_conversation():
    """Everything that was said is in the trace: the history in, this turn's messages out."""
    root = chat().record.spans[0]
    assert (root.kind, root.parent_id) == ("AGENT", None)
    assert root.inputs["messages"] + root.outputs["messages"] == MESSAGES
    assert root.inputs["messages"][-1]["content"] == "Where is order 7?"
    record = chat().record
    assert (record.request_preview, record.response_preview) == (
        "Where is order 7?",
        "It was sent.",
    )


def test_a_tool_call_is_a_step_with_its_arguments_and_result():
    """What the app called, with what, and what came back, can be read."""
    model, tool = chat().record.spans[1:]
    assert (model.kind, model.outputs["choices"][0]["message"]) == ("CHAT_MODEL", MESSAGES[4])
    assert (tool.kind, tool.name) == ("TOOL", "get_order")
    assert (tool.inputs, tool.outputs) == ({"id": 7}, '{"state": "sent"}')
    assert model.start_ns < tool.start_ns


def test_odd_tool_calls_are_kept():
    """Calls without an answer, with arguments that are no JSON, and of the old kind all show."""
    messages = [
        {"role": "user", "content": "go"},
        {"role": "assistant", "tool_calls": [{"id": "x", "function": {"arguments": "{oops"}}, 5]},
        {"role": "assistant", "function_call": {"name": "old", "arguments": "[1]"}},
        {"role": "function", "name": "old", "content": "done"},
    ]
    tools = [s for s in chat(messages=messages).record.spans if s.kind == "TOOL"]
    assert [(t.name, t.inputs, t.outputs) for t in tools] == [
        ("tool", "{oops", None),
        ("old", [1], "done"),
    ]


def test_a_chat_without_an_answer_has_no_output():
    """A question that was never answered reads as one."""
    root = chat(messages=MESSAGES[:2]).record.spans[0]
    assert root.outputs is None
    assert chat(messages=MESSAGES[2:3]).record.spans[0].inputs == {"messages": []}


def test_ids_follow_from_the_chats_own_id():
    """Importing the same chat again meets the same trace and the same labels."""
    one, again = (chat(assessments=[{"name": "q", "value": 1}]) for _ in range(2))
    assert one == again
    assert one.record.trace_id != chat(id="chat-2").record.trace_id
    assert one.record.trace_id.startswith("tr-")
    assert len(one.record.trace_id) == 35
    assert chat(id=7).own_id == "7"


@pytest.mark.parametrize(
    "given, kept",
    [
        (None, NOW),
        (1_794_492_180_000, 1_794_492_180_000),
        ("2026-11-12T14:03:00Z", 1_794_492_180_000),
        ("2026-11-12T15:03:00+01:00", 1_794_492_180_000),
        ("2026-11-12 14:03:00", 1_794_492_180_000),
    ],
)
def test_times_are_read(given, kept):
    """Dates as ISO or milliseconds; without a time zone they are UTC, without a time it is now."""
    assert chat(time=given).record.requested_at_ms == kept


def test_session_version_and_tags_come_along():
    """A version is a tag, unless it names a model that MLflow logged."""
    record = chat(session="s-1", version="v3", tags={"team": "x", "n": 5}).record
    assert record.session == "s-1"
    assert record.tags["app_version"] == "v3"
    assert (record.tags["team"], record.tags["n"]) == ("x", "5")
    logged = chat(version="m-" + "0" * 32).record
    assert logged.metadata["mlflow.modelId"] == "m-" + "0" * 32
    assert "app_version" not in logged.tags


def test_labels_keep_who_said_what_and_when():
    """Labels made elsewhere become assessments with their source, reason and time."""
    made = label(source=" Ana  Lopez ", rationale="too short", time="2026-11-12T14:03:00Z")
    assert (made.source, made.source_type, made.expectation) == ("ana lopez", "HUMAN", False)
    assert (made.rationale, made.created_ms) == ("too short", 1_794_492_180_000)
    assert check_value(DEFAULT_QUESTIONS[0], made.value) is True
    judged = label(source="Judge@2", source_type="LLM_JUDGE", value=0.4)
    assert (judged.source, judged.created_ms) == ("Judge@2", NOW)
    assert label(kind="expectation", value=["a"]).expectation


def test_an_absent_value_is_cannot_judge_only_where_it_is_said():
    """A feedback may say null; a label that forgot its value is a mistake."""
    assert label(value=None).value is None
    with pytest.raises(InvalidImport, match="without a “value”"):
        chat(assessments=[{"name": "q"}])
    with pytest.raises(InvalidImport, match="without a “value”"):
        label(kind="expectation", value=None)


def test_only_peoples_labels_are_declared_independent():
    """--seen nothing speaks for the people; without it nothing is claimed."""
    labels = [{"name": "q", "value": 1}, {"name": "q", "value": 1, "source_type": "LLM_JUDGE"}]
    told = chat_from(
        {"id": 1, "messages": MESSAGES, "assessments": labels}, now_ms=1, seen="nothing"
    )
    assert [dict(a.metadata) for a in told.assessments] == [{"review.seen": "nothing"}, {}]
    assert not any(a.metadata for a in chat(assessments=labels).assessments)


def test_a_changed_label_is_a_new_one():
    """Another value, reason or time is another assessment; the same is the same."""
    ids = {label(**fields).assessment_id for fields in ({}, {"rationale": "x"}, {"value": False})}
    assert len(ids) == 3
    assert label().assessment_id in ids
    twice = chat(assessments=[{"name": "q", "value": 1}] * 2).assessments
    assert len(twice) == 1


@pytest.mark.parametrize(
    "fields, word",
    [
        ({"id": None}, "“id”"),
        ({"id": True}, "“id”"),
        ({"id": "  "}, "“id”"),
        ({"messages": []}, "without messages"),
        ({"messages": {"role": "user"}}, "without messages"),
        ({"messages": [{"role": "user"}, {"content": "x"}]}, "message 2"),
        ({"messages": ["hello"]}, "message 1"),
        ({"time": "yesterday"}, "“time”"),
        ({"time": 1_794_492_180}, "“time”"),
        ({"time": True}, "“time”"),
        ({"time": float("nan")}, "“time”"),
        ({"session": {"a": 1}}, "“session”"),
        ({"session": "x" * 251}, "“session”"),
        ({"tags": [1]}, "“tags”"),
        ({"tags": {"mlflow.traceName": "x"}}, "MLflow's own"),
        ({"assessments": {}}, "no list"),
        ({"assessments": [{"value": 1}]}, "without a “name”"),
        ({"assessments": [{"name": "q", "value": float("inf")}]}, "finite"),
        ({"assessments": [{"name": "q", "value": json.loads("[" * 21 + "]" * 21)}]}, "deeply"),
        ({"assessments": [{"name": "q", "value": 1, "source_type": "ROBOT"}]}, "source_type"),
        ({"assessments": [{"name": "q", "value": 1, "kind": "x"}]}, "kind"),
        ({"assessments": [{"name": "q", "value": 1, "rationale": 5}]}, "rationale"),
        ({"assessments": [{"name": "q", "value": 1, "source": "a\u200bb"}]}, "source"),
    ],
)
def test_what_cannot_be_read_is_named(fields, word):
    """Every mistake in a chat has its own reason."""
    with pytest.raises(InvalidImport, match=word):
        chat(**fields)


def test_the_content_of_a_chat_tells_it_from_another():
    """A chat that went on under the same id is noticed, whatever the order of its keys."""
    longer = chat(messages=[*MESSAGES, {"role": "user", "content": "Thanks"}])
    turned = chat(messages=[dict(reversed(m.items())) for m in MESSAGES])
    assert chat().record.metadata != longer.record.metadata
    assert chat().record.metadata == turned.record.metadata
    assert json.loads(json.dumps(chat().record.spans[0].inputs))
