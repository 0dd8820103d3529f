"""What an entry of the outbox must write.

``writes_for`` decides everything about one entry from values alone: which assessments to create on
which trace, under which ids, overriding which, and whether the entry came late. Services only carry
it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from review_app.answers import (
    FIRST_FAILURE,
    LATE_ANSWER,
    SKIP_REASON,
    Assessment,
    assessment_id,
    own_of_item,
    pin_place,
)
from review_app.campaigns import Campaign, Item
from review_app.errors import InvalidAnswer
from review_app.outbox import SEEN, Answer, Entry
from review_app.passing import fails
from review_app.people import Person
from review_app.questions import check_value

UNKNOWN_STEP = "The step you pinned is not part of this item. Please pin it again, then save."


@dataclass(frozen=True)
class Writes:
    """What an entry comes to.

    Attributes:
        create: assessments to create, each on its ``trace_id``, in this order.
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
    stored: Mapping[str, Iterable[Assessment]],
    spans: Mapping[str, Collection[str]],
) -> Writes:
    """Decide what the entry writes.

    Args:
        entry: what the person did.
        person: who.
        campaign: where.
        item: the item that the entry is about.
        stored: all that each trace of the item holds already: one trace, or all of a session.
        spans: ids of the spans of each trace on which the entry pins a step.

    Raises:
        InvalidAnswer: when an answer is not allowed, a required one is missing, or a pinned step
            lies outside the item.
    """
    held = {trace_id: list(rows) for trace_id, rows in stored.items()}
    current = own_of_item(held, person.name, item)
    if entry.kind in ("undo", "reopen"):
        return _reopened(entry, current, campaign)
    rows = [row for of_trace in held.values() for row in of_trace]
    context = _context(entry, campaign, item, _seen(entry, campaign, person, rows))
    if entry.kind == "submit":
        wanted = _submitted(entry, campaign) | _pinned(entry, item, held, spans)
        wanted |= _cleared(entry, wanted, current, campaign, item)
    else:
        wanted = {SKIP_REASON: _skipped(entry)}
    made = {
        place: _complete(draft, entry, person, campaign, item, context)
        for place, draft in wanted.items()
    }
    return _against(made, entry, current, {row.assessment_id: row for row in rows})


def _against(
    made: Mapping[str, Assessment],
    entry: Entry,
    current: Mapping[str, Assessment],
    existing: Mapping[str, Assessment],
) -> Writes:
    """Sort the made assessments into new ones, replacing ones, late ones and those long written."""
    create: list[Assessment] = []
    late = superseded = False
    for place, one in made.items():
        before, now = existing.get(one.assessment_id), current.get(place)
        if before and "review.late" not in before.metadata:
            superseded = superseded or not before.valid
        elif now is None:
            create.append(one)
        elif not before and _was_seen(place, now, entry):
            create.append(replace(one, overrides=now.assessment_id))
        else:
            create += _as_history(one, now, entry, item_wide=place == one.name)
            late = True
    new = tuple(a for a in create if a.assessment_id not in existing)
    status: Literal["complete", "declined"] = "complete" if entry.kind == "submit" else "declined"
    return Writes(new, None if late or (superseded and not new) else status, late)


def _was_seen(place: str, now: Assessment, entry: Entry) -> bool:
    """Tell whether the person had this answer on screen, or it only cleared an earlier one."""
    return now.says_nothing or now.token in (entry.id, entry.base.get(place))


def _reopened(entry: Entry, current: Mapping[str, Assessment], campaign: Campaign) -> Writes:
    """Reopen unless an own answer to this campaign came in between, be it to a new question."""
    ours = {*entry.base, *_ours(current, campaign)}
    newer = any(not _was_seen(p, a, entry) for p, a in current.items() if p in ours)
    return Writes((), None if newer else "pending", late=newer)


def _submitted(entry: Entry, campaign: Campaign) -> dict[str, Assessment]:
    answers = {a.question: a for a in entry.answers}
    for unknown in answers.keys() - {q.name for q in campaign.questions}:
        raise InvalidAnswer(f"This campaign does not ask “{unknown}”. Please reload the page.")
    for question in campaign.questions:
        if question.required and question.name not in answers:
            raise InvalidAnswer(f"“{question.heading}” still needs an answer.")
    return {name: _draft(answer, campaign) for name, answer in answers.items()}


def _pinned(
    entry: Entry,
    item: Item,
    held: Mapping[str, object],
    spans: Mapping[str, Collection[str]],
) -> dict[str, Assessment]:
    """Return the pinned steps by place; each must be a step of a trace of the item."""
    pinned: dict[str, Assessment] = {}
    for pin in entry.pins:
        trace_id = pin.trace_id or item.trace_id
        if trace_id not in held or pin.span_id not in spans.get(trace_id, ()):
            raise InvalidAnswer(UNKNOWN_STEP)
        turn = _turn(trace_id, item)
        step = Assessment(FIRST_FAILURE, value=True, source="", span_id=pin.span_id, trace_id=turn)
        pinned[pin_place(turn)] = step
    return pinned


def _turn(trace_id: str, item: Item) -> str:
    """Return what tells a turn of a session apart; an item of one trace needs nothing."""
    return trace_id if item.planned.unit == "session" else ""


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


def _skipped(entry: Entry) -> Assessment:
    return Assessment(SKIP_REASON, entry.skip_reason or "no reason given", "")


def _cleared(
    entry: Entry,
    written: Collection[str],
    current: Mapping[str, Assessment],
    campaign: Campaign,
    item: Item,
) -> dict[str, Assessment]:
    """Return what takes back the answers that the person saw and left out this time."""
    seen = [
        (place, current[place])
        for place in _ours(current, campaign)
        if place not in written and current[place].token == entry.base.get(place)
    ]
    return {
        place: Assessment(
            now.name,
            None,
            "",
            metadata={"review.cleared": "true"},
            span_id=now.span_id,
            trace_id=_turn(now.trace_id, item) if now.name == FIRST_FAILURE else "",
        )
        for place, now in seen
        if not now.says_nothing
    }


def _ours(current: Mapping[str, Assessment], campaign: Campaign) -> list[str]:
    """Return the places of all that the person has said about an item of the campaign."""
    names = {FIRST_FAILURE, SKIP_REASON, *(q.name for q in campaign.questions)}
    return [place for place, answer in current.items() if answer.name in names]


def _complete(
    draft: Assessment,
    entry: Entry,
    person: Person,
    campaign: Campaign,
    item: Item,
    context: Mapping[str, str],
) -> Assessment:
    question = campaign.question(draft.name)
    wording = {"review.question_version": question.version} if question else {}
    return replace(
        draft,
        source=person.name,
        metadata={**context, **wording, **draft.metadata},
        assessment_id=assessment_id(entry.id, draft.name, draft.span_id, draft.trace_id),
        trace_id=draft.trace_id or item.trace_id,
    )


def _as_history(
    made: Assessment, newer: Assessment, entry: Entry, *, item_wide: bool
) -> list[Assessment]:
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
        assessment_id=assessment_id(
            entry.id, LATE_ANSWER, made.name, "" if item_wide else made.trace_id
        ),
        overrides=made.assessment_id,
        trace_id=made.trace_id,
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
