"""What a span was asked and what it answered, as messages, whatever the framework.

Three certainties: a recorded list of messages; a plain value under a name that says what it is
(``question``, ``answer`` ...); anything else, shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from review_app.reading.decode import compact, from_json, names, strings_in
from review_app.reading.hidden_keys import plain
from review_app.reading.messages import Message, Role, message_of, messages_in
from review_app.reading.parts import Data, Item, Text, items_of
from review_app.reading.replies import replies_in

NOTHING, AS_IT_IS, BY_NAME, MESSAGES = range(4)


_ASKED = names(
    "question query q user_input user_query user_message user_prompt user_request input prompt "
    "message new_message task query_str str_or_query_bundle query_bundle request instruction ask "
    "text content utterance"
)
_ANSWERED = names(
    "answer final_answer output final_output response result reply completion generation "
    "generated_text output_text text content message prediction raw summary value outputs"
)
_MESSAGE_KEYS = names(
    "messages contents input inputs chat_history history conversation new_messages message "
    "user_msg prompt kwargs args body payload request state data initial_state"
)
_ENVELOPES = names("body payload request inputs kwargs data json event")
_SYSTEM_KEYS = ("system", "system_instruction", "systemInstruction", "system_prompt")
_SETTINGS = frozenset(
    names(
        "config configurable stream temperature maxtokens maxcompletiontokens maxoutputtokens topp"
        " topk tools toolchoice toolconfig model modelid user userid sessionid conversationid"
        " threadid requestid traceid runid messageid timestamp callbacks stop seed responseformat n"
        " k verbose self id object created createdat finishreason stopreason usage status index"
        " metadata systemfingerprint logprobs type role name streamoptions paralleltoolcalls"
        " generationconfig inferenceconfig remainingsteps store instructions cancellationtoken"
        " maxturns runconfig context responsemetadata usagemetadata modelversion tokenusage cost"
        " tokens latency latencyms intermediatesteps trajectory"
    )
)
_MAX_DEPTH = 6


@dataclass(slots=True)
class Side:
    """One side of an exchange.

    Attributes:
        messages: in order; empty when nothing was recorded.
        certainty: NOTHING, AS_IT_IS, BY_NAME or MESSAGES.
        rest: other named values that came along, settings and ids left out.
    """

    messages: list[Message] = field(default_factory=list)
    certainty: int = NOTHING
    rest: dict[str, Any] = field(default_factory=dict)


def asked(value: Any) -> Side:
    """What went into a span, read as the question and what came before it."""
    return _side(value, "user", _ASKED, _asked_messages)


def answered(value: Any) -> Side:
    """What came out of a span, read as the answer."""
    return _side(value, "assistant", _ANSWERED, replies_in)


_Finder = Callable[[Any, int], list[Message]]


def _side(value: Any, role: Role, keys: Iterable[str], find: _Finder) -> Side:
    value = from_json(value) if isinstance(value, str) else value
    if is_empty(value):
        return Side()
    messages = find(value, _MAX_DEPTH)
    if messages:
        rest = _rest(value, ()) if isinstance(value, dict) and "messages" in value else {}
        return Side(messages, MESSAGES, rest)
    if isinstance(value, str):
        return Side([Message(role, [Text(value)])], BY_NAME)
    if isinstance(value, dict):
        return _by_name(value, role, keys, find)
    return Side([Message(role, [Data("", value)])], AS_IT_IS)


def _by_name(value: dict[str, Any], role: Role, keys: Iterable[str], find: _Finder) -> Side:
    for name in keys:
        inner = value.get(name)
        if is_empty(inner):
            continue
        if isinstance(inner, dict | list):
            deeper = _side(inner, role, keys, find) if isinstance(inner, dict) else Side()
            if deeper.certainty >= BY_NAME:
                return Side(deeper.messages, BY_NAME, {**deeper.rest, **_rest(value, (name,))})
            if isinstance(inner, list) and find(inner, _MAX_DEPTH):
                messages = find(inner, _MAX_DEPTH)
                return Side(messages, MESSAGES, _rest(value, (name,)))
            continue
        return Side([Message(role, [Text(compact(inner))])], BY_NAME, _rest(value, (name,)))
    for name in _ENVELOPES:
        inner = value.get(name)
        inner = from_json(inner) if isinstance(inner, str) else inner
        deeper = _side(inner, role, keys, find) if isinstance(inner, dict) else Side()
        if deeper.certainty >= BY_NAME:
            return Side(deeper.messages, BY_NAME, {**deeper.rest, **_rest(value, (name,))})
    return _as_it_is(value, role, keys, find)


def _as_it_is(value: dict[str, Any], role: Role, keys: Iterable[str], find: _Finder) -> Side:
    shown = {key: item for key, item in value.items() if not is_empty(item)}
    only = next(iter(shown.values())) if len(shown) == 1 else None
    if isinstance(only, str):
        return Side([Message(role, [Text(only)])], AS_IT_IS)
    if isinstance(only, dict):
        return _side(only, role, keys, find)
    words = set(strings_in(shown))
    if len(words) == 1:
        return Side([Message(role, [Text(words.pop())])], AS_IT_IS)
    return Side([Message(role, [Data("", shown)])], AS_IT_IS) if shown else Side()


def is_empty(value: Any) -> bool:
    """Whether a recorded value says nothing."""
    if isinstance(value, dict):
        return all(item is None for item in value.values())
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


def _rest(value: Mapping[str, Any], taken: Iterable[str]) -> dict[str, Any]:
    skip = {*taken, *_SYSTEM_KEYS, "messages"}
    return {
        key: item
        for key, item in value.items()
        if key not in skip and plain(str(key)) not in _SETTINGS and not is_empty(item)
    }


def system_messages(value: Any) -> list[Message]:
    """The system prompt that stands beside the messages (Anthropic, Gemini, Bedrock, Responses)."""
    if not isinstance(value, dict):
        return []
    config = value.get("config")
    for holder in (value, config if isinstance(config, dict) else {}):
        for key in (*_SYSTEM_KEYS, "instructions"):
            content = holder.get(key)
            if is_empty(content):
                continue
            read = message_of(content) if isinstance(content, dict) else None
            items = read[0].items if read else items_of(content)
            return [Message("system", items)]
    return []


def _asked_messages(value: Any, depth: int) -> list[Message]:
    """Messages under the names that requests use, system prompt first."""
    if isinstance(value, list):
        return messages_in(value) or _gemini_contents(value)
    if not isinstance(value, dict) or depth <= 0:
        return []
    system = system_messages(value)
    for key in _MESSAGE_KEYS:
        inner = value.get(key)
        if isinstance(inner, str) and inner[:1] in ("{", "["):
            inner = from_json(inner)
        if not isinstance(inner, dict | list) or not inner:
            continue
        if key in ("chat_history", "history", "conversation"):
            earlier = messages_in(inner) or _pairs(inner)
            if earlier:
                return [*system, *earlier, *_question_beside(value)]
        single = message_of(inner) if isinstance(inner, dict) else None
        found = single or _asked_messages(inner, depth - 1)
        if found:
            return [*system, *found]
    if system and isinstance(value.get("input", value.get("contents")), str):
        return [*system, Message("user", [Text(value.get("input") or value["contents"])])]
    return []


def _question_beside(value: dict[str, Any]) -> list[Message]:
    for name in _ASKED:
        if isinstance(value.get(name), str) and value[name]:
            return [Message("user", [Text(value[name])])]
    return []


def _gemini_contents(value: list[Any]) -> list[Message]:
    """Gemini's short form: a list of strings and parts is one user message."""
    if any(isinstance(entry, str) for entry in value) and all(
        isinstance(entry, str) or (isinstance(entry, dict) and "text" not in entry)
        for entry in value
    ):
        items: list[Item] = [item for entry in value for item in items_of(entry)]
        if not any(isinstance(item, Data) for item in items) and len(items) > 1:
            return [Message("user", items)]
    return []


def _pairs(value: Any) -> list[Message]:
    """A history kept as (question, answer) pairs."""
    messages: list[Message] = []
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, list | tuple) and len(entry) == 2:
            question, answer = entry
        elif isinstance(entry, dict):
            question = next((entry[name] for name in _ASKED if entry.get(name)), None)
            answer = next((entry[name] for name in _ANSWERED if entry.get(name)), None)
        else:
            return []
        sides: tuple[tuple[Role, Any], ...] = (("user", question), ("assistant", answer))
        messages.extend(Message(role, items_of(side)) for role, side in sides if side)
    return messages
