"""What a lead should look at, in words. Hints, never an exclusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from review_app.campaigns import Campaign
from review_app.distribution import WIDE_SHARE, QuestionNumbers
from review_app.durations import duration
from review_app.reviewer_numbers import ReviewerNumbers

FAST_SHARE = 1 / 5  # of the others' median seconds; below it somebody may not be reading
FEW = 10  # timed, finished or judged items, below which nothing is said
GOLD_SHARE = 0.75  # of right answers to gold items, below which the lead should look
QUIET_DAYS = 3
DRY = 3  # open items, at or below which somebody soon has nothing to do
DRY_TIMES = 5  # as many open items as that, and at least FEW, the longest queue must hold
_DAY_MS = 86_400_000

Kind = Literal["no access", "gold", "fast", "skips", "cannot judge", "not started", "dry", "quiet"]


@dataclass(frozen=True)
class Warned:
    """One thing to look at.

    Attributes:
        kind: what sort; it says which action helps.
        short: the finding, the first part of the sentence.
        more: the rest of the sentence; "" when the first part says it all.
        reviewer: whom it is about; "" for nobody in particular.
        question: which question; "" for none in particular.
    """

    kind: Kind
    short: str
    more: str = ""
    reviewer: str = ""
    question: str = ""


def campaign_warnings(
    campaign: Campaign,
    reviewers: Sequence[ReviewerNumbers],
    questions: Sequence[QuestionNumbers],
    now_ms: int,
) -> tuple[Warned, ...]:
    """Return what the lead should look at, what stops the work first.

    Work that is over is not hurried: a campaign that is not open gets only what is about answers.
    """
    found = [*_gold(reviewers), *_fast(reviewers), *_skips(reviewers), *_cannot_judge(questions)]
    if campaign.status == "open":
        found += [*_not_started(reviewers), *_dry(reviewers), *_quiet(reviewers, now_ms)]
        found = [*_no_access(reviewers), *found]
    return tuple(found)


def _no_access(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    for one in reviewers:
        if one.open and not one.invited:
            left = f"has {_counted(len(one.open), 'item')} left but is not invited."
            yield Warned(
                "no access", f"{one.reviewer} cannot open this campaign:", left, one.reviewer
            )
        elif one.open and not one.has_queue:
            yield Warned(
                "no access",
                f"{one.reviewer} has no reviewer queue in MLflow",
                "and sees no items. It may have been deleted there.",
                one.reviewer,
            )


def _gold(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    for one in reviewers:
        if one.gold.share is not None and one.gold.share < GOLD_SHARE:
            yield Warned(
                "gold",
                f"{one.reviewer} misses {one.gold.missed} of {one.gold.answers} gold answers.",
                "Look at them together: the question may be unclear, or the gold wrong.",
                one.reviewer,
            )


def _fast(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    paces = {r.reviewer: r.median_seconds for r in reviewers if len(r.seconds) >= FEW}
    for name, pace in paces.items():
        others = [other for who, other in paces.items() if who != name and other is not None]
        if pace is None or not others:
            continue
        usual = median(others)
        if pace < FAST_SHARE * usual:
            short = f"{name} answers in {duration(pace)} where others need {duration(usual)}."
            yield Warned("fast", short, "A hint, no proof: some people read fast.", name)


def _skips(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    for one in reviewers:
        n = len(one.done)
        if n >= FEW and len(one.skipped) > WIDE_SHARE * n:
            short = f"{one.reviewer} skipped {len(one.skipped)} of {n} items."
            yield Warned("skips", short, "Their reasons say what to change.", one.reviewer)


def _cannot_judge(questions: Sequence[QuestionNumbers]) -> Iterator[Warned]:
    for one in questions:
        asked = len(one.judged) + one.unjudged
        if asked >= FEW and one.unjudged > WIDE_SHARE * asked:
            yield Warned(
                "cannot judge",
                f"“{one.question.heading}” could not be judged {one.unjudged} of {asked} times.",
                "The reasons say whether the question or the source is at fault.",
                question=one.question.name,
            )


def _not_started(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    if max((len(r.done) for r in reviewers), default=0) < FEW:
        return
    for one in reviewers:
        if one.open and not one.done and one.invited and one.has_queue:
            yield Warned(
                "not started",
                f"{one.reviewer} has not started",
                f"and has {_counted(len(one.open), 'item')}.",
                one.reviewer,
            )


def _dry(reviewers: Sequence[ReviewerNumbers]) -> Iterator[Warned]:
    fullest = max(reviewers, key=lambda r: (len(r.open), r.reviewer), default=None)
    if fullest is None or len(fullest.open) < FEW:
        return
    for one in reviewers:
        left = len(one.open)
        if one.done and left <= DRY and len(fullest.open) >= DRY_TIMES * max(left, 1):
            has = f"has {_counted(left, 'item')} left" if left else "has nothing left to do"
            yield Warned(
                "dry",
                f"{one.reviewer} {has},",
                f"while {fullest.reviewer} has {len(fullest.open)}.",
                one.reviewer,
            )


def _quiet(reviewers: Sequence[ReviewerNumbers], now_ms: int) -> Iterator[Warned]:
    newest = max((r.newest_ms for r in reviewers), default=0)
    days = (now_ms - newest) // _DAY_MS
    if newest and days >= QUIET_DAYS and any(r.open for r in reviewers):
        yield Warned("quiet", f"Nobody has answered for {days} days.", "Remind them, or close it.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
