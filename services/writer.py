"""The writer: carries out what the outboxes of all browsers say, each entry once and in order.

A page posts the raw entries it was sent, waits a moment, and goes on with what is durable by
then. A store that hangs therefore never stops the reading. An entry whose write failed is
forgotten here: the browser still has it and sends it again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Condition, Lock
from typing import Any, Literal

from review_app.access import may_answer, own_item
from review_app.answers import Assessment
from review_app.campaigns import Item
from review_app.errors import Conflict, ReviewError, StoreUnavailable
from review_app.outbox import MAX_ENTRIES, Entry, entry_id, read_entry
from review_app.people import Person
from review_app.writes import Writes, writes_for
from services.assessments import assessments_of, create_assessment
from services.queues import set_status
from services.sessions import sessions_of
from services.sittings import Sitting, Sittings
from services.traces import fetch

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

    def __init__(self, sittings: Sittings) -> None:
        """Start no thread yet; SQLite gets one, a server several."""
        self._sittings = sittings
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
        stored = self._stored(item)
        shown = (sitting.revealed.get(trace_id, ()) for trace_id in stored)
        writes = writes_for(
            replace(entry, seen=entry.seen.union(*shown)),
            person=person,
            campaign=sitting.campaign,
            item=item,
            stored=stored,
            spans=self._spans(entry, item, stored),
        )
        for assessment in writes.create:
            self._create(assessment)
        if writes.status is not None:
            queue = sitting.queues[item.round]
            set_status(self._store, queue, item.trace_id, writes.status, person.name)
            sitting.settle(item.key, writes.status)
        return writes

    def _stored(self, item: Item) -> Mapping[str, Sequence[Assessment]]:
        """Return all assessments of each trace of the item."""
        if item.planned.unit == "session":
            found = sessions_of(self._store, [item]).get(item.key)
            if found is not None:
                return found.assessments
        return {item.trace_id: assessments_of(self._store, item.trace_id)}

    def _spans(self, entry: Entry, item: Item, stored: Mapping[str, object]) -> dict[str, set[str]]:
        """Return the spans of those traces of the item on which the entry pins a step."""
        pinned = {pin.trace_id or item.trace_id for pin in entry.pins}
        found = fetch(self._store, pinned & stored.keys()).items() if pinned else ()
        return {trace_id: {s.span_id for s in one.record.spans} for trace_id, one in found}

    def _create(self, assessment: Assessment) -> None:
        """Create it on its trace; where it is there already all is well."""
        trace_id = assessment.trace_id
        try:
            create_assessment(self._store, trace_id, assessment)
        except StoreUnavailable:
            there = {a.assessment_id for a in assessments_of(self._store, trace_id)}
            if assessment.assessment_id not in there:
                raise


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("An answer could not be written; the browser keeps it", exc_info=error)
