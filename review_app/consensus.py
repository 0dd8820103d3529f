"""Consensus: what people together say about an item, by a named rule, and when they do not.

An adjudication stands above all; then what everybody says; then what more than half say. Anything
else is a tie: it is counted, shown, and left to a lead; nothing breaks it silently. "Cannot judge"
is no vote.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Rule = Literal["majority", "unanimous", "adjudicated"]
Basis = Literal["adjudicated", "known answer", "single", "unanimous", "majority", "tie", "nobody"]
RULES: Mapping[Rule, str] = {
    "majority": "adjudicated, else what all say, else what more than half say",
    "unanimous": "adjudicated, else what all say, two people at least",
    "adjudicated": "only what a lead settled",
}


@dataclass(frozen=True)
class Verdict:
    """What an item's answers come to.

    Attributes:
        value: the consensus; None where there is none.
        basis: what it stands on; ``tie`` and ``nobody`` stand on nothing.
        votes: value as JSON text -> how many people said so; "cannot judge" is not among them.
        share: of the votes that are for the consensus, or for the most frequent value in a tie.
    """

    value: Any
    basis: Basis
    votes: Mapping[str, int]
    share: float

    @property
    def is_settled(self) -> bool:
        """Whether there is a consensus."""
        return self.basis not in ("tie", "nobody")


def verdict(values: Iterable[Any], adjudicated: Any = None, known: Any = None) -> Verdict:
    """Return what the answers of different people to one item come to.

    Args:
        values: one of each person; None for "cannot judge".
        adjudicated: a lead's decision; None for none.
        known: the right answer of a gold item; None for none.

    >>> verdict(["Yes", "Yes", "No"]).basis, verdict(["Yes", "No"]).basis
    ('majority', 'tie')
    """
    votes = Counter(_text(value) for value in values if value is not None)
    total = sum(votes.values())
    top = votes.most_common(1)[0] if votes else ("null", 0)
    share = top[1] / total if total else 0.0
    decisions: tuple[tuple[Any, Basis], ...] = (
        (adjudicated, "adjudicated"),
        (known, "known answer"),
    )
    for decided, by in decisions:
        if decided is not None:
            share = votes[_text(decided)] / total if total else 0.0
            return Verdict(decided, by, dict(votes), share)
    if not total:
        return Verdict(None, "nobody", {}, 0.0)
    if 2 * top[1] <= total:
        return Verdict(None, "tie", dict(votes), share)
    basis: Basis = "majority" if len(votes) > 1 else "unanimous" if total > 1 else "single"
    return Verdict(json.loads(top[0]), basis, dict(votes), share)


def follows(rule: Rule, found: Verdict) -> bool:
    """Tell whether the rule accepts the verdict as a label."""
    accepted: Mapping[Rule, Sequence[Basis]] = {
        "majority": ("adjudicated", "known answer", "single", "unanimous", "majority"),
        "unanimous": ("adjudicated", "known answer", "unanimous"),
        "adjudicated": ("adjudicated", "known answer"),
    }
    return found.basis in accepted[rule]


def _text(value: Any) -> str:
    """Return a value as text that is equal for equal values; 1 and 1.0 are."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
