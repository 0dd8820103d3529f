"""Changes of a campaign, carried out beside the pages, one at a time for each campaign."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from review_app.access import require_lead
from review_app.campaigns import Campaign
from review_app.changes import Change, ChangeKind
from review_app.people import Person
from services.campaign_writing import CampaignWriting
from services.jobs import Job, Jobs
from services.planning import Planning
from services.reassigning import Reassigning


class CampaignChanges:
    """Carries out what leads want of campaigns of one store."""

    def __init__(
        self, writing: CampaignWriting, planning: Planning, lists: Reassigning, jobs: Jobs
    ) -> None:
        """Bind to the services that know how."""
        self._writing = writing
        self._planning = planning
        self._lists = lists
        self._jobs = jobs

    def begin(self, lead: Person, campaign: Campaign, change: Change) -> Job:
        """Begin a change, or return the one of this campaign that is going on.

        The job's result is a sentence for the lead.

        Raises:
            NotAllowed: when ``lead`` is none.
        """
        require_lead(lead)
        work = partial(self._work[change.kind], lead, campaign, change)
        return self._jobs.start(f"change {campaign.run_id}", work)

    @property
    def _work(self) -> dict[ChangeKind, Callable[[Person, Campaign, Change, Job], str]]:
        return {
            "add": self._add,
            "remove": self._remove,
            "share out": self._share_out,
            "top up": self._top_up,
            "finish": self._finish,
            "discard": self._discard,
        }

    def _add(self, lead: Person, campaign: Campaign, change: Change, _: Job) -> str:
        now = self._lists.add_reviewer(lead, campaign, change.person)
        return f"Reviewers are now: {', '.join(now.reviewers)}."

    def _remove(self, lead: Person, campaign: Campaign, change: Change, _: Job) -> str:
        now = self._lists.remove_reviewer(lead, campaign, change.person)
        return f"Reviewers are now: {', '.join(now.reviewers)}."

    def _share_out(self, lead: Person, campaign: Campaign, _: Change, _job: Job) -> str:
        return f"{_items(self._lists.rebalance(lead, campaign))} moved."

    def _top_up(self, lead: Person, campaign: Campaign, change: Change, job: Job) -> str:
        added = self._planning.top_up(lead, campaign, change.more, job.tell)
        return f"{_items(added)} added."

    def _finish(self, _: Person, campaign: Campaign, _change: Change, job: Job) -> str:
        return f"“{self._writing.resume(campaign, job.tell).name}” is written and open."

    def _discard(self, _: Person, campaign: Campaign, _change: Change, _job: Job) -> str:
        self._writing.discard(campaign)
        return f"“{campaign.name}” is discarded."


def _items(number: int) -> str:
    return f"{number:,} item" + ("" if number == 1 else "s")
