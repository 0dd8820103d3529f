"""Errors in plain words: the sentence apart from its type and its stack trace."""

from __future__ import annotations

import re

from review_app.reading.decode import compact
from review_app.reading.model import Problem
from review_app.reading.tree import Tree
from review_app.traces import SpanRecord

NO_REASON = "It failed and left no reason."
_CLASS = re.compile(
    r"^\s*((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failure|Timeout|Interrupt|Exit|Warning))\s*"
    r"(?::\s*|\(\s*(?=['\"])|$)"
)
_QUOTED = re.compile(r"""^(['"])(.*)\1,?\)?$""", re.DOTALL)


def problem_of(span: SpanRecord) -> Problem | None:
    """The error of a failed span; None when it did not fail."""
    if not span.failed:
        return None
    message, kind, stack = span.message, "", ""
    for event in span.events:
        attributes = event.get("attributes")
        if event.get("name") != "exception" or not isinstance(attributes, dict):
            continue
        kind = compact(attributes.get("exception.type") or "") or kind
        stack = compact(attributes.get("exception.stacktrace") or "") or stack
        message = compact(attributes.get("exception.message") or "") or message
    return in_plain_words(message, kind, stack)


def in_plain_words(message: str, kind: str = "", stack: str = "") -> Problem:
    """A problem whose message starts with what happened, not with the name of a class."""
    text = message.strip()
    named = _CLASS.match(text)
    while named is not None:
        kind = kind or named.group(1)
        text = text[named.end() :].strip()
        quoted = _QUOTED.match(text)
        text = quoted.group(2) if quoted else text
        named = _CLASS.match(text)
    return Problem(text or NO_REASON, kind.rsplit(".", 1)[-1], stack)


def own_problems(tree: Tree) -> dict[int, Problem]:
    """The problem of each failed span, by position, at the deepest span that tells it.

    A span that only passes on the failure of a span inside it has none.
    """
    found = {
        node.index: problem for node in tree.nodes if (problem := problem_of(node.span)) is not None
    }
    return {
        index: problem for index, problem in found.items() if not _passed_on(tree, index, found)
    }


def _passed_on(tree: Tree, index: int, found: dict[int, Problem]) -> bool:
    told = found[index].message
    failed_inside = [found[node.index].message for node in tree.below(index) if node.span.failed]
    return bool(failed_inside) and (told == NO_REASON or told in failed_inside)
