"""The stage of the measurements: a SQLite store with campaigns of traces of 30 kB.

The text is real (MT-RAG, examples/data/mtrag): a conversation, the passages that were found, a tool
call with a table of rows, and the answer.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.questions import Question
from review_app.traces import SpanRecord, TraceRecord
from services.bulk import write_traces
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.parcels import parcel_from_record
from services.store import Store

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples" / "data" / "mtrag" / "conversations.json"
BYTES = 30_000  # of a trace's inputs and outputs as JSON
ASKED_AT_MS = 1_762_956_180_000
SEED = 20
QUESTION = Question(
    "good_enough",
    "pass_fail",
    title="Is the answer good enough?",
    instruction="It answers what was asked, from the passages, and leaves nothing out.",
    options=("Pass", "Fail"),
    passed_example="Everything in the answer is found in the passages.",
    failed_example="The deadline in the answer is found in **no** passage.",
)
INSTRUCTIONS = "Read the question, then the answer, then the passages.\n\n" * 20


def new_store(folder: Path) -> Store:
    """Make an empty SQLite store in the folder, or return the one that is there."""
    return Store(store_uri(folder))


def store_uri(folder: Path) -> str:
    """Return where the store in the folder is."""
    return f"sqlite:///{folder / 'mlflow.db'}"


def add_campaign(
    store: Store, name: str, people: tuple[str, ...], size: int, *, own: bool = False
) -> str:
    """Add a campaign and return its experiment.

    ``people`` review the same ``size`` traces in the same order, or each ``size`` traces of their
    own.
    """
    experiment_id = store.experiment_id(name, create=True)
    count = size * len(people) if own else size
    records = list(islice(_records(name, experiment_id), count))
    for batch in (records[at : at + 200] for at in range(0, count, 200)):
        parcels = [parcel_from_record(record, experiment_id) for record in batch]
        outcomes = write_traces(store, experiment_id, parcels)
        if any(outcome.state != "added" for outcome in outcomes):
            sys.exit("The store refused a trace.")
    plan = [
        PlanItem(record.trace_id, "all", "speed", 1.0, "all", assigned=_turns(people, n, size, own))
        for n, record in enumerate(records)
    ]
    wanted = Campaign(
        name,
        (QUESTION,),
        experiment_id=experiment_id,
        owner="lea",
        reviewers=people,
        instructions=INSTRUCTIONS,
        introduce=False,
        advance="on choice",
    )
    CampaignWriting(Campaigns(store)).create(wanted, PlanPart(tuple(plan)))
    return experiment_id


def _turns(people: tuple[str, ...], n: int, size: int, own: bool) -> tuple[Assignment, ...]:  # noqa: FBT001 - a pair
    if own:
        return (Assignment(people[n // size], n % size + 1),)
    return tuple(Assignment(person, n + 1) for person in people)


def _records(place: str, experiment_id: str) -> Iterator[TraceRecord]:
    """Yield traces without end, always the same ones."""
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    chance = random.Random(SEED)
    passages = sorted(source["passages"].items())
    for number, conversation in enumerate(cycle(source["conversations"]), 1):
        found = iter(chance.sample(passages, len(passages)))
        digits = hashlib.sha256(f"{place} {number}".encode()).hexdigest()
        yield _record(number, digits, conversation, found, experiment_id)


def _record(
    number: int,
    digits: str,
    conversation: Mapping[str, Any],
    passages: Iterator[tuple[str, Mapping[str, str]]],
    experiment_id: str,
) -> TraceRecord:
    """Return a trace whose inputs and outputs are filled up to BYTES with passages."""
    messages: list[dict[str, str]] = []
    for turn in conversation["turns"][:3]:
        said = next(iter(turn["answers"].values()))["text"]
        messages.append({"role": "user", "content": f"{turn['question']} (case {number})"})
        messages.append({"role": "assistant", "content": said})
    answer = messages.pop()["content"]
    rows = [{"order": n, "state": "sent", "parcel": f"P-{number:04d}-{n:02d}"} for n in range(24)]
    found: list[dict[str, Any]] = []
    while _size(messages, answer, rows, found) < BYTES:
        key, passage = next(passages)
        about = {"doc_uri": key, "chunk_id": len(found), "score": 0.9}
        found.append({"page_content": passage["text"], "metadata": about})
    start = (ASKED_AT_MS + number * 60_000) * 1_000_000
    whole = _span(digits, None, "answer_question", "AGENT", start, {"messages": messages}, answer)
    question = messages[-1]["content"]
    search = _span(digits, whole, "search", "RETRIEVER", start, {"query": question}, found)
    tool = _span(digits, whole, "list_orders", "TOOL", start, {"customer": number}, {"rows": rows})
    return TraceRecord(
        trace_id=f"tr-{digits[:32]}",
        experiment_id=experiment_id,
        requested_at_ms=ASKED_AT_MS + number * 60_000,
        duration_ms=2_000,
        request_preview=json.dumps({"messages": messages[-1:]})[:1000],
        response_preview=answer[:1000],
        spans=(whole, search, tool),
    )


def _size(*parts: object) -> int:
    return sum(len(json.dumps(part)) for part in parts)


def _span(
    digits: str,
    parent: SpanRecord | None,
    name: str,
    kind: str,
    start_ns: int,
    inputs: object,
    outputs: object,
) -> SpanRecord:
    span_id = hashlib.sha256(f"{digits} {name}".encode()).hexdigest()[:16]
    offset = 0 if parent is None else 100_000_000
    return SpanRecord(
        span_id,
        parent.span_id if parent else None,
        name,
        kind=kind,
        start_ns=start_ns + offset,
        end_ns=start_ns + (2_000_000_000 if parent is None else 900_000_000),
        inputs=inputs,
        outputs=outputs,
    )
