"""Which comparison of two versions their traffic allows: one of three, never mixed.

The same questions asked to both (replayed), both at work at the same time (split), or one after the
other (before and after), which shows different weeks and proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["replayed", "split", "before and after"]
FEWEST_PAIRS = 10  # questions that both answered, before they count as replayed
PARTNERED = 2 / 3  # of the labels, from where on pairs say more than separate samples of both
HALF = 0.5  # of the questions, or of the traffic, that both must have
MIXED = "belong to conversations that mixed the versions"
ALONE = "answer a question that the other version was not asked, or was asked more than once"
OTHER_TIME = "are from a time when only one of the two was at work"


class Asked(NamedTuple):
    """One trace of a version, as far as a design looks at it.

    Attributes:
        trace_id: MLflow's id.
        time_ms: when the app was asked, milliseconds since the epoch.
        session: its conversation; "" for none.
        question: a number that equal questions share; 0 where it is not known.
    """

    trace_id: str
    time_ms: int
    session: str = ""
    question: int = 0


@dataclass(frozen=True)
class Design:
    """How two versions may be compared.

    Attributes:
        kind: the design that the traffic allows.
        since_ms: where a split begins; 0 for other designs.
        until_ms: where it ends; 0 for other designs.
        pairs: trace of the first version -> trace of the second one that answers the same question.
        first: traces of the first version that may be compared.
        second: traces of the second one.
        left_out: reason -> traces that may not.
    """

    kind: Kind
    since_ms: int = 0
    until_ms: int = 0
    pairs: Mapping[str, str] = field(default_factory=dict)
    first: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def design_of(
    first: Sequence[Asked], second: Sequence[Asked], labeled: frozenset[str] | None = None
) -> Design:
    """Return the design that the traffic of two versions allows.

    Replayed where at least half of the questions of the smaller one were asked to both; split where
    at least half of the traffic of each falls into the time that they share; else before and after.
    Where it could be either of the first two, a replay takes two thirds of the labels in pairs.

    Args:
        first: traces of the first version.
        second: traces of the second one.
        labeled: traces with a label; None where that does not matter.

    >>> one = [Asked(f"a{n}", n, question=n + 1) for n in range(20)]
    >>> other = [Asked(f"b{n}", n + 500, question=n + 1) for n in range(20)]
    >>> design_of(one, other).kind
    'replayed'
    >>> design_of(one, [Asked(f"b{n}", n + 5) for n in range(20)]).kind
    'split'
    >>> design_of(one, [Asked(f"b{n}", n + 500) for n in range(20)]).kind
    'before and after'
    """
    pairs = _pairs(first, second)
    fewer = min(_questions(first), _questions(second))
    if len(pairs) < max(FEWEST_PAIRS, HALF * fewer):
        return _side_by_side(first, second)
    if labeled is not None and _mostly_alone(first, second, pairs, labeled):
        apart = _side_by_side(first, second)
        if apart.kind == "split":
            return apart
    return _replayed(first, second, pairs)


def _mostly_alone(
    first: Iterable[Asked],
    second: Iterable[Asked],
    pairs: Mapping[str, str],
    labeled: frozenset[str],
) -> bool:
    """Tell whether most labels have no partner with a label."""
    both = sum(one in labeled and other in labeled for one, other in pairs.items())
    each = (sum(one.trace_id in labeled for one in some) for some in (first, second))
    return both < PARTNERED * max(1, min(each))


def _side_by_side(first: Sequence[Asked], second: Sequence[Asked]) -> Design:
    mixed = {one.session for one in first} & {one.session for one in second} - {""}
    out = [one.trace_id for one in (*first, *second) if one.session in mixed]
    left_out = {MIXED: tuple(out)} if out else {}
    kept = [[one for one in some if one.session not in mixed] for some in (first, second)]
    since, until = _common(*kept)
    inside = [[one for one in some if since <= one.time_ms <= until] for some in kept]
    both = zip(inside, kept, strict=True)
    enough = (len(some) > 0 and len(inner) >= HALF * len(some) for inner, some in both)
    if all(enough):
        late = [one.trace_id for some in kept for one in some if not since <= one.time_ms <= until]
        left_out |= {OTHER_TIME: tuple(late)} if late else {}
        ones, others = map(_names, inside)
        return Design("split", since, until, {}, ones, others, left_out)
    ones, others = map(_names, kept)
    return Design("before and after", 0, 0, {}, ones, others, left_out)


def _names(some: Iterable[Asked]) -> frozenset[str]:
    return frozenset(one.trace_id for one in some)


def _replayed(first: Sequence[Asked], second: Sequence[Asked], pairs: Mapping[str, str]) -> Design:
    ones, others = frozenset(pairs), frozenset(pairs.values())
    alone = [one.trace_id for one in (*first, *second) if one.trace_id not in ones | others]
    left_out = {ALONE: tuple(alone)} if alone else {}
    return Design("replayed", 0, 0, pairs, ones, others, left_out)


def _pairs(first: Iterable[Asked], second: Iterable[Asked]) -> dict[str, str]:
    """Return the traces that answer the same question, where each version was asked it once."""
    ones, others = _once(first), _once(second)
    return {ones[question]: others[question] for question in ones if question in others}


def _once(some: Iterable[Asked]) -> dict[int, str]:
    known = [one for one in some if one.question]
    times = Counter(one.question for one in known)
    return {one.question: one.trace_id for one in known if times[one.question] == 1}


def _questions(some: Iterable[Asked]) -> int:
    return len({one.question for one in some if one.question})


def _common(first: Sequence[Asked], second: Sequence[Asked]) -> tuple[int, int]:
    """Return the time that two versions share; an end before the start where there is none."""
    if not first or not second:
        return 1, 0
    since = max(min(one.time_ms for one in some) for some in (first, second))
    return since, min(max(one.time_ms for one in some) for some in (first, second))
