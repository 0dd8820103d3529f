"""The pool: which traces a campaign may draw from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FILE_RULES = {"extra": "forbid", "coerce_numbers_to_str": True}  # how campaign files are read
Score = bool | float | str
Thumbs = Literal["any", "up", "down", "none"]


@dataclass(frozen=True)
class Candidate:
    """What is known of a trace before it is read: enough to filter, to sort into strata, to list.

    Attributes:
        trace_id: MLflow's id.
        requested_at_ms: when the app was asked, milliseconds since the epoch.
        version: name of the LoggedModel, else short git commit, else tag, else ``"unknown"``.
        session: the conversation it belongs to; "" for none.
        state: ``"OK"``, ``"ERROR"`` ...
        duration_ms: None while running.
        cost_usd: None when it was not recorded.
        user: "" when it was not recorded.
        text: MLflow's preview of what the app was asked, cut at 1,000 characters.
        answer: MLflow's preview of what it answered.
        tags: trace tags, without MLflow's own.
        thumbs: the newest end-user vote; None when nobody voted.
        comment: what the end user said with it; "" for nothing.
        scores: ``name@source`` -> newest valid judge score.
        answers: question name -> newest valid answer of a person (any person).
    """

    trace_id: str
    requested_at_ms: int = 0
    version: str = "unknown"
    session: str = ""
    state: str = "OK"
    duration_ms: int | None = None
    cost_usd: float | None = None
    user: str = ""
    text: str = ""
    answer: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    thumbs: bool | None = None
    comment: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    answers: Mapping[str, Score | list[str] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ScoreFilter:
    """Traces whose newest score by a judge lies in a range, or equals a value.

    Attributes:
        judge: ``name@source``, e.g. ``"faithfulness@rl_f@1"``.
        at_least: smallest score allowed; None for no bound.
        at_most: largest score allowed; None for no bound.
        equals: for judges that say a word or pass/fail: "pass", "fail" or the word; "" for any.
    """

    __pydantic_config__ = FILE_RULES

    judge: str
    at_least: float | None = None
    at_most: float | None = None
    equals: str = ""


@dataclass(frozen=True)
class AnswerFilter:
    """Traces that hold, or do not hold, an earlier answer of a person.

    Attributes:
        question: the question's name.
        present: False for traces that nobody has answered this question on.
        equals: the answer as text, e.g. "No"; "pass" or "fail" for a pass/fail; "" for any.
    """

    __pydantic_config__ = FILE_RULES

    question: str
    present: bool = True
    equals: str = ""


@dataclass(frozen=True)
class Pool:
    """The filters; what is left empty lets every trace through.

    Attributes:
        experiment: its name.
        last_days: only the last so many days, counted when the sample is drawn; None for all.
        since: first day, ``2026-11-01``; "" for none. Days are days of UTC.
        until: last day, included; "" for none.
        versions: names of versions.
        states: ``OK``, ``ERROR`` ...
        tags: every one of these must stand on the trace.
        text: a word or sentence of what was asked or answered (previews), without case.
        sessions: ids of sessions.
        users: ids of end users.
        min_cost: US dollars.
        max_cost: US dollars.
        min_seconds: shortest duration.
        max_seconds: longest duration.
        thumbs: what end users voted.
        score: what a judge said.
        answered: what a person said.
        traces: only these ids; () for all.
    """

    __pydantic_config__ = FILE_RULES

    experiment: str
    last_days: int | None = None
    since: str = ""
    until: str = ""
    versions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    sessions: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    min_cost: float | None = None
    max_cost: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    thumbs: Thumbs = "any"
    score: ScoreFilter | None = None
    answered: AnswerFilter | None = None
    traces: tuple[str, ...] = ()
