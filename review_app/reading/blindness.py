"""Keeping back what produced a trace, before anything is read from it.

``blinded`` copies the spans without the fields that name the model, its provider, its version,
its cost or the user (the rules are in ``hidden_keys``). Everything that a reading shows is then
built from the copies, so that what is hidden is in no part, no title and no raw data. Where
names of models stand in names of steps, in error texts and in attributes, they become
"the model". What people, models and tools said is never altered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from review_app.reading import hidden_keys as keys
from review_app.reading.decode import compact, from_json
from review_app.reading.hidden_names import NameHider
from review_app.traces import SpanRecord, TraceRecord

MODEL_KINDS = frozenset({"CHAT_MODEL", "LLM", "EMBEDDING"})
_DATA_KINDS = frozenset({"TOOL", "RETRIEVER", "RERANKER"})
_WRAPPERS = frozenset(
    {"context", "custominputs", "customoutputs", "metadata", "request", "inputs", "kwargs"}
    | {"state", "agent"}
)
_EXCHANGE_KEYS = re.compile(r'"(?:choices|candidates|usage|usage_metadata|usageMetadata)"')
_MODEL_IN_JSON = re.compile(r'"model(?:_?name|_?id|_?version)?"\s*:\s*"[^"]*"?,?\s*', re.IGNORECASE)
_MESSAGE_REPR = re.compile(
    r"\b(response_metadata|usage_metadata|model_name|ls_model_name)(=|': )"
    r"(\{(?!\})(?:[^{}]|\{[^{}]*\})*\}|'[^']*')"
)


class _Place(Enum):
    ATTRIBUTES = auto()
    EXCHANGE = auto()
    SETTINGS = auto()
    AROUND = auto()
    CONTENT = auto()


@dataclass
class _Finds:
    names: set[str] = field(default_factory=set)
    hidden: int = 0

    def keep_back(self, key: str, value: Any) -> None:
        if value is None or value == "" or (isinstance(value, dict | list) and not value):
            return
        self.hidden += 1
        self.note_names(key, value)

    def note_names(self, key: str, value: Any) -> None:
        stack = [(key, value)]
        while stack:
            name, item = stack.pop()
            if isinstance(item, dict):
                stack.extend((keys.plain(str(inner)), deeper) for inner, deeper in item.items())
            elif isinstance(item, list):
                stack.extend((name, deeper) for deeper in item)
            elif isinstance(item, str) and keys.names_model(name):
                self.names.add(item)


@dataclass(frozen=True)
class BlindSpans:
    """Spans without what would unblind, and how many fields each of them lost."""

    spans: tuple[SpanRecord, ...]
    hidden: tuple[int, ...]


def blinded(trace: TraceRecord) -> BlindSpans:
    """The spans of a trace as a reviewer may see them before answering."""
    names = _Finds()
    for key, value in (*trace.metadata.items(), *trace.tags.items()):
        names.note_names(keys.plain(key), value)
    finds: list[_Finds] = []
    attributes = []
    for span in trace.spans:
        found = _Finds(names.names)
        attributes.append(_without(dict(span.attributes), _Place.ATTRIBUTES, found))
        finds.append(found)
    data: dict[int, tuple[Any, Any]] = {}
    copies: dict[tuple[int, _Place], tuple[Any, int]] = {}
    order = sorted(range(len(trace.spans)), key=lambda i: trace.spans[i].kind not in MODEL_KINDS)
    for index in order:
        span, found = trace.spans[index], finds[index]
        place = _place_of(span.kind)
        data[index] = (
            _copy_once(span.inputs, place, found, copies),
            _copy_once(span.outputs, place, found, copies),
        )
    hide = NameHider(names.names)
    shown = tuple(
        _with_plain_words(span, data[index], attributes[index], hide, finds[index])
        for index, span in enumerate(trace.spans)
    )
    return BlindSpans(shown, tuple(found.hidden for found in finds))


def _copy_once(
    value: Any, place: _Place, found: _Finds, copies: dict[tuple[int, _Place], tuple[Any, int]]
) -> Any:
    """The copy of a value; the same object gives the same copy."""
    key = (id(value), place)
    if key not in copies:
        before = found.hidden
        copy = _without(value, place, found)
        copies[key] = (copy, found.hidden - before)
        return copy
    copy, hidden = copies[key]
    found.hidden += hidden
    return copy


def blinded_preview(text: str) -> str:
    """MLflow's preview of a question or answer, which may be cut JSON, without model names."""
    found = _Finds()
    kept = _without(from_json(text), _Place.AROUND, found)
    return compact(kept) if found.hidden else _MODEL_IN_JSON.sub("", text)


def _place_of(kind: str) -> _Place:
    if kind in MODEL_KINDS:
        return _Place.EXCHANGE
    return _Place.CONTENT if kind in _DATA_KINDS else _Place.AROUND


def _without(value: Any, place: _Place, found: _Finds) -> Any:
    """A copy of a value without the hidden fields; walks without recursion."""
    if isinstance(value, str):
        return _text_without(value, place, found)
    if not isinstance(value, dict | list | tuple):
        return value
    result: Any = {} if isinstance(value, dict) else []
    stack = [(value, result, place)]
    while stack:
        source, target, here = stack.pop()
        if isinstance(source, dict):
            _copy_dict(source, target, here, found, stack)
        else:
            _copy_list(source, target, here, found, stack)
    return result


def _copy_list(
    source: Iterable[Any], target: list[Any], place: _Place, found: _Finds, stack: list[Any]
) -> None:
    below = _Place.CONTENT if place in (_Place.EXCHANGE, _Place.AROUND) else place
    for item in source:
        if isinstance(item, dict | list | tuple):
            inner: Any = {} if isinstance(item, dict) else []
            target.append(inner)
            stack.append((item, inner, below))
        elif isinstance(item, str) and "_metadata=" in item:
            target.append(_repr_without(item, found))
        else:
            target.append(item)


def _copy_dict(
    source: dict[str, Any],
    target: dict[str, Any],
    place: _Place,
    found: _Finds,
    stack: list[Any],
) -> None:
    here, message = _place_within(source, place)
    settings = here is _Place.AROUND and keys.sets_a_model(source)
    careful = message or here is not _Place.CONTENT
    for key, item in source.items():
        name = keys.plain(str(key)) if careful else ""
        if careful and _is_hidden(name, item, here, found, message=message, settings=settings):
            found.keep_back(name, item)
        elif isinstance(item, dict | list | tuple):
            below = _place_below(name or keys.plain(str(key)), here, message=message)
            if below is None or not item:
                target[key] = item
                continue
            inner: Any = {} if isinstance(item, dict) else []
            target[key] = inner
            stack.append((item, inner, below))
        elif isinstance(item, str) and here is not _Place.CONTENT:
            below = _Place.SETTINGS if keys.is_settings(name) else here
            target[key] = _text_without(item, below, found)
        else:
            target[key] = item


def _place_within(source: dict[str, Any], place: _Place) -> tuple[_Place, bool]:
    if place in (_Place.CONTENT, _Place.AROUND):
        exchange = keys.is_exchange(source)
        return _Place.EXCHANGE if exchange else place, keys.is_message(source)
    return place, False


def _is_hidden(
    name: str, value: Any, place: _Place, found: _Finds, *, message: bool, settings: bool
) -> bool:
    if message and keys.hidden_in_message(name, value):
        return True
    if place is _Place.ATTRIBUTES:
        return keys.hidden_attribute(name) or (name == "id" and keys.is_provider_id(value))
    if place in (_Place.EXCHANGE, _Place.SETTINGS):
        return keys.hidden_setting(name, value)
    return place is _Place.AROUND and keys.hidden_around(
        name, value, found.names, beside_settings=settings
    )


def _place_below(name: str, place: _Place, *, message: bool) -> _Place | None:
    """The rule for what lies below a key; None where nothing below is ever hidden."""
    if keys.is_tool_definitions(name) or name in ("arguments", "args", "toolargs"):
        return None
    if place is _Place.ATTRIBUTES:
        return place
    if name == "generationinfo" or (message and keys.is_message_settings(name)):
        return _Place.SETTINGS
    if place is _Place.SETTINGS:
        return _Place.CONTENT if keys.is_content(name) else place
    if place is _Place.EXCHANGE and keys.is_settings(name):
        return _Place.SETTINGS
    if place is _Place.AROUND:
        return _Place.SETTINGS if keys.is_settings_around(name) else _around_below(name)
    return _Place.CONTENT


def _around_below(name: str) -> _Place:
    return _Place.AROUND if name in _WRAPPERS else _Place.CONTENT


def _text_without(text: str, place: _Place, found: _Finds) -> Any:
    """A string; what it holds as JSON instead, where that JSON has something to hide."""
    if place is _Place.CONTENT and _EXCHANGE_KEYS.search(text) is None:
        return text
    value = from_json(text)
    if value is text:
        return _repr_without(text, found) if place is _Place.AROUND else text
    doubtful = place in (_Place.AROUND, _Place.EXCHANGE, _Place.CONTENT)
    if doubtful and not (isinstance(value, dict) and keys.is_exchange(value)):
        return text
    before = found.hidden
    copy = _without(value, place, found)
    return copy if found.hidden > before else text


def _repr_without(text: str, found: _Finds) -> str:
    """Python's own print of a LangChain message, without the metadata printed in it."""
    if "_metadata=" not in text:
        return text
    shorter, count = _MESSAGE_REPR.subn(r"\1\2…", text)
    found.hidden += count
    return shorter


def _with_plain_words(
    span: SpanRecord, data: tuple[Any, Any], attributes: Any, hide: NameHider, found: _Finds
) -> SpanRecord:
    events = tuple(
        hide.tree(_without(dict(event), _Place.ATTRIBUTES, found)) for event in span.events
    )
    return SpanRecord(
        span.span_id,
        span.parent_id,
        "the model" if span.kind in MODEL_KINDS else hide.span_name(span.name),
        span.kind,
        span.failed,
        hide.text(span.message),
        span.start_ns,
        span.end_ns,
        *data,
        hide.tree(attributes),
        events,
    )
