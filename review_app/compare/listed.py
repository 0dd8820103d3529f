"""All versions of an experiment with the labels there are, and any two of them compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from review_app.compare.comparing import MARGIN, Compared, compare, mark
from review_app.compare.designs import Design, design_of
from review_app.compare.versions import Version, window_of
from review_app.quality.cells import Asked
from review_app.quality.labels import LabeledItem
from review_app.quality.samples import Sample, Weighted, sample_of

Window = tuple[int, int]
OTHER_WINDOW = "are about another time than most labels"


@dataclass(frozen=True)
class Listed:
    """The versions of an experiment at one moment.

    Attributes:
        experiment: its name.
        versions: the newest first.
        questions: those that people answered, with all labels of each.
        computed_ms: when they were counted.
        complete: False when there are more traces than were looked at.
    """

    experiment: str
    versions: tuple[Version, ...] = ()
    questions: tuple[Asked, ...] = ()
    computed_ms: int = 0
    complete: bool = True

    def version(self, name: str) -> Version | None:
        """Return the version of that name; None when there is none."""
        return next((one for one in self.versions if one.name == name), None)

    @property
    def headings(self) -> Mapping[str, str]:
        """Question name -> how it is called."""
        return {one.question.name: one.question.heading for one in self.questions}

    @property
    def usual(self) -> tuple[str, str] | None:
        """The two newest versions with labels, else the two newest; None where there are not two.

        The first of them is the newer one.
        """
        asked = [one.name for one in self.versions if one.traces]
        labeled = {name for one in self.questions for name, some in one.labeled.items() if some}
        ordered = sorted(asked, key=lambda name: name not in labeled)
        return (ordered[0], ordered[1]) if len(ordered) > 1 else None


def compare_all(
    listed: Listed, first: Version, second: Version, margin: float = MARGIN
) -> tuple[Compared, ...]:
    """Return how two versions differ on each question that has labels of either.

    A "changed" mark counts all of them (Benjamini and Yekutieli).

    Args:
        listed: the versions and all labels.
        first: one version.
        second: the one it is compared with.
        margin: a difference that matters.
    """
    names = first.name, second.name
    asked = [one for one in listed.questions if any(one.labeled.get(name) for name in names)]
    items = (item for one in asked for name in names for item in one.labeled.get(name, ()))
    labeled = frozenset(item.trace_id for item in items)
    design = design_of(first.asked, second.asked, labeled)
    return mark([_one(one, design, (first, second), margin) for one in asked])


def _one(
    asked: Asked, design: Design, versions: tuple[Version, Version], margin: float
) -> Compared:
    one, other = (asked.labeled.get(version.name, ()) for version in versions)
    if design.kind == "split":
        since, until = window_of([*one, *other], asked.reaches)
        both = max(since, design.since_ms), min(until or design.until_ms, design.until_ms)
        windows = both, both
    else:
        windows = window_of(one, asked.reaches), window_of(other, asked.reaches)
    first, second = map(partial(_sample, asked), versions, windows)
    labeled = {item.trace_id for item in (*one, *other)}
    known = {i.trace_id for sample in (first, second) for i in _everything(sample)}
    out = {why: labeled.intersection(some) for why, some in design.left_out.items()}
    out[OTHER_WINDOW] = labeled.difference(known, *out.values())
    kept_out = {why: tuple(sorted(some)) for why, some in out.items() if some}
    design = replace(design, left_out=kept_out)
    return compare(asked.question.name, design, first, second, asked.clusters, margin)


def _everything(sample: Sample) -> Iterator[Weighted | LabeledItem]:
    yield from sample.items
    for items in sample.left_out.values():
        yield from items


def _sample(asked: Asked, version: Version, window: Window) -> Sample:
    """Return the labels of a version that may speak for its traffic in a window."""
    since, until = window
    inside = [t for t in version.traces if since <= t.time_ms and (not until or t.time_ms <= until)]
    when = {one.trace_id: one.time_ms for one in inside}
    labeled = [one for one in asked.labeled.get(version.name, ()) if one.trace_id in when]
    times = np.asarray(sorted(when.values()), dtype=np.int64)
    return sample_of(labeled, asked.reaches, version.name, times, when)
