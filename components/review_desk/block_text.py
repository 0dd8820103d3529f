"""Blocks as plain text: how much of it would be drawn, and as JSON where nesting gets too deep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from review_app.reading.model import (
    Block,
    Code,
    Fields,
    Media,
    Passages,
    Prose,
    Step,
    Table,
    ToolCall,
    Turn,
)

SHOWN_AT_FIRST = 50
LONGEST_TEXT = 100_000
_LINE = 300


def weight(blocks: Iterable[Block]) -> int:
    """How many characters of text are drawn for the blocks before anything is asked for."""
    return sum(min(len(text), LONGEST_TEXT) for text in _texts(blocks))


def step_weight(step: Step) -> int:
    """The same for a step, with something for its line."""
    problem = step.problem
    said = (len(problem.message) + len(problem.stack)) if problem else 0
    return _LINE + len(step.title) + said + weight(part.block for part in step.parts)


def turns_weight(turns: Iterable[Turn]) -> int:
    return sum(weight(turn.blocks) for turn in turns)


def as_json(block: Block) -> str:
    """The block as JSON on one line, however deep it is nested."""
    written: list[str] = []
    waiting: list[str | Block] = [block]
    while waiting:
        match waiting.pop():
            case str(text):
                written.append(text)
            case Fields(rows):
                pieces: list[str | Block] = ["{"]
                for number, (label, value) in enumerate(rows):
                    pieces += [f"{', ' if number else ''}{_dumped(label)}: ", value]
                waiting += reversed([*pieces, "}"])
            case ToolCall(name, arguments):
                waiting += ["}", arguments, f'{{"tool": {_dumped(name)}, "arguments": ']
            case Prose(text) | Code(text) | Media(_, text):
                written.append(_dumped(text))
            case Table() | Passages() as leaf:
                written.append(_dumped(asdict(leaf)))
    return "".join(written)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    waiting = list(blocks)
    while waiting:
        match waiting.pop():
            case Prose(text) | Code(text) | Media(_, text):
                yield text
            case Table(columns, rows):
                yield from columns
                for row in rows[:SHOWN_AT_FIRST]:
                    yield from row
            case Passages(passages):
                yield from (passage.text for passage in passages[:SHOWN_AT_FIRST])
            case ToolCall(name, arguments):
                yield name
                waiting.append(arguments)
            case Fields(rows):
                yield from (label for label, _ in rows)
                waiting += (value for _, value in rows)
