"""The conversation of a trace: what was said before, the question, the answer.

Read from the root where it says enough, else from the outermost agent or model inside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from review_app.reading.blocks import block_of
from review_app.reading.decode import compact
from review_app.reading.exchange import BY_NAME, NOTHING, Side, answered, asked
from review_app.reading.messages import Message
from review_app.reading.model import Block
from review_app.reading.tree import Node, Tree
from review_app.traces import TraceRecord

_SPEAKERS = frozenset({"CHAT_MODEL", "LLM", "AGENT"})
_MODELS = frozenset({"CHAT_MODEL", "LLM"})


class Sides:
    """What each span was asked and answered, read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._asked: dict[int, Side] = {}
        self._answered: dict[int, Side] = {}
        self._blocks: dict[int, Block] = {}

    def block(self, value: Any) -> Block:
        """Inputs or outputs of a span as a block."""
        if not isinstance(value, dict | list):
            return block_of(value)
        if id(value) not in self._blocks:
            self._blocks[id(value)] = block_of(value)
        return self._blocks[id(value)]

    def asked(self, index: int) -> Side:
        """What went into the span."""
        if index not in self._asked:
            self._asked[index] = asked(self._tree.by_index[index].span.inputs)
        return self._asked[index]

    def answered(self, index: int) -> Side:
        """What came out of the span."""
        if index not in self._answered:
            self._answered[index] = answered(self._tree.by_index[index].span.outputs)
        return self._answered[index]


@dataclass
class Conversation:
    """The messages of a trace, in their places.

    Attributes:
        instructions: the system prompt; "" if none.
        earlier: messages before the question.
        question: the messages that were asked; empty when nothing was.
        current: what was said and done between the question and the answer.
        answer: the messages under review; empty when there is no answer.
        span: position of the span it was read from; None when there are no spans.
        asked_rest: named values beside the question.
        answered_rest: named values beside the answer.
    """

    instructions: str = ""
    earlier: list[Message] = field(default_factory=list)
    question: list[Message] = field(default_factory=list)
    current: list[Message] = field(default_factory=list)
    answer: list[Message] = field(default_factory=list)
    span: int | None = None
    asked_rest: dict[str, Any] = field(default_factory=dict)
    answered_rest: dict[str, Any] = field(default_factory=dict)

    @property
    def question_text(self) -> str:
        """The words of the question."""
        return "\n".join(message.text for message in self.question).strip()

    @property
    def answer_text(self) -> str:
        """The words of the answer."""
        return "\n".join(message.text for message in self.answer).strip()


def conversation_of(trace: TraceRecord, tree: Tree, sides: Sides) -> Conversation:
    """The conversation of a trace, from its spans; from the previews when there are none."""
    if not tree.nodes:
        question, answer = asked(trace.request_preview), answered(trace.response_preview)
        return _placed(question, answer, None, {})
    root = _main_root(tree, sides)
    asker = _asker(tree, sides, root)
    answerer = _answerer(tree, sides, root)
    question = Side() if asker is None else sides.asked(asker.index)
    answer = Side() if answerer is None else sides.answered(answerer.index)
    inputs = None if asker is None else asker.span.inputs
    known = inputs if isinstance(inputs, dict) else {}
    talk = _placed(question, answer, root.index if asker is None else asker.index, known)
    if not talk.earlier or not talk.instructions:
        _add_history(talk, tree, sides)
    return talk


def _main_root(tree: Tree, sides: Sides) -> Node:
    roots = tree.roots[:20]

    def says(node: Node) -> int:
        sides_of = (sides.asked(node.index).certainty, sides.answered(node.index).certainty)
        return sum(min(certainty, BY_NAME) for certainty in sides_of) + bool(node.span.failed)

    return roots[0] if len(roots) == 1 else max(roots, key=lambda node: (says(node), -node.index))


def _asker(tree: Tree, sides: Sides, root: Node) -> Node | None:
    if sides.asked(root.index).certainty > NOTHING:
        return root
    for node in _speakers(tree):
        if sides.asked(node.index).certainty >= BY_NAME:
            return node
    return next((n for n in tree.nodes if sides.asked(n.index).certainty > NOTHING), None)


def _answerer(tree: Tree, sides: Sides, root: Node) -> Node | None:
    if sides.answered(root.index).certainty > NOTHING:
        return root
    if root.span.failed or root.span.end_ns is None:
        return None
    others = [node for node in tree.roots if node is not root]
    for node in (*reversed(_speakers(tree)), *reversed(others)):
        side = sides.answered(node.index)
        if side.certainty >= BY_NAME and any(message.text for message in side.messages):
            return node
    return None


def _speakers(tree: Tree) -> list[Node]:
    """Agents and models that are inside no other agent or model, in order."""
    outermost: list[Node] = []
    inside: set[int] = set()
    for node in tree.nodes:
        if node.parent in inside:
            inside.add(node.index)
        elif node.span.kind in _SPEAKERS:
            outermost.append(node)
            if node.span.inputs or node.span.outputs:
                inside.add(node.index)
    return outermost


def _placed(question: Side, answer: Side, span: int | None, inputs: dict[str, Any]) -> Conversation:
    messages = _merged(question.messages, answer.messages)
    known = {
        **inputs,
        **question.rest,
        "": "\n".join(message.text for message in question.messages),
    }
    talk = Conversation(
        span=span, asked_rest=question.rest, answered_rest=_news(answer.rest, known)
    )
    system = [message.text for message in messages if message.role == "system"]
    talk.instructions = "\n\n".join(dict.fromkeys(text for text in system if text))
    spoken = [message for message in messages if message.role != "system" and message.items]
    last = next((i for i in range(len(spoken) - 1, -1, -1) if spoken[i].role == "user"), -1)
    first = last
    while first > 0 and spoken[first - 1].role == "user":
        first -= 1
    talk.earlier = spoken[: max(first, 0)]
    talk.question = spoken[first : last + 1] if last >= 0 else []
    talk.current, talk.answer = _split_answer(spoken[last + 1 :])
    return talk


def _news(rest: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """What a state holds in the end that it did not hold in the beginning."""
    before = {compact(value) for value in known.values()} if rest else set()
    return {key: value for key, value in rest.items() if compact(value) not in before}


def _merged(before: list[Message], after: list[Message]) -> list[Message]:
    """Input and output as one list; an output that repeats the history stands for both."""
    if not any(message.role == "user" for message in after):
        return [*before, *after]
    repeated = {(message.role, message.text) for message in after}
    missing = [message for message in before if (message.role, message.text) not in repeated]
    return [*missing, *after]


def _split_answer(messages: list[Message]) -> tuple[list[Message], list[Message]]:
    """What was done, and the answer: the last words of the assistant that spoke last."""
    start = len(messages)
    for position in range(len(messages) - 1, -1, -1):
        message = messages[position]
        is_last = position == len(messages) - 1
        if message.role not in ("assistant", "other") or (message.calls and not is_last):
            break
        if not is_last and message.name != messages[-1].name:
            break
        start = position
    if start < len(messages):
        return messages[:start], messages[start:]
    for position in range(len(messages) - 1, -1, -1):
        if messages[position].role == "assistant" and messages[position].text:
            if messages[position].calls and messages[-1].role == "tool":
                break
            return [*messages[:position], *messages[position + 1 :]], [messages[position]]
    return messages[:-1], messages[-1:]


def _add_history(talk: Conversation, tree: Tree, sides: Sides) -> None:
    """Earlier turns and the system prompt that only the model was shown."""
    models = [node for node in tree.nodes if node.span.kind in _MODELS and node.index != talk.span]
    source = _speaking_model(models, sides, talk)
    if source is None:
        return
    for node in (source, *models):
        talk.instructions = talk.instructions or _system_prompt(node, sides)
    messages = sides.asked(source.index).messages
    if talk.earlier or source.span.attributes.get("mlflow.message.format") == "dspy":
        return
    spoken = [message for message in messages if message.role != "system" and message.items]
    for position in range(len(spoken) - 1, -1, -1):
        if spoken[position].role == "user":
            if talk.question_text and talk.question_text in spoken[position].text:
                talk.earlier = spoken[:position]
            return


def _system_prompt(node: Node, sides: Sides) -> str:
    messages = sides.asked(node.index).messages
    system = [message.text for message in messages if message.role == "system" and message.text]
    recorded = node.span.attributes.get("instructions")
    if not system and isinstance(recorded, str):
        system = [recorded]
    return "\n\n".join(dict.fromkeys(system))


def _speaking_model(models: Sequence[Node], sides: Sides, talk: Conversation) -> Node | None:
    """The model call that gave the answer; else the last one that was asked the question."""
    wanted = talk.answer_text
    for node in reversed(models):
        said = "\n".join(message.text for message in sides.answered(node.index).messages).strip()
        if wanted and said == wanted:
            return node
    return models[-1] if models else None
