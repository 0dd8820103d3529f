"""What a pool lets through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.errors import InvalidDesign
from review_app.pool import AnswerFilter, Candidate, Pool, ScoreFilter
from review_app.pool_filters import matches, narrows_traffic, pool_problems, said, window

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000

names = st.sampled_from(["", "a", "B", "ß"])
bounds = st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.0])
values = st.sampled_from([True, False, 0.5, 1.0, "Yes", "no", "pass"])
candidates = st.builds(
    Candidate,
    trace_id=st.sampled_from(["1", "2"]),
    requested_at_ms=st.integers(-3, 3).map(lambda n: NOW + n * DAY // 2),
    version=names,
    session=names,
    state=st.sampled_from(["OK", "ERROR"]),
    duration_ms=st.none() | st.sampled_from([0, 500, 501, 1000]),
    cost_usd=bounds,
    user=names,
    text=st.sampled_from(["", "Straße", "where IS it"]),
    answer=st.sampled_from(["", "There it is", "STRASSE"]),
    tags=st.dictionaries(st.sampled_from("kl"), names),
    thumbs=st.none() | st.booleans(),
    scores=st.dictionaries(st.sampled_from(["j@1", "j@2"]), values),
    answers=st.dictionaries(st.sampled_from("pq"), values | st.none() | st.just(["Yes", "x"])),
)
few = st.lists(names, max_size=2).map(tuple)
words = st.sampled_from(["", "pass", "FAIL", "yes", "0.5", "1", "cannot judge", "Yes, x"])
pools = st.builds(
    Pool,
    experiment=st.just("bot"),
    last_days=st.none() | st.integers(1, 2),
    since=st.sampled_from(["", "2026-11-23", "2026-11-24"]),
    until=st.sampled_from(["", "2026-11-24", "2026-11-25"]),
    versions=few,
    states=st.sampled_from([(), ("OK",), ("OK", "ERROR")]),
    tags=st.dictionaries(st.sampled_from("kl"), names, max_size=1),
    text=st.sampled_from(["", "  ", "is it ", "strasse"]),
    sessions=few,
    users=few,
    min_cost=bounds,
    max_cost=bounds,
    min_seconds=bounds,
    max_seconds=bounds,
    thumbs=st.sampled_from(["any", "up", "down", "none"]),
    score=st.none()
    | st.builds(ScoreFilter, st.sampled_from(["j@1", "j@2"]), bounds, bounds, words),
    answered=st.none() | st.builds(AnswerFilter, st.sampled_from("pq"), st.booleans(), words),
    traces=st.sampled_from([(), ("1",), ("1", "3")]),
)


def let_through(pool: Pool, one: Candidate) -> bool:
    """The filters read aloud, one after the other."""
    day = datetime.fromtimestamp(one.requested_at_ms / 1000, UTC).date().isoformat()
    reasons = []
    if pool.last_days:
        reasons.append(NOW - pool.last_days * DAY <= one.requested_at_ms <= NOW)
    reasons.append(not pool.since or pool.since <= day)
    reasons.append(not pool.until or day <= pool.until)
    for allowed, has in (
        (pool.versions, one.version),
        (pool.states, one.state),
        (pool.sessions, one.session),
        (pool.users, one.user),
        (pool.traces, one.trace_id),
    ):
        reasons.append(has in allowed if allowed else True)
    reasons += [key in one.tags and one.tags[key] == value for key, value in pool.tags.items()]
    folded = pool.text.strip().casefold()
    reasons.append(folded in one.text.casefold() or folded in one.answer.casefold())
    took = None if one.duration_ms is None else one.duration_ms / 1000
    reasons.append(inside(pool.min_cost, pool.max_cost, one.cost_usd))
    reasons.append(inside(pool.min_seconds, pool.max_seconds, took))
    wanted = {"up": True, "down": False, "none": None}
    reasons.append(pool.thumbs == "any" or one.thumbs is wanted[pool.thumbs])
    return all(reasons) and scored(pool.score, one) and answered(pool.answered, one)


def inside(low: float | None, high: float | None, has: float | None) -> bool:
    enough = low is None or (has is not None and has >= low)
    return enough and (high is None or (has is not None and has <= high))


def scored(wanted: ScoreFilter | None, one: Candidate) -> bool:
    if wanted is None:
        return True
    score = one.scores.get(wanted.judge)
    if score is None or (wanted.equals and said(score).lower() != wanted.equals.lower()):
        return False
    number = score if isinstance(score, float) else None
    return inside(wanted.at_least, wanted.at_most, number)


def answered(wanted: AnswerFilter | None, one: Candidate) -> bool:
    if wanted is None:
        return True
    if wanted.question not in one.answers:
        return not wanted.present
    answer = one.answers[wanted.question]
    whole = [said(answer)] + (answer if isinstance(answer, list) else [])
    same = not wanted.equals or wanted.equals.lower() in [word.lower() for word in whole]
    return same == wanted.present


@given(pools, candidates)
def test_a_pool_lets_through_what_its_filters_say(pool, candidate):
    """Every filter that is set must hold, and one that is empty lets everything through."""
    assert matches(pool, candidate, NOW) is let_through(pool, candidate)
    assert matches(Pool("bot"), candidate, NOW)


@given(pools, st.integers(-6, 6))
def test_the_window_is_the_time_of_the_pool(pool, halves):
    """What lies in the window, both ends included, is what the pool's time lets through."""
    moment = NOW + halves * DAY // 2
    since, until = window(pool, NOW)
    timed = Pool("bot", last_days=pool.last_days, since=pool.since, until=pool.until)
    inside = since <= moment and (not until or moment <= until)
    assert matches(timed, Candidate("1", moment), NOW) is inside


@given(pools, candidates)
def test_a_pool_that_narrows_no_traffic_holds_all_of_a_version(pool, candidate):
    """Only where nothing but time and version narrows the pool, it is that version's traffic."""
    if not narrows_traffic(pool):
        traffic = Pool(
            "bot",
            last_days=pool.last_days,
            since=pool.since,
            until=pool.until,
            versions=pool.versions,
        )
        assert matches(pool, candidate, NOW) is matches(traffic, candidate, NOW)


@pytest.mark.parametrize(
    "filters",
    [
        {"states": ("OK",)},
        {"tags": {"a": "b"}},
        {"text": "a"},
        {"sessions": ("s",)},
        {"users": ("u",)},
        {"min_cost": 0},
        {"max_cost": 1},
        {"min_seconds": 0},
        {"max_seconds": 1},
        {"thumbs": "none"},
        {"score": ScoreFilter("j@1")},
        {"answered": AnswerFilter("q", present=False)},
        {"traces": ("tr-1",)},
    ],
)
def test_whatever_narrows_traffic_is_noticed(filters):
    """A filtered pool is never taken for the whole traffic of a version."""
    assert narrows_traffic(Pool("bot", **filters))
    assert not narrows_traffic(Pool("bot", last_days=7, since="2026-11-01", versions=("a",)))


@pytest.mark.parametrize(
    "day", ["24.11.2026", "2026-02-30", "20261124", "9999-12-31", "2026-W48-2"]
)
def test_a_day_that_is_none_is_refused(day):
    """A mistyped day never silently widens the pool."""
    with pytest.raises(InvalidDesign, match=r"is no day\. Please write it like 2026-11-30"):
        window(Pool("bot", since=day), NOW)
    (problem,) = pool_problems(Pool("bot", until=day))
    assert problem.field == "pool.until"
    assert day in problem.sentence


@pytest.mark.parametrize(
    "filters, fields",
    [
        ({"experiment": " "}, ["experiment"]),
        ({"last_days": 0}, ["last_days"]),
        ({"last_days": 7, "since": "2026-11-01"}, ["last_days"]),
        ({"since": "2026-11-02", "until": "2026-11-01"}, ["until"]),
        ({"states": ("Error", "OK")}, ["states"]),
        ({"thumbs": "sideways"}, ["thumbs"]),
        ({"min_cost": 2, "max_cost": 1}, ["max_cost"]),
        ({"min_seconds": float("nan")}, ["min_seconds"]),
        ({"score": ScoreFilter("", at_least=2, at_most=1)}, ["score", "score"]),
        ({"answered": AnswerFilter("")}, ["answered"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field(filters, fields):
    """A pool that cannot be meant gets a sentence at the field it belongs to."""
    problems = pool_problems(Pool(**{"experiment": "bot", **filters}))
    assert [p.field for p in problems] == [f"pool.{name}" for name in fields]
    assert all(p.sentence.endswith(".") for p in problems)


def test_a_pool_that_can_be_used_has_no_problem():
    """Bounds may be equal, and one end may stay open."""
    assert not pool_problems(
        Pool("bot", since="2026-11-01", until="2026-11-01", min_cost=1, max_cost=1, min_seconds=0)
    )
