"""What a pool offers to choose from, counted: versions, statuses, tags, judges, answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from review_app.pool import Candidate
from review_app.pool_filters import said

MOST = 500  # sessions, users and tags that are offered; others can be typed


@dataclass(frozen=True)
class Choices:
    """Counts over the traces that were looked through.

    Attributes:
        total: traces.
        versions: version -> traces; most first, like all that follow.
        states: status -> traces.
        tags: "key=value" -> traces.
        sessions: id -> traces.
        users: id -> traces.
        thumbs: "up", "down" or "none" -> traces.
        judges: ``name@source`` -> word or "pass"/"fail" -> traces; {} for one that gives numbers.
        answers: question -> answer as text -> traces.
    """

    total: int = 0
    versions: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    sessions: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[str, int] = field(default_factory=dict)
    thumbs: Mapping[str, int] = field(default_factory=dict)
    judges: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def choices_of(candidates: Iterable[Candidate]) -> Choices:
    """Count what these candidates offer."""
    found = list(candidates)
    return Choices(
        total=len(found),
        versions=_counts(c.version for c in found),
        states=_counts(c.state for c in found),
        tags=_counts(f"{key}={value}" for c in found for key, value in c.tags.items()),
        sessions=_counts(c.session for c in found if c.session),
        users=_counts(c.user for c in found if c.user),
        thumbs=_counts(_thumbs(c.thumbs) for c in found),
        judges=_judges(found),
        answers=_answers(found),
    )


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common(MOST))


def _thumbs(vote: bool | None) -> str:  # noqa: FBT001 - the value itself is a vote
    return "none" if vote is None else "up" if vote else "down"


def _judges(found: list[Candidate]) -> dict[str, dict[str, int]]:
    words: dict[str, Counter[str]] = {}
    for candidate in found:
        for judge, score in candidate.scores.items():
            counts = words.setdefault(judge, Counter())
            if isinstance(score, bool | str):
                counts[said(score)] += 1
    return {judge: dict(counts.most_common(MOST)) for judge, counts in sorted(words.items())}


def _answers(found: list[Candidate]) -> dict[str, dict[str, int]]:
    words: dict[str, Counter[str]] = {}
    for candidate in found:
        for question, answer in candidate.answers.items():
            words.setdefault(question, Counter())[said(answer)] += 1
    return {question: dict(counts.most_common(MOST)) for question, counts in sorted(words.items())}
