"""Any recorded value as blocks that a person can read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from review_app.reading.decode import compact, from_json, pretty, scalar_text
from review_app.reading.messages import Message, message_of, messages_in
from review_app.reading.model import (
    Block,
    Code,
    Fields,
    Media,
    Prose,
    ToolCall,
    Turn,
)
from review_app.reading.parts import Call, Data, Item, Result, Text, Thought, items_of
from review_app.reading.passages import documents_in
from review_app.reading.sql import is_sql
from review_app.reading.tables import found_table, table_of_dicts

_MAX_DEPTH = 8
_WRAPPERS = frozenset(
    {"result", "results", "output", "outputs", "response", "data", "content", "text", "value"}
    | {"json"}
)
_ROLE_LABELS = {
    "user": "User",
    "assistant": "Assistant",
    "system": "Instructions",
    "tool": "Tool",
    "other": "Message",
}
_LABELS = {
    "textAttachments": "Genie said",
    "text_attachments": "Genie said",
    "suggestedQuestions": "Follow-up questions",
    "suggested_questions": "Follow-up questions",
    "queryAttachments": "Queries",
    "query_attachments": "Queries",
    "q": "question",
}
_MARKS_OF_CODE = ("\ndef ", "import ", "print(", "return ", " = ", "for ", "lambda ")


def label_of(key: str) -> str:
    """A key as a label: underscores become spaces, Genie's keys become words."""
    return _LABELS.get(key) or key.replace("_", " ").strip() or key


def block_of(value: Any, key: str = "", depth: int = _MAX_DEPTH) -> Block:
    """A value as one block; ``key`` is the name it was recorded under, "" for none.

    JSON in strings is opened, down to ``depth`` levels; what lies deeper is shown as JSON.
    """
    if isinstance(value, str):
        return _text_block(value, key, depth)
    if isinstance(value, dict):
        return _dict_block(value, depth) if value else Prose("–")
    if isinstance(value, list | tuple):
        return _list_block(list(value), depth) if value else Prose("–")
    return Prose(scalar_text(value))


def _text_block(text: str, key: str, depth: int) -> Block:
    inner = from_json(text) if depth > 0 else text
    if not isinstance(inner, str):
        return block_of(inner, key, depth - 1)
    if is_sql(key, text):
        return Code(text, "sql")
    if key == "code" and any(mark in text for mark in _MARKS_OF_CODE):
        return Code(text, "python")
    return Prose(text)


def _dict_block(value: dict[str, Any], depth: int) -> Block:
    if depth <= 0:
        return Code(pretty(value), "json")
    said = message_of(value)
    if said:
        return joined(block for message in said for block in blocks_of(message, depth))
    if "type" in value:
        items = items_of(value)
        if not any(isinstance(item, Data) for item in items):
            return joined(block for item in items for block in blocks_of_item(item, depth))
    if len(value) == 1:
        key, inner = next(iter(value.items()))
        if key in _WRAPPERS:
            return block_of(inner, key, depth - 1)
    return fields_of(value, depth)


def fields_of(value: dict[str, Any], depth: int = _MAX_DEPTH) -> Block:
    """A dict as labelled rows; rows of a result and documents in it as table and passages."""
    retrieved = documents_in(value, expected=False)
    if retrieved is not None:
        others = {k: v for k, v in value.items() if not isinstance(v, dict | list)}
        rows = [(label_of(key), block_of(item, key, depth - 1)) for key, item in others.items()]
        return joined_rows([*rows, *retrieved.blocks])
    found = found_table(value)
    if found is None:
        return Fields(
            tuple((label_of(str(k)), block_of(v, str(k), depth - 1)) for k, v in value.items())
        )
    rows = [
        (label_of(str(key)), block_of(item, str(key), depth - 1))
        for key, item in value.items()
        if key not in found.used
    ]
    return joined_rows([*rows, ("Result", found.table)])


def _list_block(value: list[Any], depth: int) -> Block:
    if depth <= 0:
        return Code(pretty(value), "json")
    messages = messages_in(value)
    if messages:
        return rows_of(messages, depth)
    retrieved = documents_in(value, expected=False)
    if retrieved is not None:
        return joined_rows(retrieved.blocks)
    if all(isinstance(entry, dict) and "type" in entry for entry in value):
        items = items_of(value)
        if items and not any(isinstance(item, Data) for item in items):
            return joined(block for item in items for block in blocks_of_item(item, depth))
    table = table_of_dicts(value)
    if table is not None and (len(value) > 1 or len(table.columns) > 1):
        return table
    if len(value) == 1:
        return block_of(value[0], "", depth - 1)
    if all(isinstance(entry, int | float) for entry in value):
        return Prose(compact(value)[1:-1])
    return Fields(
        tuple((str(n), block_of(entry, "", depth - 1)) for n, entry in enumerate(value, start=1))
    )


def joined(blocks: Iterable[Block]) -> Block:
    """Several blocks as one."""
    found = list(blocks)
    if len(found) == 1:
        return found[0]
    if not found:
        return Prose("–")
    if all(isinstance(block, Prose) for block in found):
        return Prose("\n\n".join(block.text for block in found if isinstance(block, Prose)))
    return Fields(tuple((_word_for(block), block) for block in found))


def joined_rows(rows: list[tuple[str, Block]]) -> Block:
    """Labelled blocks as one; a single one needs no label."""
    return rows[0][1] if len(rows) == 1 else Fields(tuple(rows))


def _word_for(block: Block) -> str:
    if isinstance(block, ToolCall):
        return "Tool"
    if isinstance(block, Media):
        return block.kind.capitalize()
    return "Text" if isinstance(block, Prose) else ""


def rows_of(messages: Iterable[Message], depth: int = _MAX_DEPTH) -> Fields:
    """Messages as labelled rows, one for each."""
    return Fields(
        tuple((speaker(message), joined(blocks_of(message, depth))) for message in messages)
    )


def speaker(message: Message) -> str:
    """Who speaks, as a label: ``"User"``, ``"Tool get_order"``, ``"Assistant planner"``."""
    label = _ROLE_LABELS[message.role]
    return f"{label} {message.name}" if message.name else label


def blocks_of(message: Message, depth: int = _MAX_DEPTH) -> list[Block]:
    """The blocks of a message, in the order they were said."""
    return [block for item in message.items for block in blocks_of_item(item, depth)]


def blocks_of_item(item: Item, depth: int = _MAX_DEPTH) -> list[Block]:
    """The blocks of one part of a message."""
    if isinstance(item, Text):
        return [_text_block(item.text, "", depth)]
    if isinstance(item, Thought):
        return [Fields((("Reasoning", Prose(item.text)),))] if item.text else []
    if isinstance(item, Call):
        return [ToolCall(item.name, block_of(item.arguments, "", depth))]
    if isinstance(item, Result):
        block = block_of(item.value, "", depth)
        return [Fields((("Failed", block),)) if item.failed else block]
    if isinstance(item, Data):
        block = block_of(item.value, item.label, depth)
        return [Fields(((label_of(item.label), block),)) if item.label else block]
    return [item]


def turn_of(message: Message) -> Turn:
    """A message as a turn of the conversation."""
    return Turn(message.role, tuple(blocks_of(message)), message.name)
