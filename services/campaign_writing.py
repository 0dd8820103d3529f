"""Writing campaigns: whole or not at all, by one writer at a time, resumable after a crash.

The design and the plan are written first, as artifacts; links and reviewer queues follow, and can
be repeated without harm. What a part of the plan holds is shown only when all of it is there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from review_app.campaigns import (
    Campaign,
    PlanItem,
    PlanPart,
    Unit,
    campaign_json,
    plan_from,
    plan_lines,
)
from review_app.errors import Cancelled, Conflict, NotFound, ReviewError
from services.campaigns import DESIGN, KIND, Campaigns, part_name, set_tags
from services.leases import Busy, Lease, lease
from services.questions import ensure_questions
from services.queues import attach, delete_queue, detach
from services.store import plain_errors

LINK_AT_ONCE = 100  # MLflow's own limit of a call
ATTACH_AT_ONCE = 500  # items between two signs of progress
WAITS_SECONDS = (0.2, 0.5, 1.0, 2.0)  # how long a change waits for another one to end
Tell = Callable[[int, int], None]
Change = Callable[[Campaign, list[PlanItem]], "Revision"]


@dataclass(frozen=True)
class Revision:
    """A change of a plan: its next part, and who reviews from then on (None for the same)."""

    part: PlanPart
    reviewers: tuple[str, ...] | None = None


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


class CampaignWriting:
    """Creates campaigns and changes their plans."""

    def __init__(self, campaigns: Campaigns) -> None:
        """Bind to the campaigns of one store."""
        self._campaigns = campaigns
        self._store = campaigns.store

    def create(self, campaign: Campaign, part: PlanPart, tell: Tell = _quiet) -> Campaign:
        """Write a campaign: run, design, plan, links, reviewer queues; opened last.

        Until the last step its status is ``building`` and nobody is shown it. One that was left
        half-written under the same name in the same experiment is taken away first.

        Args:
            campaign: its design; ``status`` is what it becomes at the end.
            part: the first part of its plan.
            tell: is called with the steps done and all steps; what it raises stops the writing,
                and then nothing of it stays.

        Raises:
            Conflict: when a campaign has the name already, or somebody is writing it.
            Cancelled: what ``tell`` raised.
        """
        self._clear_the_name(campaign)
        questions = ensure_questions(self._store, campaign.experiment_id, campaign.questions)
        campaign = replace(campaign, questions=questions, run_id=self._new_run(campaign))
        with self._leased(campaign, 1) as held:
            self._write_design(campaign)
            self._write_part(campaign.run_id, 1, part)
            try:
                written = self._publish(campaign, 1, [], Revision(part), held, tell)
            except Cancelled:
                self.discard(campaign)
                raise
            set_tags(self._store, campaign.run_id, {"review.status": campaign.status})
            held.release()
        return written

    def resume(self, campaign: Campaign, tell: Tell = _quiet) -> Campaign:
        """Finish a campaign whose writing broke off, as it was planned, and open it.

        Raises:
            Conflict: when somebody is still writing it.
            NotFound: when its plan was not written yet; it can only be discarded.
        """
        with self._leased(campaign, 1) as held:
            part = self._read_part(campaign.run_id, 1)
            if part is None:
                raise NotFound(f"“{campaign.name}” was not planned to the end. Please discard it.")
            written = self._publish(campaign, 1, [], Revision(part), held, tell)
            set_tags(self._store, campaign.run_id, {"review.status": "open"})
        return replace(written, status="open")

    def discard(self, campaign: Campaign) -> None:
        """Take away a campaign that was not written to the end, with its reviewer queues."""
        part = self._read_part(campaign.run_id, 1)
        items = part.items if part else ()
        for person, round_ in sorted({(t.reviewer, t.round) for i in items for t in i.assigned}):
            delete_queue(self._store, campaign, person, round_)
        with plain_errors():
            self._store.tracking.delete_run(campaign.run_id)

    def change(self, campaign: Campaign, make: Change, tell: Tell = _quiet) -> Campaign:
        """Append a part to the plan, made from the campaign and plan as they are right then.

        Two processes may call this at once: one waits for the other and then sees its change.

        Raises:
            Conflict: when somebody else keeps changing the campaign.
            ReviewError: what ``make`` raised; nothing is written then.
        """
        for wait in (*WAITS_SECONDS, 0.0):
            with suppress(_Overtaken, Busy if wait else _Overtaken):
                return self._change(campaign.run_id, make, tell)
            time.sleep(wait)
        raise Conflict("This campaign keeps changing. Please try again in a minute.")

    def _change(self, run_id: str, make: Change, tell: Tell) -> Campaign:
        number = self._campaigns.by_run(run_id).plan_parts + 1
        with self._leased(self._campaigns.by_run(run_id), number) as held:
            campaign = self._campaigns.by_run(run_id)
            if campaign.plan_parts + 1 != number:
                raise _Overtaken
            plan = self._campaigns.plan(campaign)
            left = self._read_part(run_id, number) if held.attempt > 1 else None
            if left is not None:
                self._publish(campaign, number, plan, Revision(left), held, _quiet)
                raise _Overtaken
            revision = make(campaign, plan)
            self._write_part(run_id, number, revision.part)
            return self._publish(campaign, number, plan, revision, held, tell)

    @contextmanager
    def _leased(self, campaign: Campaign, number: int) -> Iterator[Lease]:
        held = lease(self._store, campaign.run_id, number)
        try:
            yield held
        except ReviewError:
            with suppress(ReviewError):
                held.release()
            raise

    def _publish(
        self,
        campaign: Campaign,
        number: int,
        before: list[PlanItem],
        revision: Revision,
        held: Lease,
        tell: Tell,
    ) -> Campaign:
        """Link, queue up, take out of queues; then let the part count."""
        steps = list(self._steps(campaign, before, revision.part))
        for done, step in enumerate(steps):
            tell(done, len(steps))
            held.sign()
            step()
        turns = (t.reviewer for item in revision.part.items for t in item.assigned)
        people = revision.reviewers
        if people is None:
            people = tuple(dict.fromkeys((*campaign.reviewers, *turns)))
        tags = {"review.reviewers": json.dumps(people), "review.plan_parts": str(number)}
        set_tags(self._store, campaign.run_id, tags)
        tell(len(steps), len(steps))
        return replace(campaign, reviewers=people, plan_parts=number)

    def _steps(
        self, campaign: Campaign, before: list[PlanItem], part: PlanPart
    ) -> Iterator[Callable[[], None]]:
        """Yield what is to be done, in small steps that may all be repeated."""
        known = {planned.place: planned for planned in before}
        traces = dict.fromkeys(p.trace_id for p in part.items if p.place not in known)
        for some in _batches(list(traces), LINK_AT_ONCE):
            yield partial(self._link, campaign.run_id, some)
        new, gone = _turns(known, part.items)
        for (person, round_), trace_ids in new.items():
            for some in _batches(trace_ids, ATTACH_AT_ONCE):
                yield partial(self._attach, campaign, person, round_, some)
        for (person, round_), trace_ids in gone.items():
            yield partial(detach, self._store, campaign, person, round_, trace_ids)

    def _attach(self, campaign: Campaign, person: str, round_: int, trace_ids: list[str]) -> None:
        attach(self._store, self._campaigns.queue(campaign, person, round_), trace_ids)

    def _link(self, run_id: str, trace_ids: list[str]) -> None:
        with plain_errors():
            self._store.tracking.link_traces_to_run(trace_ids, run_id)

    def _write_design(self, campaign: Campaign) -> None:
        if campaign.instructions:
            self._store.write_artifact(campaign.run_id, "instructions.md", campaign.instructions)
        self._store.write_artifact(campaign.run_id, DESIGN, campaign_json(campaign))

    def _write_part(self, run_id: str, number: int, part: PlanPart) -> None:
        text = "\n".join([*plan_lines(part), ""])
        self._store.write_artifact(run_id, part_name(number), text)

    def _read_part(self, run_id: str, number: int) -> PlanPart | None:
        """Return a part that was written but perhaps not published; None when it is not whole."""
        try:
            text = self._store.read_artifact(run_id, part_name(number))
            return plan_from(text.split("\n")) if text.endswith("\n") else None
        except (NotFound, ValueError):
            return None

    def _clear_the_name(self, campaign: Campaign) -> None:
        """Make sure that nobody has the name; take a dead, half-written one away."""
        for run in self._named(campaign.name):
            half = replace(campaign, run_id=run.info.run_id)
            building = run.data.tags.get("review.status") == "building"
            if not building or run.info.experiment_id != campaign.experiment_id:
                raise Conflict(f"A campaign called “{campaign.name}” exists already.")
            with self._leased(half, 1):
                self.discard(half)

    def _new_run(self, campaign: Campaign) -> str:
        """Create the run; of two that are created at once under one name, the first stays."""
        from mlflow.entities import RunTag

        tags = {KIND: "campaign", "review.status": "building", "review.owner": campaign.owner}
        with plain_errors():
            run = self._store.tracking.create_run(
                experiment_id=campaign.experiment_id,
                user_id=campaign.owner,
                start_time=time.time_ns() // 1_000_000,
                tags=[RunTag(key, value) for key, value in tags.items()],
                run_name=campaign.name,
            )
        rivals = self._named(campaign.name)
        first = min(rivals, key=lambda r: (r.info.start_time, r.info.run_id), default=run)
        if first.info.run_id != run.info.run_id:
            with plain_errors():
                self._store.tracking.delete_run(run.info.run_id)
            raise Conflict(f"A campaign called “{campaign.name}” exists already.")
        return str(run.info.run_id)

    def _named(self, name: str) -> list[Any]:
        runs = self._campaigns.runs()
        return [run for run in runs if (run.info.run_name or "").lower() == name.lower()]


class _Overtaken(Exception):
    """Another change was published first; look again."""


def _turns(
    known: dict[tuple[str, Unit], PlanItem], items: Iterable[PlanItem]
) -> tuple[dict[tuple[str, int], list[str]], dict[tuple[str, int], list[str]]]:
    """Return (reviewer, round) -> traces that come into, and that leave, the queue."""
    new: dict[tuple[str, int], list[tuple[int, str]]] = {}
    gone: dict[tuple[str, int], list[str]] = {}
    for planned in items:
        old = known[planned.place].assigned if planned.place in known else ()
        had = {(t.reviewer, t.round) for t in old}
        has = {(t.reviewer, t.round): t.position for t in planned.assigned}
        for turn in has.keys() - had:
            new.setdefault(turn, []).append((has[turn], planned.trace_id))
        for turn in had - has.keys():
            gone.setdefault(turn, []).append(planned.trace_id)
    return {turn: [t for _, t in sorted(traces)] for turn, traces in sorted(new.items())}, gone


def _batches(trace_ids: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(trace_ids), size):
        yield trace_ids[start : start + size]
