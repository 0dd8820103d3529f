"""Answers as MLflow keeps them, and which of them are a person's own current ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from review_app.campaigns import Item
from review_app.questions import Question, in_words

FIRST_FAILURE = "first_failure"
SKIP_REASON = "skip_reason"
LATE_ANSWER = "late_answer"
ADJUDICATION: Final = "adjudication"  # the role of a lead's decision
JUDGE_DISAGREEMENT: Final = "judge_disagreement"  # why it was asked: a judge said otherwise


@dataclass(frozen=True)
class Assessment:
    """One feedback or expectation on a trace.

    Attributes:
        name: the question's name.
        value: None on a feedback that says "cannot judge" or clears an earlier answer.
        source: the person's or judge's id, lower-cased.
        source_type: ``"HUMAN"``, ``"LLM_JUDGE"`` or ``"CODE"``.
        expectation: True for an expectation.
        rationale: "" when nothing was said.
        span_id: the span it is about; "" for the whole trace.
        metadata: ``review.*`` strings (MEASUREMENT.md) and whatever others wrote.
        assessment_id: "" lets MLflow choose.
        created_ms: milliseconds since the epoch; 0 lets MLflow choose.
        valid: False once another assessment overrode it.
        overrides: id of the assessment it replaces; "" for none.
        trace_id: the trace it is on; "" where whoever holds it knows.
    """

    name: str
    value: Any
    source: str
    source_type: str = "HUMAN"
    expectation: bool = False
    rationale: str = ""
    span_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    assessment_id: str = ""
    created_ms: int = 0
    valid: bool = True
    overrides: str = ""
    trace_id: str = ""

    @property
    def token(self) -> str:
        """What names it to a browser: its submission, or its id where MLflow's own tab wrote it."""
        return self.metadata.get("review.submission") or self.assessment_id

    @property
    def round(self) -> int:
        """1, or 2+ for a repeat; 1 where nothing was recorded."""
        text = self.metadata.get("review.round", "1")
        return int(text) if text.isdecimal() else 1

    @property
    def unit(self) -> str:
        """The sample unit it is about; a trace where nothing was recorded."""
        return self.metadata.get("review.sample_unit", "trace")

    @property
    def role(self) -> str:
        """What it counts as (MEASUREMENT.md); ``reviewer`` where nothing was recorded."""
        return self.metadata.get("review.role", "reviewer")

    @property
    def says_nothing(self) -> bool:
        """True when it only clears an earlier answer."""
        return self.metadata.get("review.cleared") == "true"


def own_current(
    stored: Iterable[Assessment], person: str, round_: int, unit: str, *, adjudicated: bool = False
) -> dict[str, Assessment]:
    """Return the person's newest valid answer of each name, in one round and sample unit.

    A lead's decisions and the same person's own answers as a reviewer never replace each other:
    ``adjudicated`` tells which of the two are wanted. A pinned failing step counts by its name
    alone: pinning another span replaces it.
    """
    mine = [
        a
        for a in stored
        if a.valid
        and a.source_type == "HUMAN"
        and a.source.lower() == person
        and a.round == round_
        and a.unit == unit
        and (a.role == ADJUDICATION) is adjudicated
        and (not a.span_id or a.name == FIRST_FAILURE)
    ]
    return {a.name: a for a in sorted(mine, key=lambda a: a.created_ms)}


def own_of_item(
    stored: Mapping[str, Iterable[Assessment]], person: str, item: Item
) -> dict[str, Assessment]:
    """Return the person's newest valid answers of an item, each with its trace, by its place.

    A place is the assessment's name; of a step pinned in a session it is that of ``pin_place``.
    ``stored`` has all assessments of each trace of the item: one, or all of a session. Of an item
    to adjudicate they are the person's decisions, of every other one the answers as a reviewer.
    """
    unit, found = item.planned.unit, dict[str, Assessment]()
    decides = item.planned.role == ADJUDICATION
    for trace_id, rows in stored.items():
        own = own_current(rows, person, item.round, unit, adjudicated=decides)
        placed = {name: replace(a, trace_id=trace_id) for name, a in own.items()}
        pinned = placed.pop(FIRST_FAILURE, None)
        if trace_id == item.trace_id:
            found |= placed
        if pinned:
            found[pin_place(trace_id if unit == "session" else "")] = pinned
    return found


def pin_place(trace_id: str) -> str:
    """Return the place of a pinned step: in a session every turn has one of its own.

    >>> pin_place(""), pin_place("tr-1")
    ('first_failure', 'first_failure tr-1')
    """
    return f"{FIRST_FAILURE} {trace_id}".rstrip()


def assessment_id(submission: str, name: str, span_id: str = "", trace_id: str = "") -> str:
    """Return the id that makes applying a submission twice harmless; at most 50 characters.

    ``trace_id`` tells apart what one submission says about several traces.
    """
    named = "\n".join((submission, name, span_id, *filter(None, [trace_id])))
    return f"a-{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def answer_words(question: Question, answer: Assessment) -> str:
    """Return what an answer says, as a person says it; "" when it says nothing."""
    if "review.cannot_judge" in answer.metadata:
        return "Can’t judge"
    return "" if answer.value is None else in_words(question, answer.value)
