"""Adjudication: which items need a lead's decision, in which order, and what a decision writes.

A decision is an assessment of its own with the ids of the answers that it settles. The answers stay
as they are, and no decision ever enters agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Literal, NamedTuple

from review_app.answers import ADJUDICATION, JUDGE_DISAGREEMENT, Assessment
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.consensus import Verdict, verdict
from review_app.gathered import Gathered
from review_app.given import Given
from review_app.outbox import Entry
from review_app.people import Person
from review_app.questions import Question
from review_app.writes import Writes, writes_for

PREFIX = "adjudication:"  # before a campaign's run id: what a browser calls the lead's desk
HASTY_SHARE = 1 / 5  # of the reviewer's own median seconds
FEW_TIMED = 5  # timed items of a reviewer from which a median means something
Why = Literal["tie", "disagreement", "cannot judge", "hasty", ""]


class Spot(NamedTuple):
    """What has one decision at most: a question about an item."""

    question: str
    trace_id: str
    unit: str


@dataclass(frozen=True)
class Case:
    """One item and question, and what the reviewers independently said to it.

    Attributes:
        key: names it on the wire.
        planned: the item's line of the plan.
        question: what was asked.
        answers: the counted ones, by reviewer.
        verdict: what they come to without a lead.
        why: why a lead is needed; "" where nobody is.
        hasty: ids of the answers that took under a fifth of their reviewer's usual time.
        decided: the newest decision; None before there is one.
    """

    key: str
    planned: PlanItem
    question: Question
    answers: tuple[Given, ...]
    verdict: Verdict
    why: Why
    hasty: frozenset[str] = frozenset()
    decided: Given | None = None

    @property
    def spot(self) -> Spot:
        """Where its decision belongs."""
        return Spot(self.question.name, *self.planned.place)

    @property
    def item(self) -> Item:
        """The item as the lead's desk shows it: answers to it are decisions."""
        return Item(self.key, replace(self.planned, role=ADJUDICATION), 1, 0)

    @property
    def basis(self) -> str:
        """Ids of the answers that a decision settles, joined by commas."""
        return ",".join(one.id for one in self.answers)


def cases_of(gathered: Gathered) -> dict[str, Case]:
    """Return every answered item and question of a campaign by key, whether it needs a lead or not.

    Only answers that enter agreement are settled: independent ones of reviewers, to the wording
    that is asked now.
    """
    answers: dict[Spot, list[Given]] = {}
    for one in gathered.first.values():
        if gathered.counted(one):
            spot = Spot(one.question, one.turn.trace_id, one.turn.unit)
            answers.setdefault(spot, []).append(one)
    asked = {question.name: question for question in gathered.campaign.questions}
    decided = decisions(gathered)
    hasty = hasty_answers(one for theirs in answers.values() for one in theirs)
    found = {}
    for spot, theirs in answers.items():
        planned = gathered.planned.get((spot.trace_id, spot.unit))
        if planned is None or spot.question not in asked:
            continue
        key = key_of(gathered.campaign.run_id, spot)
        found[key] = _case(key, planned, asked[spot.question], theirs, hasty, decided.get(spot))
    return found


def to_settle(cases: Iterable[Case]) -> list[Case]:
    """Return those that need a lead, in order; those that a lead has decided stay in their place.

    First ties and disagreements, the least agreed first, among equals the widest apart; then what
    somebody could not judge; then what somebody answered in haste.
    """
    needed = [case for case in cases if case.why or case.decided]
    return sorted(needed, key=_urgency)


def decisions(gathered: Gathered) -> dict[Spot, Given]:
    """Return the newest valid decision of leads on each item and question of the campaign.

    One that was taken back is none; one that says "cannot judge" is a decision without a value.
    """
    run_id = gathered.campaign.run_id
    ours = [one for one in gathered.said if one.role == ADJUDICATION and one.campaign == run_id]
    by_lead: dict[tuple[Spot, str], Given] = {}
    for one in sorted((one for one in ours if one.valid), key=lambda g: g.order):
        by_lead[Spot(one.question, one.turn.trace_id, one.turn.unit), one.turn.reviewer] = one
    said = sorted((o for o in by_lead.values() if not o.says_nothing), key=lambda g: g.order)
    return {Spot(one.question, one.turn.trace_id, one.turn.unit): one for one in said}


def with_decisions(gathered: Gathered, noted: Iterable[Given]) -> Gathered:
    """Return all that is known of a campaign with decisions that were made since it was read.

    Those that were read already change nothing.
    """
    known = {one.id for one in gathered.said if one.role == ADJUDICATION}
    new = tuple(one for one in noted if one.id not in known)
    return replace(gathered, said=(*gathered.said, *new)) if new else gathered


def decided_since(
    cases: Mapping[str, Case], gathered: Gathered, noted: Iterable[Given]
) -> dict[str, Case]:
    """Return the cases as they are after decisions that were made since they were told.

    Args:
        cases: as ``cases_of`` told them.
        gathered: what is known by now, the decisions among it.
        noted: the later decisions.
    """
    found = dict(cases)
    spots = {Spot(one.question, one.turn.trace_id, one.turn.unit) for one in noted}
    decided = decisions(gathered) if spots else {}
    for spot in spots:
        key = key_of(gathered.campaign.run_id, spot)
        if key in found:
            found[key] = replace(found[key], decided=decided.get(spot))
    return found


def hasty_answers(given: Iterable[Given]) -> frozenset[str]:
    """Return ids of the answers that took under a fifth of their reviewer's own median time.

    A submission's time counts once, however many questions it answered. Nobody is called hasty
    before ``FEW_TIMED`` of their items were timed.
    """
    timed: dict[str, dict[tuple[str, str, int], float]] = {}
    rows = [(one, one.seconds) for one in given if one.seconds is not None]
    for one, seconds in rows:
        item = (one.turn.trace_id, one.turn.unit, one.turn.round)
        timed.setdefault(one.turn.reviewer, {})[item] = seconds
    usual = {p: median(s.values()) for p, s in timed.items() if len(s) >= FEW_TIMED}
    return frozenset(
        one.id for one, seconds in rows if seconds < HASTY_SHARE * usual.get(one.turn.reviewer, 0)
    )


def key_of(run_id: str, spot: Spot) -> str:
    """Return what names a case on the wire; the same for every lead."""
    return hashlib.sha256("\n".join((run_id, ADJUDICATION, *spot)).encode()).hexdigest()[:20]


def asks_one(campaign: Campaign, question: Question) -> Campaign:
    """Return the campaign as the lead's desk asks it: one question, saved by one key.

    A lead decides also after the campaign is closed, and never has to say why.
    """
    alone = replace(question, required=True, ask_why_on_fail=False)
    return replace(
        campaign, questions=(alone,), advance="on choice", status="open", time_box_minutes=None
    )


def decision_writes(
    entry: Entry,
    case: Case,
    *,
    person: Person,
    campaign: Campaign,
    stored: Mapping[str, Iterable[Assessment]],
    spans: Mapping[str, Collection[str]],
) -> Writes:
    """Decide what a lead's entry writes: as for a reviewer's answer, with the basis.

    A skip writes nothing: the case stays open. An undo takes the decision back. The decision to
    which a judge's disagreement led carries that as its reason.

    Args:
        entry: what the lead did.
        case: what it is about.
        person: the lead.
        campaign: where.
        stored: all that each trace of the item holds already.
        spans: ids of the spans of each trace on which the entry pins a step.

    Raises:
        InvalidAnswer: when the decision is not allowed or missing.
    """
    if entry.kind == "skip":
        return Writes((), "declined")
    alone = asks_one(campaign, case.question)
    held = {trace_id: list(rows) for trace_id, rows in stored.items()}

    to_write = partial(writes_for, person=person, item=case.item, stored=held, spans=spans)
    writes = to_write(entry, campaign=alone)
    if entry.kind != "submit" and not writes.late:
        optional = replace(alone, questions=(replace(alone.questions[0], required=False),))
        nothing = replace(entry, kind="submit", answers=(), pins=())
        writes = replace(to_write(nothing, campaign=optional), status="pending")
    based = (_based(one, case, entry) for one in writes.create)
    return replace(writes, create=tuple(based))


def desk_of(run_id: str, led: str = "") -> str:
    """Return what a browser calls a desk; ``led`` is the trace that a judge's dissent led to."""
    named = f"{hashlib.sha256(led.encode()).hexdigest()[:16]}:" if led else ""
    return f"{PREFIX}{named}{run_id}"


def run_of(desk: str) -> str:
    """Return the campaign's run id of what a browser calls a lead's desk."""
    return desk.rpartition(":")[2]


def _based(made: Assessment, case: Case, entry: Entry) -> Assessment:
    if made.name != case.question.name:
        return made
    led = entry.campaign == desk_of(run_of(entry.campaign), case.planned.trace_id)
    because = {"review.reason": JUDGE_DISAGREEMENT} if led else {}
    return replace(made, metadata={**made.metadata, "review.basis": case.basis, **because})


def _case(
    key: str,
    planned: PlanItem,
    question: Question,
    answers: list[Given],
    hasty: frozenset[str],
    decided: Given | None,
) -> Case:
    by_person = tuple(sorted(answers, key=lambda one: one.turn.reviewer))
    found = verdict(one.value for one in by_person)
    theirs = frozenset(one.id for one in by_person) & hasty
    why = _why(question, by_person, found, theirs)
    return Case(key, planned, question, by_person, found, why, theirs, decided)


def _why(
    question: Question, answers: tuple[Given, ...], found: Verdict, hasty: frozenset[str]
) -> Why:
    """Say why a lead is needed; notes are never settled, an expected text is."""
    if question.kind == "text" and not question.expectation:
        return ""
    if found.basis == "tie":
        return "tie"
    if len(found.votes) > 1:
        return "disagreement"
    if any(one.cannot_judge for one in answers):
        return "cannot judge"
    return "hasty" if hasty else ""


_GROUPS: Mapping[Why, int] = {"tie": 0, "disagreement": 0, "cannot judge": 1, "hasty": 2, "": 3}


def _urgency(case: Case) -> tuple[int, float, float, int, str]:
    votes = sum(case.verdict.votes.values())
    return (_GROUPS[case.why], case.verdict.share, -_apart(case), -votes, case.planned.trace_id)


def _apart(case: Case) -> float:
    """Return how far the answers lie apart on their scale, in steps; 0 where there is no scale."""
    values = [one.value for one in case.answers if one.value is not None]
    options = case.question.options
    if case.question.kind == "number":
        numbers = [float(value) for value in values]
    elif case.question.kind == "choice" and case.question.scale != "nominal":
        numbers = [float(options.index(value)) for value in values if value in options]
    else:
        return 0.0
    return max(numbers) - min(numbers) if numbers else 0.0
