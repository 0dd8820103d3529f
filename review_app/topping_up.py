"""Topping up: more items for a running campaign, drawn by its own rule.

Either what came since the last draw, a pool of its own; or more of the pool as it was. Then both
draws together are one sample of that pool: the frame is written anew with all that was drawn, and
every item of it is restated with the probability of having come in by either draw, n / N. A gold
item that is drawn keeps its role and gets its probability.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from review_app.assignment import Extras, assign
from review_app.campaigns import PlanItem, PlanPart
from review_app.design import Design, Repeats
from review_app.errors import InvalidDesign
from review_app.frames import Frame, Stratum
from review_app.planning import FRAME_OF_GOLD, Known, Scan, prepare
from review_app.strata import REST, Unit, sorted_into, units_of

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
    known = {item.trace_id: item for item in plan if item.unit == design.sample.unit}
    gold = {name: item for name, item in known.items() if item.frame == FRAME_OF_GOLD}
    before = _by_stratum(item for item in plan if item.frame == frame.id)
    rest = sorted_into(_free(scan, design, known.keys() - gold), design.sample)
    new, restated = list[PlanItem](), list[PlanItem]()
    strata: dict[str, Stratum] = {}
    for name in dict.fromkeys((*before, *rest)):
        members, had = rest.get(name, []), before.get(name, [])
        whole = design.sample.kind == "mixed" and name != REST
        drawn = chance.sample(members, len(members) if whole else min(more, len(members)))
        sizes = Stratum(len(members) + len(had), len(drawn) + len(had), len(members) + len(had))
        strata[name] = sizes
        stated = _stated(f"{POOL}{number}", name, sizes, design)
        ids = [unit.first.trace_id for unit in drawn]
        new += [replace(stated, trace_id=one) for one in ids if one not in gold]
        restated += _restated([*had, *(gold[one] for one in ids if one in gold)], stated)
    shared = assign(new, design.reviewers, design.sharing, Extras(), f"{design.seed}\n{number}")
    if not new:
        return PlanPart(())
    written = replace(frame, id=f"{POOL}{number}", strata=strata, complete=scan.complete)
    return PlanPart((*restated, *_behind(plan, shared)), (written,))


def _free(scan: Scan, design: Design, taken: AbstractSet[str]) -> list[Unit]:
    """Return the sample units of the pool of which no trace is taken."""
    return [
        unit
        for unit in units_of(scan.candidates, design.sample)
        if taken.isdisjoint(trace.trace_id for trace in unit.traces)
    ]


def _by_stratum(items: Iterable[PlanItem]) -> dict[str, list[PlanItem]]:
    found: dict[str, list[PlanItem]] = {}
    for item in items:
        found.setdefault(item.stratum, []).append(item)
    return found


def _stated(frame: str, stratum: str, size: Stratum, design: Design) -> PlanItem:
    probability = size.n / size.N if size.N else 0.0
    return PlanItem("", frame, "random sample", probability, stratum, unit=design.sample.unit)


def _restated(items: Iterable[PlanItem], as_this: PlanItem) -> list[PlanItem]:
    """Return the items in the frame, stratum and with the probability of another one."""
    return [
        replace(i, frame=as_this.frame, stratum=as_this.stratum, probability=as_this.probability)
        for i in items
    ]


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
