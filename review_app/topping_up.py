"""Topping up: more items for a running campaign, drawn by its own rule.

Either what came since the last draw, a pool of its own; or more of the pool as it was. Then both
draws together are one sample of that pool: the frame is written anew with all that was drawn, and
every item of it is restated with the probability of having come in by either draw, n / N.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from review_app.assignment import Extras, assign
from review_app.campaigns import PlanItem, PlanPart
from review_app.design import Design, Repeats
from review_app.errors import InvalidDesign
from review_app.frames import Frame, Stratum
from review_app.planning import Known, Scan, prepare
from review_app.strata import REST, sorted_into, units_of

POOL = "pool-"  # what the ids of frames begin with that were drawn from a pool


def last_pool(frames: Mapping[str, Frame]) -> Frame:
    """Return the frame of the newest draw from a pool.

    Raises:
        InvalidDesign: when nothing was drawn from a pool.
    """
    drawn = [frame for name, frame in frames.items() if name.startswith(POOL)]
    if not drawn:
        raise InvalidDesign("The items of this campaign were not drawn from a pool.")
    return drawn[-1]


def since_the_last(
    design: Design, scan: Scan, plan: Sequence[PlanItem], known: Known, number: int
) -> PlanPart:
    """Return the next part of the plan: a draw from what came since the last one.

    Where a stratum holds fewer items than the rule asks for, all of them are taken. Gold items and
    repeats come once only, at the start.
    """
    bare = replace(design, gold=(), practice=0, repeats=Repeats())
    planned = frozenset(item.trace_id for item in plan)
    part = prepare(bare, scan, replace(known, planned=planned), number=number).part
    return replace(part, items=_behind(plan, part.items))


def more_of_the_pool(
    design: Design,
    scan: Scan,
    plan: Sequence[PlanItem],
    frame: Frame,
    more: int,
    number: int,
) -> PlanPart:
    """Return the next part of the plan: ``more`` of each random stratum of the pool as it was.

    Raises:
        InvalidDesign: when the rule leaves nothing to draw more of, or ``more`` is less than 1.
    """
    _require_random(design, more)
    chance = random.Random(f"{design.seed}\nmore\n{number}")
    planned = {item.trace_id for item in plan if item.unit == design.sample.unit}
    units = [
        unit
        for unit in units_of(scan.candidates, design.sample)
        if not any(trace.trace_id in planned for trace in unit.traces)
    ]
    before: dict[str, list[PlanItem]] = {}
    for item in plan:
        if item.frame == frame.id:
            before.setdefault(item.stratum, []).append(item)
    rest = sorted_into(units, design.sample)
    new: list[PlanItem] = []
    restated: list[PlanItem] = []
    strata: dict[str, Stratum] = {}
    for name in dict.fromkeys((*before, *rest)):
        members, had = rest.get(name, []), before.get(name, [])
        whole = design.sample.kind == "mixed" and name != REST
        drawn = chance.sample(members, len(members) if whole else min(more, len(members)))
        size, count = len(members) + len(had), len(drawn) + len(had)
        strata[name] = Stratum(size, count, size)
        stated = _stated(f"{POOL}{number}", name, count / size if size else 0.0, design)
        new += [replace(stated, trace_id=unit.first.trace_id) for unit in drawn]
        restated += [replace(i, frame=stated.frame, probability=stated.probability) for i in had]
    shared = assign(new, design.reviewers, design.sharing, Extras(), f"{design.seed}\n{number}")
    written = replace(frame, id=f"{POOL}{number}", strata=strata, complete=scan.complete)
    return PlanPart((*restated, *_behind(plan, shared)), (written,)) if new else PlanPart(())


def _stated(frame: str, stratum: str, probability: float, design: Design) -> PlanItem:
    return PlanItem("", frame, "random sample", probability, stratum, unit=design.sample.unit)


def _require_random(design: Design, more: int) -> None:
    if more < 1:
        raise InvalidDesign("Say how many more items to draw; at least 1.")
    if design.sample.distinct:
        raise InvalidDesign(
            "Near-duplicates were removed when the sample was drawn, so no more of the same pool"
            " can be drawn. Make a new campaign instead."
        )
    if design.sample.kind in ("all", "newest"):
        raise InvalidDesign(
            "This campaign holds everything that its rule asks for. Top it up with what came since."
        )


def _behind(plan: Sequence[PlanItem], items: Sequence[PlanItem]) -> tuple[PlanItem, ...]:
    """Return the items with positions after everybody's last one."""
    last: dict[str, int] = {}
    for item in plan:
        for turn in item.assigned:
            last[turn.reviewer] = max(last.get(turn.reviewer, 0), turn.position)
    return tuple(
        replace(
            item,
            assigned=tuple(
                replace(turn, position=turn.position + last.get(turn.reviewer, 0))
                for turn in item.assigned
            ),
        )
        for item in items
    )
