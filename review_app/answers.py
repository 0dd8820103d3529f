"""Answers as MLflow keeps them, and what an entry of the outbox must write.

``writes_for`` decides everything about one entry from values alone: which assessments to create,
under which ids, overriding which, and whether the entry came late. Services only carry it out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from review_app.campaigns import Campaign, Item
from review_app.errors import InvalidAnswer
from review_app.outbox import SEEN, Answer, Entry
from review_app.people import Person
from review_app.questions import check_value, fails

FIRST_FAILURE = "first_failure"
SKIP_REASON = "skip_reason"
LATE_ANSWER = "late_answer"


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

    @property
    def token(self) -> str:
        """What names it to a browser: its submission, or its id where MLflow's own tab wrote it."""
        return self.metadata.get("review.submission") or self.assessment_id

    @property
    def round(self) -> int:
        """1, or 2+ for a repeat; 1 where nothing was recorded."""
        text = self.metadata.get("review.round", "1")
        return int(text) if text.isdigit() else 1

    @property
    def unit(self) -> str:
        """The sample unit it is about; a trace where nothing was recorded."""
        return self.metadata.get("review.sample_unit", "trace")

    @property
    def says_nothing(self) -> bool:
        """True when it only clears an earlier answer."""
        return self.metadata.get("review.cleared") == "true"


def own_current(
    stored: Iterable[Assessment], person: str, round_: int, unit: str
) -> dict[str, Assessment]:
    """Return the person's newest valid answer of each name, in one round and sample unit.

    A pinned failing step counts by its name alone: pinning another span replaces it.
    """
    mine = [
        a
        for a in stored
        if a.valid
        and a.source_type == "HUMAN"
        and a.source.lower() == person
        and a.round == round_
        and a.unit == unit
        and (not a.span_id or a.name == FIRST_FAILURE)
    ]
    return {a.name: a for a in sorted(mine, key=lambda a: a.created_ms)}


@dataclass(frozen=True)
class Writes:
    """What an entry comes to.

    Attributes:
        create: assessments to create, in this order, skipping ids that exist.
        status: what the queue item becomes afterwards; None leaves it as it is.
        late: True when a newer own answer stands and this one is kept as history only.
    """

    create: tuple[Assessment, ...]
    status: Literal["pending", "complete", "declined"] | None
    late: bool = False


def writes_for(
    entry: Entry,
    *,
    person: Person,
    campaign: Campaign,
    item: Item,
    stored: Iterable[Assessment],
) -> Writes:
    """Decide what the entry writes, given all that the trace holds already.

    Raises:
        InvalidAnswer: when an answer is not allowed, or a required one is missing.
    """
    stored = list(stored)
    current = own_current(stored, person.name, item.round, item.planned.unit)
    if entry.kind in ("undo", "reopen"):
        return _reopened(entry, current, campaign)
    context = _context(entry, campaign, item, _seen(entry, campaign, person, stored))
    wanted = _submitted(entry, campaign) if entry.kind == "submit" else _skipped(entry)
    wanted += _cleared(entry, {w.name for w in wanted}, current, campaign)
    made = [_complete(draft, entry, person, campaign, context) for draft in wanted]
    return _against(made, entry, current, {a.assessment_id: a for a in stored})


def _against(
    made: list[Assessment],
    entry: Entry,
    current: Mapping[str, Assessment],
    existing: Mapping[str, Assessment],
) -> Writes:
    """Sort the made assessments into new ones, replacing ones, late ones and those long written."""
    create: list[Assessment] = []
    late = superseded = False
    for one in made:
        before, now = existing.get(one.assessment_id), current.get(one.name)
        if before and "review.late" not in before.metadata:
            superseded = superseded or not before.valid
        elif now is None:
            create.append(one)
        elif not before and _was_seen(now, entry):
            create.append(replace(one, overrides=now.assessment_id))
        else:
            create += _as_history(one, now, entry)
            late = True
    new = tuple(a for a in create if a.assessment_id not in existing)
    status: Literal["complete", "declined"] = "complete" if entry.kind == "submit" else "declined"
    return Writes(new, None if late or (superseded and not new) else status, late)


def _was_seen(now: Assessment, entry: Entry) -> bool:
    """Tell whether the person had this answer on screen, or it only cleared an earlier one."""
    return now.says_nothing or now.token in (entry.id, entry.base.get(now.name))


def _reopened(entry: Entry, current: Mapping[str, Assessment], campaign: Campaign) -> Writes:
    """Reopen unless an own answer to this campaign came in between, be it to a new question."""
    ours = {*entry.base, *_names(campaign)}
    newer = any(not _was_seen(a, entry) for name, a in current.items() if name in ours)
    return Writes((), None if newer else "pending", late=newer)


def _submitted(entry: Entry, campaign: Campaign) -> list[Assessment]:
    answers = {a.question: a for a in entry.answers}
    for unknown in answers.keys() - {q.name for q in campaign.questions}:
        raise InvalidAnswer(f"This campaign does not ask “{unknown}”. Please reload the page.")
    for question in campaign.questions:
        if question.required and question.name not in answers:
            raise InvalidAnswer(f"“{question.heading}” still needs an answer.")
    drafts = [_draft(a, campaign) for a in answers.values()]
    if entry.failure_span:
        drafts.append(Assessment(FIRST_FAILURE, value=True, source="", span_id=entry.failure_span))
    return drafts


def _draft(answer: Answer, campaign: Campaign) -> Assessment:
    question = campaign.question(answer.question)
    if question is None:
        raise InvalidAnswer("This campaign does not ask this question. Please reload the page.")
    if answer.cannot_judge:
        why = {"review.cannot_judge": answer.cannot_judge}
        return Assessment(question.name, None, "", rationale=answer.rationale, metadata=why)
    value = check_value(question, answer.value)
    if question.ask_why_on_fail and not answer.rationale and fails(question, value):
        raise InvalidAnswer(f"Please say why “{question.heading}” failed.")
    return Assessment(
        question.name, value, "", expectation=question.expectation, rationale=answer.rationale
    )


def _skipped(entry: Entry) -> list[Assessment]:
    return [Assessment(SKIP_REASON, entry.skip_reason or "no reason given", "")]


def _cleared(
    entry: Entry, written: set[str], current: Mapping[str, Assessment], campaign: Campaign
) -> list[Assessment]:
    """Return what takes back the answers that the person saw and left out this time."""
    if entry.kind == "skip":
        return []
    cleared = {"review.cleared": "true"}
    return [
        Assessment(name, None, "", metadata=cleared, span_id=current[name].span_id)
        for name in _names(campaign)
        if name in current
        and name not in written
        and not current[name].says_nothing
        and current[name].token == entry.base.get(name)
    ]


def _names(campaign: Campaign) -> list[str]:
    """Return the names of everything that a person says about an item of the campaign."""
    return [FIRST_FAILURE, SKIP_REASON, *(q.name for q in campaign.questions)]


def _complete(
    draft: Assessment, entry: Entry, person: Person, campaign: Campaign, context: dict[str, str]
) -> Assessment:
    question = campaign.question(draft.name)
    wording = {"review.question_version": question.version} if question else {}
    return replace(
        draft,
        source=person.name,
        metadata={**context, **wording, **draft.metadata},
        assessment_id=assessment_id(entry.id, draft.name, draft.span_id),
    )


def assessment_id(submission: str, name: str, span_id: str = "") -> str:
    """Return the id that makes applying a submission twice harmless; at most 50 characters."""
    digest = hashlib.sha256(f"{submission}\n{name}\n{span_id}".encode()).hexdigest()
    return f"a-{digest[:32]}"


def _as_history(made: Assessment, newer: Assessment, entry: Entry) -> list[Assessment]:
    """Keep a late answer, dated before the newer one, and override it by a note of its own.

    MLflow makes every created assessment valid; only being overridden takes it out of the current
    ones. The note says which answer stands.
    """
    before = min(entry.answered_at_ms or newer.created_ms, newer.created_ms - 1)
    late = {"review.late": "true"}
    kept = replace(made, created_ms=before, metadata={**made.metadata, **late})
    note = Assessment(
        name=LATE_ANSWER,
        value=made.name,
        source=made.source,
        metadata={
            "review.submission": entry.id,
            "review.stands": newer.assessment_id,
            "review.campaign": made.metadata["review.campaign"],
        },
        assessment_id=assessment_id(entry.id, LATE_ANSWER, made.name),
        overrides=made.assessment_id,
    )
    return [kept, note]


def _seen(entry: Entry, campaign: Campaign, person: Person, stored: Iterable[Assessment]) -> str:
    """Return what had been shown before; what an earlier answer had seen stays seen."""
    seen = set(entry.seen) | ({"facts"} if campaign.open else set())
    for earlier in stored:
        if earlier.source_type == "HUMAN" and earlier.source.lower() == person.name:
            seen |= set(earlier.metadata.get("review.seen", "").split("+")) & set(SEEN)
    return "+".join(s for s in SEEN if s in seen) or "nothing"


def _context(entry: Entry, campaign: Campaign, item: Item, seen: str) -> dict[str, str]:
    planned = item.planned
    return {
        "review.campaign": campaign.run_id,
        "review.frame": planned.frame,
        "review.sample_unit": planned.unit,
        "review.probability": str(planned.probability or "unknown"),
        "review.stratum": planned.stratum,
        "review.reason": planned.reason,
        "review.round": str(item.round),
        "review.seen": seen,
        "review.role": planned.role,
        "review.seconds": f"{entry.seconds:.1f}",
        "review.submission": entry.id,
        "review.answered_at": str(entry.answered_at_ms),
    }
