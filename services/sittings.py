"""Sittings: one person's items of one campaign, with their status, held ready in memory.

A sitting holds nothing that MLflow does not: it can be thrown away and read again at any time.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, Timer

from review_app.access import require_open
from review_app.campaigns import Campaign, Item
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.campaigns import Campaigns
from services.queues import QueueStatus, find_queue, queue_name, statuses

LOG = logging.getLogger(__name__)
KEPT = 256  # sittings in memory
READ_AT_ONCE = 1000  # items of a list that is read anew at every visit; one page of MLflow's
FRESH_SECONDS = 20  # how long a paused or closed campaign, or what other tools did, goes unnoticed
BEHIND_SECONDS = 1.5  # when a long list is read anew: once the page that opened it stands


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
        read_at: when the status was last read, by the same clock.
        settled: keys whose status the person changed since it was last read.
    """

    person: str
    campaign: Campaign
    items: dict[str, Item]
    status: dict[str, QueueStatus]
    queues: dict[int, str]
    revealed: dict[str, frozenset[str]] = field(default_factory=dict)
    looked_at: float = 0.0
    read_at: float = 0.0
    settled: set[str] = field(default_factory=set)

    def settle(self, key: str, status: QueueStatus) -> None:
        """Note what an item became by the person's own answer."""
        self.settled.add(key)
        self.status[key] = status

    def reveal(self, trace_ids: Iterable[str], what: Iterable[str]) -> None:
        """Note for good what was sent to the person beside these traces."""
        for trace_id in trace_ids:
            self.revealed[trace_id] = self.revealed.get(trace_id, frozenset()).union(what)

    def keys_of(self, trace_id: str) -> list[str]:
        """Return the keys of the trace's items, in reading order; [] for ""."""
        return [k for k, i in self.items.items() if i.trace_id == trace_id] if trace_id else []

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
        self._looks: dict[str, tuple[Campaign, float]] = {}
        self._lock = Lock()
        self._behind: set[tuple[str, str]] = set()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sitting")

    def open(self, person: Person, campaign: Campaign) -> Sitting:
        """Return the person's items with their status as it is now.

        A long list that is in memory is returned at once and, when it is old, read anew behind it:
        what other tools did meanwhile shows some seconds later.

        Raises:
            NotAllowed: when the person is not invited.
            StoreUnavailable: when MLflow did not answer.
        """
        require_open(person, campaign)
        with self._lock:
            kept = self._kept.get((person.name, campaign.run_id))
        long = kept is not None and len(kept.items) > READ_AT_ONCE
        if kept is None or not long or kept.campaign.plan_parts != campaign.plan_parts:
            return self._keep(self._read(person.name, campaign))
        kept.campaign, kept.looked_at = campaign, time.monotonic()
        if time.monotonic() - kept.read_at > FRESH_SECONDS:
            self._read_behind(kept)
        return kept

    def _read(self, person: str, campaign: Campaign) -> Sitting:
        items = self.campaigns.items(campaign, person)
        queues: dict[int, str] = {}
        status: dict[str, QueueStatus] = {}
        for round_ in sorted({item.round for item in items.values()}):
            found = find_queue(
                self.campaigns.store,
                campaign.experiment_id,
                queue_name(campaign.name, person, round_),
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
        in_order = {key: status[key] for key in here}
        now = time.monotonic()
        return Sitting(person, campaign, here, in_order, queues, looked_at=now, read_at=now)

    def _read_behind(self, sitting: Sitting) -> None:
        """Read the status of a kept sitting anew a moment later, unless that is under way."""
        name = (sitting.person, sitting.campaign.run_id)
        with self._lock:
            if name in self._behind:
                return
            self._behind.add(name)
        later = Timer(BEHIND_SECONDS, self._merge_in_turn, (sitting, name))
        later.daemon = True
        later.start()

    def _merge_in_turn(self, sitting: Sitting, name: tuple[str, str]) -> None:
        self._pool.submit(self._merge, sitting, name).add_done_callback(_log_failure)

    def _merge(self, sitting: Sitting, name: tuple[str, str]) -> None:
        sitting.read_at = time.monotonic()
        sitting.settled.clear()
        try:
            read = self._read(sitting.person, sitting.campaign)
            for key, status in read.status.items():
                if key in sitting.status and key not in sitting.settled:
                    sitting.status[key] = status
        except StoreUnavailable:
            LOG.info("The list of a sitting could not be read anew; it is tried at the next visit")
        finally:
            with self._lock:
                self._behind.discard(name)

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
            campaign, sitting.looked_at = self._looked_up(sitting.campaign.run_id)
            require_open(person, campaign)
            if campaign.plan_parts != sitting.campaign.plan_parts:
                return self.open(person, campaign)
        except StoreUnavailable:
            return sitting
        sitting.campaign = campaign
        return sitting

    def _looked_up(self, run_id: str) -> tuple[Campaign, float]:
        """Return the campaign and when it was read; one look serves all who review it."""
        campaign, at = self._looks.get(run_id, (None, 0.0))
        if campaign is None or time.monotonic() - at > FRESH_SECONDS:
            at = time.monotonic()
            campaign = self.campaigns.by_run(run_id)
            self._looks[run_id] = campaign, at
        return campaign, at

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


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("The list of a sitting could not be read anew", exc_info=error)
