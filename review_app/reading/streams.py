"""Streamed answers: lists of pieces joined to the messages they make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from review_app.reading.decode import compact
from review_app.reading.messages import Message, message_of, messages_in
from review_app.reading.parts import (
    Call,
    Item,
    Text,
    Thought,
    arguments_of,
    call_of,
    first,
    items_of,
)

_SHORT_PIECE = 16


def joined_stream(pieces: Sequence[Any]) -> list[Message]:
    """The messages that a list of streamed pieces makes; empty when it is no known stream."""
    if not pieces or not all(isinstance(piece, dict) for piece in pieces):
        return _joined_texts(pieces)
    kinds = {kind for piece in pieces if isinstance(kind := piece.get("type"), str)}
    if any(kind.startswith("response.") for kind in kinds):
        return _responses(pieces)
    if kinds & {"content_block_delta", "content_block_start"}:
        return _anthropic(pieces)
    if kinds == {"AIMessageChunk"}:
        return _message_chunks(pieces)
    if all(isinstance(piece.get("choices"), list) for piece in pieces):
        return _chat_chunks(pieces)
    if all(isinstance(piece.get("delta"), dict) for piece in pieces):
        return _agent_chunks(pieces)
    if all(isinstance(piece.get("candidates"), list) for piece in pieces):
        return _candidates(pieces)
    return _graph_updates(pieces)


def _joined_texts(pieces: Sequence[Any]) -> list[Message]:
    """Strings that a generator gave out; joined when they are clearly pieces of one text."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if not texts or len(texts) < len(pieces):
        return []
    if len(texts) == 1:
        return [Message("assistant", items_of(texts[0]))]
    glued = any(text[:1].isspace() or text[-1:].isspace() for text in texts)
    if glued and sum(map(len, texts)) <= _SHORT_PIECE * len(texts):
        return [Message("assistant", items_of("".join(texts)))]
    return []


def _chat_chunks(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    text: list[str] = []
    thought: list[str] = []
    calls: list[dict[str, Any]] = []
    for piece in pieces:
        for choice in piece["choices"]:
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if not isinstance(delta, dict):
                return []
            text.append(compact(delta.get("content") or delta.get("refusal") or ""))
            thought.append(compact(first(delta, "reasoning_content", "reasoning") or ""))
            pieces_of_calls = delta.get("tool_calls")
            if isinstance(pieces_of_calls, list):
                calls.extend(call for call in pieces_of_calls if isinstance(call, dict))
    items: list[Item] = [Thought("".join(thought)), Text("".join(text))]
    spoken = [item for item in items if isinstance(item, Text | Thought) and item.text]
    return [Message("assistant", [*spoken, *_joined_calls(calls)])]


def _joined_calls(pieces: Iterable[dict[str, Any]]) -> list[Call]:
    """Tool calls whose names and arguments came bit by bit."""
    calls: dict[str, Call] = {}
    texts: dict[str, str] = {}
    for piece in pieces:
        key = compact(piece.get("index", piece.get("id")))
        call = call_of({**piece, "arguments": None})
        inner = piece.get("function")
        inner = inner if isinstance(inner, dict) else piece
        known = calls.setdefault(key, Call("", None))
        known.name = known.name or call.name
        known.call_id = known.call_id or call.call_id
        texts[key] = texts.get(key, "") + compact(first(inner, "arguments", "args") or "")
    for key, call in calls.items():
        call.arguments = arguments_of(texts[key])
    return list(calls.values())


def _responses(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    for piece in reversed(pieces):
        response = piece.get("response")
        if piece.get("type") == "response.completed" and isinstance(response, dict):
            whole = messages_in(response.get("output"))
            if whole:
                return whole
    done = [
        piece.get("item") for piece in pieces if piece.get("type") == "response.output_item.done"
    ]
    if done:
        return [message for item in done for message in message_of(item) or []]
    deltas = [piece for piece in pieces if "text.delta" in compact(piece.get("type") or "")]
    words = [compact(piece.get("delta") or "") for piece in deltas]
    return [Message("assistant", items_of("".join(words)))]


def _anthropic(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    blocks: dict[str, dict[str, Any]] = {}
    for piece in pieces:
        index = compact(piece.get("index"))
        if piece.get("type") == "content_block_start":
            block = piece.get("content_block")
            blocks[index] = dict(block) if isinstance(block, dict) else {}
        delta = piece.get("delta")
        if piece.get("type") != "content_block_delta" or not isinstance(delta, dict):
            continue
        block = blocks.setdefault(index, {"type": "text"})
        for key in ("text", "thinking", "partial_json"):
            if key in delta:
                target = "arguments" if key == "partial_json" else key
                block[target] = compact(block.get(target) or "") + compact(delta[key])
    return [Message("assistant", items_of(list(blocks.values())))]


def _message_chunks(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    messages: list[Message] = []
    last_id: Any = None
    for piece in pieces:
        for message in message_of(piece) or []:
            if not messages or piece.get("id") != last_id:
                messages.append(message)
            else:
                _append(messages[-1], message.items)
        last_id = piece.get("id")
    return messages


def _append(message: Message, items: Iterable[Item]) -> None:
    for item in items:
        last = message.items[-1] if message.items else None
        if isinstance(item, Text) and isinstance(last, Text):
            last.text += item.text
        else:
            message.items.append(item)


def _agent_chunks(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    """Databricks ChatAgent chunks: pieces with one id are one message."""
    messages: dict[str, Message] = {}
    for number, piece in enumerate(pieces):
        delta = piece["delta"]
        key = compact(delta.get("id") or (number if delta.get("role") == "tool" else "text"))
        for message in message_of({"role": "assistant", **delta}) or []:
            if key in messages:
                _append(messages[key], message.items)
            else:
                messages[key] = message
    return list(messages.values())


def _candidates(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    answer = Message("assistant", [])
    for piece in pieces:
        for candidate in piece["candidates"]:
            inner = candidate.get("content") if isinstance(candidate, dict) else None
            if isinstance(inner, dict):
                for message in message_of({"role": "model", **inner}) or []:
                    _append(answer, message.items)
    return [answer]


def _graph_updates(pieces: Sequence[dict[str, Any]]) -> list[Message]:
    """LangGraph updates (``{node: {"messages": [...]}}``) and Commands."""
    messages: list[Message] = []
    for piece in pieces:
        updates = [piece.get("update")] if "update" in piece else list(piece.values())
        for update in updates:
            if isinstance(update, dict):
                found = update.get("messages")
                messages.extend(messages_in(found if isinstance(found, list) else [found]))
    return messages
