"""Cells: one question, one version, one stretch of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from review_app.estimate.combined import Combined
from review_app.estimate.sequences import of_estimate
from review_app.intervals import Interval
from review_app.judges import JudgeKey
from review_app.quality.carrying import Errors, carried_rate
from review_app.quality.combining import NO_LINE, Judging, combine
from review_app.quality.estimates import (
    TOO_EARLY,
    bounds_of,
    human_rate,
    judge_rate,
    more_labels,
    rates_by_reviewer,
    settled_rate,
    shown_rate,
    unjudged_share,
)
from review_app.quality.labels import FrameKey, LabeledItem
from review_app.quality.samples import Reach, Sample, sample_of, taken_as_random
from review_app.quality.traffic import Mask, Traffic
from review_app.quality.values import Cell, Rate
from review_app.questions import Question

ONE_VIEW = "One expert’s view; the interval covers sampling only."
ALL_LABELED = "Every answer is labeled; the interval says how the next ones may turn out."
OUTSIDE = "answers from outside any campaign, so nobody knows what they were drawn from"
NO_SCORES = Rate(why="No judge has scored these traces.")


@dataclass(frozen=True)
class Asked:
    """One question and all that is known to it, whatever version and time.

    Attributes:
        question: what was asked.
        labeled: version -> labeled items of campaigns.
        reaches: the frames they were drawn from.
        clusters: trace id -> what it hangs together with.
        loose: trace id -> reviewer -> 1 or 0, said outside any campaign.
        judges: whose scores there are, the chosen one first.
        judging: what the chosen one said; None for none.
        errors: how often that one was right in its newest final check; None for none.
        goal: half the width of an interval that is wanted.
        loose_is_random: whether ``loose`` is taken as a random sample of each version's traffic.
    """

    question: Question
    labeled: Mapping[str, Sequence[LabeledItem]] = field(default_factory=dict)
    reaches: Mapping[FrameKey, Reach] = field(default_factory=dict)
    clusters: Mapping[str, str] = field(default_factory=dict)
    loose: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    judges: tuple[JudgeKey, ...] = ()
    judging: Judging | None = None
    errors: Errors | None = None
    goal: float = 0.05
    loose_is_random: bool = False

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """Ids of all traces that anybody labeled, in order."""
        named = {item.trace_id for items in self.labeled.values() for item in items}
        return tuple(sorted(named | self.loose.keys()))


def cell_of(asked: Asked, traffic: Traffic, mask: Mask, version: str, week: str = "") -> Cell:
    """Return the cell of a version's traffic.

    Args:
        asked: the question.
        traffic: all of it.
        mask: the version's traffic in the window or week.
        version: what produced it.
        week: Monday of the week; "" for the whole window.
    """
    sample = _sample(asked, traffic, mask, version)
    planned = max(1, sample.planned) if sample.running else 0
    human = human_rate(sample.items, asked.clusters, planned=planned)
    together, why = combine(sample, asked.judging, traffic, mask, version, asked.clusters)
    cell = Cell(
        asked.question.name,
        version,
        week,
        traffic=int(mask.sum()),
        human=human,
        judge=_judge(asked, traffic, mask),
        combined=Rate(why=why),
        labels=human.n,
        failed=sum(i.value is not None and i.value < 0.5 for i in sample.items),
        passed=sum(i.value is not None and i.value > 0.5 for i in sample.items),
        unusable=sum(len({i.place for i in out}) for out in sample.left_out.values()),
        more=_more(human, int(mask.sum()), asked.goal),
        running=sample.running,
        by_reviewer=rates_by_reviewer(sample.items, asked.clusters, planned=planned),
        unjudged=unjudged_share(sample.items),
        bounds=bounds_of(sample.items),
        notes=_notes(sample, int(mask.sum())),
        shown=shown_rate(sample.left_out),
        settled=settled_rate(sample.items, asked.clusters, planned=planned),
    )
    if human.value is None and asked.judging is not None:
        found = carried_rate(asked.judging, asked.errors, traffic, mask, version)
        cell = replace(cell, carried=found)
    return _what_is_left(cell if together is None else _with(cell, together, planned, asked.goal))


def _what_is_left(cell: Cell) -> Cell:
    """Add a note where fewer answers are left to label than it takes."""
    left = cell.traffic - cell.labels
    if cell.more is None or cell.more <= left:
        return cell
    return replace(cell, notes=(*cell.notes, f"Only {left:,} of this time are left to label."))


def _with(cell: Cell, together: Combined, planned: int, goal: float) -> Cell:
    interval, why = together.interval, ""
    if planned and together.rate is not None:
        interval = of_estimate(together.rate, together.effective_n, best_at=planned)
        why = "" if interval else TOO_EARLY
    rate = Rate(together.rate, interval, together.n, why, cell.human.traces)
    return replace(cell, combined=rate, saved=together.saved, more=_more(rate, cell.traffic, goal))


def _more(rate: Rate, traffic: int, goal: float) -> int | None:
    """Return how many more labels it takes; None where there is nothing left to label."""
    return more_labels(rate.n, rate.interval, goal) if rate.n < traffic else None


def _sample(asked: Asked, traffic: Traffic, mask: Mask, version: str) -> Sample:
    rows = np.flatnonzero(mask)
    places = (traffic.place.get(trace_id) for trace_id in asked.touched)
    touched = [row for row in places if row is not None and mask[row]]
    when = {traffic.trace_ids[row]: int(traffic.times[row]) for row in touched}
    inside = [item for item in asked.labeled.get(version, ()) if item.trace_id in when]
    sample = sample_of(inside, asked.reaches, version, traffic.times[rows], when)
    loose = [
        LabeledItem(trace_id, "trace", version, asked.loose[trace_id], 0, ("", ""))
        for trace_id in when
        if trace_id in asked.loose and trace_id not in {item.trace_id for item in inside}
    ]
    if not loose:
        return sample
    if asked.loose_is_random and not sample.items:
        return replace(sample, items=taken_as_random(loose, len(rows)))
    return replace(sample, left_out={**sample.left_out, OUTSIDE: tuple(loose)})


def _judge(asked: Asked, traffic: Traffic, mask: Mask) -> Rate:
    if asked.judging is None:
        return NO_SCORES
    if not asked.judging.has_line:
        return Rate(why=NO_LINE)
    rows = np.flatnonzero(mask)
    return judge_rate(asked.judging.passed[rows], traffic.trace_ids, rows)


def _notes(sample: Sample, traffic: int) -> tuple[str, ...]:
    notes = [ALL_LABELED] if len(sample.items) >= traffic else []
    if sample.items and all(len(item.by) <= 1 for item in sample.items):
        notes.append(ONE_VIEW)
    if sample.sessions:
        notes.append("This is a share of whole sessions.")
    for why, items in sorted(sample.left_out.items()):
        notes.append(f"{_count(items)} kept out of the rate: {_verb(items)} {why}.")
    return tuple(notes)


def _count(items: Sequence[LabeledItem]) -> str:
    number = len({item.place for item in items})
    return "1 labeled item is" if number == 1 else f"{number:,} labeled items are"


def _verb(items: Sequence[LabeledItem]) -> str:
    return "it is" if len({item.place for item in items}) == 1 else "they are"


def interval_of(cell: Cell) -> Interval | None:
    """Return the interval of the mark that counts."""
    marks = {"human": cell.human, "judge": cell.judge, "combined": cell.combined}
    return marks[cell.best].interval
