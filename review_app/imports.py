"""Files to import: what each line holds, or why it cannot be read.

A file holds one JSON object, a list of them, or one object a line. An object is a trace as MLflow
writes it, or a chat (``review_app/chats.py``).
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from review_app.campaigns import Assignment, PlanItem
from review_app.errors import InvalidImport

TRACE_ID_MAX_LENGTH = 50  # MLflow's own limit
KEY_MAX_LENGTH = 250  # of a tag or a metadata entry
VALUE_MAX_LENGTH = 8000  # likewise
VALUE_LEVELS = 20  # of lists and objects inside each other in an assessment's value
FRAME = "imported"  # the frame of items that came by an import: all of them are taken

_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_ESCAPES = re.compile(
    r"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})))"
)
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Line:
    """One object of a file.

    Attributes:
        number: the line on which it starts, from 1.
        size: characters of its text.
        data: the object.
    """

    number: int
    size: int
    data: dict[str, Any]


@dataclass(frozen=True)
class Bad:
    """A line that cannot be read, and why: the reason continues "FILE, line N: "."""

    number: int
    reason: str


def read_lines(content: bytes) -> Iterator[Line | Bad]:
    r"""Yield every object of a file, or the reason why it is none.

    Half of a surrogate pair and NUL, which no database takes, become their visible escapes.

    >>> list(read_lines(b'{"id": 1}\nnot JSON\n{"id": 2}'))[1].reason[:11]
    'is not JSON'
    """
    text = content.decode("utf-8-sig", "surrogateescape")
    start = text.lstrip()[:1]
    if not start:
        yield Bad(1, "is empty")
        return
    if start == "[":
        yield from _elements(text)
        return
    whole = _object(text, 1)
    if isinstance(whole, Line) or not _looks_like_lines(text):
        yield whole
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _object(line, number)


def _object(text: str, number: int) -> Line | Bad:
    if _NOT_UTF8.search(text):
        return Bad(_line_of(text, _NOT_UTF8.search(text), number), "is not UTF-8 text")
    try:
        data = json.loads(_storable(text))
    except json.JSONDecodeError as error:
        return Bad(number + error.lineno - 1, f"is not JSON ({error.msg}, column {error.colno})")
    except (ValueError, RecursionError):
        return Bad(number, "is nested too deeply or holds a number too long to be read")
    first = number + text[: len(text) - len(text.lstrip())].count("\n")
    return _checked(data, first, len(text))


def _line_of(text: str, found: re.Match[str] | None, first: int) -> int:
    return first + text[: found.start()].count("\n") if found else first


def _checked(data: Any, number: int, size: int) -> Line | Bad:
    return Line(number, size, data) if isinstance(data, dict) else Bad(number, "is no JSON object")


def _looks_like_lines(text: str) -> bool:
    """Tell one object a line from one object over many lines, where neither can be read whole."""
    lines = (line.rstrip() for line in text.split("\n"))
    return any(line.startswith("{") and line.endswith("}") and line != "{}" for line in lines)


def _elements(text: str) -> Iterator[Line | Bad]:
    """Yield the elements of a JSON list with the lines on which they start."""
    found = _NOT_UTF8.search(text)
    if found:
        yield Bad(_line_of(text, found, 1), "is not UTF-8 text, and the list cannot be read")
        return
    text = _storable(text)
    at = _skip(text, text.index("[") + 1)
    number, counted = 1, 0
    while text[at : at + 1] != "]":
        number, counted = number + text[counted:at].count("\n"), at
        try:
            data, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Bad(number, "is not JSON, and the rest of the list cannot be read")
            return
        yield _checked(data, number, at - counted)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _storable(text: str) -> str:
    r"""Double the backslash of escapes that no database can hold once they are decoded.

    Inside an attribute, which is JSON in a JSON string, the value stays the same.

    >>> _storable(r'"\ud83d\ude00 \ud83d \u0000"')
    '"\\ud83d\\ude00 \\\\ud83d \\\\u0000"'
    """
    return _ESCAPES.sub(_escaped, text) if "\\u" in text else text


def _escaped(found: re.Match[str]) -> str:
    before, pair, single = found.groups()
    return f"{before}{pair}" if pair else f"{before}\\{single}"


def kind_of(data: dict[str, Any]) -> Literal["trace", "chat"]:
    """Tell a trace of MLflow from a chat.

    Raises:
        InvalidImport: when it is neither.
    """
    if "info" in data and "data" in data:
        return "trace"
    if "messages" in data:
        return "chat"
    raise InvalidImport("is neither a trace of MLflow (“info”, “data”) nor a chat (“messages”)")


def check_trace(data: dict[str, Any]) -> str:
    """Return the id of a trace as MLflow writes it, once its outer shape is right.

    Raises:
        InvalidImport: with what is wrong.
    """
    info, spans = data["info"], data["data"]
    if not isinstance(info, dict) or not isinstance(spans, dict):
        raise InvalidImport("holds a trace whose “info” or “data” is no object")
    trace_id = check_trace_id(info.get("trace_id") or info.get("request_id"))
    steps = spans.get("spans") or []
    if not isinstance(steps, list) or not all(isinstance(span, dict) for span in steps):
        raise InvalidImport("holds a trace whose spans are no list of objects")
    ids = [str(span.get("span_id")) for span in steps]
    if len(set(ids)) < len(ids):
        raise InvalidImport("holds a trace in which two spans have the same id")
    for name in ("tags", "trace_metadata", "request_metadata"):
        check_texts(info.get(name) or {}, name)
    return trace_id


def check_trace_id(trace_id: object) -> str:
    """Return the id when MLflow can store it.

    Raises:
        InvalidImport: when it is missing or too long.
    """
    if not isinstance(trace_id, str) or not trace_id.strip():
        raise InvalidImport("holds a trace without an id")
    if len(trace_id) > TRACE_ID_MAX_LENGTH:
        raise InvalidImport(
            f"holds a trace whose id has {len(trace_id)} characters;"
            f" MLflow stores at most {TRACE_ID_MAX_LENGTH}"
        )
    return trace_id


def check_texts(texts: object, name: str) -> None:
    """Check tags or metadata: short names, texts as values.

    Raises:
        InvalidImport: naming the entry that MLflow would refuse or cut.
    """
    if not isinstance(texts, dict):
        raise InvalidImport(f"holds “{name}” that are no object")
    for key, value in texts.items():
        if not isinstance(value, str):
            raise InvalidImport(f"holds “{name}” in which “{key[:50]}” is no text")
        if len(key) > KEY_MAX_LENGTH or len(value) > VALUE_MAX_LENGTH:
            raise InvalidImport(
                f"holds “{name}” in which “{key[:50]}” is too long:"
                f" MLflow stores {VALUE_MAX_LENGTH:,} characters"
            )


def is_plain(value: Any, levels: int = VALUE_LEVELS) -> bool:
    """Tell whether MLflow can hold it as an assessment's value: finite numbers, a few levels.

    >>> is_plain({"score": 0.5}), is_plain(float("nan"))
    (True, False)
    """
    if isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(is_plain(one, levels - 1) for one in inner)
    return not isinstance(value, float) or math.isfinite(value)


def import_plan(
    planned: Iterable[PlanItem], trace_ids: Iterable[str], reviewers: Iterable[str], seed: str
) -> list[PlanItem]:
    """Return the plan's next part: every trace for every reviewer who does not have it yet.

    An item that others have already is restated with all its turns.

    One reviewer reads in the order of the files; several each have a shuffled order of their own.

    >>> plan = import_plan([], ["tr-1", "tr-2"], ["ana"], "samples")
    >>> [(item.trace_id, item.assigned[0].position) for item in plan]
    [('tr-1', 1), ('tr-2', 2)]
    """
    wanted = list(dict.fromkeys(trace_ids))
    people = list(dict.fromkeys(reviewers))
    known = {item.trace_id: item for item in planned}
    turns = [(turn, item.trace_id) for item in known.values() for turn in item.assigned]
    new: dict[str, list[Assignment]] = {trace_id: [] for trace_id in wanted}
    for person in people:
        theirs = {trace_id for turn, trace_id in turns if turn.reviewer == person}
        last = max((turn.position for turn, _ in turns if turn.reviewer == person), default=0)
        missing = [trace_id for trace_id in wanted if trace_id not in theirs]
        if len(people) > 1:
            random.Random(f"{seed}\n{person}").shuffle(missing)
        for position, trace_id in enumerate(missing, last + 1):
            new[trace_id].append(Assignment(person, position))
    fresh = PlanItem("", FRAME, "imported", probability=1.0)
    items = {trace_id: known.get(trace_id, replace(fresh, trace_id=trace_id)) for trace_id in new}
    return [
        replace(items[trace_id], assigned=(*items[trace_id].assigned, *turns))
        for trace_id, turns in new.items()
        if turns
    ]
