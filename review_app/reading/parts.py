"""The parts of one message: text, thoughts, tool calls, tool results, media.

Every provider writes them in its own way; here they become one small vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from review_app.reading.decode import compact, from_json, names
from review_app.reading.media import media_of
from review_app.reading.model import Media


@dataclass(slots=True)
class Text:
    """Words of a message."""

    text: str


@dataclass(slots=True)
class Thought:
    """Words that a model wrote for itself before it spoke."""

    text: str


@dataclass(slots=True)
class Call:
    """A request to use a tool; ``call_id`` is "" when none was recorded."""

    name: str
    arguments: Any
    call_id: str = ""


@dataclass(slots=True)
class Result:
    """What a tool gave back; ``name`` and ``call_id`` are "" when unknown."""

    value: Any
    name: str = ""
    call_id: str = ""
    failed: bool = False


@dataclass(slots=True)
class Data:
    """Anything else that a message carried, under its label ("" for none)."""

    label: str
    value: Any


Item = Text | Thought | Call | Result | Data | Media

_NO_CONTENT = frozenset({"redacted_thinking", "item_reference", "cachePoint", "step-start"})


def items_of(content: Any) -> list[Item]:
    """The parts of a message's content: a string, a part, or a list of parts."""
    if content is None or content == "":
        return []
    if isinstance(content, str):
        return [Text(content)]
    if isinstance(content, list | tuple):
        return [item for part in content for item in items_of(part)]
    if isinstance(content, dict):
        return _items_of_part(content)
    return [Data("", content)]


def first(part: Mapping[str, Any], *names: str) -> Any:
    """The first value under one of the names that is neither missing, None nor ""."""
    for name in names:
        value = part.get(name)
        if value is not None and value != "":
            return value
    return None


def arguments_of(value: Any) -> Any:
    """Arguments of a tool call, decoded where they came as JSON text."""
    return from_json(value) if isinstance(value, str) else value


def call_of(part: Mapping[str, Any]) -> Call:
    """A tool call in any provider's words."""
    inner = part.get("function")
    if isinstance(inner, dict):
        part = {**part, **inner}
    arguments = first(part, "arguments", "args", "input", "action", "query", "queries", "code")
    raw_id = first(part, "call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "id")
    name = first(part, "name", "tool_name", "toolName", "function_name", "tool") or ""
    return Call(compact(name), arguments_of(arguments), compact(raw_id or ""))


def result_of(part: Mapping[str, Any]) -> Result:
    """A tool result in any provider's words."""
    value = first(
        part, "content", "response", "output", "outputs", "result", "results", "tool_result"
    )
    if value is None:
        value = part.get("value", part.get("error"))
    raw_id = first(part, "tool_use_id", "toolUseId", "tool_call_id", "toolCallId", "call_id", "id")
    name = first(part, "name", "tool_name", "toolName") or ""
    failed = part.get("status") == "error" or any(
        part.get(flag) is True for flag in ("is_error", "isError", "error")
    )
    return Result(value, compact(name), compact(raw_id or ""), failed)


def _items_of_part(part: dict[str, Any]) -> list[Item]:
    kind = first(part, "type", "block_type", "part_kind", "kind")
    if isinstance(kind, str):
        if kind in _NO_CONTENT:
            return []
        reader = _BY_TYPE.get(kind)
        if reader is not None:
            return reader(part)
        if kind.endswith(("_tool_result", "-tool-result", "tool_result")):
            return [result_of(part)]
    for key, read in _BY_KEY.items():
        if part.get(key) is not None:
            return read(part)
    return _untyped(part)


def _untyped(part: dict[str, Any]) -> list[Item]:
    if "name" in part and ("arguments" in part or "args" in part):
        return [call_of(part)]
    if "call_id" in part and "content" in part:
        return [result_of(part)]
    text = part.get("text", part.get("content"))
    if isinstance(text, str) and part.get("thought") is True:
        return [Thought(text)]
    if isinstance(text, str) and len(part) <= 2:
        return [Text(text)] if text else []
    return [Data("", part)]


def _text(part: dict[str, Any]) -> list[Item]:
    text = first(part, "text", "content", "value", "refusal", "output_text")
    if isinstance(text, dict):
        text = first(text, "value", "text")
    items: list[Item] = []
    if text is not None:
        thought = part.get("thought") is True
        items.append(Thought(compact(text)) if thought else Text(compact(text)))
    labels = (label for label in ("annotations", "citations") if part.get(label))
    items.extend(Data(label, part[label]) for label in labels)
    return items


def thoughts_of(value: Any) -> list[Item]:
    """What a model thought, from a string, a list of summaries or a dict."""
    if isinstance(value, str):
        return [Thought(value)] if value else []
    if isinstance(value, list):
        return [item for entry in value for item in thoughts_of(entry)]
    if isinstance(value, dict):
        keys = ("thinking", "reasoning", "text", "summary", "content", "reasoningText", "data")
        return [item for key in keys[:-1] for item in thoughts_of(value.get(key))]
    return []


def _media(kind: str) -> Callable[[dict[str, Any]], list[Item]]:
    def read(part: dict[str, Any]) -> list[Item]:
        source = part.get("source")
        if isinstance(source, dict) and source.get("type") in ("text", "content"):
            title = first(part, "title", "context") or "document"
            return [Data(compact(title), first(source, "data", "content"))]
        return [media_of(kind, part)]

    return read


def _nested(key: str, read: Callable[[Any], Item]) -> Callable[[dict[str, Any]], list[Item]]:
    def reader(part: dict[str, Any]) -> list[Item]:
        inner = part[key]
        return [read(inner)] if isinstance(inner, dict) else [Data(key, inner)]

    return reader


def _code_run(part: dict[str, Any]) -> list[Item]:
    inner = first(part, "executableCode", "executable_code")
    return [Call("run_code", inner)]


def _code_result(part: dict[str, Any]) -> list[Item]:
    return [Result(first(part, "codeExecutionResult", "code_execution_result"), "run_code")]


def _haystack_result(part: dict[str, Any]) -> list[Item]:
    inner = part["tool_call_result"]
    if not isinstance(inner, dict):
        return [Result(inner)]
    origin = inner.get("origin")
    call = call_of(origin) if isinstance(origin, dict) else Call("", None)
    return [Result(inner.get("result"), call.name, call.call_id, inner.get("error") is True)]


def _thought_items(part: dict[str, Any]) -> list[Item]:
    return thoughts_of(part)


_TEXTS = names(
    "text input_text output_text summary_text refusal text-plain TextContent TextBlock "
    "TextContentBlock output_refusal"
)
_THOUGHTS = names("thinking reasoning thought reasoning_text reasoning-text ThinkingBlock")
_CALLS = names(
    "tool_use server_tool_use mcp_tool_use tool_call tool-call function_call functionCall "
    "tool_calls function"
)
_RESULTS = names(
    "tool_result tool-result tool_call_response tool-return builtin-tool-return retry-prompt "
    "function_result function_response tool_response"
)
_BY_TYPE: dict[str, Callable[[dict[str, Any]], list[Item]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_THOUGHTS, _thought_items),
    **dict.fromkeys(_CALLS, lambda part: [call_of(part)]),
    **dict.fromkeys(_RESULTS, lambda part: [result_of(part)]),
    **dict.fromkeys(
        ("image", "image_url", "input_image", "image-url", "ImageBlock", "image_generation_call"),
        _media("image"),
    ),
    **dict.fromkeys(("audio", "input_audio", "output_audio", "audio-url"), _media("audio")),
    **dict.fromkeys(("video", "video_url", "video-url"), _media("video")),
    **dict.fromkeys(
        ("file", "input_file", "document", "document-url", "container_upload"), _media("file")
    ),
}
_BY_KEY: dict[str, Callable[[dict[str, Any]], list[Item]]] = {
    "functionCall": _nested("functionCall", call_of),
    "function_call": _nested("function_call", call_of),
    "functionResponse": _nested("functionResponse", result_of),
    "function_response": _nested("function_response", result_of),
    "toolUse": _nested("toolUse", call_of),
    "toolResult": _nested("toolResult", result_of),
    "tool_call": _nested("tool_call", call_of),
    "tool_call_result": _haystack_result,
    "reasoningContent": lambda part: thoughts_of(part["reasoningContent"]),
    "inlineData": _media("file"),
    "inline_data": _media("file"),
    "fileData": _media("file"),
    "file_data": _media("file"),
    "image": _media("image"),
    "video": _media("video"),
    "document": _media("file"),
    "executableCode": _code_run,
    "executable_code": _code_run,
    "codeExecutionResult": _code_result,
    "code_execution_result": _code_result,
}
