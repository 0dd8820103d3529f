"""Stores of many small traces with one campaign over all of them, kept for the next run.

A trace has one span: what grows is their number. A twentieth of them failed, so that a mixed sample
has something to take all of.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.stage import ASKED_AT_MS, INSTRUCTIONS, QUESTION, new_store
from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.people import Person
from review_app.traces import SpanRecord, TraceRecord
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.parcels import parcel_from_record
from services.sittings import Sittings
from services.store import Store
from services.writer import Writer

CAMPAIGN = EXPERIMENT = "Scale"
REVIEWERS = tuple(f"reviewer{n:02d}" for n in range(1, 26))
AT_ONCE = 200  # spans a call: of 200, 1,000 and 4,000 the fastest (540 traces a second, quiet)
ANSWERED = 200  # items that a reviewer has answered, at most half of the list
DELIVERED_AT_ONCE = 50  # answers a call
MADE = "made.json"


@dataclass(frozen=True)
class Pace:
    """How fast something long went.

    Attributes:
        steps: how many steps it had, such as items.
        seconds: how long it took.
        silence: longest time without a sign of progress, in seconds; 0 where none is told.
    """

    steps: int
    seconds: float
    silence: float = 0.0

    @property
    def a_second(self) -> float:
        """Steps a second."""
        return self.steps / self.seconds


class Stopwatch:
    """Takes the time of something that tells how far it is."""

    def __init__(self) -> None:
        """Start."""
        self._start = self._last = time.perf_counter()
        self._silence, self._told = 0.0, 0

    def tell(self, done: int, total: int) -> None:
        """Note a sign of progress."""
        if done > total > 0:
            sys.exit(f"Progress of {done} out of {total} was told.")
        now = time.perf_counter()
        self._silence = max(self._silence, now - self._last)
        self._last = now
        self._told += 1

    def pace(self, steps: int) -> Pace:
        """Stop: so many steps were made."""
        self.tell(0, 0)
        silence = self._silence if self._told > 1 else 0.0
        return Pace(steps, self._last - self._start, silence)


@dataclass(frozen=True)
class Made:
    """What making a store took."""

    traces: Pace
    items: Pace
    answers: Pace


def scale_store(folder: Path, size: int) -> tuple[Store, Made]:
    """Return the store of ``size`` traces in the folder, made where it is not there yet."""
    place = folder / str(size)
    place.mkdir(parents=True, exist_ok=True)
    store = new_store(place)
    made = place / MADE
    if made.exists():
        known = json.loads(made.read_text())
        return store, Made(**{name: Pace(**pace) for name, pace in known.items()})
    found = _make(store, size)
    made.write_text(json.dumps(asdict(found)))
    return store, found


def _make(store: Store, size: int) -> Made:
    experiment_id = store.experiment_id(EXPERIMENT, create=True)
    watch = Stopwatch()
    trace_ids = list(_written(store, experiment_id, size))
    traces = watch.pace(size)
    wanted = Campaign(
        CAMPAIGN,
        (QUESTION,),
        experiment_id=experiment_id,
        owner="lea",
        reviewers=REVIEWERS,
        instructions=INSTRUCTIONS,
        introduce=False,
        advance="on choice",
    )
    plan = [
        PlanItem(
            trace_id, "all", "speed", 1.0, "all",
            assigned=(Assignment(REVIEWERS[n % len(REVIEWERS)], n // len(REVIEWERS) + 1),),
        )
        for n, trace_id in enumerate(trace_ids)
    ]  # fmt: skip
    campaigns = Campaigns(store)
    watch = Stopwatch()
    campaign = CampaignWriting(campaigns).create(wanted, PlanPart(tuple(plan)), watch.tell)
    items = watch.pace(size)
    return Made(traces, items, _answer(campaigns, campaign))


def _written(store: Store, experiment_id: str, size: int) -> Iterator[str]:
    """Write the traces; yield their ids."""
    for start in range(0, size, AT_ONCE):
        records = [_record(n, experiment_id) for n in range(start, min(start + AT_ONCE, size))]
        parcels = [parcel_from_record(record, experiment_id) for record in records]
        store.tracking.log_spans(experiment_id, [s for parcel in parcels for s in parcel.spans])
        yield from (record.trace_id for record in records)


def _record(number: int, experiment_id: str) -> TraceRecord:
    digits = hashlib.sha256(f"{EXPERIMENT} {number}".encode()).hexdigest()
    asked_at = ASKED_AT_MS + number * 1_000
    question = f"Where is parcel {number:06d}, and when does it arrive?"
    failed = number % 20 == 7
    span = SpanRecord(
        digits[:16],
        None,
        "answer_question",
        kind="AGENT",
        failed=failed,
        message="The depot did not answer." if failed else "",
        start_ns=asked_at * 1_000_000,
        end_ns=(asked_at + 900) * 1_000_000,
        inputs={"messages": [{"role": "user", "content": question}]},
        outputs=f"Parcel {number:06d} left the depot today and arrives tomorrow before noon.",
    )
    return TraceRecord(
        trace_id=f"tr-{digits[:32]}",
        experiment_id=experiment_id,
        requested_at_ms=asked_at,
        spans=(span,),
    )


def _answer(campaigns: Campaigns, campaign: Campaign) -> Pace:
    """Let every reviewer answer the first half of the list, at most ANSWERED items."""
    writer = Writer(Sittings(campaigns))
    watch, count = Stopwatch(), 0
    for name in REVIEWERS:
        keys = list(campaigns.items(campaign, name))
        keys = keys[: min(ANSWERED, len(keys) // 2)]
        entries = list(_entries(campaign, keys))
        for start in range(0, len(entries), DELIVERED_AT_ONCE):
            some = entries[start : start + DELIVERED_AT_ONCE]
            delivery = writer.deliver(Person(name), some, wait=60)
            if {receipt.outcome for receipt in delivery.receipts} != {"saved"}:
                sys.exit(f"An answer was not saved: {delivery}")
        count += len(entries)
    return watch.pace(count)


def _entries(campaign: Campaign, keys: list[str]) -> Iterator[dict[str, object]]:
    tab = str(uuid.uuid4())
    now = time.time_ns() // 1_000_000
    for seq, key in enumerate(keys, 1):
        passed = seq % 3 > 0
        answer = {"question": QUESTION.name, "value": passed, "rationale": "", "cannot_judge": None}
        yield {
            "id": f"{tab}:{seq}", "kind": "submit", "item": key, "campaign": campaign.run_id,
            "answers": [answer], "failure_spans": [], "skip_reason": "", "seconds": 20.0 + seq % 9,
            "answered_at": now - 30_000 * (len(keys) - seq), "base": {}, "seen": [],
        }  # fmt: skip
