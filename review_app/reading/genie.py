"""Genie's answers: what it said, what it suggests to ask next, how it describes its SQL."""

from __future__ import annotations

import re
from typing import Any

from review_app.reading.blocks import block_of, label_of
from review_app.reading.decode import scalar_text
from review_app.reading.hidden_keys import plain
from review_app.reading.model import Block, Part, Prose

_GENIE = re.compile(r"genie|^query_space|^poll_response", re.IGNORECASE)
_ENVELOPES = frozenset(
    {"content", "attachments", "queryattachments", "query", "text", "result", "response", "message"}
)
_SAID = frozenset({"textattachments", "text", "content", "answer", "message"})
_SUGGESTED = frozenset({"suggestedquestions", "questions"})
_MAX_DEPTH = 8


def is_genie(name: str) -> bool:
    """Whether a tool's name says that it asks Genie."""
    return _GENIE.search(name) is not None


def genie_parts(rest: Any) -> list[Part]:
    """Genie's words, once its SQL and rows are taken out, whatever envelopes are around them."""
    rows: dict[str, list[str]] = {}
    others: list[Part] = []
    _collect(rest, "Genie said", rows, others, _MAX_DEPTH)
    spoken = [Part(label, Prose("\n\n".join(texts))) for label, texts in rows.items()]
    return [*spoken, *others]


def _collect(
    value: Any, label: str, rows: dict[str, list[str]], others: list[Part], depth: int
) -> None:
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            if plain(key) == "id" and depth == _MAX_DEPTH:
                continue
            _collect(item, _label(key, label), rows, others, depth - 1)
    elif isinstance(value, list) and depth:
        for item in value:
            _collect(item, label, rows, others, depth - 1)
    elif isinstance(value, dict | list):
        block: Block = block_of(value)
        others.append(Part(label, block))
    else:
        texts = rows.setdefault(label, [])
        if scalar_text(value) not in texts:
            texts.append(scalar_text(value))


def _label(key: str, around: str) -> str:
    name = plain(key)
    if name in _SUGGESTED:
        return "Follow-up questions"
    if name in _SAID or name in _ENVELOPES:
        return around if name in _ENVELOPES and name not in _SAID else "Genie said"
    return label_of(key).capitalize()
