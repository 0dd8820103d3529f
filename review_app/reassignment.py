"""Reassignment: items change hands when people come, go, or run dry.

Only items that nobody has begun move, and only one review of each; items that the same people must
all read (the common ones) stay with them, as do gold items and repeats. Moved items are taken from
the end of a list, far from what its owner is reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from review_app.campaigns import Assignment, PlanItem, Unit

KEPT_AHEAD = 10  # items that stay with a reviewer who is at work
Place = tuple[str, Unit]


@dataclass
class _Hands:
    """Who holds what, while items move.

    Attributes:
        items: the plan by place, as it is changed.
        each: independent reviews an item; one with more is common and stays.
        pending: reviewer -> places not yet begun, in the order of their list.
        last: reviewer -> the last position of their list.
        changed: places whose line must be restated.
    """

    items: dict[Place, PlanItem]
    each: int
    pending: dict[str, list[Place]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    changed: dict[Place, None] = field(default_factory=dict)

    def may_move(self, place: Place, to: str) -> bool:
        """Tell whether the item may go to somebody: not common, not theirs already."""
        item = self.items[place]
        holders = [turn.reviewer for turn in item.assigned]
        plain = item.role == "reviewer" and all(turn.round == 1 for turn in item.assigned)
        return plain and len(holders) <= self.each and to not in holders

    def give(self, place: Place, of: str, to: str | None) -> None:
        """Take the item from somebody and give it to another, or to nobody."""
        kept = [t for t in self.items[place].assigned if (t.reviewer, t.round) != (of, 1)]
        self.pending[of].remove(place)
        if to is not None:
            self.last[to] = self.last.get(to, 0) + 1
            kept.append(Assignment(to, self.last[to]))
            self.pending.setdefault(to, []).append(place)
        self.items[place] = replace(self.items[place], assigned=tuple(kept))
        self.changed[place] = None

    def revised(self) -> tuple[PlanItem, ...]:
        """Return the lines that the plan's next part must hold."""
        return tuple(self.items[place] for place in self.changed)


def _hands(plan: Iterable[PlanItem], pending: Mapping[str, frozenset[str]], each: int) -> _Hands:
    hands = _Hands({item.place: item for item in plan}, each)
    ordered = sorted(
        (turn.position, turn.reviewer, item.place, turn.round)
        for item in hands.items.values()
        for turn in item.assigned
    )
    for position, person, place, round_ in ordered:
        hands.last[person] = position
        if round_ == 1 and place[0] in pending.get(person, ()):
            hands.pending.setdefault(person, []).append(place)
    return hands


def taken_over(
    plan: Sequence[PlanItem], pending: Mapping[str, frozenset[str]], each: int, person: str
) -> tuple[PlanItem, ...]:
    """Return the restated items after somebody who ran dry took half of the longest list.

    Args:
        plan: as it is.
        pending: reviewer -> traces of their first round that they have not begun.
        each: independent reviews an item.
        person: who takes over.

    Returns:
        The lines for the plan's next part; () when there is nothing to take.
    """
    hands = _hands(plan, pending, each)
    others = sorted((len(places), name) for name, places in hands.pending.items())
    for _, name in reversed(others):
        free = hands.pending[name][KEPT_AHEAD:] or hands.pending[name][1:]
        movable = [place for place in free if hands.may_move(place, person)]
        if name != person and movable:
            for place in movable[-max(1, len(movable) // 2) :]:
                hands.give(place, name, person)
            break
    return hands.revised()


def rebalanced(
    plan: Sequence[PlanItem],
    pending: Mapping[str, frozenset[str]],
    each: int,
    reviewers: Sequence[str],
) -> tuple[PlanItem, ...]:
    """Return the restated items after unstarted items were levelled among the reviewers.

    A reviewer who is new gets the gold and practice items too.
    """
    hands = _hands(plan, pending, each)
    for person in reviewers:
        hands.pending.setdefault(person, [])
        if person not in hands.last:
            _welcome(hands, person)
    while (move := _next_move(hands, reviewers)) is not None:
        hands.give(*move)
    return hands.revised()


def without(
    plan: Sequence[PlanItem],
    pending: Mapping[str, frozenset[str]],
    each: int,
    person: str,
    others: Sequence[str],
) -> tuple[PlanItem, ...]:
    """Return the restated items after somebody left: others get what they had not begun.

    What the others have already, and what only that person could be asked, is dropped.
    """
    hands = _hands(plan, pending, each)
    for place in list(hands.pending.get(person, ())):
        able = [
            (len(hands.pending.get(name, ())), name)
            for name in others
            if hands.may_move(place, name)
        ]
        hands.give(place, person, min(able)[1] if able else None)
    return hands.revised()


def _welcome(hands: _Hands, person: str) -> None:
    """Give somebody new the items that everybody gets: practice first, gold after."""
    for role in ("practice", "gold"):
        for place, item in hands.items.items():
            if item.role == role and item.assigned:
                hands.last[person] = hands.last.get(person, 0) + 1
                turn = Assignment(person, hands.last[person])
                hands.items[place] = replace(item, assigned=(*item.assigned, turn))
                hands.changed[place] = None


def _next_move(hands: _Hands, reviewers: Sequence[str]) -> tuple[Place, str, str] | None:
    """Return the next item that makes the lists more equal; None when none does."""
    ranked = sorted((len(hands.pending[name]), name) for name in reviewers)
    for long, giver in reversed(ranked):
        for short, taker in ranked:
            if long - short < 2:
                break
            for place in reversed(hands.pending[giver]):
                if hands.may_move(place, taker):
                    return place, giver, taker
    return None
