"""Asking again whether a slow tool is done: such steps are folded into the one that asked first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from review_app.reading.drawn import Drawn
from review_app.reading.genie import is_genie
from review_app.reading.hidden_keys import plain
from review_app.reading.model import Part, Prose, Step
from review_app.reading.tools import tool_use

_POLL_NAME = re.compile(
    r"poll|wait_for|get_query_result|get_message|get_statement|check_status|get_status|get_result"
    r"|fetch_result",
    re.IGNORECASE,
)
_ID_KEYS = frozenset({"conversationid", "messageid", "statementid", "jobid", "runid", "taskid"})
_PENDING = re.compile(
    r"^(?:asking_ai|executing_query|pending(?:_\w+)?|running|in_progress|submitted|queued|started"
    r"|fetching_metadata|filtering_context|not_ready|waiting)$",
    re.IGNORECASE,
)
_SIGNAL = re.compile(r"^[A-Z][A-Z_]+$")
_HEX_TAIL = re.compile(r"[0-9a-f]{16,}$")
_MAX_NODES = 5_000


@dataclass(slots=True)
class _Trail:
    """What ties a poll to the query it belongs to."""

    drawn: Drawn
    ids: set[str]
    pending: bool
    is_poll: bool
    polls: list[Drawn]

    @property
    def name(self) -> str:
        return self.drawn.node.span.name


def fold_polls(lines: list[Drawn]) -> list[Drawn]:
    """The lines without polls; each poll's findings stand in the line that started it."""
    kept: list[Drawn] = []
    trails: list[_Trail] = []
    by_name: dict[str, _Trail] = {}
    for line in lines:
        if line.tool is None or line.tool.retrieved is not None or line.node.span.failed:
            kept.append(line)
            continue
        trail = _trail(line, line.tool.data)
        first = _asked_first(trail, trails, by_name.get(trail.name))
        if first is None:
            trails.append(trail)
            by_name[trail.name] = trail
            kept.append(line)
        else:
            first.polls.append(line)
            first.ids |= trail.ids
            first.pending = trail.pending
    for trail in trails:
        if trail.polls:
            _take_in(trail.drawn, trail.polls)
    return kept


def _asked_first(poll: _Trail, trails: list[_Trail], same_name: _Trail | None) -> _Trail | None:
    """The step that a poll belongs to; None when it is no poll."""
    if same_name is not None and _asks_again(poll, same_name):
        return same_name
    if not poll.is_poll:
        return None
    others = [trail for trail in trails if trail.name != poll.name and _belongs(poll, trail)]
    shared = [(len(poll.ids & trail.ids), place) for place, trail in enumerate(others)]
    return others[max(shared)[1]] if shared else None


def _trail(line: Drawn, data: tuple[Any, Any]) -> _Trail:
    ids: set[str] = set()
    pending = False
    for key, text in _words(list(data)):
        if key in _ID_KEYS:
            ids.add(text)
        elif key in ("status", "state") and _PENDING.match(text):
            pending = True
    is_poll = _POLL_NAME.search(line.node.span.name) is not None
    return _Trail(line, ids, pending, is_poll, [])


def _words(value: Any) -> Iterator[tuple[str, str]]:
    stack = [("", value)]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        key, item = stack.pop()
        if isinstance(item, dict):
            stack.extend((plain(str(name)), inner) for name, inner in item.items())
        elif isinstance(item, list):
            stack.extend((key, inner) for inner in item)
        elif isinstance(item, str):
            yield key, item


def _asks_again(poll: _Trail, first: _Trail) -> bool:
    """Whether a tool is called again only because it was not done yet."""
    inputs = poll.drawn.node.span.inputs
    same = inputs == first.drawn.node.span.inputs
    return first.pending and (same or _only_ids(inputs))


def _belongs(poll: _Trail, first: _Trail) -> bool:
    """Whether a poll asks for what an earlier step started."""
    if poll.ids and first.ids:
        return not poll.ids.isdisjoint(first.ids)
    tails = _HEX_TAIL.search(poll.name), _HEX_TAIL.search(first.name)
    if tails[0] is not None and tails[1] is not None:
        return tails[0].group() == tails[1].group()
    return first.pending or (is_genie(poll.name) and is_genie(first.name))


def _only_ids(inputs: Any) -> bool:
    return isinstance(inputs, dict) and all(plain(str(key)) in _ID_KEYS for key in inputs)


def _take_in(first: Drawn, polls: list[Drawn]) -> None:
    """Shows the query with what the last useful poll brought; nothing that was said is dropped."""
    lines = [first, *polls]
    span = first.node.span
    uses = [tool_use(span.name, span.inputs, line.node.span.outputs) for line in lines]
    best = max(
        range(len(uses)),
        key=lambda i: (
            any(query.table for query in uses[i].queries),
            bool(uses[i].queries),
            bool(uses[i].words),
            i,
        ),
    )
    whole = uses[best]
    heard = set(whole.words)
    parts = list(whole.parts)
    for position, use in enumerate(uses):
        news = sorted(
            text for text in use.words - heard if position != best and not _SIGNAL.match(text)
        )
        heard.update(news)
        parts.extend(Part("Said meanwhile", Prose(text)) for text in news)
    ends = [line.node.span.end_ns for line in lines]
    known = [end for end in ends if end is not None]
    took = max(0, max(known) - span.start_ns) // 1_000_000 if len(known) == len(ends) else None
    first.step = _with(first.step, whole.title, whole.result, parts, took)
    first.step = replace(first.step, kind=whole.kind, problem=whole.problem or first.step.problem)
    first.tool = whole


def _with(step: Step, title: str, result: str, parts: list[Part], took: int | None) -> Step:
    return replace(step, title=title, result=result, parts=tuple(parts), duration_ms=took)
