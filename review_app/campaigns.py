"""Campaigns, their plan, and the items of one reviewer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from review_app.frames import Frame, frame_from, frame_json
from review_app.questions import Question, question_from

Status = Literal["building", "open", "paused", "closed"]
Role = Literal["reviewer", "gold", "adjudication", "practice", "look_alike"]
Unit = Literal["trace", "session", "pair"]

SECONDS_AN_ITEM = 120  # what an item takes, until it was measured


@dataclass(frozen=True)
class Campaign:
    """A review that somebody asked for; an MLflow run with the tag ``review.kind=campaign``.

    Attributes:
        run_id: the run; "" before it is stored.
        experiment_id: the experiment of its traces.
        name: unique over all experiments, compared without case.
        owner: who asked, the person to turn to.
        status: a campaign is ``building`` until all of it is written, and never shown before.
        closed_at_ms: when it was closed, milliseconds since the epoch; 0 while it is not.
        reviewers: names of all who have a reviewer queue.
        questions: in the order they are asked.
        purpose: why it is done and what happens to the answers, Markdown.
        instructions: how to judge, Markdown.
        open: True shows the facts line from the start; its labels stay out of comparisons.
        advance: ``on choice`` saves with the digit where the only required question is a choice.
        join: ``anyone`` lets everybody who has the link take part.
        introduce: whether a first visit begins with who asked, why and how long.
        time_box_minutes: after how much active time it says that it is enough; None for no box.
        goal: what it must decide; "" where nobody said.
        reveal: whether a reviewer sees the others' answers after their own.
        each: independent reviews an item; common items have more.
        file: the campaign file it was made from, as JSON values; {} when there is none.
        plan_parts: how many parts of the plan are written.
    """

    name: str
    questions: tuple[Question, ...]
    owner: str = ""
    run_id: str = ""
    experiment_id: str = ""
    status: Status = "open"
    closed_at_ms: int = 0
    reviewers: tuple[str, ...] = ()
    purpose: str = ""
    instructions: str = ""
    open: bool = False
    advance: Literal["on save", "on choice"] = "on save"
    join: Literal["invited", "anyone"] = "invited"
    introduce: bool = True
    time_box_minutes: int | None = None
    goal: str = ""
    reveal: bool = False
    each: int = 1
    file: Mapping[str, Any] = field(default_factory=dict)
    plan_parts: int = 0

    def question(self, name: str) -> Question | None:
        """Return the question of that name; None when the campaign does not ask it."""
        return next((q for q in self.questions if q.name == name), None)


_IN_TAGS = ("run_id", "experiment_id", "status", "closed_at_ms", "reviewers", "plan_parts")


def campaign_json(campaign: Campaign) -> str:
    """Return campaign.json: the frozen design, without what lives in the run's tags."""
    design = {k: v for k, v in asdict(campaign).items() if k not in _IN_TAGS}
    return json.dumps(design, indent=2, ensure_ascii=False)


def campaign_from(design: str, **tags: Any) -> Campaign:
    """Return the campaign of a campaign.json and the values kept in the run's tags."""
    known = {k: v for k, v in json.loads(design).items() if k in Campaign.__dataclass_fields__}
    known["questions"] = tuple(question_from(q) for q in known["questions"])
    return Campaign(**{**known, **tags})


@dataclass(frozen=True)
class Assignment:
    """One reviewer's turn at a planned item; position orders the reviewer's list from 1."""

    reviewer: str
    position: int
    round: int = 1


@dataclass(frozen=True)
class PlanItem:
    """One item of the plan: why it is in, with what probability, and who reviews it.

    Attributes:
        trace_id: the trace; of a session its first one.
        frame: id of the frame it was drawn from.
        reason: why it is in, in words.
        probability: the chance of having been drawn from its frame; None when it is not known,
            and then the item enters no rate.
        stratum: the part of the frame it belongs to.
        role: what its answers count as.
        unit: whether it is one trace or a whole session.
        assigned: whose turn it is; nobody means everybody who joins the campaign.
        group: how many near-duplicates it stands for, itself included.
        right: gold and practice only: question name -> right answer.
        why: gold and practice only: the reason for the right answers.
    """

    trace_id: str
    frame: str
    reason: str
    probability: float | None = None
    stratum: str = ""
    role: Role = "reviewer"
    unit: Unit = "trace"
    assigned: tuple[Assignment, ...] = ()
    group: int = 1
    right: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def place(self) -> tuple[str, Unit]:
        """What the plan knows it by: a later line of the same place replaces an earlier one."""
        return self.trace_id, self.unit


@dataclass(frozen=True)
class PlanPart:
    """One part of a plan, never changed once written: new frames, and items new or restated."""

    items: tuple[PlanItem, ...]
    frames: tuple[Frame, ...] = ()


def plan_lines(part: PlanPart) -> Iterator[str]:
    """Yield the JSON lines of a part of the plan (plan-0001.jsonl): frames, then items."""
    for frame in part.frames:
        yield json.dumps({"frame": frame_json(frame)}, ensure_ascii=False)
    for planned in part.items:
        yield json.dumps(asdict(planned), ensure_ascii=False)


def plan_from(lines: Iterable[str]) -> PlanPart:
    """Return the part of the plan whose lines ``plan_lines`` wrote."""
    frames: list[Frame] = []
    items: list[PlanItem] = []
    for line in lines:
        if not line.strip():
            continue
        data = json.loads(line)
        if "trace_id" not in data:
            frames.append(frame_from(data["frame"]))
        else:
            turns = tuple(Assignment(**turn) for turn in data.pop("assigned"))
            items.append(PlanItem(**data, assigned=turns))
    return PlanPart(tuple(items), tuple(frames))


def plan_of(parts: Iterable[PlanPart]) -> list[PlanItem]:
    """Return the plan that the parts come to: the newest line of each item, in first order."""
    items: dict[tuple[str, Unit], PlanItem] = {}
    for part in parts:
        items |= {planned.place: planned for planned in part.items}
    return list(items.values())


@dataclass(frozen=True)
class Item:
    """A planned item in one reviewer's list.

    Attributes:
        key: opaque name of the item on the wire; says nothing about round or role.
        planned: the plan's line.
        round: 1, or 2+ for a repeat.
        position: orders the reviewer's list.
    """

    key: str
    planned: PlanItem
    round: int
    position: int

    @property
    def trace_id(self) -> str:
        """The trace under review."""
        return self.planned.trace_id


def items_of(person: str, run_id: str, plan: Iterable[PlanItem]) -> dict[str, Item]:
    """Return the person's items by key, in reading order.

    >>> plan = [PlanItem("tr-1", "all", "imported", assigned=(Assignment("ana", 1),))]
    >>> [item.trace_id for item in items_of("ana", "run", plan).values()]
    ['tr-1']
    """
    mine = [
        Item(_key(run_id, person, planned, turn.round), planned, turn.round, turn.position)
        for planned in plan
        for turn in planned.assigned or (_joined(person, planned),)
        if turn.reviewer == person
    ]
    return {item.key: item for item in sorted(mine, key=lambda item: item.position)}


def _joined(person: str, planned: PlanItem) -> Assignment:
    """Give everybody who joins an order of their own, the same at every visit; practice first."""
    if planned.role == "practice":
        return Assignment(person, 0)
    return Assignment(person, int(_digest(person, planned.trace_id, planned.unit)[:8], 16))


def _key(run_id: str, person: str, planned: PlanItem, turn: int) -> str:
    return _digest(run_id, person, planned.trace_id, planned.unit, str(turn))[:20]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
