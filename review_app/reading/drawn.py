"""Every span as a step: its line, and what opens under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from review_app.reading.blocks import (
    block_of,
    blocks_of_item,
    fields_of,
    joined,
    label_of,
    rows_of,
)
from review_app.reading.conversation import Sides
from review_app.reading.decode import shortened
from review_app.reading.exchange import MESSAGES, is_empty
from review_app.reading.messages import Message
from review_app.reading.model import Block, Code, Part, Problem, Prose, Step
from review_app.reading.parts import Call, Data, Item, Result, Text, Thought
from review_app.reading.tools import ToolUse, short_name, tool_use
from review_app.reading.tree import Node, Tree
from review_app.traces import SpanRecord

MODELS = frozenset({"CHAT_MODEL", "LLM"})
RETRIEVERS = frozenset({"RETRIEVER", "RERANKER"})
PLUMBING = frozenset({"CHAIN", "PARSER", "EMBEDDING", "WORKFLOW", "TASK"})
_TOOL_NAMES = ("gen_ai.tool.name", "ai.toolCall.name", "tool.name", "tool_name", "name")
_TITLE = 90
_RESULT = 40


@dataclass
class Drawn:
    """A span with its step.

    Attributes:
        node: the span in its place.
        step: how it reads.
        tool: when it used a tool or searched; else None.
        calls: the tools that a model asked for.
        said: the words of a model.
    """

    node: Node
    step: Step
    tool: ToolUse | None = None
    calls: list[Call] = field(default_factory=list)
    said: str = ""

    @property
    def index(self) -> int:
        """Position of the span in the trace."""
        return self.node.index


def draw(
    tree: Tree, sides: Sides, problems: Mapping[int, Problem], hidden: Sequence[int]
) -> list[Drawn]:
    """All spans of a trace as steps, depth first.

    Args:
        tree: the spans.
        sides: what each span was asked and answered.
        problems: the error of each span that tells one, by position.
        hidden: how many fields of each span are kept back, by position.
    """
    drawn = []
    for node in tree.nodes:
        item = _drawn(node, tree, sides)
        if node.span.failed or item.step.problem is not None or hidden[node.index]:
            item.step = _finished(item.step, node, problems, hidden[node.index])
        drawn.append(item)
    return drawn


def _finished(step: Step, node: Node, problems: Mapping[int, Problem], hidden: int) -> Step:
    problem = problems.get(node.index) or step.problem
    failed_inside = node.span.failed and problem is None
    return replace(
        step,
        problem=problem,
        result="failed" if problem else "failed inside" if failed_inside else step.result,
        plumbing=step.plumbing and problem is None,
        hidden_fields=hidden,
    )


def _drawn(node: Node, tree: Tree, sides: Sides) -> Drawn:
    kind = node.span.kind
    if kind in MODELS:
        return _model(node, sides)
    if kind == "TOOL" or kind in RETRIEVERS:
        return _tool(node)
    if kind == "UNKNOWN" and node.parent is not None and node.index not in tree.children:
        return _own_function(node, sides)
    return _other(node, sides)


def _step(node: Node, title: str, kind: Any, parts: list[Part], **more: Any) -> Step:
    span = node.span
    took = None if span.end_ns is None else max(0, span.end_ns - span.start_ns) // 1_000_000
    return Step(
        span_id=span.span_id,
        title=title,
        result=more.get("result", ""),
        kind=kind,
        duration_ms=took,
        problem=more.get("problem"),
        parts=tuple(parts),
        depth=node.depth,
        plumbing=more.get("plumbing", False),
    )


def _tool(node: Node) -> Drawn:
    span = node.span
    name, arguments = called(span)
    use = tool_use(name, arguments, span.outputs, retriever=span.kind in RETRIEVERS)
    if span.kind == "RERANKER" and use.retrieved is not None:
        count = len(use.retrieved.passages.passages)
        use.title = f"Sorted {count} passages by relevance"
    step = _step(node, use.title, use.kind, use.parts, result=use.result, problem=use.problem)
    return Drawn(node, step, tool=use)


def called(span: SpanRecord) -> tuple[str, Any]:
    """The name and arguments of a tool, also where both are recorded in inputs or attributes."""
    inputs = span.inputs
    if isinstance(inputs, dict) and len(inputs) == 1:
        only = next(iter(inputs.values()))
        inputs = only if isinstance(only, dict) and "tool_name" in only else inputs
    if isinstance(inputs, dict) and isinstance(inputs.get("tool_name"), str):
        arguments = inputs.get("tool_args", inputs.get("args", inputs.get("arguments")))
        return inputs["tool_name"], inputs if arguments is None else arguments
    names = [span.attributes.get(key) for key in _TOOL_NAMES]
    return next((name for name in names if isinstance(name, str) and name), span.name), span.inputs


def _own_function(node: Node, sides: Sides) -> Drawn:
    """A step that the app's builder traced by hand and gave no type."""
    span = node.span
    use = tool_use(span.name, span.inputs, span.outputs)
    if use.kind == "tool":
        return _other(node, sides, use)
    step = _step(node, use.title, use.kind, use.parts, result=use.result, problem=use.problem)
    return Drawn(node, step, tool=use)


def _other(node: Node, sides: Sides, use: ToolUse | None = None) -> Drawn:
    span = node.span
    parts = []
    if not is_empty(span.inputs):
        parts.append(Part("Input", sides.block(span.inputs)))
    if not is_empty(span.outputs) and not _only_says_type(span.outputs):
        parts.append(Part("Output", sides.block(span.outputs)))
    title, kind, plumbing = short_name(span.name), "other", span.kind in PLUMBING
    outputs = span.outputs if isinstance(span.outputs, dict) else {}
    if span.kind == "AGENT":
        title, kind = title if "agent" in title.lower() else f"Agent {title}", "agent"
    elif isinstance(outputs.get("to_agent"), str):
        title, kind, plumbing = f"Handed over to {outputs['to_agent']}", "agent", False
    elif outputs.get("triggered") is True:
        title, plumbing = f"Stopped by {title}", False
    result = use.result if use is not None else ""
    step = _step(node, shortened(title, _TITLE), kind, parts, result=result, plumbing=plumbing)
    return Drawn(node, step)


def _only_says_type(outputs: Any) -> bool:
    """The OpenAI Agents SDK records the type of an agent's output as the output."""
    return isinstance(outputs, dict) and set(outputs) == {"output_type"}


def _model(node: Node, sides: Sides) -> Drawn:
    asked, answered = sides.asked(node.index), sides.answered(node.index)
    parts = [part for message in answered.messages for part in said_parts(message)]
    if answered.rest:
        parts.append(Part("Also returned", fields_of(answered.rest)))
    if asked.certainty == MESSAGES:
        parts.append(Part("What the model read", rows_of(asked.messages)))
        if asked.rest:
            parts.append(Part("Beside the messages", fields_of(asked.rest)))
    elif not is_empty(node.span.inputs):
        parts.append(Part("What the model read", block_of(node.span.inputs)))
    calls = [call for message in answered.messages for call in message.calls]
    said = "\n".join(message.text for message in answered.messages).strip()
    result = called_words(calls) if calls else shortened(said, _RESULT)
    step = _step(node, "Asked the model", "model", parts, result=result)
    return Drawn(node, step, calls=calls, said=said)


def called_words(calls: list[Call]) -> str:
    """The tools that a model asked for, in a few words."""
    names = dict.fromkeys(short_name(call.name) for call in calls)
    return shortened("called " + ", ".join(names), _RESULT)


def said_parts(message: Message) -> list[Part]:
    """The parts of what a model said, each under its label."""
    return [Part(_label(item), block) for item in message.items for block in _unlabelled(item)]


def _label(item: Item) -> str:
    if isinstance(item, Text):
        return "Said"
    if isinstance(item, Thought):
        return "Reasoning"
    if isinstance(item, Call):
        return f"Called {short_name(item.name)}"
    if isinstance(item, Result):
        return f"Result of {short_name(item.name)}" if item.name else "Result"
    if isinstance(item, Data):
        return label_of(item.label) or "Answer"
    return item.kind.capitalize()


def _unlabelled(item: Item) -> list[Block]:
    if isinstance(item, Thought):
        return [Prose(item.text)] if item.text else []
    if isinstance(item, Call):
        return [block_of(item.arguments)]
    if isinstance(item, Data):
        return [block_of(item.value, item.label)]
    return [joined(blocks_of_item(item))]


def message_step(span_id: str, message: Message) -> Step:
    """What a model said in between, where only the message was recorded and no span of its own."""
    result = called_words(message.calls) if message.calls else shortened(message.text, _RESULT)
    parts = tuple(said_parts(message))
    return Step(span_id, "Asked the model", result, "model", None, None, parts)


def call_step(span_id: str, call: Call, result: Result | None) -> Step:
    """A tool's use, where only the messages about it were recorded and no span of its own."""
    use = tool_use(call.name or "a tool", call.arguments, None if result is None else result.value)
    problem = use.problem
    if result is not None and result.failed and problem is None:
        problem = Problem(_first_words(use))
    shown = "failed" if problem else use.result
    return Step(span_id, use.title, shown, use.kind, None, problem, tuple(use.parts))


def _first_words(use: ToolUse) -> str:
    block = use.parts[-1].block if use.parts else None
    return block.text if isinstance(block, Prose | Code) else "The tool reported an error."
