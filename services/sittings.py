"""Sittings: one person's items of one campaign, with their status, held ready in memory.

A sitting holds nothing that MLflow does not: it can be thrown away and read again at any time.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from review_app.access import require_open
from review_app.campaigns import Campaign, Item, items_of
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.campaigns import Campaigns
from services.queues import QueueStatus, find_queue, queue_name, statuses

KEPT = 256  # sittings in memory
FRESH_SECONDS = 20  # how long a paused or closed campaign may go unnoticed


@dataclass
class Sitting:
    """One person's items of one campaign.

    Attributes:
        person: the reviewer's name.
        campaign: as it was when last looked at.
        items: key -> item, in reading order.
        status: key -> status in the reviewer queue; an item missing there is gone from MLflow.
        queues: round -> id of the reviewer queue.
        revealed: trace id -> what of it was sent to this person beside the trace (SEEN).
        looked_at: when the campaign was last read, seconds of a monotonic clock.
    """

    person: str
    campaign: Campaign
    items: dict[str, Item]
    status: dict[str, QueueStatus]
    queues: dict[int, str]
    revealed: dict[str, frozenset[str]] = field(default_factory=dict)
    looked_at: float = 0.0

    def reveal(self, trace_ids: Iterable[str], what: Iterable[str]) -> None:
        """Note for good what was sent to the person beside these traces."""
        for trace_id in trace_ids:
            self.revealed[trace_id] = self.revealed.get(trace_id, frozenset()).union(what)

    @cached_property
    def version(self) -> str:
        """Hash of the list of items, to tell whether a browser holds the same."""
        return hashlib.sha256("\n".join(self.items).encode()).hexdigest()[:12]


class Sittings:
    """Opens sittings and keeps the latest ones."""

    def __init__(self, campaigns: Campaigns) -> None:
        """Bind to the campaigns of one store; nothing is read yet."""
        self.campaigns = campaigns
        self._kept: OrderedDict[tuple[str, str], Sitting] = OrderedDict()
        self._lock = Lock()

    def open(self, person: Person, campaign: Campaign) -> Sitting:
        """Read the person's items and their status anew.

        Raises:
            NotAllowed: when the person is not invited.
            StoreUnavailable: when MLflow did not answer.
        """
        require_open(person, campaign)
        items = items_of(person.name, campaign.run_id, self.campaigns.plan(campaign))
        queues: dict[int, str] = {}
        status: dict[str, QueueStatus] = {}
        for round_ in sorted({item.round for item in items.values()}):
            found = find_queue(
                self.campaigns.store,
                campaign.experiment_id,
                queue_name(campaign.name, person.name, round_),
            )
            if found is None:
                continue
            queues[round_] = found
            of_trace = statuses(self.campaigns.store, found)
            status |= {
                key: of_trace[item.trace_id]
                for key, item in items.items()
                if item.round == round_ and item.trace_id in of_trace
            }
        here = {key: item for key, item in items.items() if key in status}
        sitting = Sitting(person.name, campaign, here, status, queues, looked_at=time.monotonic())
        return self._keep(sitting)

    def get(self, person: Person, run_id: str) -> Sitting:
        """Return the kept sitting, its campaign not older than FRESH_SECONDS; else open one.

        Raises:
            NotAllowed: when the person is not invited.
            NotFound: when the campaign is gone.
            StoreUnavailable: when MLflow did not answer.
        """
        with self._lock:
            sitting = self._kept.get((person.name, run_id))
        if sitting is None:
            return self.open(person, self.campaigns.by_run(run_id))
        if time.monotonic() - sitting.looked_at > FRESH_SECONDS:
            return self._refreshed(person, sitting)
        return sitting

    def _refreshed(self, person: Person, sitting: Sitting) -> Sitting:
        """Look at the campaign again; while MLflow does not answer, go on with what is known."""
        sitting.looked_at = time.monotonic()
        try:
            campaign = self.campaigns.by_run(sitting.campaign.run_id)
            require_open(person, campaign)
            if campaign.plan_parts != sitting.campaign.plan_parts:
                return self.open(person, campaign)
        except StoreUnavailable:
            return sitting
        sitting.campaign = campaign
        return sitting

    def _keep(self, sitting: Sitting) -> Sitting:
        name = (sitting.person, sitting.campaign.run_id)
        with self._lock:
            before = self._kept.pop(name, None)
            if before is not None:
                for trace_id, what in before.revealed.items():
                    sitting.reveal([trace_id], what)
            self._kept[name] = sitting
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return sitting
