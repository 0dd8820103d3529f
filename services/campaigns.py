"""Campaigns: MLflow runs in the experiment of their traces.

Small changing things are tags, the frozen design and the plan are artifacts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from review_app.access import may_open, require_open
from review_app.campaigns import (
    Campaign,
    Item,
    PlanItem,
    PlanPart,
    Status,
    campaign_from,
    items_of,
    plan_from,
    plan_of,
)
from review_app.errors import Conflict, NotFound, ReviewError
from review_app.frames import Frame
from review_app.people import Person
from services.queues import attach, ensure_queue, queue_name
from services.store import Store, plain_errors

KIND = "review.kind"
DESIGN = "campaign.json"  # the artifact that holds the frozen design
TAG_MAX_LENGTH = 8000  # MLflow cuts longer tags without a word
PAGE = 1000  # runs a page
_CAMPAIGNS = f"tags.`{KIND}` = 'campaign'"
CACHED_PLANS = 64  # plans and designs kept in memory
CACHED_LISTS = 256  # reviewers' lists kept in memory
CACHED_PARTS = 512  # parts of plans kept in memory; one is never changed once published


class Campaigns:
    """Finds, reads and writes the campaigns of one store.

    Attributes:
        store: where they live.
        experiments: names or ids that narrow the scope; () for every experiment.
    """

    def __init__(self, store: Store, experiments: tuple[str, ...] = ()) -> None:
        """Bind to a store; nothing is read yet."""
        self.store = store
        self.experiments = experiments
        self._joining = Lock()
        self._design = lru_cache(CACHED_PLANS)(self._read_design)
        self._part = lru_cache(CACHED_PARTS)(self._read_part)
        self._plan = lru_cache(CACHED_PLANS)(self._read_plan)
        self._items = lru_cache(CACHED_LISTS)(self._read_items)

    def every(self) -> list[Campaign]:
        """Return all campaigns that are wholly written, newest first."""
        runs = self.runs()
        return [self._campaign(run) for run in runs if _tag(run, "review.status") != "building"]

    def unfinished(self) -> list[Campaign]:
        """Return the campaigns whose writing has not ended, newest first; nobody reviews them.

        Those of which not even the design was written are left out: nothing can be said of them.
        """
        runs = (run for run in self.runs() if _tag(run, "review.status") == "building")
        return [found for run in runs if (found := self._if_written(run)) is not None]

    def _if_written(self, run: Any) -> Campaign | None:
        try:
            return self._campaign(run)
        except NotFound:
            return None

    def of(self, person: Person) -> list[Campaign]:
        """Return the campaigns that the person may open, newest first."""
        return [campaign for campaign in self.every() if may_open(person, campaign)]

    def join(self, campaign: Campaign, person: Person) -> Campaign:
        """Give a person who joins their reviewer queue; safe to repeat.

        Raises:
            NotAllowed: when the campaign is for invited people only.
        """
        if person.name in campaign.reviewers:
            return campaign
        require_open(person, campaign)
        items = self.items(campaign, person.name).values()
        with self._joining:
            queue = self.queue(campaign, person.name, 1)
            attach(self.store, queue, [item.trace_id for item in items])
            people = (*self.by_run(campaign.run_id).reviewers, person.name)
            set_tags(self.store, campaign.run_id, {"review.reviewers": json.dumps(people)})
        return replace(campaign, reviewers=people)

    def get(self, name_or_run_id: str) -> Campaign:
        """Return the campaign of that name (compared without case) or run id.

        Raises:
            NotFound: when there is none.
            Conflict: when more than one has the name; the run id then decides.
        """
        wanted = name_or_run_id.strip().lower()
        found = [c for c in self.every() if wanted in (c.name.lower(), c.run_id)]
        if not found:
            raise NotFound(f"There is no campaign called “{name_or_run_id}”.")
        if len(found) > 1:
            raise Conflict(f"More than one campaign is called “{name_or_run_id}”. Use its run id.")
        return found[0]

    def by_run(self, run_id: str) -> Campaign:
        """Return the campaign of that run.

        Raises:
            NotFound: when the run is gone or is no campaign.
        """
        with plain_errors():
            run = self.store.tracking.get_run(run_id)
        if _tag(run, KIND) != "campaign" or run.info.lifecycle_stage != "active":
            raise NotFound("This campaign is no longer in MLflow.")
        return self._campaign(run)

    def plan(self, campaign: Campaign) -> list[PlanItem]:
        """Return the whole plan: the newest line of each item, in the order of their first."""
        return self._plan(campaign.run_id, campaign.plan_parts)

    def items(self, campaign: Campaign, person: str) -> dict[str, Item]:
        """Return the person's items by key, in reading order; not to be changed."""
        return self._items(campaign.run_id, campaign.plan_parts, person)

    def frames(self, campaign: Campaign) -> dict[str, Frame]:
        """Return what the items were drawn from, by the id that answers carry."""
        return {f.id: f for part in self.parts(campaign) for f in part.frames}

    def parts(self, campaign: Campaign) -> list[PlanPart]:
        """Return the published parts of the plan, oldest first."""
        return [self._part(campaign.run_id, n) for n in range(1, campaign.plan_parts + 1)]

    def set_status(self, campaign: Campaign, status: Status) -> Campaign:
        """Pause, close or reopen a campaign."""
        closed = time.time_ns() // 1_000_000 if status == "closed" else 0
        tags = {"review.status": status, "review.closed_at_ms": str(closed)}
        set_tags(self.store, campaign.run_id, tags)
        return replace(campaign, status=status, closed_at_ms=closed)

    def queue(self, campaign: Campaign, person: str, round_: int) -> str:
        """Return the id of the person's queue, creating it when it is missing."""
        return ensure_queue(
            self.store,
            campaign.experiment_id,
            queue_name(campaign.name, person, round_),
            person,
            [q.schema_id for q in campaign.questions],
        )

    def runs(self) -> Iterator[Any]:
        """Yield MLflow's runs of all campaigns in scope, half-written ones too, newest first."""
        from mlflow.entities import ViewType

        ids = self.store.experiment_ids(self.experiments)
        token = None
        while ids:
            with plain_errors():
                page = self.store.tracking.search_runs(
                    ids, _CAMPAIGNS, ViewType.ACTIVE_ONLY, max_results=PAGE, page_token=token
                )
            yield from page
            token = page.token
            if not token:
                return

    def _campaign(self, run: Any) -> Campaign:
        return campaign_from(
            self._design(run.info.run_id),
            run_id=run.info.run_id,
            experiment_id=run.info.experiment_id,
            status=_tag(run, "review.status"),
            closed_at_ms=int(_tag(run, "review.closed_at_ms") or 0),
            reviewers=tuple(json.loads(_tag(run, "review.reviewers") or "[]")),
            plan_parts=int(_tag(run, "review.plan_parts") or 0),
        )

    def _read_design(self, run_id: str) -> str:
        return self.store.read_artifact(run_id, DESIGN)

    def _read_part(self, run_id: str, part: int) -> PlanPart:
        return plan_from(self.store.read_artifact(run_id, part_name(part)).split("\n"))

    def _read_plan(self, run_id: str, parts: int) -> list[PlanItem]:
        return plan_of(self._part(run_id, part) for part in range(1, parts + 1))

    def _read_items(self, run_id: str, parts: int, person: str) -> dict[str, Item]:
        return items_of(person, run_id, self._plan(run_id, parts))


def part_name(part: int) -> str:
    """Return the name of the artifact that holds a part of the plan, counted from 1."""
    return f"plan-{part:04d}.jsonl"


def set_tags(store: Store, run_id: str, tags: dict[str, str]) -> None:
    """Set tags of a run, one after the other.

    Raises:
        ReviewError: when one is longer than MLflow keeps; it would cut it without a word.
    """
    from mlflow.entities import RunTag

    for key, value in tags.items():
        if len(value) > TAG_MAX_LENGTH:
            raise ReviewError("This campaign has more reviewers than MLflow can note down.")
        with plain_errors():
            store.tracking.set_tag(run_id, RunTag(key, value))


def _tag(run: Any, name: str) -> str:
    return str(run.data.tags.get(name, ""))
