"""Answers as they were given, and the two readings of them.

*Independent* is what a person said before anything of others, of a judge or of the facts was shown:
for agreement, rates and everything said about reviewers. *Current* is what stands now: for display
and labeled sets. Both read plain values, whatever wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from review_app.answers import ADJUDICATION, JUDGE_DISAGREEMENT, SKIP_REASON, Assessment

UNKNOWN = "unknown"  # what had been seen, of answers that carry no record of it
BLIND: frozenset[str] = frozenset()


class Turn(NamedTuple):
    """One reviewer's turn at one item: what is done or open, and what an answer belongs to."""

    reviewer: str
    round: int
    trace_id: str
    unit: str = "trace"


class Place(NamedTuple):
    """What has one independent answer at most."""

    campaign: str
    wording: str
    question: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Given:
    """One thing a person said about an item: an answer, a "cannot judge", or a skip's reason.

    Attributes:
        id: of the assessment.
        turn: who said it, of which item, in which round.
        question: name of the question, or ``skip_reason``.
        value: None when the person cannot judge, or takes an earlier answer back.
        campaign: run id of the campaign; "" where nobody recorded one.
        role: what it counts as (MEASUREMENT.md); ``reviewer`` where nothing was recorded.
        wording: version of the question; "" where nothing was recorded.
        seen: what had been shown before: ``nothing``, names joined by "+", or ``unknown``.
        rationale: why; "" when nothing was said.
        cannot_judge: why it cannot be judged; "" when it was.
        submission: names what was sent in one go; "" where nothing was recorded.
        seconds: active seconds of that submission; None where nothing was recorded.
        answered_ms: when the person said it, milliseconds since the epoch; 0 when not recorded.
        created_ms: when MLflow stored it: the order of all that was said.
        valid: False once another assessment overrode it.
        reason: why it was asked, as recorded.
    """

    id: str
    turn: Turn
    question: str
    value: Any
    campaign: str = ""
    role: str = "reviewer"
    wording: str = ""
    seen: str = UNKNOWN
    rationale: str = ""
    cannot_judge: str = ""
    submission: str = ""
    seconds: float | None = None
    answered_ms: int = 0
    created_ms: int = 0
    valid: bool = True
    reason: str = ""

    @property
    def says_nothing(self) -> bool:
        """True when it only takes back what was said before."""
        return self.value is None and not self.cannot_judge

    @property
    def because(self) -> str:
        """``judge_disagreement`` where a judge that said otherwise made it be asked; else ""."""
        return JUDGE_DISAGREEMENT if self.reason == JUDGE_DISAGREEMENT else ""

    @property
    def given_ms(self) -> int:
        """When it was given, as well as that is known."""
        return self.answered_ms or self.created_ms

    def is_blind(self, allowing: frozenset[str] = BLIND) -> bool:
        """Tell whether nothing had been shown but what is allowed; unknown must be, too."""
        if self.seen == UNKNOWN:
            return UNKNOWN in allowing
        return not set(self.seen.split("+")) - allowing - {"nothing"}

    @property
    def order(self) -> tuple[int, int, str]:
        """What sorts all that was said by when it was said; no two are equal."""
        return self.created_ms, self.answered_ms, self.id


def given_by_people(trace_id: str, stored: Iterable[Assessment]) -> list[Given]:
    """Return what people said about the trace as a whole, overridden rows too."""
    return [
        _given(trace_id, one) for one in stored if one.source_type == "HUMAN" and not one.span_id
    ]


def independent(
    given: Iterable[Given], allowing: frozenset[str] = BLIND, *, later_rounds: bool = False
) -> dict[Place, Given]:
    """Return the newest blind answer of each campaign, wording, reviewer and item, of round 1.

    A revision after a reveal does not replace it, though MLflow calls it overridden; a blind skip,
    or blindly taking it back, does. "Cannot judge" is among them; a lead's decisions are not, also
    where the lead reviewed the same item. Drafts must be left out before.

    Args:
        given: in any order.
        allowing: what may have been shown; in an open campaign ``facts``.
        later_rounds: True reads the repeats instead: every round after the first.
    """
    skipped: dict[tuple[str, Turn], tuple[int, int, str]] = {}
    newest: dict[Place, Given] = {}
    for one in sorted(given, key=lambda g: g.order):
        if one.role == ADJUDICATION or not one.is_blind(allowing):
            continue
        if (one.turn.round > 1) is not later_rounds:
            continue
        if one.question != SKIP_REASON:
            newest[Place(one.campaign, one.wording, one.question, one.turn)] = one
        elif not one.says_nothing:
            skipped[one.campaign, one.turn] = one.order
    return {
        place: one
        for place, one in newest.items()
        if not one.says_nothing and one.order > skipped.get((one.campaign, one.turn), _NEVER)
    }


def current(given: Iterable[Given]) -> dict[tuple[str, Turn], Given]:
    """Return the newest valid answer of each question and turn, whichever campaign it is of."""
    return newest(one for one in given if one.valid)


def newest(given: Iterable[Given]) -> dict[tuple[str, Turn], Given]:
    """Return the newest of what reviewers said to each question in each turn.

    What was taken back is not said. A lead's decisions are none of it (``adjudication.decisions``).
    """
    answers = (one for one in given if one.role != ADJUDICATION)
    found = {(one.question, one.turn): one for one in sorted(answers, key=lambda g: g.order)}
    return {place: one for place, one in found.items() if not one.says_nothing}


def without_drafts(
    given: Iterable[Given], status: Mapping[tuple[str, int], Mapping[str, str]]
) -> list[Given]:
    """Leave out what belongs to a turn that is open: it may still change and counts nowhere.

    Args:
        given: what was said.
        status: (reviewer, round) -> trace id -> status in the reviewer queue.
    """
    return [
        one
        for one in given
        if status.get((one.turn.reviewer, one.turn.round), {}).get(one.turn.trace_id) != "pending"
    ]


_NEVER = (-1, -1, "")


def _given(trace_id: str, one: Assessment) -> Given:
    recorded = one.metadata
    return Given(
        id=one.assessment_id,
        turn=Turn(one.source.lower(), one.round, trace_id, one.unit),
        question=one.name,
        value=one.value,
        campaign=recorded.get("review.campaign", ""),
        role=recorded.get("review.role", "reviewer"),
        wording=recorded.get("review.question_version", ""),
        seen=recorded.get("review.seen", UNKNOWN) or UNKNOWN,
        rationale=one.rationale,
        cannot_judge=recorded.get("review.cannot_judge", ""),
        submission=recorded.get("review.submission", ""),
        seconds=_number(recorded.get("review.seconds", "")),
        answered_ms=int(_number(recorded.get("review.answered_at", "")) or 0),
        created_ms=one.created_ms,
        valid=one.valid,
        reason=recorded.get("review.reason", ""),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < _MOST else None


_MOST = 1e16  # more is damage
