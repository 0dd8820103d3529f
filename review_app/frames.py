"""Frames: what the items of a plan were drawn from, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stratum:
    """A part of a pool: how many sample units it holds and how many were drawn.

    Attributes:
        N: units in the pool; with near-duplicates removed, groups of them.
        n: units drawn.
        traces: sample units before near-duplicates were put together; N where they were not.
    """

    N: int
    n: int
    traces: int = 0


@dataclass(frozen=True)
class Frame:
    """The pool that items were drawn from; written before the items in a part of the plan.

    Attributes:
        id: what answers carry as ``review.frame``; unique in its campaign.
        pool: the pool in words.
        rule: filters and sample design, as a campaign file writes them; {} when chosen by hand.
        since_ms: start of the time window, milliseconds since the epoch; 0 when open.
        until_ms: end of the time window; 0 when open.
        strata: name -> size and number drawn.
        seed: what the random numbers began with; "" where nothing was random.
        group_sizes: size of a group of near-duplicates -> how many groups; {} where not removed.
        complete: False when the pool was larger than what was looked through.
        whole_traffic: True when nothing but time and version narrows the pool.
    """

    id: str
    pool: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    since_ms: int = 0
    until_ms: int = 0
    strata: Mapping[str, Stratum] = field(default_factory=dict)
    seed: str = ""
    group_sizes: Mapping[int, int] = field(default_factory=dict)
    complete: bool = True
    whole_traffic: bool = False


def frame_json(frame: Frame) -> dict[str, Any]:
    """Return the frame as JSON values, for a line of the plan."""
    return asdict(frame)


def frame_from(data: Mapping[str, Any]) -> Frame:
    """Return the frame that ``frame_json`` wrote; fields of later versions are left out."""
    known = {k: v for k, v in data.items() if k in Frame.__dataclass_fields__}
    strata = {name: Stratum(**size) for name, size in known.get("strata", {}).items()}
    sizes = {int(size): count for size, count in known.get("group_sizes", {}).items()}
    return Frame(**{**known, "strata": strata, "group_sizes": sizes})
