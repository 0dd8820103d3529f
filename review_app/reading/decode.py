"""Values and their text: JSON hidden in strings, pretty JSON, short lines.

Traces nest as deep as their authors like and may hold NaN, lone surrogates or megabytes of
text. Nothing here recurses without a bound, and nothing raises.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

MAX_DEPTH = 40
MAX_NESTING = 60
ABSENT = "–"
_one_line = json.JSONEncoder(ensure_ascii=False, default=str).encode
_MAX_INDENT = 40
_INDENTS = ["\n" + "  " * depth for depth in range(_MAX_INDENT + 1)]
_EMPTY: dict[type, str] = {dict: "{}", list: "[]", tuple: "[]"}
_CLOSING = {"{": "}", "[": "]"}


def names(text: str) -> tuple[str, ...]:
    """The words of a list of keys."""
    return tuple(text.split())


def from_json(text: str) -> Any:
    """The dict or list that a string holds as JSON, else the string itself."""
    start = text[:1]
    if start not in _CLOSING:
        start = text[:200].lstrip()[:1]
    closing = _CLOSING.get(start)
    if closing is None or not (text[-1:] == closing or text[-200:].rstrip()[-1:] == closing):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict | list) or _nests_deeper(value, text):
        return text
    return value


def _nests_deeper(value: Any, text: str) -> bool:
    may = text.count("{") + text.count("[") > MAX_NESTING
    return may and not _is_shallow(value)


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list | tuple)
        ]
        if not level:
            return True
    return False


def shallow(value: Any) -> Any:
    """A value that nests at most MAX_NESTING levels; what lies deeper becomes its JSON text.

    After this, code that follows the nesting may call itself.
    """
    if not isinstance(value, dict | list | tuple) or _is_shallow(value):
        return value
    root: Any = {} if isinstance(value, dict) else []
    stack: list[tuple[Any, Any, int]] = [(value, root, 1)]
    while stack:
        source, target, depth = stack.pop()
        pairs = source.items() if isinstance(source, dict) else enumerate(source)
        for key, item in pairs:
            copy = item
            if isinstance(item, dict | list | tuple):
                deep = depth >= MAX_NESTING
                copy = pretty(item) if deep else ({} if isinstance(item, dict) else [])
                if not deep:
                    stack.append((item, copy, depth + 1))
            if isinstance(target, dict):
                target[key] = copy
            else:
                target.append(copy)
    return root


def decoded(value: Any, depth: int = MAX_DEPTH) -> Any:
    """A copy in which every string that holds JSON is replaced by what it holds.

    Below ``depth`` levels the value is left as it is.
    """
    if isinstance(value, str):
        inner = from_json(value)
        return value if inner is value else decoded(inner, depth - 1)
    if depth <= 0:
        return value
    if isinstance(value, dict):
        return {str(key): decoded(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [decoded(item, depth - 1) for item in value]
    return value


def scalar_text(value: Any) -> str:
    """A number, flag or string as a person reads it; a dash for nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ABSENT
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def compact(value: Any) -> str:
    """A value on one line: text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return _one_line(value)
    except (RecursionError, ValueError, TypeError):
        return " ".join(line.strip() for line in pretty(value).split("\n"))


def shortened(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters; an ellipsis tells that more follows."""
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit and len(text) <= limit * 4:
        return line
    return line[: limit - 1].rstrip() + "…"


def strings_in(value: Any) -> Iterator[str]:
    """Every string of a value, keys left out, at any depth, in no particular order."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)


def _scalar_json(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float_json(value)
    return encode_basestring(str(value))


def _float_json(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)


@dataclass(frozen=True, slots=True)
class ReadyJson:
    """A value that is already pretty JSON; ``pretty`` sets it in as it is."""

    text: str


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        keys = [encode_basestring(str(key)) + ": " for key in value]
        return zip(keys, value.values(), strict=True)
    return zip([""] * len(value), value, strict=True)


def pretty(value: Any) -> str:
    """Indented JSON of any value, at any depth; NaN and lone surrogates stay as they are."""
    if not isinstance(value, dict | list | tuple):
        return _scalar_json(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    out = ["{" if isinstance(value, dict) else "["]
    stack = [(_entries(value), "}" if isinstance(value, dict) else "]")]
    separator = _INDENTS[1]
    while stack:
        entries, closing = stack[-1]
        following = "," + _INDENTS[min(len(stack), _MAX_INDENT)]
        for prefix, item in entries:
            kind = type(item)
            if kind is str:
                out.append(separator + prefix + encode_basestring(item))
            elif kind is dict and item:
                out.append(separator + prefix + "{")
                stack.append((_entries(item), "}"))
                break
            elif kind in (list, tuple) and item:
                out.append(separator + prefix + "[")
                stack.append((_entries(item), "]"))
                break
            elif kind is ReadyJson:
                depth = _INDENTS[min(len(stack), _MAX_INDENT)]
                out.append(separator + prefix + item.text.replace("\n", depth))
            else:
                out.append(separator + prefix + (_EMPTY.get(kind) or _scalar_json(item)))
            separator = following
        else:
            stack.pop()
            out.append(_INDENTS[min(len(stack), _MAX_INDENT)] + closing)
            separator = "," + _INDENTS[min(len(stack), _MAX_INDENT)]
            continue
        separator = _INDENTS[min(len(stack), _MAX_INDENT)]
    return "".join(out)
