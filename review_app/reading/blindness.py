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
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from review_app.reading import hidden_keys as keys
from review_app.reading.decode import from_json
from review_app.traces import SpanRecord, TraceRecord

MODEL_KINDS = frozenset({"CHAT_MODEL", "LLM", "EMBEDDING"})
_DATA_KINDS = frozenset({"TOOL", "RETRIEVER", "RERANKER"})
_TOO_COMMON = frozenset(
    {"auto", "chat", "completion", "default", "false", "model", "none", "null", "true", "unknown"}
)
_WRAPPERS = frozenset(
    {"context", "custominputs", "customoutputs", "metadata", "request", "inputs", "kwargs"}
)
_MIN_NAME = 4
_PROVIDER_PACKAGES = re.compile(
    r"\b(?:langchain_)?(?:openai|anthropic|google[._]genai|generativeai|vertexai|boto(?:3|core)|"
    r"mistralai|groq|cohere|databricks_langchain|ollama|litellm|together|fireworks)\b",
    re.IGNORECASE,
)
_PROVIDER_CLASSES = re.compile(
    "(?:Azure)?(?:OpenAI|Anthropic|Bedrock|VertexAI|GoogleGenerativeAI|MistralAI|Cohere|Groq|Ollama"
    "|Databricks)"
)
_MESSAGE_REPR = re.compile(
    r"\b(response_metadata|usage_metadata|model_name|ls_model_name)(=|': )"
    r"(\{(?:[^{}]|\{[^{}]*\})*\}|'[^']*')"
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
    order = sorted(range(len(trace.spans)), key=lambda i: trace.spans[i].kind not in MODEL_KINDS)
    for index in order:
        span, found = trace.spans[index], finds[index]
        place = _place_of(span.kind)
        data[index] = (
            _without(span.inputs, place, found),
            _without(span.outputs, place, found),
        )
    hide = _NameHider(names.names)
    shown = tuple(
        _with_plain_words(span, data[index], attributes[index], hide, finds[index])
        for index, span in enumerate(trace.spans)
    )
    return BlindSpans(shown, tuple(found.hidden for found in finds))


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
        return keys.hidden_attribute(name)
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
    value = from_json(text)
    if value is text:
        return _repr_without(text, found) if place is _Place.AROUND else text
    doubtful = place in (_Place.AROUND, _Place.EXCHANGE)
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


class _NameHider:
    """Replaces names of models in text that nobody said: step names, errors, attributes."""

    def __init__(self, names: Iterable[str]) -> None:
        self.exact = {name.lower() for name in names}
        words = {word for name in names for word in (name, name.rsplit("/", 1)[-1])}
        words = {w for w in words if len(w) >= _MIN_NAME and w.lower() not in _TOO_COMMON}
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        pattern = "|".join(re.escape(word) for word in longest_first)
        self._pattern = re.compile(pattern, re.IGNORECASE) if words else None

    def text(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub("the model", text)
        return _PROVIDER_PACKAGES.sub("provider", text)

    def tree(self, value: Any) -> Any:
        """The same for every string of attributes or events."""
        if isinstance(value, str):
            return self.text(value)
        root: list[Any] = [value]
        stack: list[Any] = [root]
        while stack:
            holder = stack.pop()
            pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
            for key, item in list(pairs):
                if isinstance(item, str):
                    holder[key] = self.text(item)
                elif isinstance(item, dict | list):
                    holder[key] = item.copy()
                    stack.append(holder[key])
        return root[0]


def _with_plain_words(
    span: SpanRecord, data: tuple[Any, Any], attributes: Any, hide: _NameHider, found: _Finds
) -> SpanRecord:
    is_model = span.kind in MODEL_KINDS or span.name.lower() in hide.exact
    events = tuple(
        hide.tree(_without(dict(event), _Place.ATTRIBUTES, found)) for event in span.events
    )
    return replace(
        span,
        name="the model" if is_model else _PROVIDER_CLASSES.sub("Model", hide.text(span.name)),
        message=hide.text(span.message),
        inputs=data[0],
        outputs=data[1],
        attributes=hide.tree(attributes),
        events=events,
    )
