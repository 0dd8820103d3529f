"""Reassigning: reviewers come and go, lists are levelled, and who runs dry takes over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from review_app.access import require_lead, require_open
from review_app.campaigns import Campaign, PlanItem, PlanPart
from review_app.errors import Conflict, InvalidDesign
from review_app.people import Person, normal_name
from review_app.reassignment import rebalanced, taken_over, without
from services.campaign_writing import CampaignWriting, Revision
from services.campaigns import Campaigns
from services.queues import QueueStatus, find_queue, pending, queue_name, statuses

NOTHING_TO_TAKE = (
    "There is nothing left to take over: the others are at their last items. Thank you for asking."
)
Pending = dict[str, frozenset[str]]
Restate = Callable[[Campaign, Sequence[PlanItem], Pending], tuple[PlanItem, ...]]


class Reassigning:
    """Changes who reviews what, in campaigns of one store."""

    def __init__(self, campaigns: Campaigns, writing: CampaignWriting) -> None:
        """Bind to the campaigns of one store."""
        self._campaigns = campaigns
        self._writing = writing

    def take_over(self, campaign: Campaign, person: Person) -> int:
        """Give a reviewer who ran dry items of the longest list; return how many.

        Raises:
            NotAllowed: when the person does not review this campaign.
            Conflict: when there is nothing to take, or the campaign is not open.
        """
        require_open(person, campaign)
        _require_running(campaign)
        counted: list[int] = []

        def revise(now: Campaign, plan: list[PlanItem]) -> Revision:
            moved = taken_over(plan, self._pending(now), now.each, person.name)
            if not moved:
                raise Conflict(NOTHING_TO_TAKE)
            counted.append(len(moved))
            return Revision(PlanPart(moved))

        self._writing.change(campaign, revise)
        return counted[-1]

    def add_reviewer(self, lead: Person, campaign: Campaign, name: str) -> Campaign:
        """Let somebody in and give them a fair share of what nobody has begun.

        Raises:
            NotAllowed: when ``lead`` is none.
            InvalidAnswer: when the name cannot be one.
            Conflict: when they review it already.
        """
        require_lead(lead)
        _require_running(campaign)
        person = normal_name(name)

        def revise(now: Campaign, plan: list[PlanItem]) -> Revision:
            if person in now.reviewers:
                raise Conflict(f"{person} reviews this campaign already.")
            people = (*now.reviewers, person)
            moved = rebalanced(plan, self._pending(now), now.each, people)
            return Revision(PlanPart(moved), people)

        return self._writing.change(campaign, revise)

    def remove_reviewer(self, lead: Person, campaign: Campaign, person: str) -> Campaign:
        """Let somebody go: what they have not begun goes to the others, their answers stay.

        Raises:
            NotAllowed: when ``lead`` is none.
            InvalidDesign: when nobody would be left.
        """
        require_lead(lead)

        def revise(now: Campaign, plan: list[PlanItem]) -> Revision:
            others = tuple(name for name in now.reviewers if name != person)
            if not others or person not in now.reviewers:
                raise InvalidDesign("A campaign needs a reviewer. Add another one first.")
            moved = without(plan, self._pending(now), now.each, person, others)
            return Revision(PlanPart(moved), others)

        return self._writing.change(campaign, revise)

    def rebalance(self, lead: Person, campaign: Campaign) -> int:
        """Level what nobody has begun among the reviewers; return how many items moved.

        Raises:
            NotAllowed: when ``lead`` is none.
            Conflict: when the lists are level already.
        """
        require_lead(lead)
        _require_running(campaign)
        counted: list[int] = []

        def revise(now: Campaign, plan: list[PlanItem]) -> Revision:
            moved = rebalanced(plan, self._pending(now), now.each, now.reviewers)
            if not moved:
                raise Conflict("The lists are level already, as far as items may move.")
            counted.append(len(moved))
            return Revision(PlanPart(moved))

        self._writing.change(campaign, revise)
        return counted[-1]

    def tally(self, campaign: Campaign, person: str) -> dict[QueueStatus, int]:
        """Return how many items of a reviewer are complete, declined and pending."""
        found: dict[QueueStatus, int] = {"complete": 0, "declined": 0, "pending": 0}
        rounds = {
            turn.round
            for item in self._campaigns.plan(campaign)
            for turn in item.assigned
            if turn.reviewer == person
        }
        for round_ in sorted(rounds | {1}):
            name = queue_name(campaign.name, person, round_)
            queue = find_queue(self._campaigns.store, campaign.experiment_id, name)
            for status in statuses(self._campaigns.store, queue).values() if queue else ():
                found[status] += 1
        return found

    def _pending(self, campaign: Campaign) -> Pending:
        """Return reviewer -> traces of the first round that they have not begun."""
        store, found = self._campaigns.store, {}
        for person in campaign.reviewers:
            name = queue_name(campaign.name, person, 1)
            queue = find_queue(store, campaign.experiment_id, name)
            found[person] = frozenset(pending(store, queue)) if queue else frozenset()
        return found


def _require_running(campaign: Campaign) -> None:
    if campaign.status == "closed":
        raise Conflict(f"“{campaign.name}” is closed. Reopen it first.")
    if campaign.join == "anyone":
        raise Conflict("Everybody who joins this campaign reviews all of it; nothing can move.")
