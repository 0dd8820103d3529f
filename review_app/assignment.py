"""Assignment: who reviews which item, and in what order each of them reads.

Orders are random and differ by reviewer, so that the first half of a campaign is a smaller valid
sample. Gold items and repeats are spread evenly among the others; nothing marks them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from review_app.campaigns import Assignment, PlanItem, Unit
from review_app.design import Sharing

BLOCK = 30  # common items that the same people read, at least (MEASUREMENT.md)
REPEAT_AFTER = 50  # items between the first and the second time
FRAME_OF_REPEATS = "repeats"

Place = tuple[str, Unit]


@dataclass(frozen=True)
class Again:
    """An item that a reviewer answered in an earlier campaign and is asked again.

    Attributes:
        trace_id: the trace.
        unit: trace or session, as it was.
        round: the round that asking again makes, 2 or more.
    """

    trace_id: str
    unit: Unit
    round: int


@dataclass(frozen=True)
class Extras:
    """What comes beside the sampled items.

    Attributes:
        gold: items with known answers for everybody; of role ``practice`` those that come first.
        again: reviewer -> items of an earlier campaign to ask again.
        repeats: how many of their own sampled items each reviewer is asked a second time.
    """

    gold: Sequence[PlanItem] = ()
    again: Mapping[str, Sequence[Again]] = field(default_factory=dict)
    repeats: int = 0


def assign(
    items: Sequence[PlanItem],
    reviewers: Sequence[str],
    sharing: Sharing,
    extras: Extras,
    seed: str,
) -> list[PlanItem]:
    """Return the plan: the items, gold and repeats with everybody's turns.

    Args:
        items: the sampled items, without those that are gold.
        reviewers: their names; () when everybody who joins reviews everything.
        sharing: reviews per item, and how many items are common.
        extras: gold, practice and repeats.
        seed: what the random numbers begin with.
    """
    if not reviewers:
        return [*extras.gold, *items]
    readers = who_reviews(items, reviewers, sharing, seed)
    repeated = _repeated(extras.again)
    turns: dict[Place, list[Assignment]] = {}
    for person in reviewers:
        own = [item.place for item in items if person in readers[item.place]]
        order = _order(person, own, extras, seed)
        for position, (place, round_) in enumerate(order, 1):
            turns.setdefault(place, []).append(Assignment(person, position, round_))
    return [
        replace(item, assigned=tuple(turns.get(item.place, ())))
        for item in (*extras.gold, *items, *repeated)
    ]


def who_reviews(
    items: Sequence[PlanItem], reviewers: Sequence[str], sharing: Sharing, seed: str
) -> dict[Place, tuple[str, ...]]:
    """Return the reviewers of each item: common items by block, the others in equal shares.

    Within every stratum each reviewer gets as many items as the others, give or take one, so that
    nobody reads mostly one version.
    """
    chance = random.Random(f"{seed}\nwho")
    common = _common(items, sharing.common, chance)
    teams = _teams(reviewers, sharing, len(common), chance)
    readers = {place: teams[i * len(teams) // len(common)] for i, place in enumerate(common)}
    total = dict.fromkeys(reviewers, 0)
    for team in readers.values():
        for person in team:
            total[person] += 1
    for members in _by_stratum(items):
        here = dict.fromkeys(reviewers, 0)
        rest = [item.place for item in members if item.place not in readers]
        chance.shuffle(rest)
        for place in rest:
            ranked = sorted((here[p], total[p], chance.random(), p) for p in reviewers)
            readers[place] = tuple(person for *_, person in ranked[: sharing.each])
            for person in readers[place]:
                here[person] += 1
                total[person] += 1
    return readers


def _common(items: Sequence[PlanItem], wanted: int, chance: random.Random) -> list[Place]:
    """Return a random subset within strata, each stratum by its share."""
    strata = _by_stratum(items)
    shares = [wanted * len(members) / max(1, len(items)) for members in strata]
    counts = [int(share) for share in shares]
    short = min(wanted, len(items)) - sum(counts)
    for index in sorted(range(len(strata)), key=lambda i: counts[i] - shares[i])[:short]:
        counts[index] += 1
    picked = [
        item.place
        for members, count in zip(strata, counts, strict=True)
        for item in chance.sample(members, min(count, len(members)))
    ]
    chance.shuffle(picked)
    return picked


def _teams(
    reviewers: Sequence[str], sharing: Sharing, common: int, chance: random.Random
) -> list[tuple[str, ...]]:
    """Return who reads each block of common items: the same people on at least ``BLOCK`` items."""
    people = list(reviewers)
    chance.shuffle(people)
    size = min(sharing.people, len(people))
    blocks = max(1, common // BLOCK) if len(people) > size else 1
    return [
        tuple(people[(block * size + i) % len(people)] for i in range(size))
        for block in range(blocks)
    ]


def _by_stratum(items: Sequence[PlanItem]) -> list[list[PlanItem]]:
    strata: dict[str, list[PlanItem]] = {}
    for item in items:
        strata.setdefault(item.stratum, []).append(item)
    return list(strata.values())


def _order(person: str, own: list[Place], extras: Extras, seed: str) -> list[tuple[Place, int]]:
    """Return a reviewer's list: practice first, then the rest in an order of their own."""
    chance = random.Random(f"{seed}\norder\n{person}")
    chance.shuffle(own)
    order = [(place, 1) for place in own]
    second = _spread([(place, 2) for place in _again_later(own, extras.repeats)], order, chance)
    gold = [(g.place, 1) for g in extras.gold if g.role == "gold"]
    chance.shuffle(gold)
    earlier = [((a.trace_id, a.unit), a.round) for a in extras.again.get(person, ())]
    chance.shuffle(earlier)
    practice = [(g.place, 1) for g in extras.gold if g.role == "practice"]
    return [*practice, *_spread(gold, _spread(earlier, second, chance, first=0), chance, first=0)]


def _again_later(own: list[Place], wanted: int) -> list[Place]:
    """Return those of the own items that are asked a second time: evenly from the early ones."""
    early = own[: max(0, len(own) - REPEAT_AFTER)]
    count = min(wanted, len(early))
    return [early[number * len(early) // count] for number in range(count)]


def _spread(
    some: list[tuple[Place, int]],
    among: list[tuple[Place, int]],
    chance: random.Random,
    first: int = REPEAT_AFTER,
) -> list[tuple[Place, int]]:
    """Return ``among`` with ``some`` put in evenly: one at a random place of each equal stretch.

    What is put in keeps its order and comes after ``first`` others, so that the second time of the
    earliest items is far from their first.
    """
    if not some:
        return among
    head, tail = among[:first], among[first:]
    stretch = (len(tail) + 1) / len(some)
    places = [int((i + chance.random()) * stretch) for i in range(len(some))]
    mixed: list[tuple[Place, int]] = []
    start = 0
    for place, one in zip(places, some, strict=True):
        mixed += [*tail[start:place], one]
        start = place
    return [*head, *mixed, *tail[start:]]


def _repeated(again: Mapping[str, Sequence[Again]]) -> list[PlanItem]:
    """Return the plan's lines of what is asked again from an earlier campaign."""
    found = {(a.trace_id, a.unit): a for asked in again.values() for a in asked}
    return [
        PlanItem(a.trace_id, FRAME_OF_REPEATS, "asked again", unit=a.unit) for a in found.values()
    ]
