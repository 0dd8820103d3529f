"""Looks: how often judges were checked on the same answers; each look costs certainty.

A look is claimed at its labeled set. Sets of one question that were built from a common campaign
are looks at the same answers, whatever the sets are called.
"""

from __future__ import annotations

from review_app.errors import Conflict
from review_app.frozen_sets import Frozen
from services.claims import claim, claimed
from services.labeled_sets import LabeledSets
from services.store import Store

_LOOK = "review.look."


def looks(store: Store, sets: LabeledSets, frozen: Frozen) -> int:
    """Return how many final checks the answers of a labeled set have had, of whatever judge.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    return sum(_claims(store, sets, name) for name in _names(sets, frozen))


def claim_look(store: Store, sets: LabeledSets, frozen: Frozen, run_id: str) -> int:
    """Claim the next look for a check, and return the how manieth it is.

    Raises:
        ReviewError: when MLflow did not take the claim; no look is counted then.
    """
    own = _claims(store, sets, frozen.name)
    elsewhere = looks(store, sets, frozen) - own
    home, number = sets.home(frozen.name), own + 1
    while claim(store, home, f"{_LOOK}{number:04d}", run_id) != run_id:
        number += 1
    return elsewhere + number


def _claims(store: Store, sets: LabeledSets, name: str) -> int:
    return sum(key.startswith(_LOOK) for key in claimed(store, sets.home(name)))


def _names(sets: LabeledSets, frozen: Frozen) -> set[str]:
    """Return the names of all sets that share the question and a campaign, its own among them."""
    mine = _campaigns(sets, frozen)
    others = {
        one.name.casefold()
        for one in sets.every()
        if one.question == frozen.question
        and one.name.casefold() != frozen.name.casefold()
        and mine & _campaigns(sets, one)
    }
    return others | {frozen.name.casefold()}


def _campaigns(sets: LabeledSets, frozen: Frozen) -> set[str]:
    try:
        return {str(one["run_id"]) for one in sets.load(frozen).sheet["campaigns"]}
    except Conflict:  # no longer what was frozen: nothing can be checked on it any more
        return set()
