"""Adjudication: a lead's desk over the items that need a decision, and the decisions written.

What is kept in memory holds nothing that MLflow does not: it can be thrown away at any time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from review_app.access import require_lead
from review_app.adjudication import (
    Case,
    Spot,
    cases_of,
    decided_since,
    decision_writes,
    run_of,
    to_settle,
    with_decisions,
)
from review_app.answers import Assessment
from review_app.campaigns import Campaign
from review_app.errors import NotAllowed, StoreUnavailable
from review_app.gathered import Gathered
from review_app.given import Given, given_by_people
from review_app.outbox import Entry
from review_app.people import Person
from review_app.writes import Writes
from services.campaigns import Campaigns
from services.item_writing import create_once, spans_of, stored_of
from services.overview import Overviews
from services.queues import QueueStatus

WAIT_SECONDS = 5.0  # how long an opening desk waits for answers that are not read yet
KEPT = 32  # desks in memory
KEPT_CASES = 4  # campaigns whose cases are in memory; of 100,000 answers they take two seconds
LOCKS = 64  # stripes over (campaign, item)
COUNTING = "The answers of this campaign are still being read. One moment."
GONE = "Nobody has answered this item, so there is nothing to settle."


@dataclass
class Settling:
    """One lead's cases of one campaign.

    Attributes:
        person: the lead's name.
        campaign: as it was when the answers were read.
        cases: key -> every answered item and question.
        order: keys of those that need a lead, in order, of all questions.
        status: key -> ``complete`` once decided, ``declined`` where the lead left it for later.
        revealed: key -> what was sent to this lead beside the item.
    """

    person: str
    campaign: Campaign
    cases: Mapping[str, Case]
    order: tuple[str, ...]
    status: dict[str, QueueStatus]
    revealed: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, question: str, trace_id: str = "") -> list[str]:
        """Return the keys of a question to settle, in order, first those of the trace asked for."""
        asked = [
            key
            for key, case in self.cases.items()
            if trace_id and case.planned.trace_id == trace_id and case.question.name == question
        ]
        listed = [key for key in self.order if self.cases[key].question.name == question]
        return [*asked, *(key for key in listed if key not in asked)]

    def settled(self, question: str) -> tuple[int, int]:
        """Return how many of a question's cases are decided, and how many there are."""
        keys = self.of(question)
        return sum(self.status[key] == "complete" for key in keys), len(keys)

    def reveal(self, key: str) -> None:
        """Note that the answers of others were sent beside an item."""
        self.revealed[key] = frozenset({"others"})


class Adjudication:
    """Opens leads' desks of one store and writes what leads decide."""

    def __init__(self, campaigns: Campaigns, overviews: Overviews) -> None:
        """Bind to the campaigns of one store; nothing is read yet."""
        self._campaigns = campaigns
        self._store = campaigns.store
        self._overviews = overviews
        self._kept: OrderedDict[tuple[str, str], Settling] = OrderedDict()
        self._cases: OrderedDict[str, tuple[Gathered, dict[str, Case]]] = OrderedDict()
        self._decided: dict[str, dict[tuple[Spot, str], Given]] = {}
        self._lock = Lock()
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def open(self, person: Person, campaign: Campaign) -> Settling:
        """Return the lead's cases with what is decided by now.

        Raises:
            NotAllowed: when the person is no lead.
            StoreUnavailable: when MLflow did not answer, or the answers are still being read.
        """
        require_lead(person)
        gathered = self._gathered(campaign)
        cases = self._cases_of(gathered)
        before = self._kept.get((person.name, campaign.run_id))
        settling = Settling(
            person.name,
            gathered.campaign,
            cases,
            tuple(case.key for case in to_settle(cases.values())),
            {key: "complete" if case.decided else "pending" for key, case in cases.items()},
            before.revealed if before else {},
        )
        with self._lock:
            self._kept[person.name, campaign.run_id] = settling
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return settling

    def get(self, person: Person, run_id: str) -> Settling:
        """Return the desk that is open in memory, else open it.

        Raises:
            NotAllowed: when the person is no lead.
            NotFound: when the campaign is gone.
            StoreUnavailable: when MLflow did not answer, or the answers are still being read.
        """
        require_lead(person)
        with self._lock:
            kept = self._kept.get((person.name, run_id))
        return kept or self.open(person, self._campaigns.by_run(run_id))

    def settle(self, person: Person, entry: Entry) -> Writes:
        """Write what a lead decided, took back or left for later; doing it twice is harmless.

        Raises:
            NotAllowed: when the person is no lead, or nobody has answered the item.
            InvalidAnswer: when the decision is not allowed or missing.
            StoreUnavailable: when MLflow did not answer.
        """
        settling = self.get(person, run_of(entry.campaign))
        case = settling.cases.get(entry.item)
        if case is None:
            raise NotAllowed(GONE)
        with self._locks[hash(case.key) % LOCKS]:
            stored = stored_of(self._store, case.item)
            writes = decision_writes(
                replace(entry, seen=entry.seen | settling.revealed.get(case.key, frozenset())),
                case,
                person=person,
                campaign=settling.campaign,
                stored=stored,
                spans=spans_of(self._store, entry, case.item, stored),
            )
            for assessment in writes.create:
                create_once(self._store, assessment)
                self._note(settling.campaign.run_id, case, assessment)
        if writes.status is not None:
            settling.status[case.key] = writes.status
        return writes

    def _note(self, run_id: str, case: Case, made: Assessment) -> None:
        """Remember a decision until the answers are read anew: no queue item tells of it."""
        if made.name != case.question.name or "review.late" in made.metadata:
            return
        now = time.time_ns() // 1_000_000
        [noted] = given_by_people(case.planned.trace_id, [replace(made, created_ms=now)])
        with self._lock:
            self._decided.setdefault(run_id, {})[case.spot, made.source] = noted

    def with_decisions(self, gathered: Gathered) -> Gathered:
        """Return it with the decisions of this process that it does not know yet.

        No queue item tells of a decision, so that overviews learn of it only minutes later.
        """
        return with_decisions(gathered, self._noted(gathered.campaign.run_id))

    def _noted(self, run_id: str) -> list[Given]:
        with self._lock:
            return list(self._decided.get(run_id, {}).values())

    def _cases_of(self, gathered: Gathered) -> dict[str, Case]:
        """Return the cases by key, told once for what was read, with the decisions since then."""
        run_id = gathered.campaign.run_id
        with self._lock:
            before = self._cases.get(run_id)
        cases = before[1] if before and before[0] is gathered else cases_of(gathered)
        with self._lock:
            self._cases[run_id] = (gathered, cases)
            self._cases.move_to_end(run_id)
            while len(self._cases) > KEPT_CASES:
                self._cases.popitem(last=False)
        noted = self._noted(run_id)
        return decided_since(cases, with_decisions(gathered, noted), noted)

    def _gathered(self, campaign: Campaign) -> Gathered:
        sight = self._overviews.of(campaign, wait=WAIT_SECONDS)
        if sight.progress is None or not sight.whole:
            raise StoreUnavailable(sight.trouble or COUNTING)
        return sight.progress.gathered
