"""What a pool lets through, which time it covers, and what is wrong with its filters."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from review_app.design import Problem
from review_app.errors import InvalidDesign
from review_app.pool import AnswerFilter, Candidate, Pool, Score, ScoreFilter

DAY_MS = 86_400_000
STATES = ("OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED")
THUMBS = ("any", "up", "down", "none")
_VOTES = {"up": True, "down": False, "none": None}


def matches(pool: Pool, candidate: Candidate, now_ms: int) -> bool:
    """Tell whether the pool lets the candidate through; its experiment is not looked at.

    What was not recorded (a cost, a duration, a score) passes no filter that asks for it.

    Args:
        pool: the filters.
        candidate: what is known of the trace.
        now_ms: when the sample is drawn, milliseconds since the epoch.

    Raises:
        InvalidDesign: when a day of the pool is none.

    >>> matches(Pool("bot", thumbs="down"), Candidate("tr-1", thumbs=False), 0)
    True
    """
    return (
        _in_time(pool, candidate, now_ms)
        and _named(pool, candidate)
        and _says(pool.text, candidate)
        and _between(candidate.cost_usd, pool.min_cost, pool.max_cost)
        and _between(_seconds(candidate), pool.min_seconds, pool.max_seconds)
        and (pool.thumbs == "any" or candidate.thumbs is _VOTES[pool.thumbs])
        and (pool.score is None or _scored(pool.score, candidate))
        and (pool.answered is None or _answered(pool.answered, candidate))
    )


def window(pool: Pool, now_ms: int) -> tuple[int, int]:
    """Return the first and the last millisecond that the pool covers; 0 is an open end.

    Args:
        pool: the filters.
        now_ms: when the sample is drawn, milliseconds since the epoch.

    Raises:
        InvalidDesign: when a day of the pool is none.

    >>> window(Pool("bot", last_days=1), 100_000_000)
    (13600000, 100000000)
    """
    since = _start(pool.since) if pool.since else 0
    until = _start(pool.until) + DAY_MS - 1 if pool.until else 0
    if pool.last_days is not None:
        since = max(since, now_ms - pool.last_days * DAY_MS, 0)
        until = min(until or now_ms, now_ms)
    return since, until


def narrows_traffic(pool: Pool) -> bool:
    """Tell whether anything but time and version narrows the pool.

    Such a pool says nothing about the whole traffic of a version.

    >>> narrows_traffic(Pool("bot", last_days=7)), narrows_traffic(Pool("bot", thumbs="down"))
    (False, True)
    """
    bounds = (pool.min_cost, pool.max_cost, pool.min_seconds, pool.max_seconds)
    lists = (pool.states, pool.tags, pool.sessions, pool.users, pool.traces, pool.text.strip())
    return (
        any(bool(one) for one in lists)
        or any(bound is not None for bound in bounds)
        or pool.thumbs != "any"
        or pool.score is not None
        or pool.answered is not None
    )


def said(value: Score | list[str] | None) -> str:
    """Return a score or an answer as the filters write it.

    >>> said(True), said(4.0), said("No"), said(None)
    ('pass', '4', 'No', 'cannot judge')
    """
    if value is None:
        return "cannot judge"
    if isinstance(value, bool):
        return "pass" if value else "fail"
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, int | float) else value


def _in_time(pool: Pool, candidate: Candidate, now_ms: int) -> bool:
    since, until = window(pool, now_ms)
    return since <= candidate.requested_at_ms and (not until or candidate.requested_at_ms <= until)


def _named(pool: Pool, candidate: Candidate) -> bool:
    pairs = (
        (pool.versions, candidate.version),
        (pool.states, candidate.state),
        (pool.sessions, candidate.session),
        (pool.users, candidate.user),
        (pool.traces, candidate.trace_id),
    )
    tagged = all(candidate.tags.get(key) == value for key, value in pool.tags.items())
    return tagged and all(not allowed or value in allowed for allowed, value in pairs)


def _says(text: str, candidate: Candidate) -> bool:
    wanted = text.strip().casefold()
    return wanted in candidate.text.casefold() or wanted in candidate.answer.casefold()


def _seconds(candidate: Candidate) -> float | None:
    return None if candidate.duration_ms is None else candidate.duration_ms / 1000


def _between(value: float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    if value is None or math.isnan(value):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _scored(wanted: ScoreFilter, candidate: Candidate) -> bool:
    if wanted.judge not in candidate.scores:
        return False
    score = candidate.scores[wanted.judge]
    if wanted.equals and said(score).casefold() != wanted.equals.casefold():
        return False
    number = None if isinstance(score, bool | str) else float(score)
    return _between(number, wanted.at_least, wanted.at_most)


def _answered(wanted: AnswerFilter, candidate: Candidate) -> bool:
    there = wanted.question in candidate.answers
    if there and wanted.equals:
        answer = candidate.answers[wanted.question]
        words = [said(answer), *(answer if isinstance(answer, list) else ())]
        there = wanted.equals.casefold() in (word.casefold() for word in words)
    return there is wanted.present


def _start(day: str) -> int:
    found = day_of(day)
    if found is None:
        raise InvalidDesign(f"“{day}” is no day. Please write it like 2026-11-30.")
    return int(datetime(found.year, found.month, found.day, tzinfo=UTC).timestamp() * 1000)


def day_of(text: str) -> date | None:
    """Return the day of a text such as ``2026-11-30``; None when it is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    near_the_end = found > date.max - timedelta(days=1)
    return None if near_the_end or found.isoformat() != text else found


def pool_problems(pool: Pool) -> tuple[Problem, ...]:
    """Return what is wrong with the filters themselves; () when they can be used.

    Fields are named as in a campaign file: ``pool.since``.
    """
    found = [*_name_problems(pool), *_time_problems(pool), *_bound_problems(pool)]
    if pool.score and not pool.score.judge:
        found.append(("score", "Please say which judge's score is meant."))
    if pool.answered and not pool.answered.question:
        found.append(("answered", "Please say which question's answer is meant."))
    return tuple(Problem(f"pool.{name}", sentence) for name, sentence in found)


def _name_problems(pool: Pool) -> Iterable[tuple[str, str]]:
    if not pool.experiment.strip():
        yield "experiment", "Please say which experiment holds the traces."
    for state in pool.states:
        if state not in STATES:
            yield "states", f"“{state}” is no state. Known are {', '.join(STATES)}."
    if pool.thumbs not in THUMBS:
        yield "thumbs", f"“{pool.thumbs}” is no vote. Known are {', '.join(THUMBS)}."


def _time_problems(pool: Pool) -> Iterable[tuple[str, str]]:
    if pool.last_days is not None and pool.last_days < 1:
        yield "last_days", "The last days must be at least 1."
    if pool.last_days is not None and (pool.since or pool.until):
        yield "last_days", "Please give either the last days or a first and last day, not both."
    for name, day in (("since", pool.since), ("until", pool.until)):
        if day and day_of(day) is None:
            yield name, f"“{day}” is no day. Please write it like 2026-11-30."
    since, until = day_of(pool.since), day_of(pool.until)
    if since and until and since > until:
        yield "until", "The last day is before the first one."


def _bound_problems(pool: Pool) -> Iterable[tuple[str, str]]:
    low, high = (pool.score.at_least, pool.score.at_most) if pool.score else (None, None)
    for name, least, most in (
        ("cost", pool.min_cost, pool.max_cost),
        ("seconds", pool.min_seconds, pool.max_seconds),
        ("score", low, high),
    ):
        prefixes = ("", "") if name == "score" else ("min_", "max_")
        for prefix, bound in zip(prefixes, (least, most), strict=True):
            if bound is not None and math.isnan(bound):
                yield prefix + name, "This bound is no number."
        if least is not None and most is not None and least > most:
            yield prefixes[1] + name, "The largest value is below the smallest one."
