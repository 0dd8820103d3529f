"""Campaigns: MLflow runs in the experiment of their traces.

Small changing things are tags, the frozen design and the plan are artifacts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from review_app.access import may_open, require_open
from review_app.campaigns import (
    Campaign,
    PlanItem,
    Status,
    campaign_from,
    campaign_json,
    items_of,
    plan_from,
    plan_lines,
)
from review_app.errors import Conflict, NotFound, ReviewError
from review_app.people import Person
from services.questions import ensure_questions
from services.queues import attach, ensure_queue, queue_name
from services.store import Store, plain_errors

KIND = "review.kind"
LINK_AT_ONCE = 100  # MLflow's own limit of a call
TAG_MAX_LENGTH = 8000  # MLflow cuts longer tags without a word
PAGE = 1000  # runs a page
CACHED_PLANS = 64  # plans kept in memory; a part is never changed once written


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
        self._part = lru_cache(CACHED_PLANS)(self._read_part)

    def every(self) -> list[Campaign]:
        """Return all campaigns that are wholly written, newest first."""
        runs = self._runs(f"tags.`{KIND}` = 'campaign'")
        return [self._campaign(run) for run in runs if _tag(run, "review.status") != "building"]

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
        items = items_of(person.name, campaign.run_id, self.plan(campaign)).values()
        with self._joining:
            queue = self.queue(campaign, person.name, 1)
            attach(self.store, queue, [item.trace_id for item in items])
            people = (*self.by_run(campaign.run_id).reviewers, person.name)
            self._set_tags(campaign.run_id, {"review.reviewers": json.dumps(people)})
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
        """Return the whole plan, in the order it was written."""
        parts = range(1, campaign.plan_parts + 1)
        return [planned for part in parts for planned in self._part(campaign.run_id, part)]

    def create(self, campaign: Campaign, plan: list[PlanItem]) -> Campaign:
        """Write a campaign: run, design, plan, links, reviewer queues; opened last.

        Until the last step its status is ``building`` and nobody is shown it. A campaign that was
        left half-written under the same name is finished, not doubled.

        Raises:
            Conflict: when a finished campaign has the name already.
        """
        questions = ensure_questions(self.store, campaign.experiment_id, campaign.questions)
        run_id = self._building(campaign) or self._new_run(campaign)
        campaign = replace(campaign, questions=questions, run_id=run_id)
        self.store.write_artifact(run_id, "campaign.json", campaign_json(campaign))
        if campaign.instructions:
            self.store.write_artifact(run_id, "instructions.md", campaign.instructions)
        campaign = self._add(replace(campaign, plan_parts=0), plan)
        self._set_tags(run_id, {"review.status": campaign.status})
        return campaign

    def add(self, campaign: Campaign, plan: list[PlanItem]) -> Campaign:
        """Append a part to the plan of a campaign, with its links, queues and reviewers."""
        return self._add(campaign, plan)

    def set_status(self, campaign: Campaign, status: Status) -> Campaign:
        """Pause, close or reopen a campaign."""
        closed = time.time_ns() // 1_000_000 if status == "closed" else 0
        self._set_tags(
            campaign.run_id, {"review.status": status, "review.closed_at_ms": str(closed)}
        )
        return replace(campaign, status=status, closed_at_ms=closed)

    def _add(self, campaign: Campaign, plan: list[PlanItem]) -> Campaign:
        part = campaign.plan_parts + 1
        self.store.write_artifact(
            campaign.run_id, _part_name(part), "\n".join(plan_lines(plan)) + "\n"
        )
        self._link(campaign.run_id, list(dict.fromkeys(p.trace_id for p in plan)))
        turns = [(t, p.trace_id) for p in plan for t in p.assigned]
        for person, round_ in dict.fromkeys((t.reviewer, t.round) for t, _ in turns):
            theirs = [
                (t.position, i) for t, i in turns if (t.reviewer, t.round) == (person, round_)
            ]
            queue = self.queue(campaign, person, round_)
            attach(self.store, queue, [trace_id for _, trace_id in sorted(theirs)])
        people = tuple(dict.fromkeys((*campaign.reviewers, *(t.reviewer for t, _ in turns))))
        tags = {"review.reviewers": json.dumps(people), "review.plan_parts": str(part)}
        self._set_tags(campaign.run_id, tags)
        return replace(campaign, reviewers=people, plan_parts=part)

    def queue(self, campaign: Campaign, person: str, round_: int) -> str:
        """Return the id of the person's queue, creating it when it is missing."""
        return ensure_queue(
            self.store,
            campaign.experiment_id,
            queue_name(campaign.name, person, round_),
            person,
            [q.schema_id for q in campaign.questions],
        )

    def _building(self, campaign: Campaign) -> str | None:
        """Return the run of a half-written campaign of that name, if there is one."""
        for run in self._runs(f"tags.`{KIND}` = 'campaign'"):
            if (run.info.run_name or "").lower() != campaign.name.lower():
                continue
            same = run.info.experiment_id == campaign.experiment_id
            if _tag(run, "review.status") == "building" and same:
                return str(run.info.run_id)
            raise Conflict(f"A campaign called “{campaign.name}” exists already.")
        return None

    def _new_run(self, campaign: Campaign) -> str:
        from mlflow.entities import RunTag

        tags = {KIND: "campaign", "review.status": "building", "review.owner": campaign.owner}
        with plain_errors():
            run = self.store.tracking.create_run(
                experiment_id=campaign.experiment_id,
                user_id=campaign.owner,
                start_time=time.time_ns() // 1_000_000,
                tags=[RunTag(key, value) for key, value in tags.items()],
                run_name=campaign.name,
            )
        return str(run.info.run_id)

    def _link(self, run_id: str, trace_ids: list[str]) -> None:
        for start in range(0, len(trace_ids), LINK_AT_ONCE):
            with plain_errors():
                self.store.tracking.link_traces_to_run(
                    trace_ids[start : start + LINK_AT_ONCE], run_id
                )

    def _set_tags(self, run_id: str, tags: dict[str, str]) -> None:
        from mlflow.entities import RunTag

        for key, value in tags.items():
            if len(value) > TAG_MAX_LENGTH:
                raise ReviewError("This campaign has more reviewers than MLflow can note down.")
            with plain_errors():
                self.store.tracking.set_tag(run_id, RunTag(key, value))

    def _runs(self, filter_string: str) -> Iterable[Any]:
        from mlflow.entities import ViewType

        ids = self.store.experiment_ids(self.experiments)
        token = None
        while ids:
            with plain_errors():
                page = self.store.tracking.search_runs(
                    ids, filter_string, ViewType.ACTIVE_ONLY, max_results=PAGE, page_token=token
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
        return self.store.read_artifact(run_id, "campaign.json")

    def _read_part(self, run_id: str, part: int) -> tuple[PlanItem, ...]:
        text = self.store.read_artifact(run_id, _part_name(part))
        return tuple(plan_from(text.split("\n")))


def _part_name(part: int) -> str:
    return f"plan-{part:04d}.jsonl"


def _tag(run: Any, name: str) -> str:
    return str(run.data.tags.get(name, ""))
