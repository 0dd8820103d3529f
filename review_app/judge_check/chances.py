"""Chances of items of several campaigns: also those of campaigns that could have drawn an item.

An item that only one campaign drew might have been drawn by another one, too, and its chance is
that of either. Where that cannot be told, one frame stands alone: that of all traffic, else that
with most items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from review_app.labeled_rows import Drawn, LabeledRow
from review_app.rechecks import MIXED

FrameKey = tuple[str, str]  # run id of the campaign, id of the frame
UNCLEAR = "of a campaign that overlaps with another one, and it is unclear which could draw them"
COULD = "could have been drawn"
_OF_TIME = {"experiment", "last_days", "since", "until", "versions"}
_NO_FILTER: tuple[Any, ...] = ("", "any", None, [], {}, ())


def with_all_chances(
    rows: Sequence[LabeledRow], campaigns: Sequence[Mapping[str, Any]]
) -> tuple[list[LabeledRow], list[LabeledRow]]:
    """Return the rows with every frame that drew them or could have, and those left out.

    Frames are taken up one by one, those of all traffic first and then by how many items they drew,
    each only where every item's chance is then known; what only the others drew is left out.

    Args:
        rows: with the frames that drew them, those that may count.
        campaigns: of the datasheet: run id, frames.
    """
    frames = _frames(rows, campaigns)
    often = Counter(key for row in rows for key in _keys(row) if key in frames)
    taken: list[_Frame] = []
    for key in sorted(often, key=lambda key: (not frames[key].whole, -often[key], key)):
        if _fits(frames[key], taken, rows):
            taken.append(frames[key])
    return _sorted_out(rows, taken, frames.keys())


@dataclass(frozen=True)
class _Frame:
    """A frame, and the chance in each of its strata; None where items of one differ in it."""

    key: FrameKey
    sheet: Mapping[str, Any]
    chances: Mapping[str, float | None]

    @property
    def whole(self) -> bool:
        return bool(self.sheet.get("whole_traffic"))

    @property
    def filters(self) -> dict[str, Any]:
        pool = self.sheet.get("rule", {}).get("pool", {})
        return {k: v for k, v in pool.items() if k not in _OF_TIME and v not in _NO_FILTER}

    @property
    def versions(self) -> Sequence[str]:
        return self.sheet.get("rule", {}).get("pool", {}).get("versions") or ()

    @property
    def sample(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.sheet.get("rule", {}).get("sample", {})
        return found

    @property
    def time(self) -> tuple[int, float]:
        return self.sheet.get("since_ms", 0), self.sheet.get("until_ms", 0) or float("inf")

    @property
    def luck(self) -> tuple[str, str]:
        return self.sheet.get("seed") or self.key[0], self.key[1]

    def chance(self, row: LabeledRow, by: _Frame) -> float | None:
        """Return the chance to draw what another frame drew; None where it cannot be told."""
        if self._cannot_hold(row, by):
            return 0.0
        told = self.whole or bool(self.sheet.get("rule"))
        narrower = all(by.filters.get(k) == v for k, v in self.filters.items())
        inside = self.time[0] <= by.time[0] and by.time[1] <= self.time[1]
        known = told and narrower and inside and self.sheet.get("complete", True)
        if not known or self.sample.get("kind") == "newest" or self.luck == by.luck:
            return None
        return self._of_stratum(row, by)

    def _cannot_hold(self, row: LabeledRow, by: _Frame) -> bool:
        apart = self.time[1] < by.time[0] or by.time[1] < self.time[0]
        other_version = bool(self.versions) and row.version not in self.versions
        return apart or other_version or self.sample.get("unit", "trace") != row.unit

    def _of_stratum(self, row: LabeledRow, by: _Frame) -> float | None:
        strata, split_by = self.sheet.get("strata", {}), list(self.sample.get("by", ()))
        if len(strata) <= 1:
            return next(iter(self.chances.values()))
        if split_by == ["version"]:
            return self.chances.get(row.version, 0.0)
        if split_by and by.sample.get("by") == self.sample.get("by"):
            mine = next(one.stratum for one in row.drawn if (one.campaign, one.frame) == by.key)
            return self.chances.get(mine, 0.0)
        return None


def _frames(
    rows: Iterable[LabeledRow], campaigns: Iterable[Mapping[str, Any]]
) -> dict[FrameKey, _Frame]:
    """Return the frames that drew something with a chance that is known."""
    seen: dict[FrameKey, dict[str, set[float]]] = {}
    for row in rows:
        for one in row.drawn:
            if one.probability is not None and one.frame != MIXED:
                theirs = seen.setdefault((one.campaign, one.frame), {})
                theirs.setdefault(one.stratum, set()).add(round(one.probability, 12))
    sheets = {(c["run_id"], frame["id"]): frame for c in campaigns for frame in c["frames"]}
    return {
        key: _Frame(
            key,
            sheets.get(key, {}),
            {name: some.copy().pop() if len(some) == 1 else None for name, some in strata.items()},
        )
        for key, strata in seen.items()
    }


def _keys(row: LabeledRow) -> list[FrameKey]:
    return [(one.campaign, one.frame) for one in row.drawn]


def _fits(frame: _Frame, taken: Sequence[_Frame], rows: Iterable[LabeledRow]) -> bool:
    """Tell whether the chances of all items stay known with one more frame."""
    for row in rows:
        mine = _keys(row)
        for other in taken:
            for one, by in ((frame, other), (other, frame)):
                if by.key in mine and one.key not in mine and one.chance(row, by) is None:
                    return False
                if by.key in mine and one.key in mine and one.luck == by.luck:
                    return False
    return True


def _sorted_out(
    rows: Iterable[LabeledRow], taken: Sequence[_Frame], random: Iterable[FrameKey]
) -> tuple[list[LabeledRow], list[LabeledRow]]:
    kept, out = [], []
    dropped = set(random) - {frame.key for frame in taken}
    for row in rows:
        drawn = tuple(one for one in row.drawn if (one.campaign, one.frame) not in dropped)
        if len(drawn) < len(row.drawn) and all(one.frame == MIXED for one in drawn):
            out.append(row)
            continue
        kept.append(replace(row, drawn=(*drawn, *_could(row, drawn, taken))))
    return kept, out


def _could(row: LabeledRow, drawn: Sequence[Drawn], taken: Sequence[_Frame]) -> list[Drawn]:
    """Return the frames that did not draw an item, and could have."""
    mine = [(one.campaign, one.frame) for one in drawn]
    by = next((frame for frame in taken if frame.key in mine), None)
    if by is None:
        return []
    others = ((one, one.chance(row, by)) for one in taken if one.key not in mine)
    return [Drawn(*one.key, "", chance, 1, COULD) for one, chance in others if chance]
