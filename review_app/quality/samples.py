"""Samples: which labels may say something about a version in a window, and with what weight.

Only frames that cover the version's whole traffic in the window count (MEASUREMENT.md, "Rates").
Where campaigns overlap, a trace's chance is that of being drawn by any of them, 1 - (1 - p)(1 - q);
where that cannot be told, the campaign with most labels stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from review_app.frames import Frame
from review_app.quality.labels import ONE_BY_ONE, FrameKey, LabeledItem, Place
from review_app.quality.traffic import Mask, Numbers
from review_app.quality.windows import days_in_words

NARROWED = "drawn from a part of the traffic ({pool}), so they speak for that part only"
NEWEST = "the newest ones, which stand for no more than themselves"
INCOMPLETE = "drawn from a pool that was not looked through to its end"
OPENED = "reviewed with the version and the votes in sight"
REWORDED = "answers to another wording of the question"
PARTLY = "drawn from a part of this window only ({days})"
ALONE = (
    "of a campaign that overlaps with another one; which of both could have drawn them is unclear"
)
UNTOUCHED = "of a campaign where a part of the pool has no answer yet"
OTHER_UNIT = "about whole sessions, which are not counted together with single answers"
NO_FRAME = "no campaign of which is known what its items were drawn from"

BETWEEN = " · "  # the traits of a stratum


@dataclass(frozen=True)
class Reach:
    """A frame and what it allows.

    Attributes:
        key: names it.
        campaign: name of its campaign.
        frame: as the plan stores it; None where the plan has lost it.
        running: whether its campaign may still get answers.
        opened: whether reviewers saw the version before they answered.
        done: strata of which some item was done, whatever its version and time.
        reworded: whether its campaign asked in another wording than the newest one.
    """

    key: FrameKey
    campaign: str
    frame: Frame | None
    done: frozenset[str] = frozenset()
    running: bool = False
    opened: bool = False
    reworded: bool = False

    @property
    def luck(self) -> tuple[str, str]:
        """What its random numbers began with: draws of equal luck take the same items."""
        return (self.frame.seed or self.key[0], self.key[1]) if self.frame else self.key

    @property
    def planned(self) -> int:
        """How many items were drawn from it."""
        return sum(size.n for size in self.frame.strata.values()) if self.frame else 0

    @property
    def why_not(self) -> str:
        """Why nothing that was drawn from it may enter a rate; "" when it may."""
        if self.frame is None:
            return NO_FRAME
        if self.frame.rule.get("sample", {}).get("kind") == "newest":
            return NEWEST
        if not self.frame.whole_traffic:
            return NARROWED.format(pool=self.frame.pool)
        if not self.frame.complete:
            return INCOMPLETE
        if self.reworded:
            return REWORDED
        return OPENED if self.opened else ""

    def holds(self, times: Numbers) -> Mask:
        """Return which moments lie in the frame's time."""
        since = self.frame.since_ms if self.frame else 0
        until = self.frame.until_ms if self.frame else 0
        inside = times >= since
        return np.asarray(inside & (times <= until) if until else inside)


@dataclass(frozen=True, slots=True)
class Weighted:
    """One item of a sample.

    Attributes:
        trace_id: the trace; of a session its first one.
        weight: 1 / the chance of having been drawn.
        by: reviewer -> 1 passed, 0 failed.
        unjudged: answers without a value.
        value: mean of the answers, a half where they are divided; None where nobody could judge.
        decided: what a lead decided; None for nothing.
    """

    trace_id: str
    weight: float
    by: Mapping[str, float]
    unjudged: int
    value: float | None
    decided: float | None = None


@dataclass(frozen=True)
class Sample:
    """The labels of one question that may speak for a version in a window, and the others.

    Attributes:
        items: those that may.
        running: whether a campaign among theirs may still get answers.
        sessions: whether the items are whole sessions.
        left_out: reason -> the labeled items that it keeps out.
        planned: how many items the plans of its frames hold.
    """

    items: tuple[Weighted, ...] = ()
    running: bool = False
    sessions: bool = False
    left_out: Mapping[str, tuple[LabeledItem, ...]] = field(default_factory=dict)
    planned: int = 0


def sample_of(
    labeled: Iterable[LabeledItem],
    reaches: Mapping[FrameKey, Reach],
    version: str,
    times: Numbers,
    when: Mapping[str, int],
) -> Sample:
    """Return the sample of a version in a window.

    Args:
        labeled: items of the question and version in the window, of any campaign.
        reaches: the frames they were drawn from.
        version: what produced them.
        times: when each trace of the version in the window came: all of its traffic there.
        when: trace id -> when it came.
    """
    drawn, out = _sorted_out(labeled, reaches)
    units = Counter(item.unit for items in drawn.values() for item in items)
    sessions = bool(units) and not units["trace"]
    for key, items in list(drawn.items()):
        if items[0].unit != "trace" and not sessions:
            out.setdefault(OTHER_UNIT, []).extend(drawn.pop(key))
        elif _untouched(reaches[key], version):
            out.setdefault(UNTOUCHED, []).extend(drawn.pop(key))
    chosen = _chosen(drawn, reaches, times, when)
    for key, items in drawn.items():
        if key not in chosen.frames:
            out.setdefault(chosen.why or _partly(reaches[key], times), []).extend(items)
    return Sample(
        chosen.items,
        any(reaches[key].running for key in chosen.frames),
        sessions,
        {why: tuple(items) for why, items in out.items()},
        sum(reaches[key].planned for key in chosen.frames),
    )


def taken_as_random(items: Sequence[LabeledItem], traffic: int) -> tuple[Weighted, ...]:
    """Return items of which nobody knows how they were chosen as if they were a random sample.

    Args:
        items: of one version in a window.
        traffic: how many traces of it there are.

    >>> item = LabeledItem("tr-1", "trace", "v1", {"ana": 1.0}, 0, ("", ""))
    >>> [(one.value, one.weight) for one in taken_as_random([item], 10)]
    [(1.0, 10.0)]
    """
    return tuple(_weighted(item.trace_id, [item], len(items) / traffic) for item in items)


def _sorted_out(
    labeled: Iterable[LabeledItem], reaches: Mapping[FrameKey, Reach]
) -> tuple[dict[FrameKey, list[LabeledItem]], dict[str, list[LabeledItem]]]:
    """Return the items by frame, and by reason those that no frame lets into a rate."""
    drawn: dict[FrameKey, list[LabeledItem]] = {}
    out: dict[str, list[LabeledItem]] = {}
    for item in labeled:
        reach = reaches.get(item.frame)
        why = reach.why_not if reach else NO_FRAME
        if item.probability is None:
            why = ONE_BY_ONE
        if why:
            out.setdefault(why, []).append(item)
        else:
            drawn.setdefault(item.frame, []).append(item)
    return drawn, out


@dataclass(frozen=True)
class _Chosen:
    frames: frozenset[FrameKey] = frozenset()
    items: tuple[Weighted, ...] = ()
    why: str = ""  # why the other frames are not among them


def _chosen(
    drawn: Mapping[FrameKey, Sequence[LabeledItem]],
    reaches: Mapping[FrameKey, Reach],
    times: Numbers,
    when: Mapping[str, int],
) -> _Chosen:
    """Return all frames together where every chance is known, else the best one alone."""
    held = {key: reaches[key].holds(times) for key in drawn}
    if not held or not np.logical_or.reduce(list(held.values())).all():
        return _Chosen()
    together = _together(drawn, reaches, when)
    if together is not None:
        return _Chosen(frozenset(drawn), together)
    whole = [key for key, mask in held.items() if mask.all()]
    if not whole:
        return _Chosen(why=ALONE)
    best = max(whole, key=lambda key: (len(drawn[key]), key))
    alone = _together({best: drawn[best]}, reaches, when)
    return _Chosen(frozenset([best]), alone or (), ALONE)


def _together(
    drawn: Mapping[FrameKey, Sequence[LabeledItem]],
    reaches: Mapping[FrameKey, Reach],
    when: Mapping[str, int],
) -> tuple[Weighted, ...] | None:
    """Return the items with union weights; None where some chance cannot be told."""
    places: dict[Place, dict[FrameKey, LabeledItem]] = {}
    for key, items in drawn.items():
        for item in items:
            places.setdefault(item.place, {})[key] = item
    others = {key: _chance_of_any(reaches[key], items) for key, items in drawn.items()}
    found = []
    for (trace_id, _), mine in places.items():
        at = np.asarray([when[trace_id]])
        holding = [key for key in drawn if key in mine or reaches[key].holds(at)[0]]
        chances = [mine[key].probability if key in mine else others[key] for key in holding]
        missed = [1 - chance for chance in chances if chance is not None]
        if len(missed) < len(holding) or len({reaches[key].luck for key in holding}) < len(holding):
            return None
        found.append(_weighted(trace_id, list(mine.values()), 1 - prod(missed)))
    return tuple(found)


def _chance_of_any(reach: Reach, items: Sequence[LabeledItem]) -> float | None:
    """Return the chance of every trace of the version; None where it differs from one to another.

    A frame of which the version's items lie in one stratum draws all of them with one chance.
    """
    names = {item.stratum for item in items}
    chances = {item.probability for item in items}
    strata = reach.frame.strata if reach.frame else {}
    one = len(strata) <= 1 or (len(names) == 1 and _is_by_version(reach))
    return chances.pop() if one and len(chances) == 1 else None


def _is_by_version(reach: Reach) -> bool:
    sample = reach.frame.rule.get("sample", {}) if reach.frame else {}
    return list(sample.get("by", ())) == ["version"]


def _untouched(reach: Reach, version: str) -> bool:
    """Tell whether a stratum that may hold traces of the version has nothing that was done."""
    strata = reach.frame.strata if reach.frame else {}
    if len(strata) <= 1 or _is_by_version(reach):
        return False
    theirs = {name: size for name, size in strata.items() if _names(name, version)}
    strata = theirs or strata
    return any(size.N > 0 and name not in reach.done for name, size in strata.items())


def _names(stratum: str, version: str) -> bool:
    """Tell whether a stratum of several traits names a version, whatever signs that has."""
    return f"{BETWEEN}{version}{BETWEEN}" in f"{BETWEEN}{stratum}{BETWEEN}"


def _weighted(trace_id: str, items: Sequence[LabeledItem], chance: float) -> Weighted:
    by = {name: value for item in items for name, value in item.by.items()}
    known = next((item.known for item in items if item.known is not None), None)
    mean = sum(by.values()) / len(by) if by else None
    decided = next((i.decided for i in reversed(items) if i.decided is not None), None)
    unjudged = sum(item.unjudged for item in items)
    value = mean if known is None else known
    return Weighted(trace_id, 1 / chance, by, unjudged, value, decided)


def _partly(reach: Reach, times: Numbers) -> str:
    held = times[reach.holds(times)]
    if not len(held):
        return PARTLY.format(days="none of it")
    return PARTLY.format(days=days_in_words(int(held.min()), int(held.max())))
