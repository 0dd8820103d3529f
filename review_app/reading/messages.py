"""Messages of a conversation, out of any framework's records.

Known here: OpenAI chat and Responses, Anthropic, Gemini, Bedrock converse, LangChain (plain,
typed, serialised, tuples), LlamaIndex, AutoGen, Semantic Kernel, Haystack, pydantic-ai, smolagents,
OpenTelemetry's GenAI messages and the Vercel AI SDK.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from review_app.reading.decode import compact
from review_app.reading.parts import (
    Call,
    Data,
    Item,
    Result,
    Text,
    call_of,
    first,
    items_of,
    result_of,
    thoughts_of,
)

Role = Literal["user", "assistant", "system", "tool", "other"]

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("user", "human", "usermessage", "humanmessage", "humanmessagechunk"), "user"),
    **dict.fromkeys(
        (
            "assistant",
            "ai",
            "model",
            "bot",
            "chatbot",
            "aimessage",
            "aimessagechunk",
            "assistantmessage",
        ),
        "assistant",
    ),
    **dict.fromkeys(("system", "developer", "systemmessage", "system-prompt"), "system"),
    **dict.fromkeys(
        (
            "tool",
            "function",
            "toolmessage",
            "functionmessage",
            "ipython",
            "tool-response",
            "functionexecutionresultmessage",
            "toolcallexecutionevent",
        ),
        "tool",
    ),
}
_BODIES = ("content", "parts", "blocks", "_content", "contents", "text")
_BODY_KEYS = frozenset((*_BODIES, "tool_calls", "function_call", "refusal", "toolCalls", "items"))
_TYPED_ROLES = frozenset(
    {"human", "ai", "system", "tool", "function", "HumanMessage", "AIMessage", "SystemMessage"}
    | {"ToolMessage", "FunctionMessage", "AIMessageChunk", "HumanMessageChunk", "ChatMessage"}
)
_SAMPLE = 8
_MARKS = frozenset({"lc", "kind", "role", "_role", "author", "type", "parts"})
_EXTRAS = ("artifact", "structured_output", "documents", "context", "attachments", "audio")


@dataclass(slots=True)
class Message:
    """One message: who speaks, what it holds, and the speaker's own name if it has one."""

    role: Role
    items: list[Item]
    name: str = ""

    @property
    def text(self) -> str:
        """The words of the message, without thoughts, calls and results."""
        return "\n".join(item.text for item in self.items if isinstance(item, Text))

    @property
    def calls(self) -> list[Call]:
        """The tool calls of the message."""
        return [item for item in self.items if isinstance(item, Call)]

    @property
    def results(self) -> list[Result]:
        """The tool results of the message."""
        return [item for item in self.items if isinstance(item, Result)]


def messages_in(value: Any) -> list[Message]:
    """The messages of a list; empty unless the list is made of messages."""
    if not isinstance(value, list | tuple) or not value:
        return []
    if all(isinstance(entry, list) for entry in value) and not _is_pair(value[0]):
        value = value[0] if len(value) == 1 else [item for entry in value for item in entry]
    if all(message_of(entry) is None for entry in value[:_SAMPLE]):
        return []
    messages: list[Message] = []
    known = 0
    for entry in value:
        read = message_of(entry)
        if read is None:
            messages.append(Message("other", items_of(entry)))
        else:
            known += 1
            messages.extend(read)
    return messages if known and known * 2 > len(value) else []


def _is_pair(entry: Any) -> bool:
    pair = isinstance(entry, list | tuple) and len(entry) == 2
    return pair and isinstance(entry[0], str) and entry[0].lower() in _ROLES


def message_of(entry: Any) -> list[Message] | None:
    """What one entry of a message list says, as messages; None when it is no message.

    One entry can hold several: a user entry with tool results in it is the tools' messages
    followed by the user's.
    """
    if _is_pair(entry):
        return [Message(_role(entry[0]), items_of(entry[1]))]
    if not isinstance(entry, dict) or _MARKS.isdisjoint(entry):
        return None
    if "lc" in entry and isinstance(entry.get("kwargs"), dict):
        names = entry.get("id")
        kind = names[-1] if isinstance(names, list) and names else ""
        return message_of({"type": kind, **entry["kwargs"]})
    if entry.get("kind") in ("request", "response") and isinstance(entry.get("parts"), list):
        return _pydantic_ai(entry)
    role = first(entry, "role", "_role", "author")
    if isinstance(role, dict):
        role = role.get("value", role.get("role"))
    if isinstance(role, str) and _has_body(entry):
        return _with_role(_role(role), entry)
    kind = entry.get("type")
    if isinstance(kind, str):
        return _typed(kind, entry)
    if isinstance(entry.get("parts"), list) and set(entry) <= {"parts", "role"}:
        return _with_role("user", entry)
    return None


def _has_body(entry: dict[str, Any]) -> bool:
    return not _BODY_KEYS.isdisjoint(entry)


def _role(name: str) -> Role:
    return _ROLES.get(name.lower(), "other")


def _with_role(role: Role, entry: dict[str, Any]) -> list[Message]:
    content = next((entry[key] for key in _BODIES if entry.get(key) not in (None, "")), None)
    name = compact(first(entry, "name", "_name") or "")
    if role == "tool":
        return _tool_message(content, entry)
    items = items_of(content)
    for key in ("reasoning_content", "thought"):
        if isinstance(entry.get(key), str):
            items[:0] = thoughts_of(entry[key])
    if entry.get("refusal"):
        items.append(Text(compact(entry["refusal"])))
    _add_calls(items, entry)
    extras = entry.get("additional_kwargs")
    if isinstance(extras, dict):
        _add_calls(items, extras)
        items[:0] = thoughts_of(extras.get("reasoning_content"))
    items.extend(Data(key, entry[key]) for key in _EXTRAS if entry.get(key))
    return _split(Message(role, items, name))


def _add_calls(items: list[Item], entry: dict[str, Any]) -> None:
    """Tool calls beside the content, unless the content already holds them."""
    known = {item.call_id or item.name for item in items if isinstance(item, Call)}
    raw = first(entry, "tool_calls", "toolCalls")
    raw = raw if isinstance(raw, list) else []
    calls = [call_of(call) for call in raw if isinstance(call, dict)]
    if isinstance(entry.get("function_call"), dict):
        calls.append(call_of(entry["function_call"]))
    items.extend(call for call in calls if (call.call_id or call.name) not in known)
    broken = entry.get("invalid_tool_calls")
    if isinstance(broken, list):
        items.extend(call_of(call) for call in broken if isinstance(call, dict))


def _tool_message(content: Any, entry: dict[str, Any]) -> list[Message]:
    results = [item for item in _parts_with_results(content) if isinstance(item, Result)]
    if not results:
        results = [result_of({**entry, "content": content, "result": None})]
        results[0].call_id = compact(first(entry, "tool_call_id", "call_id") or "")
    items: list[Item] = [*results]
    items.extend(Data(key, entry[key]) for key in _EXTRAS if entry.get(key))
    return [Message("tool", items, results[0].name)]


def _parts_with_results(content: Any) -> list[Item]:
    """Parts of a tool's message, where they are results by themselves (AutoGen, Bedrock, OTel)."""
    if isinstance(content, list) and content and all(isinstance(part, dict) for part in content):
        items = items_of(content)
        if all(isinstance(item, Result) for item in items):
            return items
    return []


def _split(message: Message) -> list[Message]:
    """The tool results in a user's message as messages of their own, before the user's words."""
    results = message.results
    if not results or message.role == "assistant":
        return [message]
    rest: list[Item] = [item for item in message.items if not isinstance(item, Result)]
    tools = Message("tool", [*results], results[0].name)
    return [tools, Message(message.role, rest, message.name)] if rest else [tools]


def _typed(kind: str, entry: dict[str, Any]) -> list[Message] | None:
    """Entries that say by ``type`` what they are."""
    if kind == "message" and "content" in entry:
        return _with_role("assistant", entry)
    if kind in _TYPED_ROLES and "content" in entry:
        return _with_role(_role(kind), entry)
    if kind.endswith(("Message", "Event")) and "content" in entry:
        return _autogen(kind, entry)
    if kind == "reasoning":
        thoughts = [item for key in ("summary", "content") for item in thoughts_of(entry.get(key))]
        return [Message("assistant", thoughts)]
    if kind.endswith(("_call_output", "_call_result")):
        return [Message("tool", [result_of(entry)])]
    if kind == "image_generation_call":
        return [Message("assistant", items_of(entry))]
    if kind.endswith("_call") or kind == "mcp_approval_request":
        return [Message("assistant", _built_in_call(kind, entry))]
    return None


def _built_in_call(kind: str, entry: dict[str, Any]) -> list[Item]:
    """A tool that runs inside the provider: call and result stand in one item."""
    call = call_of(entry)
    call.name = call.name or kind.removesuffix("_call")
    if call.name in ("file_search", "code_interpreter") and not isinstance(call.arguments, dict):
        label = "queries" if call.name == "file_search" else "code"
        call.arguments = {label: call.arguments}
    items: list[Item] = [call]
    value = first(entry, "output", "outputs", "results", "error")
    if value is not None:
        items.append(Result(value, call.name, call.call_id, bool(entry.get("error"))))
    return items


def _autogen(kind: str, entry: dict[str, Any]) -> list[Message]:
    source = entry.get("source")
    role = _ROLES.get(kind.lower())
    if role is None:
        role = "user" if source == "user" else "assistant"
    messages = _with_role(role, entry)
    if isinstance(source, str) and source not in ("user", "assistant"):
        for message in messages:
            message.name = message.name or source
    return messages


def _pydantic_ai(entry: dict[str, Any]) -> list[Message]:
    messages: list[Message] = []
    if isinstance(entry.get("instructions"), str):
        messages.append(Message("system", [Text(entry["instructions"])]))
    answer: list[Item] = []
    for part in entry["parts"]:
        kind = part.get("part_kind") if isinstance(part, dict) else None
        if kind == "system-prompt":
            messages.append(Message("system", items_of(part.get("content"))))
        elif kind == "user-prompt":
            messages.append(Message("user", items_of(part.get("content"))))
        elif kind in ("tool-return", "retry-prompt"):
            result = result_of(part)
            result.failed = result.failed or kind == "retry-prompt"
            messages.append(Message("tool", [result], result.name))
        else:
            answer.extend(items_of(part))
    return [*messages, Message("assistant", answer)] if answer else messages
