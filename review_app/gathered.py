"""All that is known of a campaign at one moment, put in order for counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from review_app.answers import SKIP_REASON
from review_app.campaigns import Campaign, PlanItem
from review_app.given import (
    BLIND,
    UNKNOWN,
    Given,
    Place,
    Turn,
    independent,
    newest,
    without_drafts,
)

Statuses = Mapping[tuple[str, int], Mapping[str, str]]  # (reviewer, round) -> trace id -> status


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a trace beside its answers.

    Attributes:
        session: the conversation it belongs to; "" for none.
        text: MLflow's preview of what the app was asked.
        version: what produced it.
    """

    session: str = ""
    text: str = ""
    version: str = ""


@dataclass(frozen=True)
class Gathered:
    """The campaign, its plan, the state of its queues, and what people said about its items.

    Attributes:
        campaign: as it was when the rest was read.
        plan: all of it.
        status: (reviewer, round) -> trace id -> ``pending``, ``complete`` or ``declined``; a
            missing key is a queue that does not exist, a missing trace is gone from MLflow.
        said: everything that people said about the plan's traces, in any order.
        about: trace id -> what is known of it, for every trace that somebody worked on.
    """

    campaign: Campaign
    plan: tuple[PlanItem, ...]
    status: Statuses
    said: tuple[Given, ...] = ()
    about: Mapping[str, About] = field(default_factory=dict)

    @cached_property
    def planned(self) -> dict[tuple[str, str], PlanItem]:
        """(trace id, unit) -> line of the plan."""
        return {one.place: one for one in self.plan}

    @cached_property
    def turns(self) -> dict[Turn, str]:
        """Every turn that can be taken -> its status; one without a queue is pending."""
        found: dict[Turn, str] = {}
        for planned in self.plan:
            joined = [(person, 1) for person in self.campaign.reviewers]
            turns = [(turn.reviewer, turn.round) for turn in planned.assigned] or joined
            for person, round_ in turns:
                queue = self.status.get((person, round_))
                status = "pending" if queue is None else queue.get(planned.trace_id, "")
                if status:
                    found[Turn(person, round_, *planned.place)] = status
        return found

    @cached_property
    def versions(self) -> dict[str, str]:
        """Question name -> version of its wording; telling it takes a while."""
        return {one.name: one.version for one in self.campaign.questions}

    @cached_property
    def allowing(self) -> frozenset[str]:
        """What may have been seen: an open campaign shows the facts from the start."""
        return frozenset({"facts"}) if self.campaign.open else BLIND

    @cached_property
    def sent(self) -> list[Given]:
        """What was said in this campaign and is no draft.

        What carries no campaign belongs to it where its person has that item to review.
        """
        asked = {SKIP_REASON, *self.versions}
        ours = [
            one
            for one in self.said
            if one.question in asked
            and (
                one.campaign == self.campaign.run_id
                or (not one.campaign and one.turn in self.turns)
            )
        ]
        return without_drafts(ours, self.status)

    @cached_property
    def newest(self) -> dict[tuple[str, Turn], Given]:
        """(question, turn) -> the newest that was said, whatever had been shown."""
        return newest(self.sent)

    @cached_property
    def first(self) -> dict[Place, Given]:
        """The independent answers."""
        return independent(self.sent, self.allowing)

    @cached_property
    def before(self) -> dict[tuple[str, str, Turn], Given]:
        """(wording, question, turn of round 1) -> the independent answer that a repeat repeats.

        It is of this campaign, else the newest of another one.
        """
        elsewhere = [one for one in self.said if one.campaign not in ("", self.campaign.run_id)]
        others = independent(elsewhere, self.allowing).items()
        ordered = sorted(others, key=lambda pair: pair[1].order)
        both = [*ordered, *self.first.items()]
        return {(place.wording, place.question, place.turn): one for place, one in both}

    @cached_property
    def again(self) -> dict[Place, Given]:
        """The independent answers to repeats."""
        return independent(self.sent, self.allowing, later_rounds=True)

    def counted(self, one: Given) -> bool:
        """Tell whether an independent answer enters what is said about the answers."""
        planned = self.planned.get((one.turn.trace_id, one.turn.unit))
        return (
            one.wording == self.versions.get(one.question)
            and one.role == "reviewer"
            and (planned is None or planned.role == "reviewer")
        )

    def why_left_out(self, one: Given) -> str:
        """Say why something that was said is not counted; "" where it is."""
        planned = self.planned.get((one.turn.trace_id, one.turn.unit))
        role = one.role if one.role != "reviewer" or planned is None else planned.role
        if role != "reviewer":
            return role
        if one.turn.round > 1:
            return "repeat"
        if one.seen == UNKNOWN:
            return "unknown"
        if one.wording != self.versions.get(one.question, one.wording):
            return "wording"
        place = Place(self.campaign.run_id, one.wording, one.question, one.turn)
        return "" if place in self.first else "seen"
