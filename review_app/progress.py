"""How a campaign goes: everything that the campaign page says, from values alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from review_app.answers import SKIP_REASON
from review_app.campaign_warnings import Warned, campaign_warnings
from review_app.distribution import QuestionNumbers, question_numbers
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.reviewer_numbers import ReviewerNumbers, reviewer_numbers, seconds_left

NO_REASON = "no reason given"


@dataclass(frozen=True)
class Skipped:
    """One skipped turn and why; ``given_ms`` is 0 where nobody recorded when."""

    turn: Turn
    reason: str
    given_ms: int


@dataclass(frozen=True)
class Progress:
    """How a campaign goes at one moment.

    Attributes:
        gathered: what it was counted from.
        reviewers: in the campaign's order.
        questions: in the order they are asked; () while only the queues have been counted.
        skipped: newest first.
        notes: what people wrote, newest first: answers to questions for a text, and reasons.
    """

    gathered: Gathered
    reviewers: tuple[ReviewerNumbers, ...]
    questions: tuple[QuestionNumbers, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Given, ...] = ()

    @cached_property
    def done(self) -> int:
        """How many turns are done."""
        return sum(len(one.done) for one in self.reviewers)

    @cached_property
    def all(self) -> int:
        """How many turns there are."""
        return sum(one.all for one in self.reviewers)

    @cached_property
    def seconds_left(self) -> float:
        """How much active time the open turns take, all reviewers together."""
        return seconds_left(self.reviewers)

    @cached_property
    def newest_ms(self) -> int:
        """When somebody last sent something; 0 for never."""
        return max((one.newest_ms for one in self.reviewers), default=0)

    def warnings(self, now_ms: int) -> tuple[Warned, ...]:
        """Return what the lead should look at."""
        return campaign_warnings(self.gathered.campaign, self.reviewers, self.questions, now_ms)


def progress_of(gathered: Gathered, *, queues_only: bool = False) -> Progress:
    """Count everything.

    Args:
        gathered: what is known.
        queues_only: True while the answers have not been read: only what queues say is counted.
    """
    if queues_only:
        return Progress(gathered, reviewer_numbers(gathered))
    return Progress(
        gathered,
        reviewers=reviewer_numbers(gathered),
        questions=question_numbers(gathered),
        skipped=_skipped(gathered),
        notes=_notes(gathered),
    )


def _skipped(gathered: Gathered) -> tuple[Skipped, ...]:
    found = []
    for turn, status in gathered.turns.items():
        if status == "declined":
            reason = gathered.newest.get((SKIP_REASON, turn))
            words = str(reason.value).strip() if reason else ""
            found.append(Skipped(turn, words or NO_REASON, reason.given_ms if reason else 0))
    return tuple(sorted(found, key=lambda one: (-one.given_ms, one.turn)))


def _notes(gathered: Gathered) -> tuple[Given, ...]:
    """Return what people wrote; texts that say what should have been are no notes."""
    written = {
        q.name for q in gathered.campaign.questions if q.kind == "text" and not q.expectation
    }
    found = [
        one
        for (name, turn), one in gathered.newest.items()
        if name != SKIP_REASON
        and gathered.turns.get(turn) != "declined"
        and (one.rationale.strip() or (name in written and one.value))
    ]
    return tuple(sorted(found, key=lambda one: (-one.given_ms, one.turn, one.question)))
