"""How each reviewer gets on: what is done and open, how fast, how steadily."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from review_app.campaigns import SECONDS_AN_ITEM
from review_app.checks import Check, Tally, gold_checks, repeat_checks
from review_app.gathered import Gathered
from review_app.given import Turn

ITEMS_FOR_A_PACE = 5  # fewer say nothing about how long the others will take


@dataclass(frozen=True)
class ReviewerNumbers:
    """One reviewer in one campaign.

    Attributes:
        reviewer: their name.
        done: turns that were submitted or skipped, repeats included.
        open: turns that are left.
        skipped: those of ``done`` that were skipped.
        seconds: done turn -> active seconds, all its submissions; where it was recorded.
        gold: answers to gold items against the right ones.
        repeats: answers to repeats against the first ones.
        newest_ms: when they last sent something, milliseconds since the epoch; 0 for never.
        invited: whether they may open the campaign.
        has_queue: whether MLflow holds all their reviewer queues.
    """

    reviewer: str
    done: tuple[Turn, ...] = ()
    open: tuple[Turn, ...] = ()
    skipped: tuple[Turn, ...] = ()
    seconds: Mapping[Turn, float] = field(default_factory=dict)
    gold: Tally = field(default_factory=Tally)
    repeats: Tally = field(default_factory=Tally)
    newest_ms: int = 0
    invited: bool = True
    has_queue: bool = True

    @property
    def all(self) -> int:
        """How many turns they have."""
        return len(self.done) + len(self.open)

    @property
    def median_seconds(self) -> float | None:
        """The median of the active seconds of an item; None before anything was timed."""
        return median(self.seconds.values()) if self.seconds else None

    @property
    def mean_seconds(self) -> float | None:
        """The mean of the same, which tells how long the rest takes; None as above."""
        return sum(self.seconds.values()) / len(self.seconds) if self.seconds else None

    @property
    def items_an_hour(self) -> float | None:
        """Items in an hour of active time; None before anything was timed."""
        return 3600 / self.mean_seconds if self.mean_seconds else None


def reviewer_numbers(gathered: Gathered) -> tuple[ReviewerNumbers, ...]:
    """Return the numbers of everybody who has turns or is invited, in the campaign's order."""
    turns: dict[str, dict[Turn, str]] = {name: {} for name in gathered.campaign.reviewers}
    for turn, status in gathered.turns.items():
        turns.setdefault(turn.reviewer, {})[turn] = status
    seconds = _seconds(gathered)
    gold, repeats = _checks(gathered)
    newest_ms: dict[str, int] = {}
    for one in gathered.sent:
        name = one.turn.reviewer
        newest_ms[name] = max(newest_ms.get(name, 0), one.given_ms)
    return tuple(
        ReviewerNumbers(
            reviewer=name,
            done=tuple(t for t, status in theirs.items() if status != "pending"),
            open=tuple(t for t, status in theirs.items() if status == "pending"),
            skipped=tuple(t for t, status in theirs.items() if status == "declined"),
            seconds={t: seconds[t] for t, s in theirs.items() if s != "pending" and t in seconds},
            gold=Tally(tuple(gold.get(name, ()))),
            repeats=Tally(tuple(repeats.get(name, ()))),
            newest_ms=newest_ms.get(name, 0),
            invited=name in gathered.campaign.reviewers,
            has_queue=all((name, t.round) in gathered.status for t in theirs),
        )
        for name, theirs in turns.items()
    )


def seconds_left(reviewers: Iterable[ReviewerNumbers]) -> float:
    """Return how long the open turns take, each reviewer at their own pace.

    Who has not done enough is expected to go at the pace of all together, and before that is known
    at ``SECONDS_AN_ITEM``.
    """
    reviewers = list(reviewers)
    together = [s for r in reviewers for s in r.seconds.values()]
    usual = float(SECONDS_AN_ITEM)
    if len(together) >= ITEMS_FOR_A_PACE:
        usual = sum(together) / len(together)
    return sum(
        len(r.open)
        * (r.mean_seconds if r.mean_seconds and len(r.seconds) >= ITEMS_FOR_A_PACE else usual)
        for r in reviewers
    )


def _seconds(gathered: Gathered) -> dict[Turn, float]:
    """Return turn -> active seconds; each submission is counted once, however much it holds."""
    sent = {
        (one.turn, one.submission): one.seconds
        for one in gathered.sent
        if one.submission and one.seconds is not None
    }
    found: dict[Turn, float] = {}
    for (turn, _), seconds in sorted(sent.items()):
        found[turn] = found.get(turn, 0.0) + seconds
    return {turn: seconds for turn, seconds in found.items() if seconds > 0}


def _checks(gathered: Gathered) -> tuple[dict[str, list[Check]], dict[str, list[Check]]]:
    questions = {q.name: q for q in gathered.campaign.questions}
    gold = gold_checks(questions, gathered.planned, gathered.first.values())
    repeats = repeat_checks(questions, gathered.before, gathered.again)
    return _by_reviewer(gold), _by_reviewer(repeats)


def _by_reviewer(checks: Iterable[Check]) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.turn.reviewer, []).append(check)
    return found
