"""What MLflow holds of one campaign, read in batches and then only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from review_app.campaigns import Campaign
from review_app.gathered import About, Gathered
from review_app.given import Given, given_by_people
from services.assessments import assessments_from
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name
from services.store import plain_errors
from services.versions import Versions

BATCH = 200  # traces a call
PAGE = 1000  # queue items a page
Tell = Callable[[int, int], None]


class Gathering:
    """Reads one campaign again and again; one thread at a time.

    A trace is read once somebody has worked on it, and again when one of its queue items changed.
    """

    def __init__(self, campaigns: Campaigns) -> None:
        """Bind to the campaigns of one store; nothing is read yet."""
        self._campaigns = campaigns
        self._status: dict[tuple[str, int], dict[str, str]] = {}
        self._signs: dict[str, str] = {}
        self._read: dict[str, str] = {}
        self._said: dict[str, tuple[Given, ...]] = {}
        self._about: dict[str, About] = {}
        self._versions = Versions(campaigns.store)

    def queues(self, campaign: Campaign, tell: Tell) -> Gathered:
        """Read the state of every queue; what was said is as it was read last.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        plan = self._campaigns.plan(campaign)
        turns = {(t.reviewer, t.round) for planned in plan for t in planned.assigned}
        turns |= {(person, 1) for person in campaign.reviewers}
        items = sum(len(p.assigned or campaign.reviewers) for p in plan)
        status: dict[tuple[str, int], dict[str, str]] = {}
        signs: dict[str, list[str]] = {}
        done = 0
        for person, round_ in sorted(turns):
            name = queue_name(campaign.name, person, round_)
            queue = find_queue(self._campaigns.store, campaign.experiment_id, name)
            if queue is None:
                continue
            found = status.setdefault((person, round_), {})
            for trace_id, state, sign in self._items(queue):
                found[trace_id] = state
                if sign:
                    signs.setdefault(trace_id, []).append(f"{person}/{round_}/{sign}")
                done += 1
                if done % PAGE == 0:
                    tell(done, max(done, items))
        self._status = status
        self._signs = {trace_id: " ".join(theirs) for trace_id, theirs in signs.items()}
        return self._gathered(campaign)

    def answers(self, campaign: Campaign, tell: Tell, *, anew: bool = False) -> Gathered:
        """Read what was said about the traces that somebody worked on since the last time.

        Args:
            campaign: whose queues were read just before.
            tell: is called with the traces read and all that are to be read.
            anew: True reads them all, also those whose queue items are as they were.

        Raises:
            StoreUnavailable: when MLflow did not answer; what was read until then stays read.
        """
        wanted = [
            trace_id
            for trace_id, sign in self._signs.items()
            if anew or self._read.get(trace_id) != sign
        ]
        for start in range(0, len(wanted), BATCH):
            tell(start, len(wanted))
            batch = wanted[start : start + BATCH]
            infos = {info.trace_id: info for info in self._campaigns.store.trace_infos(batch)}
            for trace_id in batch:
                info = infos.get(trace_id)
                stored = assessments_from(info.assessments) if info else ()
                self._said[trace_id] = tuple(given_by_people(trace_id, stored))
                self._read[trace_id] = self._signs[trace_id]
                if info and trace_id not in self._about:
                    self._about[trace_id] = self._told(info)
        return self._gathered(campaign)

    def _told(self, info: Any) -> About:
        metadata, tags = dict(info.trace_metadata or {}), dict(info.tags or {})
        return About(
            session=metadata.get("mlflow.trace.session", ""),
            text=info.request_preview or "",
            version=self._versions.name(metadata, tags),
        )

    def _gathered(self, campaign: Campaign) -> Gathered:
        return Gathered(
            campaign,
            tuple(self._campaigns.plan(campaign)),
            self._status,
            tuple(one for theirs in self._said.values() for one in theirs),
            dict(self._about),
        )

    def _items(self, queue: str) -> Iterator[tuple[str, str, str]]:
        """Yield trace id, status, and what tells that it changed ("" while it never did)."""
        token = None
        while True:
            with plain_errors():
                page = self._campaigns.store.tracking.list_review_queue_items(
                    queue, max_results=PAGE, page_token=token
                )
            for item in page:
                touched = item.last_update_time_ms != item.creation_time_ms
                state = item.status.value
                sign = str(item.last_update_time_ms) if touched or state != "pending" else ""
                yield item.item_id, state, sign
            token = page.token
            if not token:
                return
