"""Chats to import: OpenAI chat messages become one trace, labels made elsewhere come along."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from review_app.answers import Assessment
from review_app.errors import InvalidAnswer, InvalidImport
from review_app.imports import KEY_MAX_LENGTH, check_texts, is_plain
from review_app.people import normal_name
from review_app.traces import SpanRecord, TraceRecord

PREVIEW = 1000  # characters of MLflow's own previews
CONTENT = "review.messages"  # metadata that tells a changed chat from one that is there already
_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_SOURCE_TYPES = ("HUMAN", "LLM_JUDGE", "CODE")
_KINDS = ("feedback", "expectation")
_FIRST_MS = 100_000_000_000  # 1973: a smaller number of milliseconds was meant as seconds
_LAST_MS = 253_402_300_800_000  # the year 10000


@dataclass(frozen=True)
class Chat:
    """A chat as a trace.

    Attributes:
        own_id: its id in the file; the trace's id is derived from it.
        record: the trace, without an experiment.
        assessments: labels that came with it, with ids that are the same at every import.
    """

    own_id: str
    record: TraceRecord
    assessments: tuple[Assessment, ...]


def chat_from(data: Mapping[str, Any], *, now_ms: int, seen: str = "") -> Chat:
    """Return the chat of one line.

    A chat with several turns of the user is one trace with the whole conversation.

    Args:
        data: ``{"id", "messages", "session", "version", "time", "tags", "assessments"}``.
        now_ms: the time of chats that say none.
        seen: what people had been shown before they answered, where the lead declares it.

    Raises:
        InvalidImport: with what is wrong.
    """
    own_id = data.get("id")
    if isinstance(own_id, bool) or not isinstance(own_id, (str, int)) or not str(own_id).strip():
        raise InvalidImport("holds a chat without an “id”")
    trace_id = f"tr-{_digest(str(own_id))[:32]}"
    messages = _messages(data.get("messages"))
    asked_ms = _time(data.get("time"), now_ms)
    tags = {"mlflow.traceName": "chat", **_tags(data.get("tags"))}
    metadata = {CONTENT: _digest(json.dumps(messages, sort_keys=True))[:16]}
    if session := _text(data, "session"):
        metadata["mlflow.trace.session"] = session
    if version := _text(data, "version"):
        home = metadata if _MODEL_ID.fullmatch(version) else tags
        home["mlflow.modelId" if home is metadata else "app_version"] = version
    record = TraceRecord(
        trace_id=trace_id,
        experiment_id="",
        requested_at_ms=asked_ms,
        metadata=metadata,
        tags=tags,
        request_preview=_said(messages, "user")[:PREVIEW],
        response_preview=_said(messages, "assistant")[:PREVIEW],
        spans=tuple(_spans(trace_id, messages, asked_ms * 1_000_000)),
    )
    return Chat(str(own_id), record, _assessments(data.get("assessments"), record, seen))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    text = "" if value is None else str(value)
    if isinstance(value, (dict, list, bool)) or len(text) > KEY_MAX_LENGTH:
        raise InvalidImport(
            f"holds a “{name}” that is no text of at most {KEY_MAX_LENGTH} characters"
        )
    return text


def _messages(messages: Any) -> list[dict[str, Any]]:
    if not isinstance(messages, list) or not messages:
        raise InvalidImport("holds a chat without messages")
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise InvalidImport(f"holds a chat in which message {number} has no “role”")
    return messages


def _tags(tags: Any) -> dict[str, str]:
    if tags is None:
        return {}
    if not isinstance(tags, dict):
        raise InvalidImport("holds “tags” that are no object")
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in tags.items()}
    check_texts(texts, "tags")
    if any(key.startswith("mlflow.") for key in texts):
        raise InvalidImport("holds a tag that begins with “mlflow.”; those are MLflow's own")
    return texts


def _time(value: Any, otherwise: int) -> int:
    """Return milliseconds since the epoch; a date without a time zone is read as UTC."""
    if value is None:
        return otherwise
    when: float = -1
    if isinstance(value, str):
        try:
            date = datetime.fromisoformat(value)
            when = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() * 1000
        except (ValueError, OverflowError):
            when = -1
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        when = value
    if not _FIRST_MS <= when < _LAST_MS:
        raise InvalidImport(
            "holds a “time” that is neither an ISO date nor milliseconds since 1970"
        )
    return round(when)


def _said(messages: list[dict[str, Any]], role: str) -> str:
    """Return the last text of that role; "" when there is none."""
    texts = [
        m["content"] for m in messages if m["role"] == role and isinstance(m.get("content"), str)
    ]
    return str(texts[-1]) if texts else ""


def _spans(trace_id: str, messages: list[dict[str, Any]], start_ns: int) -> Iterator[SpanRecord]:
    """Yield the root and the tool calls; how long each took is not known, only their order is."""
    users = [i for i, message in enumerate(messages) if message["role"] in ("user", "human")]
    asked = users[-1] + 1 if users else 0
    root = _digest(trace_id, "root")[:16]
    answer = {"messages": messages[asked:]} if messages[asked:] else None
    calls = list(_calls(trace_id, root, messages, start_ns))
    yield SpanRecord(
        span_id=root,
        parent_id=None,
        name="chat",
        kind="AGENT",
        start_ns=start_ns,
        end_ns=start_ns + len(calls),
        inputs={"messages": messages[:asked]},
        outputs=answer,
    )
    yield from calls


def _calls(
    trace_id: str, root: str, messages: list[dict[str, Any]], start_ns: int
) -> Iterator[SpanRecord]:
    turn, count = 0, 0
    for at, message in enumerate(messages):
        if message["role"] in ("user", "human"):
            turn = at
        calls = _tool_calls(message)
        steps = [_model_step(messages[turn:at], message)] if calls else []
        steps += [_tool_step(call, messages[at + 1 :]) for call in calls]
        for step in steps:
            count += 1
            yield SpanRecord(
                span_id=_digest(trace_id, str(count))[:16],
                parent_id=root,
                start_ns=start_ns + count,
                end_ns=start_ns + count,
                **step,
            )


def _tool_calls(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    calls = message.get("tool_calls")
    found = [c for c in calls if isinstance(c, dict)] if isinstance(calls, list) else []
    old = message.get("function_call")  # how OpenAI wrote a single call before tools
    return [*found, {"function": old}] if isinstance(old, dict) else found


def _model_step(before: list[dict[str, Any]], message: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "chat_model",
        "kind": "CHAT_MODEL",
        "inputs": {"messages": before},
        "outputs": {"choices": [{"index": 0, "message": message}]},
    }


def _tool_step(call: Mapping[str, Any], later: list[dict[str, Any]]) -> dict[str, Any]:
    function = call.get("function")
    called = function if isinstance(function, dict) else {}
    name, own_id = str(called.get("name") or "tool"), call.get("id")
    result = next((m.get("content") for m in later if _answers(m, name, own_id)), None)
    return {
        "name": name,
        "kind": "TOOL",
        "inputs": _decoded(called.get("arguments")),
        "outputs": result,
        "attributes": {"tool_call_id": own_id} if own_id else {},
    }


def _answers(message: Mapping[str, Any], name: str, own_id: Any) -> bool:
    if own_id is not None:
        return bool(message["role"] == "tool" and message.get("tool_call_id") == own_id)
    return message["role"] in ("tool", "function") and message.get("name") == name


def _decoded(arguments: Any) -> Any:
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments


def _assessments(raw: Any, record: TraceRecord, seen: str) -> tuple[Assessment, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise InvalidImport("holds “assessments” that are no list")
    made: dict[str, Assessment] = {}
    for number, data in enumerate(raw, 1):
        if not isinstance(data, dict) or not _text(data, "name"):
            raise InvalidImport(f"holds an assessment ({number}) without a “name”")
        one = _assessment(data, record, seen)
        made[one.assessment_id] = one
    return tuple(made.values())


def _assessment(data: Mapping[str, Any], record: TraceRecord, seen: str) -> Assessment:
    name = _text(data, "name")
    source_type, kind = data.get("source_type", "HUMAN"), data.get("kind", "feedback")
    if source_type not in _SOURCE_TYPES or kind not in _KINDS:
        raise InvalidImport(
            f"holds an assessment “{name}” whose “source_type” is none of"
            f" {', '.join(_SOURCE_TYPES)}, or whose “kind” is none of {', '.join(_KINDS)}"
        )
    human = source_type == "HUMAN"
    said = _text(data, "source") or "unknown"
    rationale = data.get("rationale") or ""
    value = _value(data, name, expectation=kind == "expectation")
    if not isinstance(rationale, str):
        raise InvalidImport(f"holds an assessment “{name}” whose “rationale” is no text")
    try:
        source = normal_name(said) if human else said
    except InvalidAnswer as error:
        raise InvalidImport(f"holds an assessment “{name}” whose “source” is no name") from error
    written = json.dumps([name, source, source_type, kind, value, rationale, data.get("time")])
    return Assessment(
        name=name,
        value=value,
        source=source,
        source_type=source_type,
        expectation=kind == "expectation",
        rationale=rationale,
        metadata={"review.seen": seen} if seen and human else {},
        assessment_id=f"a-{_digest(record.trace_id, written)[:32]}",
        created_ms=_time(data.get("time"), record.requested_at_ms),
    )


def _value(data: Mapping[str, Any], name: str, *, expectation: bool) -> Any:
    value = data.get("value")
    if value is None and (expectation or "value" not in data):
        raise InvalidImport(f"holds an assessment “{name}” without a “value”")
    if not is_plain(value):
        raise InvalidImport(
            f"holds an assessment “{name}” whose value is nested too deeply or no finite number"
        )
    return value
