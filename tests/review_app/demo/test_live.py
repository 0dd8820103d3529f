"""The live traffic of the demo: real answers in the two weeks before a moment, votes made up."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from review_app.demo import answers, live
from review_app.demo.campaigns import FIRST_LOOK, FIRST_READERS, FIRST_WEEK
from review_app.demo.responses import responses

DATA = Path(__file__).resolve().parents[3] / "examples/data/mtrag/conversations.json"
NOW = datetime(2026, 11, 24, 20, 3, 4, 567_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def found():
    return responses(json.loads(DATA.read_text("utf-8")))


@pytest.fixture(scope="module")
def asked(found):
    return live.traffic(found, NOW)


@pytest.fixture(scope="module")
def chosen(asked):
    return [response for response in asked if live.in_first_look(response, NOW)]


def by_session(asked):
    sessions = defaultdict(list)
    for response in asked:
        sessions[response.conversation, response.version].append(response)
    return sessions


def test_the_traffic_is_of_the_last_two_weeks(asked):
    """Both weeks are busy, nothing lies outside of them, and no session straddles their border."""
    times = [response.asked_at for response in asked]
    assert NOW - 2 * live.WEEK < min(times) < NOW - timedelta(days=13)
    assert NOW - timedelta(days=1) < max(times) < NOW
    early = Counter(time < NOW - live.WEEK for time in times)
    assert min(early.values()) >= 90
    days = {(NOW - time).days for time in times}
    assert days == set(range(14))
    for turns in by_session(asked).values():
        assert len({turn.asked_at < NOW - live.WEEK for turn in turns}) == 1


def test_a_session_is_one_persons_whole_conversation(found, asked):
    """All turns of a conversation come in their order, minutes apart, from the same person."""
    whole = by_session(found)
    for session, turns in by_session(asked).items():
        assert [turn.turn for turn in turns] == [turn.turn for turn in whole[session]]
        assert [turn.text for turn in turns] == [turn.text for turn in whole[session]]
        assert len({turn.user for turn in turns}) == 1
        assert turns[0].user
        gaps = {later.asked_at - former.asked_at for former, later in pairwise(turns)}
        assert all(timedelta(seconds=45) <= gap < timedelta(minutes=4) for gap in gaps)


def test_two_versions_share_the_traffic(asked):
    """Each version has about half of it, and some conversations were had with both."""
    counts = Counter(response.version for response in asked)
    assert set(counts) == set(live.VERSIONS)
    assert min(counts.values()) > 0.45 * len(asked)
    versions = Counter(conversation for conversation, _ in by_session(asked))
    assert Counter(versions.values()) == {1: 13, 2: 7}
    assert 160 <= len(asked) <= 240


def test_the_same_moment_gives_the_same_traffic(found, asked):
    """Nothing is drawn anew: only the moment moves the times, all by as much."""
    assert live.traffic(found, NOW) == asked
    later = live.traffic(found, NOW + timedelta(days=3))
    assert {b.asked_at - a.asked_at for a, b in zip(asked, later, strict=True)} == {
        timedelta(days=3)
    }
    for former, latter in zip(asked, later, strict=True):
        votes = [
            [(a.assessment_id, a.value, a.rationale) for a in live.votes_of(r)]
            for r in (former, latter)
        ]
        assert votes[0] == votes[1]


def test_votes_come_from_who_asked(asked):
    """About one answer in four has one thumb, given soon after it by the person who asked."""
    votes = [(response, vote) for response in asked for vote in live.votes_of(response)]
    assert len({vote.assessment_id for _, vote in votes}) == len(votes)
    assert 0.2 < len(votes) / len(asked) < 0.3
    for response, vote in votes:
        assert (vote.name, vote.source, vote.source_type) == (
            "user_feedback",
            response.user,
            "HUMAN",
        )
        assert isinstance(vote.value, bool)
        asked_ms = response.asked_at.timestamp() * 1000
        assert asked_ms < vote.created_ms < NOW.timestamp() * 1000
    down = [vote for _, vote in votes if not vote.value]
    assert 20 <= len(down) <= 30
    assert sum(bool(vote.rationale) for vote in down) > len(down) / 2


def test_votes_mostly_go_with_the_annotators(asked):
    """What all annotators failed is mostly voted down, what none failed mostly up; never always."""
    votes: dict[str, list[bool]] = defaultdict(list)
    for response in asked:
        failed = [
            sum(value is not None and value <= 2 for value in values)
            for values in zip(*(rating.values for rating in response.ratings), strict=True)
        ]
        kind = {0: "good", len(response.ratings): "bad"}.get(max(failed), "doubtful")
        votes[kind] += [vote.value for vote in live.votes_of(response)]
    assert 0 < sum(votes["bad"]) / len(votes["bad"]) < 0.35
    assert 0.65 < sum(votes["good"]) / len(votes["good"]) < 1


def test_the_first_look_is_all_that_three_people_read(asked, chosen):
    """Every answer of the first week that the three had all rated, and no other, each of them."""
    assert len(chosen) >= 12
    assert set(Counter(response.version for response in chosen).values()) == {11}
    for response in asked:
        first_week = response.asked_at < NOW - live.WEEK
        read = {rating.annotator for rating in response.ratings} >= set(FIRST_READERS)
        assert (response in chosen) == (first_week and read)
    frame = live.frame_of(chosen, NOW)
    assert sum(stratum.N for stratum in frame.strata.values()) == len(chosen)
    assert not frame.whole_traffic
    assert frame.until_ms - frame.since_ms == 7 * 24 * 3600 * 1000 - 1


def test_reviewers_answered_after_the_first_week(found, chosen):
    """They answered in the order of their real work, one after the other, and are done by now."""
    rated = {
        (r.trace_id(live.PLACE), rating.annotator): rating for r in found for rating in r.ratings
    }
    for person in FIRST_READERS:
        theirs = sorted(
            (rating.time, rated[response.trace_id(live.PLACE), person])
            for response in chosen
            for rating in response.ratings
            if rating.annotator == person
        )
        assert [real.time for _, real in theirs] == sorted(real.time for _, real in theirs)
        begin, end = (NOW - live.WEEK).timestamp(), NOW.timestamp()
        for (former, _), (latter, real) in pairwise([(begin, None), *theirs]):
            assert former + real.seconds < latter < end


def test_answers_are_those_of_the_data(chosen):
    """Every answer of the first look is the annotator's own, and says that p is 1 in its frame."""
    plan = answers.finished_plan(chosen, live.PLACE, FIRST_WEEK, "read by all three", 1.0)
    for response, item in zip(chosen, plan, strict=True):
        assert {turn.reviewer for turn in item.assigned} == set(FIRST_READERS)
        made = list(answers.answers_of(response, live.PLACE, FIRST_LOOK, item))
        given = [value for rating in response.ratings for value in rating.values]
        assert len(made) == sum(value is not None for value in given)
        assert {a.metadata["review.probability"] for a in made} == {"1.0"}
