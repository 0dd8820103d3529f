"""The spans of a trace as a tree: any order, missing parents, circles and all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review_app.traces import SpanRecord


@dataclass(frozen=True)
class Node:
    """A span in its place.

    Attributes:
        index: position of the span in the trace.
        span: the span.
        depth: 0 for a root.
        parent: position of the enclosing span; None for a root.
    """

    index: int
    span: SpanRecord
    depth: int
    parent: int | None


@dataclass(frozen=True)
class Tree:
    """All spans, depth first, children in the order they started.

    Attributes:
        nodes: depth first.
        by_index: the node of each span, by position of the span in the trace.
        children: positions of the spans directly below each span.
    """

    nodes: tuple[Node, ...]
    by_index: dict[int, Node]
    children: dict[int, list[int]]

    @property
    def roots(self) -> list[Node]:
        """Spans that no other span encloses."""
        return [node for node in self.nodes if node.parent is None]

    def ancestors(self, index: int) -> list[Node]:
        """The enclosing spans, innermost first."""
        found: list[Node] = []
        parent = self.by_index[index].parent
        while parent is not None:
            node = self.by_index[parent]
            found.append(node)
            parent = node.parent
        return found

    def below(self, index: int) -> list[Node]:
        """All spans inside a span, depth first."""
        found: list[Node] = []
        stack = list(reversed(self.children.get(index, [])))
        while stack:
            node = self.by_index[stack.pop()]
            found.append(node)
            stack.extend(reversed(self.children.get(node.index, [])))
        return found


def tree_of(spans: Sequence[SpanRecord]) -> Tree:
    """The tree of spans; a span whose parent is missing is a root, a circle is cut open."""
    order = sorted(range(len(spans)), key=lambda index: (spans[index].start_ns, index))
    places = {span.span_id: index for index, span in reversed(list(enumerate(spans)))}
    recorded: dict[int, list[int]] = {}
    roots: list[int] = []
    for index in order:
        parent_id = spans[index].parent_id
        parent = places.get(parent_id) if parent_id is not None else None
        if parent is None or parent == index:
            roots.append(index)
        else:
            recorded.setdefault(parent, []).append(index)
    nodes: list[Node] = []
    by_index: dict[int, Node] = {}
    children: dict[int, list[int]] = {}
    for start in (*roots, *order):
        stack: list[tuple[int, int | None]] = [(start, None)]
        while stack:
            index, parent = stack.pop()
            if index in by_index:
                continue
            depth = 0 if parent is None else by_index[parent].depth + 1
            by_index[index] = Node(index, spans[index], depth, parent)
            nodes.append(by_index[index])
            if parent is not None:
                children.setdefault(parent, []).append(index)
            stack.extend((child, index) for child in reversed(recorded.get(index, [])))
    return Tree(tuple(nodes), by_index, children)
