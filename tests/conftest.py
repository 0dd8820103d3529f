"""What the tests share: a real MLflow store, traces and campaigns in it, the app and its people."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.questions import DEFAULT_QUESTIONS, Question
from review_app.traces import SpanRecord, TraceRecord
from services.bulk import write_traces
from services.campaigns import Campaigns
from services.parcels import parcel_from_record
from services.store import Store

ASKED_AT = 1_762_956_180_000  # 12 Nov, 14:03 in UTC
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def store_template(tmp_path_factory) -> Path:
    """An empty store, made once: creating its tables takes five seconds, copying it none."""
    path: Path = tmp_path_factory.mktemp("template") / "mlflow.db"
    store = Store(f"sqlite:///{path}")
    store.tracking.engine.dispose()
    return path


@pytest.fixture
def store(store_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store of the test's own."""
    shutil.copy(store_template, tmp_path / "mlflow.db")
    store = Store(f"sqlite:///{tmp_path / 'mlflow.db'}")
    yield store
    store.tracking.engine.dispose()


def _trace(experiment: str, number: int) -> TraceRecord:
    """A small trace: one question, one step, one answer."""
    digits = hashlib.sha256(f"{experiment} {number}".encode()).hexdigest()
    start = (ASKED_AT + number * 60_000) * 1_000_000
    whole = SpanRecord(
        digits[:16],
        None,
        "answer_question",
        kind="AGENT",
        start_ns=start,
        end_ns=start + 2_000_000_000,
        inputs={"question": f"Where is order {number}?"},
        outputs={"answer": f"Order {number} has left the warehouse."},
    )
    step = SpanRecord(
        digits[16:32],
        digits[:16],
        "get_order",
        kind="TOOL",
        start_ns=start + 500_000_000,
        end_ns=start + 900_000_000,
        inputs={"order": number},
        outputs={"state": "sent", "parcel": f"P-{number:04d}"},
    )
    return TraceRecord(
        trace_id=f"tr-{digits[:32]}",
        experiment_id="",
        requested_at_ms=ASKED_AT + number * 60_000,
        duration_ms=2_000,
        request_preview=f'{{"question": "Where is order {number}?"}}',
        response_preview=f'{{"answer": "Order {number} has left the warehouse."}}',
        spans=(whole, step),
    )


@dataclass(frozen=True)
class Made:
    """A campaign with traces of its own; ``traces`` are their ids in everybody's reading order."""

    store: Store
    campaign: Campaign
    traces: list[str]

    @property
    def name(self) -> str:
        """The campaign's name."""
        return self.campaign.name


@pytest.fixture(scope="session")
def make_campaign() -> Callable[..., Made]:
    """Make a campaign of ``size`` small traces in a store, in an experiment of its own.

    ``people`` review all of them in the same order, ``repeats`` of them a second time at the end.
    ``change`` turns the record of a trace into another one; all else are fields of Campaign.
    """

    def make(
        store: Store,
        size: int,
        people: tuple[str, ...] = ("ana",),
        *,
        questions: tuple[Question, ...] = DEFAULT_QUESTIONS[:1],
        repeats: int = 0,
        change: Callable[[TraceRecord], TraceRecord] = lambda record: record,
        reason: str = "random sample",
        **fields: Any,
    ) -> Made:
        name = f"Orders {next(_NUMBERS)}"
        experiment_id = store.experiment_id(name, create=True)
        records = [
            change(replace(_trace(name, n), experiment_id=experiment_id))
            for n in range(1, size + 1)
        ]
        parcels = [parcel_from_record(record, experiment_id) for record in records]
        assert {o.state for o in write_traces(store, experiment_id, parcels)} <= {"added"}
        plan = [
            PlanItem(
                record.trace_id,
                "all",
                reason,
                0.5,
                "orders",
                assigned=_turns(people, n, size, repeats),
            )
            for n, record in enumerate(records, 1)
        ]
        wanted = Campaign(name, questions, experiment_id=experiment_id, owner="lea")
        wanted = replace(wanted, **{"introduce": False, "reviewers": people, **fields})
        made = Campaigns(store).create(wanted, plan)
        return Made(store, made, [record.trace_id for record in records])

    return make


def _turns(people: tuple[str, ...], n: int, size: int, repeats: int) -> tuple[Assignment, ...]:
    first = tuple(Assignment(person, n) for person in people)
    again = tuple(Assignment(person, size + n, 2) for person in people if n <= repeats)
    return first + again
