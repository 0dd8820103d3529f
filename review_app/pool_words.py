"""A pool as a person says it."""

from __future__ import annotations

from collections.abc import Iterable

from review_app.pool import AnswerFilter, Pool, ScoreFilter
from review_app.pool_filters import day_of

MOST_NAMED = 3  # more than these are counted


def in_words(pool: Pool) -> str:
    """Return the pool as a person says it.

    >>> in_words(Pool("support-bot", last_days=7, thumbs="down"))
    'traces of “support-bot” of the last 7 days with a thumbs-down'
    """
    parts = [part for part in _parts(pool) if part]
    between = " " if len(parts) < 3 else ", "
    return between.join([f"traces of “{pool.experiment}”", *parts])


def _parts(pool: Pool) -> Iterable[str]:
    yield _time_words(pool)
    yield _among("of", "version", pool.versions)
    yield _states_words(pool.states)
    yield from (f"with the tag {key} = {value}" for key, value in pool.tags.items())
    yield f"that say “{pool.text.strip()}”" if pool.text.strip() else ""
    yield _among("of", "session", pool.sessions)
    yield _among("of", "user", pool.users)
    yield _bounds("that cost", pool.min_cost, pool.max_cost, "${:g}")
    yield _bounds("that took", pool.min_seconds, pool.max_seconds, "{:g} s")
    yield {"up": "with a thumbs-up", "down": "with a thumbs-down", "none": "without a vote"}.get(
        pool.thumbs, ""
    )
    yield _score_words(pool.score) if pool.score else ""
    yield _answer_words(pool.answered) if pool.answered else ""
    yield f"from a list of {len(pool.traces):,}" if pool.traces else ""


def _time_words(pool: Pool) -> str:
    days = f"of the last {pool.last_days} days" if pool.last_days != 1 else "of the last day"
    words = days if pool.last_days is not None else ""
    since, until = _day_words(pool.since), _day_words(pool.until)
    if since and since == until:
        return f"{words} of {since}".strip()
    first = f"{'from' if until else 'since'} {since}" if since else ""
    ends = (first, f"until {until}" if until else "")
    return " ".join(part for part in (words, *ends) if part)


def _day_words(text: str) -> str:
    found = day_of(text)
    return f"{found.day} {found:%b %Y}" if found else text


def _states_words(states: tuple[str, ...]) -> str:
    known = {"OK": "that ended well", "ERROR": "that ended with an error"}
    if len(states) == 1 and states[0] in known:
        return known[states[0]]
    return _among("in", "state", states)


def _among(link: str, noun: str, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    if len(names) > MOST_NAMED:
        return f"{link} {len(names):,} {noun}s"
    return f"{link} {noun} {' or '.join(names)}"


def _bounds(what: str, low: float | None, high: float | None, form: str) -> str:
    if low is not None and high is not None:
        return f"{what} {form.format(low)} to {form.format(high)}"
    if low is not None:
        return f"{what} at least {form.format(low)}"
    return f"{what} at most {form.format(high)}" if high is not None else ""


def _score_words(score: ScoreFilter) -> str:
    if score.equals:
        return f"where {score.judge} says “{score.equals}”"
    return _bounds(f"that {score.judge} scores", score.at_least, score.at_most, "{:g}") or (
        f"with a score of {score.judge}"
    )


def _answer_words(answered: AnswerFilter) -> str:
    held = "with" if answered.present else "without"
    if answered.equals:
        return f"{held} the answer “{answered.equals}” to “{answered.question}”"
    return f"{held} an answer to “{answered.question}”"
