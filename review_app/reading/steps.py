"""What the app did between question and answer, as plain lines in order.

Left out, because it is shown elsewhere or says nothing: the spans that the conversation was read
from, plumbing that did not fail, the model call that gave the answer, model calls that only asked
for tools whose use stands in a line of its own, searches shown by the search around them, polls.
All of them are among all steps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from review_app.reading.conversation import Conversation, Sides
from review_app.reading.decode import compact, decoded
from review_app.reading.drawn import Drawn, call_step, called, message_step
from review_app.reading.messages import Message
from review_app.reading.model import Step
from review_app.reading.parts import Call, Item, Result
from review_app.reading.polls import fold_polls
from review_app.reading.tools import short_name
from review_app.reading.tree import Tree


def steps_between(
    all_drawn: list[Drawn], tree: Tree, sides: Sides, talk: Conversation
) -> tuple[Step, ...]:
    """The lines between question and answer.

    Args:
        all_drawn: every span as a step, depth first.
        tree: the same spans as a tree.
        sides: what each span was asked and answered.
        talk: the conversation that the lines stand in.
    """
    used = _Uses(all_drawn)
    results = _results(all_drawn, sides, talk)
    hidden = _conversation_spans(tree, talk)
    inner = _inside_models(all_drawn, tree, hidden)
    lines = [line for line in all_drawn if line.index not in inner and _is_line(line, hidden, talk)]
    lines = fold_polls(_without_repeats(lines, tree))
    steps: list[Step] = []
    told: set[str] = set()
    for line in lines:
        if line.tool is None and (line.calls or line.said):
            steps.extend(_model_lines(line, used, results, told, talk))
        else:
            steps.append(line.step)
    steps.extend(
        _message_lines(
            talk,
            tree,
            used,
            results,
            told,
            {
                line.said
                for line in all_drawn
                if line.step.kind == "model" and line.index != talk.span
            },
        )
    )
    return tuple(steps)


def _conversation_spans(tree: Tree, talk: Conversation) -> set[int]:
    """The span that the conversation was read from, what encloses it, and all roots."""
    spans = {root.index for root in tree.roots if root.index == talk.span or len(tree.nodes) == 1}
    if talk.span is not None:
        spans.add(talk.span)
        spans.update(node.index for node in tree.ancestors(talk.span))
    return spans


def _inside_models(drawn: list[Drawn], tree: Tree, hidden: set[int]) -> set[int]:
    """Model calls inside a model call (a client inside a predictor) that did not fail."""
    models = {line.index for line in drawn if line.step.kind == "model"} - hidden
    return {
        line.index
        for line in drawn
        if line.index in models
        and line.step.problem is None
        and any(node.index in models for node in tree.ancestors(line.index))
    }


def _is_line(line: Drawn, hidden: set[int], talk: Conversation) -> bool:
    if line.index in hidden:
        return line.step.problem is not None and bool(talk.answer)
    if line.step.problem is not None:
        return True
    if line.step.plumbing or (line.node.span.failed and line.tool is None):
        return False
    is_model = line.step.kind == "model"
    return not is_model or bool(line.calls) or not _is_answer(line, talk)


def _is_answer(line: Drawn, talk: Conversation) -> bool:
    wanted = talk.answer_text
    if not line.said:
        return not line.step.parts
    return line.said == wanted or (bool(wanted) and _plain(line.said) == _plain(wanted))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _without_repeats(lines: list[Drawn], tree: Tree) -> list[Drawn]:
    """Each passage once: in the outermost search, not again in the tool around it or inside it."""
    searches = {line.index: line.tool.retrieved for line in lines if line.tool}
    gone: set[int] = set()
    for line in lines:
        inner = searches.get(line.index)
        if inner is None:
            continue
        for node in tree.ancestors(line.index):
            outer = next((other for other in lines if other.index == node.index), None)
            if outer is None or outer.tool is None:
                continue
            around = outer.tool.retrieved
            if around is not None and _texts(around) == _texts(inner):
                gone.add(line.index)
            elif around is None and not outer.step.problem and _is_only(outer, inner):
                gone.add(outer.index)
    return [line for line in lines if line.index not in gone]


def _texts(retrieved: Any) -> list[str]:
    return [passage.text for passage in retrieved.passages.passages]


def _is_only(outer: Drawn, inner: Any) -> bool:
    """Whether a tool gave back nothing but the passages that its search found."""
    said = compact(outer.tool.words and "\n".join(sorted(outer.tool.words))) if outer.tool else ""
    if not said or not inner.is_all_in(said):
        return False
    for passage in inner.passages.passages:
        said = said.replace(passage.text, "").replace(passage.source or "\0", "")
    return sum(char.isalnum() for char in said) <= 20 * len(inner.passages.passages)


class _Uses:
    """The uses of tools that have a span of their own."""

    def __init__(self, drawn: Iterable[Drawn]) -> None:
        self._ids: set[str] = set()
        self._hands_over = False
        self._asked: dict[str, list[Any]] = {}
        for line in drawn:
            span = line.node.span
            outputs = span.outputs if isinstance(span.outputs, dict) else {}
            self._hands_over = self._hands_over or "to_agent" in outputs
            if line.tool is None and span.kind != "AGENT":
                continue
            for found in (span.attributes.get("tool_call_id"), outputs.get("tool_call_id")):
                if isinstance(found, str) and found:
                    self._ids.add(found)
            name, inputs = called(span)
            self._asked.setdefault(short_name(name), []).append(decoded(inputs))

    def has(self, call: Call) -> bool:
        """Whether the call's use stands in a step of its own, with the same arguments."""
        if call.call_id and call.call_id in self._ids:
            return True
        if self._hands_over and call.name.startswith("transfer_to"):
            return True
        wanted = decoded(call.arguments)
        return any(_same(wanted, inputs) for inputs in self._asked.get(short_name(call.name), []))


def _same(wanted: Any, inputs: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(inputs, dict):
        inner = inputs.get("kwargs")
        inputs = {**inputs, **inner} if isinstance(inner, dict) else inputs
        return all(
            key in inputs and _key(item) == _key(inputs[key]) for key, item in wanted.items()
        )
    return _key(wanted) == _key(inputs)


def _key(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, default=str)


def _results(drawn: Iterable[Drawn], sides: Sides, talk: Conversation) -> dict[str, Result]:
    """Tool results that only messages tell, by the id of their call."""
    messages: list[Message] = [*talk.current]
    for line in drawn:
        if line.step.kind == "model":
            messages.extend(sides.asked(line.index).messages)
            messages.extend(sides.answered(line.index).messages)
    return {
        result.call_id: result
        for message in messages
        for result in message.results
        if result.call_id
    }


def _model_lines(
    line: Drawn, used: _Uses, results: dict[str, Result], told: set[str], talk: Conversation
) -> list[Step]:
    """A model call, and the tools it asked for that have no span of their own."""
    missing = [call for call in line.calls if not used.has(call)]
    uses = [
        call_step(line.step.span_id, call, results[call.call_id])
        for call in missing
        if call.call_id in results
    ]
    told.update(call.call_id for call in line.calls if call.call_id)
    untold = len(missing) > len(uses)
    if line.calls and not untold and not _speaks(line, talk):
        return uses
    return [line.step, *uses]


def _speaks(line: Drawn, talk: Conversation) -> bool:
    """Whether a model call says more than which tools it wants."""
    if line.step.problem is not None:
        return True
    reasons = any(part.label == "Reasoning" for part in line.step.parts)
    return reasons or (bool(line.said) and line.said != talk.answer_text)


def _message_lines(
    talk: Conversation,
    tree: Tree,
    used: _Uses,
    results: dict[str, Result],
    told: set[str],
    said: set[str],
) -> list[Step]:
    """What only the messages of the current turn tell: words in between, tools without spans."""
    span_id = "" if talk.span is None else tree.by_index[talk.span].span.span_id
    steps: list[Step] = []
    answered: set[int] = set()
    for message in talk.current:
        if message.role == "tool":
            steps.extend(_stray_results(span_id, message, talk, used, answered))
            continue
        words: list[Item] = [i for i in message.items if not isinstance(i, Call | Result)]
        text = message.text.strip()
        if words and (text not in said if text else not said):
            steps.append(message_step(span_id, Message(message.role, words, message.name)))
        own = {result.call_id or result.name: result for result in message.results}
        for call in message.calls:
            if used.has(call) or (call.call_id and call.call_id in told):
                continue
            result = own.get(call.call_id or call.name) or _answer_to(call, talk, results)
            if result is not None:
                answered.add(id(result))
            steps.append(call_step(span_id, call, result))
    return steps


def _answer_to(call: Call, talk: Conversation, results: dict[str, Result]) -> Result | None:
    """The result of a call: by id, else by name among the messages that follow."""
    if call.call_id in results:
        return results[call.call_id]
    found = (r for message in talk.current for r in message.results if not r.call_id)
    return next((r for r in found if r.name == call.name), None)


def _stray_results(
    span_id: str, message: Message, talk: Conversation, used: _Uses, answered: set[int]
) -> list[Step]:
    """Results of tools that no recorded call asked for."""
    calls = {call.call_id: call for other in talk.current for call in other.calls if call.call_id}
    steps = []
    for result in message.results:
        if id(result) in answered or result.call_id in calls:
            continue
        call = Call(result.name or message.name, None, result.call_id)
        if not used.has(call):
            steps.append(call_step(span_id, call, result))
    return steps
