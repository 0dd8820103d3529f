"""What a tool gave back, without the envelopes around it."""

from __future__ import annotations

from typing import Any

from review_app.reading.decode import compact, decoded, names, strings_in
from review_app.reading.exchange import is_empty
from review_app.reading.hidden_keys import plain
from review_app.reading.model import Problem
from review_app.reading.passages import documents_in
from review_app.reading.problems import in_plain_words

_WRAPPERS = (
    "result",
    "results",
    "output",
    "outputs",
    "response",
    "content",
    "return_value",
    "json",
)
_DONE = frozenset(names("completed succeeded success ok finished done closed"))
_FAILED_STATES = frozenset({"failed", "error", "canceled", "cancelled", "failure"})
_IDS = frozenset(
    names(
        "conversationid messageid statementid attachmentid spaceid toolcallid chunkindex rowoffset"
        " rowcount format logprobs annotations"
    )
)


def payload_of(value: Any) -> Any:
    """What a tool gave back, without the envelopes around it (tool messages, MCP, wrappers)."""
    value = decoded(value)
    for _ in range(8):
        inner = _unwrapped(value)
        if inner is value:
            break
        value = inner
    return value


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        texts = [part.get("text") for part in value if _is_text_part(part)]
        if texts and len(texts) == len(value):
            return texts[0] if len(texts) == 1 else texts
        if len(value) == 1 and isinstance(value[0], dict) and "update" in value[0]:
            return value[0]
        return value
    if not isinstance(value, dict):
        return value
    if "content" in value and (
        value.get("type") == "tool" or value.get("role") == "tool" or "tool_call_id" in value
    ):
        return _with_artifact(value)
    if isinstance(value.get("content"), list) and ("isError" in value or "meta" in value):
        return value["content"]
    update = value.get("update")
    if isinstance(update, dict) and isinstance(update.get("messages"), list):
        return update["messages"][0] if len(update["messages"]) == 1 else update["messages"]
    if len(value) == 1 and next(iter(value)) in _WRAPPERS:
        return next(iter(value.values()))
    return value


def _is_text_part(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and "text" in part


def _with_artifact(message: dict[str, Any]) -> Any:
    """A tool message's content, with its artifact only where that says something new."""
    content, artifact = message["content"], message.get("artifact")
    if is_empty(artifact):
        return content
    said = set(strings_in(content))
    if isinstance(artifact, list | dict) and documents_in(artifact, expected=False) is None:
        new = [text for text in strings_in(artifact) if text not in said]
        if not new:
            return content
    return {"content": content, "documents" if isinstance(artifact, list) else "artifact": artifact}


def without(value: Any, taken: set[tuple[int, str]]) -> Any:
    """A value without what was taken out of it, without ids, finished states and empty shells."""
    if isinstance(value, list):
        kept = [without(item, taken) for item in value]
        return [item for item in kept if not is_empty(item)]
    if not isinstance(value, dict):
        return value
    kept_fields = {}
    for key, item in value.items():
        if (id(value), key) in taken or plain(key) in _IDS or is_finished(key, item):
            continue
        inner = without(item, taken)
        if not is_empty(inner):
            kept_fields[key] = inner
    return kept_fields


def is_finished(key: str, value: Any) -> bool:
    """Whether a field only says that all went well."""
    return plain(key) in ("status", "state", "type") and (
        isinstance(value, str) and value.lower() in (*_DONE, "tool", "text")
    )


def reported_problem(payload: Any, *, states: bool) -> Problem | None:
    """The error that a tool reports in its own words.

    Args:
        payload: what the tool gave back.
        states: True where a failed state alone is an error (a statement, a Genie message); else
            it may be the user's own data (an order that was cancelled).
    """
    stack = [payload]
    for _ in range(200):
        if not stack:
            break
        item = stack.pop()
        if not isinstance(item, dict):
            continue
        state = item.get("state", item.get("status"))
        if isinstance(state, str) and state.lower() in _FAILED_STATES:
            error = item.get("error", item.get("error_message", item.get("errorMessage")))
            code = error.get("error_code", "") if isinstance(error, dict) else ""
            text = error.get("message") if isinstance(error, dict) else error
            if text or states:
                return in_plain_words(compact(text or f"It ended as {state}."), compact(code))
        stack.extend(value for value in item.values() if isinstance(value, dict))
    return None


def failed_message(outputs: Any) -> Problem | None:
    """The error that a tool message or MCP result says it is."""
    if isinstance(outputs, dict) and (
        outputs.get("status") == "error" or outputs.get("isError") is True
    ):
        return in_plain_words(compact(payload_of(outputs)))
    return None
