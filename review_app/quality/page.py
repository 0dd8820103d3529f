"""The quality page from what is known: one function, whatever read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from review_app.compare.designs import HALF
from review_app.quality.asking import Known, asked_all, last_reviewed
from review_app.quality.cells import Asked, cell_of
from review_app.quality.headline import Place, headline_of, version_before, with_changes
from review_app.quality.stages import Stage, stage_rows
from review_app.quality.traffic import Mask, Pin, Traffic
from review_app.quality.values import Cell, Quality, Votes
from review_app.quality.windows import (
    EVERY,
    WEEK_MS,
    Period,
    Window,
    full_weeks,
    monday_of,
    reviewed_window,
    week_name,
    window_of,
)

MOST_WEEKS = 12  # over time
MOST_VERSIONS = 20  # the newest ones of the window
OPENED = 500  # thumbs-down that a count opens


def quality_of(
    experiment: str, known: Known, stages: Mapping[Pin, Stage], period: Period, now_ms: int
) -> Quality:
    """Return everything that the page shows of an experiment in a time that somebody chose."""
    traffic = known.traffic
    asked = asked_all(known)
    reviewed = last_reviewed(asked)
    window = _window(traffic, period, now_ms, reviewed)
    inside = traffic.within(window.since_ms, window.until_ms)
    versions = _versions(traffic, inside)
    masks = {version: inside & traffic.of_version(version) for version in versions}
    cells = with_changes(
        [cell_of(one, traffic, masks[v], v) for one in asked for v in versions], versions
    )
    failed = _failed(asked, traffic, masks)
    place = replace(
        _place(experiment, window, masks, asked), at_once=_at_once(traffic, versions, masks)
    )
    if reviewed is not None and period != "reviewed":
        place = replace(place, reviewed=_labeled(asked))
    return Quality(
        experiment=experiment,
        since_ms=window.since_ms,
        until_ms=window.until_ms,
        window=window.words,
        computed_ms=now_ms,
        traffic=int(inside.sum()),
        versions=versions,
        questions=place.questions,
        judges={one.question.name: one.judges for one in asked},
        cells=cells,
        weeks=tuple(_weeks(asked, traffic, versions, window)),
        headline=headline_of(cells, place),
        votes=tuple(_votes(version, traffic, mask) for version, mask in masks.items()),
        stages=stage_rows(failed, traffic.pins, stages),
        failed={version: len(ids) for version, ids in failed.items()},
        saved=_saved([(c.saved, c.combined.n) for c in cells if c.saved is not None]),
    )


def _place(
    experiment: str, window: Window, masks: Mapping[str, Mask], asked: tuple[Asked, ...]
) -> Place:
    counts = {version: int(mask.sum()) for version, mask in masks.items()}
    questions = {one.question.name: one.question.heading for one in asked}
    return Place(experiment, window, counts, questions)


def _at_once(
    traffic: Traffic, versions: Sequence[str], masks: Mapping[str, Mask]
) -> frozenset[str]:
    """Return the versions of which, and of the one before, half came in the time of both."""
    found = set()
    for version, before in version_before(versions).items():
        both = [traffic.times[masks[name]] for name in (version, before)]
        since = max(int(times.min()) for times in both)
        until = min(int(times.max()) for times in both)
        inside = (((times >= since) & (times <= until)).mean() for times in both)
        if all(share >= HALF for share in inside):
            found.add(version)
    return frozenset(found)


def _window(
    traffic: Traffic, period: Period, now_ms: int, reviewed: tuple[int, int] | None
) -> Window:
    since, until = full_weeks(period, now_ms)
    first = int(traffic.times.min(initial=now_ms))
    last = int(traffic.times.max(initial=first))
    if period == "reviewed" and reviewed:
        return reviewed_window(max(reviewed[0], first), min(reviewed[1] or last, last))
    every = EVERY if traffic.complete else f"the newest {len(traffic):,} traces"
    inside = int(traffic.within(since, until).sum())
    return window_of(period, now_ms, first, last, inside, every=every)


def _labeled(asked: tuple[Asked, ...]) -> frozenset[str]:
    """Return the versions with labels that may enter a rate, in whatever time."""
    return frozenset(
        version
        for one in asked
        for version, items in one.labeled.items()
        if any(not one.reaches[item.frame].why_not for item in items)
    )


def _versions(traffic: Traffic, inside: Mask) -> tuple[str, ...]:
    there = np.bincount(traffic.version[inside], minlength=len(traffic.versions))
    named = zip(traffic.versions, there, strict=False)
    return tuple(version for version, count in named if count)[:MOST_VERSIONS]


def _weeks(
    asked: tuple[Asked, ...], traffic: Traffic, versions: tuple[str, ...], window: Window
) -> list[Cell]:
    """Return a cell for each week with traffic, up to the window's end."""
    last = monday_of(window.until_ms)
    mondays = [last - n * WEEK_MS for n in range(MOST_WEEKS)][::-1]
    found = []
    for monday in mondays:
        week = traffic.within(monday, monday + WEEK_MS - 1)
        for version in versions:
            mask = week & traffic.of_version(version)
            if mask.any():
                found += [cell_of(a, traffic, mask, version, week_name(monday)) for a in asked]
    return found


def _votes(version: str, traffic: Traffic, mask: Mask) -> Votes:
    up, down = mask & (traffic.thumbs == 1), mask & (traffic.thumbs == 0)
    opened = np.flatnonzero(down)[::-1][:OPENED]
    ids = tuple(traffic.trace_ids[row] for row in opened)
    return Votes(version, int(mask.sum()), int(up.sum()), int(down.sum()), ids)


def _failed(
    asked: tuple[Asked, ...], traffic: Traffic, masks: Mapping[str, Mask]
) -> dict[str, list[str]]:
    """Return version -> labeled items of the window that failed by some question."""
    found = {}
    for version, mask in masks.items():
        failed: set[str] = set()
        for one in asked:
            items = [item for item in one.labeled.get(version, ()) if item.mean is not None]
            failed |= {item.trace_id for item in items if (item.mean or 0) < 0.5}
        found[version] = sorted(t for t in failed if mask[traffic.place[t]])
    return found


def _saved(saved: list[tuple[float, int]]) -> float | None:
    """Return the share of all labels that scores saved, of the cells where they did."""
    needed = sum(n / (1 - share) for share, n in saved)
    return 1 - sum(n for _, n in saved) / needed if needed else None
