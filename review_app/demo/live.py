"""The demo's live traffic: sessions of two versions in the last two weeks, and thumbs up and down.

The questions, passages and answers are real ones of the benchmark. Who asked and when, and the
thumbs with their comments, are made up: the thumbs are drawn so that they mostly, not always, go
with what the annotators said of the answer, and the comments are chosen by what they found wrong.

All times are counted back from one moment, in whole seconds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from review_app.answers import Assessment, assessment_id
from review_app.demo.campaigns import FIRST_READERS, FIRST_WEEK
from review_app.demo.responses import Response, milliseconds
from review_app.frames import Frame, Stratum

PLACE = "Demo: live traffic"
ABOUT = """\
Two weeks of an assistant in use, to try the inbox and campaigns on. The questions, passages and
answers are real ones of the MT-RAG benchmark (Katsis et al., 2025, Apache-2.0). Who asked and when
is made up, and so are the end users' thumbs and comments: they were drawn so that they mostly go
with what the benchmark's annotators said of the answer.
"""
VERSIONS = ("llama-3.1-405b-instruct", "gpt-4o")
FEEDBACK = "user_feedback"
WEEK = timedelta(days=7)
_SESSIONS_BEFORE = 11  # sessions of the first of the two weeks
_ASKED_AGAIN = 7  # conversations that somebody else has with the other version, too
_USERS = 18
_EDGE = timedelta(hours=1)  # around the ends of each week; no session lasts longer
_LOOKED = timedelta(hours=12)  # after the first week the reviewers begin
_COMMENTED_DOWN, _COMMENTED_UP = 0.75, 0.2  # share of the votes that come with a comment
_SHORT, _LONG = 100, 700  # characters of an answer that is called short, or may be called long

# What end users say, by the question that the annotators failed most.
_COMPLAINTS = {
    "naturalness": (
        "Reads like a machine wrote it.",
        "It just brushed me off.",
        "That is a strange way to put it.",
    ),
    "too short": ("That tells me next to nothing.", "Too little to go on."),
    "too long": ("Far more than I asked for.", "I gave up halfway, please keep it short."),
    "completeness": (
        "The part I needed is missing.",
        "Only half an answer.",
        "There must be more to it than that.",
    ),
    "faithfulness": (
        "Where does this come from? I cannot find it in the documents.",
        "I checked, and the page says something else.",
        "This is made up.",
        "Not what the source says.",
    ),
    "": (
        "Not what I meant.",
        "I had hoped for a link.",
        "Did not help me.",
    ),
}
_PRAISE = ("Just what I needed.", "Clear, thank you!", "Good and quick.", "That helped.")
_QUESTIONS = ("naturalness", "appropriateness", "completeness", "faithfulness")


def traffic(found: Iterable[Response], now: datetime) -> list[Response]:
    """Return the traffic of the two weeks before a moment, session by session.

    Every conversation is had with one of the two versions, half of them with each, and some with
    the other one, too. What ``first_look`` takes has its ratings in the days after the first week.
    """
    turns: dict[tuple[str, str], list[Response]] = {}
    for response in found:
        turns.setdefault((response.conversation, response.version), []).append(response)
    sessions = _sessions(list(dict.fromkeys(conversation for conversation, _ in turns)))
    asked = [
        one
        for session, begun in zip(sessions, _starts(len(sessions), now), strict=True)
        for one in _asked(turns[session], begun)
    ]
    return _rated(asked, now)


def _sessions(conversations: Sequence[str]) -> list[tuple[str, str]]:
    """Return (conversation, version) of each session, in the order in which they begin."""
    chance = random.Random("live traffic 12")
    shuffled = chance.sample(conversations, len(conversations))
    sessions = [(one, VERSIONS[at % 2]) for at, one in enumerate(shuffled)]
    sessions += [(one, VERSIONS[(at + 1) % 2]) for at, one in enumerate(shuffled[:_ASKED_AGAIN])]
    return chance.sample(sessions, len(sessions))


def _starts(sessions: int, now: datetime) -> list[datetime]:
    """Return when the sessions begin: evenly spread over each week, each in a slot of its own."""
    chance = random.Random("live starts")
    now = now.replace(microsecond=0)
    weeks = [(now - 2 * WEEK, _SESSIONS_BEFORE), (now - WEEK, sessions - _SESSIONS_BEFORE)]
    starts = []
    for week, count in weeks:
        slot = (WEEK - 2 * _EDGE) / count
        free = round((slot - _EDGE).total_seconds())
        for at in range(count):
            start = week + _EDGE + slot * at + timedelta(seconds=chance.randrange(free))
            starts.append(start.replace(microsecond=0))
    return starts


def _asked(turns: Iterable[Response], begun: datetime) -> list[Response]:
    """Return the turns of one session as somebody asks them, one after the other."""
    asked: list[Response] = []
    for turn in turns:
        chance = random.Random(f"live {turn.conversation} {turn.version} {turn.turn}")
        user = asked[0].user if asked else f"user-{chance.randrange(_USERS) + 1:02d}"
        asked.append(replace(turn, asked_at=begun, user=user))
        begun += timedelta(seconds=chance.randrange(45, 240))
    return asked


def in_first_look(response: Response, now: datetime) -> bool:
    """Tell whether a response of the traffic is of the first week and read by all three."""
    annotators = {rating.annotator for rating in response.ratings}
    return response.asked_at < now - WEEK and annotators == set(FIRST_READERS)


def _rated(asked: list[Response], now: datetime) -> list[Response]:
    """Return the traffic with the ratings of the first look in the days after the first week.

    Everybody keeps the order and the seconds of their work, and takes a minute in between.
    """
    theirs = [
        (rating.annotator, rating.time, at, rating.seconds)
        for at, response in enumerate(asked)
        if in_first_look(response, now)
        for rating in response.ratings
    ]
    begin = round((now - WEEK + _LOOKED).timestamp())
    clock: dict[str, float] = {}
    times: dict[tuple[int, str], int] = {}
    for annotator, _, at, seconds in sorted(theirs):
        clock[annotator] = clock.get(annotator, begin) + seconds
        times[at, annotator] = round(clock[annotator])
        clock[annotator] += 60
    return [
        replace(
            response,
            ratings=tuple(
                replace(rating, time=times.get((at, rating.annotator), rating.time))
                for rating in response.ratings
            ),
        )
        for at, response in enumerate(asked)
    ]


def frame_of(chosen: Sequence[Response], now: datetime) -> Frame:
    """Return the frame of the first look: everything that passed its filter was taken."""
    sizes = {v: sum(response.version == v for response in chosen) for v in VERSIONS}
    return Frame(
        FIRST_WEEK,
        f"answers of the first week that {', '.join(FIRST_READERS)} had all read",
        since_ms=milliseconds(now - 2 * WEEK),
        until_ms=milliseconds(now - WEEK) - 1,
        strata={version: Stratum(size, size) for version, size in sizes.items()},
    )


def votes_of(response: Response) -> list[Assessment]:
    """Return the end user's vote on the response: none or one.

    About one answer in four has one. Of the votes on answers that no annotator failed about one in
    twelve is a thumbs-down, on those that all of them failed by some question three in four.
    """
    trace_id = response.trace_id(PLACE)
    chance = random.Random(f"vote {trace_id}")
    doubt, question = _doubt(response)
    if chance.random() >= 0.15 + 0.3 * doubt:
        return []
    up = chance.random() >= 0.08 + 0.7 * doubt
    said = chance.random() < (_COMMENTED_UP if up else _COMMENTED_DOWN)
    comments = _PRAISE if up else _COMPLAINTS[_complaint(response, question)]
    after = timedelta(seconds=chance.randrange(10, 240))
    return [
        Assessment(
            name=FEEDBACK,
            value=up,
            source=response.user,
            rationale=chance.choice(comments) if said else "",
            assessment_id=assessment_id(trace_id, FEEDBACK),
            created_ms=milliseconds(response.asked_at + after),
        )
    ]


def _doubt(response: Response) -> tuple[float, str]:
    """Return the largest share of annotators who failed one question, and this question."""
    shares = []
    for question, values in zip(
        _QUESTIONS, zip(*(rating.values for rating in response.ratings), strict=True), strict=True
    ):
        given = [value for value in values if value is not None]
        shares.append((sum(value <= 2 for value in given) / max(1, len(given)), question))
    most = max(shares)
    return most if most[0] else (0.0, "")


def _complaint(response: Response, question: str) -> str:
    if question and len(response.text) < _SHORT:
        return "too short"
    if question == "appropriateness":
        return "too long" if len(response.text) > _LONG else "too short"
    return question
