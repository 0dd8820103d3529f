"""Messages in what a model, agent or graph gave back."""

from __future__ import annotations

from typing import Any

from review_app.reading.messages import Message, message_of, messages_in
from review_app.reading.parts import Data, Item, Text, items_of
from review_app.reading.streams import joined_stream

_ENDINGS = frozenset({"finish_reason", "finishReason", "stop_reason", "stopReason"})


def replies_in(value: Any, depth: int) -> list[Message]:
    """Messages under the names that responses use."""
    if isinstance(value, list):
        return _in_list(value, depth)
    if not isinstance(value, dict) or depth <= 0:
        return []
    if isinstance(value.get("choices"), list):
        return _choices(value["choices"])
    if isinstance(value.get("candidates"), list):
        replies = [c for c in value["candidates"] if isinstance(c, dict)]
        return _choices([{"message": candidate.get("content")} for candidate in replies])
    said = message_of(value) or _answer_without_role(value)
    if said:
        return said
    for key in ("messages", "output", "replies", "generations", "message", "response", "update"):
        found = _under(value.get(key), depth)
        if found:
            return found
    return _deeper(value, depth)


def _answer_without_role(value: dict[str, Any]) -> list[Message]:
    """Answers that are known by what stands beside them (AutoGen, the Vercel AI SDK)."""
    if isinstance(value.get("content"), list) and not _ENDINGS.isdisjoint(value):
        return message_of({"role": "assistant", **value}) or []
    if "chat_message" in value and isinstance(value.get("inner_messages"), list | None):
        return messages_in([*(value["inner_messages"] or []), value["chat_message"]])
    if isinstance(value.get("toolCalls"), list) and "text" in value:
        return message_of({**value, "role": "assistant", "content": value["text"]}) or []
    return []


def _under(inner: Any, depth: int) -> list[Message]:
    if isinstance(inner, list) and inner and not isinstance(inner[0], str):
        return _in_list(inner, depth - 1)
    return replies_in(inner, depth - 1) if isinstance(inner, dict) else []


def _deeper(value: dict[str, Any], depth: int) -> list[Message]:
    """A graph node's update, a body, a wrapped result: one dict further down."""
    for key, inner in value.items():
        if isinstance(inner, dict) and (len(value) == 1 or key in ("body", "result", "data")):
            found = replies_in(inner, depth - 1)
            if found:
                return found
    return []


def _in_list(value: list[Any], depth: int) -> list[Message]:
    streamed = joined_stream(value)
    if streamed:
        return streamed
    messages = messages_in(value)
    if messages:
        return messages
    items = items_of(value) if isinstance(value[0], dict) else []
    if items and not any(isinstance(item, Data) for item in items):
        return [Message("assistant", items)]
    if len(value) == 1 or all(isinstance(entry, list) for entry in value):
        return [m for entry in value for m in _under(entry, depth)]
    if all(isinstance(entry, dict) and "message" in entry for entry in value):
        return _choices(value)
    return []


def _choices(choices: list[Any]) -> list[Message]:
    """The first choice as the answer, further ones as alternatives beside it."""
    read: list[Message] = []
    for choice in choices:
        if not isinstance(choice, dict):
            continue
        inner = choice.get("message", choice.get("delta"))
        if isinstance(inner, dict):
            read.extend(message_of({"role": "assistant", **inner}) or [])
        elif isinstance(choice.get("text"), str):
            read.append(Message("assistant", [Text(choice["text"])]))
    others: list[Item] = [
        Data(f"Alternative {number}", message.text)
        for number, message in enumerate(read[1:], start=2)
    ]
    return [Message("assistant", [*read[0].items, *others])] if read else []
