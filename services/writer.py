"""The writer: carries out what the outboxes of all browsers say, each entry once and in order.

A page posts the raw entries it was sent, waits a moment, and goes on with what is durable by
then. A store that hangs therefore never stops the reading. An entry whose write failed is
forgotten here: the browser still has it and sends it again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Condition, Lock
from typing import Any, Literal

from review_app.access import may_answer, own_item
from review_app.adjudication import PREFIX
from review_app.campaigns import Item
from review_app.errors import Conflict, ReviewError, StoreUnavailable
from review_app.outbox import MAX_ENTRIES, Entry, entry_id, read_entry
from review_app.people import Person
from review_app.writes import Writes, writes_for
from services.adjudication import Adjudication
from services.item_writing import create_once, spans_of, stored_of
from services.queues import set_status
from services.sittings import Sitting, Sittings

LOG = logging.getLogger(__name__)
WAIT_SECONDS = 0.25  # how long a run waits for what it just posted
REMEMBERED = 20_000  # receipts kept, so that a repeat costs no call to MLflow
THREADS = 8  # for a server; SQLite has one writer and gets one thread
LOCKS = 64  # stripes over (person, item)
LATE = (
    "You answered this item elsewhere meanwhile. That newer answer stands; "
    "this one is kept in its history."
)


@dataclass(frozen=True)
class Receipt:
    """What became of an entry, for the browser.

    Attributes:
        id: the entry's id.
        item: the item's key.
        outcome: ``saved``, ``late`` (kept as history) or ``refused`` (nothing was written).
        sentence: what the person is told; "" when it was simply saved.
    """

    id: str
    item: str
    outcome: Literal["saved", "late", "refused"]
    sentence: str = ""


@dataclass(frozen=True)
class Delivery:
    """The state of a list of entries at one moment.

    Attributes:
        receipts: those that are settled.
        trouble: why the others are not, when MLflow failed; "" while they are on their way.
    """

    receipts: tuple[Receipt, ...]
    trouble: str = ""


class Writer:
    """Applies entries in a pool of threads; one line of work per browser tab."""

    def __init__(self, sittings: Sittings, adjudication: Adjudication | None = None) -> None:
        """Start no thread yet; SQLite gets one, a server several.

        Args:
            sittings: what reviewers do.
            adjudication: what leads decide; None where nobody does.
        """
        self._sittings = sittings
        self._adjudication = adjudication
        self._store = sittings.campaigns.store
        self._pool = ThreadPoolExecutor(
            1 if self._store.is_sqlite else THREADS, thread_name_prefix="writer"
        )
        self._settled: OrderedDict[tuple[str, str], Receipt] = OrderedDict()
        self._lines: dict[tuple[str, str], deque[Mapping[str, Any]]] = {}
        self._underway: set[tuple[str, str]] = set()
        self._failed: dict[tuple[str, str], str] = {}
        self._changed = Condition()
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def deliver(
        self, person: Person, entries: Iterable[object], wait: float = WAIT_SECONDS
    ) -> Delivery:
        """Post the raw entries and return what is settled after at most ``wait`` seconds.

        Entries that were posted before are not posted again while they are under way.
        """
        raw = [e for e in entries if isinstance(e, Mapping) and entry_id(e)][:MAX_ENTRIES]
        names = [(person.name, str(e["id"])) for e in raw]
        with self._changed:
            for entry in sorted(raw, key=lambda e: int(e["id"].partition(":")[2])):
                self._post(person, entry)
            self._changed.wait_for(lambda: not self._underway.intersection(names), timeout=wait)
            receipts = tuple(self._settled[n] for n in names if n in self._settled)
            trouble = next((self._failed[n] for n in names if n in self._failed), "")
        return Delivery(receipts, trouble)

    def _post(self, person: Person, raw: Mapping[str, Any]) -> None:
        name = (person.name, raw["id"])
        if name in self._settled or name in self._underway:
            return
        line = (person.name, raw["id"].partition(":")[0])
        self._underway.add(name)
        self._failed.pop(name, None)
        if line in self._lines:
            self._lines[line].append(raw)
            return
        self._lines[line] = deque([raw])
        self._pool.submit(self._drain, person, line).add_done_callback(_log_failure)

    def _drain(self, person: Person, line: tuple[str, str]) -> None:
        """Apply a tab's entries one after the other; the first that fails sends the rest back."""
        trouble = "Something went wrong while saving. Your answers are safe in this browser."
        try:
            while (raw := self._next(line)) is not None:
                self._settle(person, self._receipt(person, raw))
        except StoreUnavailable as error:
            trouble = error.sentence
        finally:
            self._give_up(person, line, trouble)

    def _next(self, line: tuple[str, str]) -> Mapping[str, Any] | None:
        with self._changed:
            waiting = self._lines.get(line)
            if waiting:
                return waiting[0]
            self._lines.pop(line, None)
            return None

    def _settle(self, person: Person, receipt: Receipt) -> None:
        name = (person.name, receipt.id)
        with self._changed:
            self._lines[person.name, receipt.id.partition(":")[0]].popleft()
            self._underway.discard(name)
            self._settled[name] = receipt
            while len(self._settled) > REMEMBERED:
                self._settled.popitem(last=False)
            self._changed.notify_all()

    def _give_up(self, person: Person, line: tuple[str, str], trouble: str) -> None:
        with self._changed:
            for raw in self._lines.pop(line, ()):
                name = (person.name, raw["id"])
                self._underway.discard(name)
                self._failed[name] = trouble
            self._changed.notify_all()

    def _receipt(self, person: Person, raw: Mapping[str, Any]) -> Receipt:
        item = raw["item"] if isinstance(raw.get("item"), str) else ""
        try:
            writes = self._apply(person, read_entry(raw))
        except StoreUnavailable:
            raise
        except ReviewError as error:
            return Receipt(raw["id"], item, "refused", error.sentence)
        if writes.late:
            return Receipt(raw["id"], item, "late", LATE)
        return Receipt(raw["id"], item, "saved")

    def _apply(self, person: Person, entry: Entry) -> Writes:
        """Write the assessments first and the queue's status last."""
        if self._adjudication is not None and entry.campaign.startswith(PREFIX):
            return self._adjudication.settle(person, entry)
        sitting = self._sittings.get(person, entry.campaign)
        item = own_item(sitting.items, entry.item)
        if not may_answer(sitting.campaign, entry.answered_at_ms):
            raise Conflict(
                "This campaign was closed before you answered."
                f" Please ask {sitting.campaign.owner or 'your lead'}."
            )
        with self._locks[hash((person.name, item.key)) % LOCKS]:
            return self._write(person, entry, sitting, item)

    def _write(self, person: Person, entry: Entry, sitting: Sitting, item: Item) -> Writes:
        stored = stored_of(self._store, item)
        shown = (sitting.revealed.get(trace_id, ()) for trace_id in stored)
        writes = writes_for(
            replace(entry, seen=entry.seen.union(*shown)),
            person=person,
            campaign=sitting.campaign,
            item=item,
            stored=stored,
            spans=spans_of(self._store, entry, item, stored),
        )
        for assessment in writes.create:
            create_once(self._store, assessment)
        if writes.status is not None:
            queue = sitting.queues[item.round]
            set_status(self._store, queue, item.trace_id, writes.status, person.name)
            sitting.settle(item.key, writes.status)
        return writes


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("An answer could not be written; the browser keeps it", exc_info=error)
