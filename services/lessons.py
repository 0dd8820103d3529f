"""Lessons: which traces a judge was aligned on, so that their labels prove nothing about it."""

from __future__ import annotations

from review_app.errors import Conflict
from services.labeled_sets import LabeledSets

GONE = (
    "{} was aligned, but nobody recorded on what, or that is gone. A judge may only be checked on"
    " what it never learned from."
)


def lessons_of(sets: LabeledSets, learned_sets: tuple[str, ...]) -> frozenset[str] | None:
    """Return the traces of all train splits that a judge learned from; None where these are gone.

    Args:
        sets: the labeled sets.
        learned_sets: run ids of the versions that it was aligned on, one after the other.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    found = [one for one in sets.every() if one.run_id in learned_sets]
    if not found or len(found) < len(learned_sets):
        return None
    try:
        rows = [row for one in found for row in sets.load(one).rows]
    except Conflict:  # no longer what was frozen
        return None
    return frozenset(row.trace_id for row in rows if row.split == "train")
