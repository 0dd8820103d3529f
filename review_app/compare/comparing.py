"""Comparing two versions on one question, by the design that their traffic allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from review_app.compare.arms import apart
from review_app.compare.designs import Design
from review_app.compare.paired import Paired, paired
from review_app.compare.wanted import more_apart, more_pairs
from review_app.estimate.multiplicity import marked_as_changed
from review_app.estimate.share import NOTHING, Share, weighted_share
from review_app.intervals import Interval
from review_app.quality.samples import Sample, Weighted

Outcome = Literal["better", "worse", "no larger difference", "undecided", "no labels"]
Clusters = Mapping[str, str]  # trace id -> what it hangs together with
ONLY_FIRST, ONLY_SECOND = "only the first", "only the second"
OF_FIRST, OF_SECOND = "the first", "the second"
UNPAIRED = "answer a question where the other version’s answer has no label"
MARGIN = 0.05  # a difference that matters, until somebody says another one
ALPHA = 0.05  # of one test
FEW_DIFFER = "So few pairs differ that chance alone may do that (exact test: p = {p})."
AMONG_OTHERS = "Alone it would be sure, but among {n} questions one like it may be chance."
STILL_RUNNING = "Labels are still coming in, so it is decided at the end."
UNEQUAL = 0.2  # so far off everybody's, a reviewer's part of one version is named
FEWEST_READ = 10  # answers of a reviewer, before their parts are compared


@dataclass(frozen=True)
class Compared:
    """How two versions differ on one question.

    Attributes:
        question: its name.
        design: how they were compared.
        first: rate of the first version, of the items that were compared.
        second: rate of the second.
        outcome: of the first against the second: better or worse only where the 95 % interval, the
            test, and the mark among all questions say so.
        difference: rate of the first minus rate of the second; None without labels.
        interval: of the difference.
        p_value: of "the two are equally good"; 1 without labels.
        margin: a difference that matters.
        more: how many more labels of each version, or pairs, may settle it; 0 where it is settled.
        pairs: the numbers of a replay; None for other designs.
        groups: words -> traces behind a number.
        left_out: reason -> labeled traces that were not compared.
        notes: what else has to be known, as sentences.
        unequal: reviewer who read one version more than others did -> how many of each.
        marked: whether the difference stands among all questions looked at.
        open_because: why it is undecided though the interval would decide it; "" else.
    """

    question: str
    design: Design
    first: Share = NOTHING
    second: Share = NOTHING
    outcome: Outcome = "no labels"
    difference: float | None = None
    interval: Interval | None = None
    p_value: float = 1.0
    margin: float = MARGIN
    more: int = 0
    pairs: Paired | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unequal: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    marked: bool = False
    open_because: str = ""


def compare(
    question: str,
    design: Design,
    first: Sample,
    second: Sample,
    clusters: Clusters,
    margin: float = MARGIN,
) -> Compared:
    """Return how two versions differ on a question.

    Args:
        question: its name.
        design: that their traffic allows; of what it leaves out only labeled traces are named.
        first: labels of the first version that may speak for it.
        second: labels of the second.
        clusters: trace id -> what it hangs together with.
        margin: a difference that matters.
    """
    ones, others = _judged(first, design.first), _judged(second, design.second)
    left_out = _left_out(design, first, second)
    begun = Compared(question, design, margin=margin, left_out=left_out)
    if design.kind == "replayed":
        found = _replayed(begun, ones, others, clusters)
    else:
        found = _apart(begun, ones, others, clusters)
    if first.running or second.running:
        found = _left_open(found, STILL_RUNNING)
    notes = tuple(_notes(found, first, second))
    return replace(found, notes=notes, unequal=_unequal(ones, others))


def mark(found: Sequence[Compared]) -> tuple[Compared, ...]:
    """Return the comparisons, those marked that stand among all of them; others are undecided."""
    looked_at = [one for one in found if one.difference is not None]
    rest = iter(marked_as_changed([one.p_value for one in looked_at]))
    why = AMONG_OTHERS.format(n=len(looked_at))
    marked = (replace(one, marked=one.difference is not None and next(rest)) for one in found)
    return tuple(
        _left_open(one, why) if one.outcome in ("better", "worse") and not one.marked else one
        for one in marked
    )


def _replayed(
    begun: Compared, ones: Sequence[Weighted], others: Sequence[Weighted], clusters: Clusters
) -> Compared:
    theirs = {item.trace_id: item for item in others}
    pairs = ((one, theirs.get(begun.design.pairs[one.trace_id])) for one in ones)
    both = [(one, other) for one, other in pairs if other is not None]
    used = {item.trace_id for pair in both for item in pair}
    alone = tuple(i.trace_id for i in (*ones, *others) if i.trace_id not in used)
    left_out = {**begun.left_out, UNPAIRED: alone} if alone else begun.left_out
    if not both:
        return replace(begun, left_out=left_out)
    first, second = ([_majority(pair[side]) for pair in both] for side in (0, 1))
    weights = [one.weight * other.weight for one, other in both]
    together = [clusters.get(one.trace_id, one.trace_id) for one, _ in both]
    found = paired(first, second, weights, together)
    decided = replace(
        begun,
        first=weighted_share(first, weights, together),
        second=weighted_share(second, weights, together),
        difference=found.difference,
        interval=found.interval,
        p_value=found.p_value,
        pairs=found,
        groups=_sides(both, first, second),
        left_out=left_out,
    )
    return _settled(decided, more_pairs(found, begun.margin))


def _sides(
    both: Sequence[tuple[Weighted, Weighted]], first: Sequence[float], second: Sequence[float]
) -> dict[str, tuple[str, ...]]:
    """Return the pairs that only one version passes."""
    found: dict[str, list[str]] = {ONLY_FIRST: [], ONLY_SECOND: []}
    for pair, passed, passed_too in zip(both, first, second, strict=True):
        if passed != passed_too:
            side = ONLY_FIRST if passed > passed_too else ONLY_SECOND
            found[side] += [item.trace_id for item in pair]
    return {side: tuple(some) for side, some in found.items()}


def _apart(
    begun: Compared,
    ones: Sequence[Weighted],
    others: Sequence[Weighted],
    clusters: Mapping[str, str],
) -> Compared:
    first, second = _share(ones, clusters), _share(others, clusters)
    begun = replace(begun, first=first, second=second, groups=_groups(ones, others))
    if first.value is None or second.value is None:
        return begun
    found = apart(first, second)
    decided = replace(
        begun, difference=found.difference, interval=found.interval, p_value=found.p_value
    )
    return _settled(decided, more_apart(first, second, found.interval, begun.margin))


def _settled(found: Compared, more: int) -> Compared:
    interval, margin = found.interval, found.margin
    if interval is None:
        return found
    if interval.low > 0 or interval.high < 0:
        decided = replace(found, outcome="better" if interval.low > 0 else "worse")
        if found.p_value <= ALPHA:
            return decided
        return _left_open(decided, FEW_DIFFER.format(p=f"{found.p_value:.2g}"))
    if -margin < interval.low and interval.high < margin:
        return replace(found, outcome="no larger difference")
    return replace(found, outcome="undecided", more=more)


def _left_open(found: Compared, why: str) -> Compared:
    """Return a comparison that its interval would decide as undecided, with the reason."""
    if found.outcome in ("undecided", "no labels"):
        return found
    return replace(found, outcome="undecided", open_because=why)


def _share(items: Sequence[Weighted], clusters: Mapping[str, str]) -> Share:
    return weighted_share(
        [float(item.value or 0) for item in items],
        [item.weight for item in items],
        [clusters.get(item.trace_id, item.trace_id) for item in items],
    )


def _groups(ones: Iterable[Weighted], others: Iterable[Weighted]) -> dict[str, tuple[str, ...]]:
    """Return the labeled traces of both, failing ones first."""
    return {
        name: tuple(i.trace_id for i in sorted(some, key=lambda i: (i.value or 0, i.trace_id)))
        for name, some in ((OF_FIRST, ones), (OF_SECOND, others))
    }


def _judged(sample: Sample, allowed: frozenset[str]) -> list[Weighted]:
    return [i for i in sample.items if i.value is not None and i.trace_id in allowed]


def _majority(item: Weighted) -> float:
    """Return what most of the item's reviewers said; .5 for a tie."""
    value = item.value or 0.0
    return 0.5 if value == 0.5 else float(value > 0.5)


def _left_out(design: Design, first: Sample, second: Sample) -> dict[str, tuple[str, ...]]:
    """Return the labeled traces that the design or their frames keep out, by reason."""
    found = dict(design.left_out)
    for sample in (first, second):
        for why, items in sample.left_out.items():
            # Frames say it of the labels: "they are drawn from …".
            named = tuple(dict.fromkeys(item.trace_id for item in items))
            found[f"are {why}"] = found.get(f"are {why}", ()) + named
    return found


def _notes(found: Compared, *samples: Sample) -> Iterable[str]:
    if found.design.kind == "before and after":
        yield "The two were at work in different weeks, so this is not proof: traffic changes, too."
    if found.design.kind == "split":
        yield "Whether chance decided who met which version, the traces do not say."
    if any(sample.running for sample in samples):
        yield (
            "Labels are still coming in. Decide at the end: whoever looks every day finds a"
            " difference sooner or later."
        )


def _unequal(ones: Sequence[Weighted], others: Sequence[Weighted]) -> dict[str, tuple[int, int]]:
    """Return reviewers whose part of one version is far from everybody's, with what they read."""
    read = [Counter(name for item in some for name in item.by) for some in (ones, others)]
    usual = len(ones) / max(1, len(ones) + len(others))
    found = {}
    for name in sorted(read[0].keys() | read[1].keys()):
        first, second = read[0][name], read[1][name]
        all_of_it = first + second
        if all_of_it >= FEWEST_READ and abs(first / all_of_it - usual) > UNEQUAL:
            found[name] = first, second
    return found
