"""Frozen labeled sets as native evaluation datasets of MLflow, one a version.

MLflow knows a record by its inputs alone: items of equal inputs become one record, and the last
label stands. The frozen artifact stays the truth; how many were merged is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from review_app.access import require_lead
from review_app.frozen_sets import Frozen
from review_app.labeled_rows import LabeledRow
from review_app.people import Person
from review_app.set_numbers import text_of
from services.labeled_sets import LabeledSets, note_published
from services.store import Store, plain_errors
from services.traces import fetch

AT_ONCE = 50  # records a call
OF_RUN = "review.run"  # the dataset's tag that names the frozen version
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Published:
    """What came of publishing.

    Attributes:
        frozen: the version, with its dataset.
        records: in the dataset.
        merged: items that are not a record of their own, because their inputs equal another's.
        conflicting: records whose items had different labels.
    """

    frozen: Frozen
    records: int
    merged: int
    conflicting: int


@dataclass(frozen=True)
class Told:
    """A row, and what its trace was asked and answered; both None when the trace is gone."""

    row: LabeledRow
    inputs: Any
    outputs: Any


def told(store: Store, rows: Sequence[LabeledRow], tell: Tell) -> Iterator[Told]:
    """Yield the rows with the inputs and outputs of their traces' root spans, in order.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    for start in range(0, len(rows), AT_ONCE):
        tell(start, len(rows))
        some = rows[start : start + AT_ONCE]
        found = fetch(store, list(dict.fromkeys(row.trace_id for row in some)))
        for row in some:
            one = found.get(row.trace_id)
            root = next((s for s in one.record.spans if s.parent_id is None), None) if one else None
            yield Told(row, root.inputs if root else None, root.outputs if root else None)


def publish(
    sets: LabeledSets, store: Store, person: Person, frozen: Frozen, tell: Tell
) -> Published:
    """Publish a version as an evaluation dataset; to publish it again adds nothing.

    Raises:
        Conflict: when the version is no longer what was frozen.
    """
    require_lead(person)
    rows = sets.load(frozen).rows
    dataset_id = _dataset(store, frozen)
    labels: dict[str, set[str]] = {}
    batch: list[dict[str, Any]] = []
    for one in told(store, rows, tell):
        record = _record(frozen, one)
        key = json.dumps(record["inputs"], sort_keys=True)
        labels.setdefault(key, set()).add(text_of(one.row))
        batch.append(record)
        if len(batch) == AT_ONCE:
            _add(store, dataset_id, batch)
            batch = []
    _add(store, dataset_id, batch)
    merged = len(rows) - len(labels)
    note_published(store, frozen, dataset_id, merged)
    tell(len(rows), len(rows))
    return Published(
        replace(frozen, dataset_id=dataset_id, merged=merged),
        len(labels),
        merged,
        sum(len(found) > 1 for found in labels.values()),
    )


def _dataset(store: Store, frozen: Frozen) -> str:
    """Return the version's dataset: the one it has, one whose filling broke off, or a new one."""
    if frozen.dataset_id:
        return frozen.dataset_id
    begun = next((one for one in _datasets(store, frozen) if _is_of(one, frozen)), None)
    if begun is not None:
        return str(begun.dataset_id)
    tags = {OF_RUN: frozen.run_id, "review.sha256": frozen.sha256}
    with plain_errors():
        made = store.tracking.create_dataset(frozen.title, tags, [frozen.experiment_id])
    return str(made.dataset_id)


def _datasets(store: Store, frozen: Frozen) -> Iterator[Any]:
    """Yield the datasets of the version's experiment; MLflow's filter misses their tags."""
    token = None
    while True:
        with plain_errors():
            page = store.tracking.search_datasets(
                experiment_ids=[frozen.experiment_id], page_token=token
            )
        yield from page
        token = page.token
        if not token:
            return


def _is_of(dataset: Any, frozen: Frozen) -> bool:
    return bool((dataset.tags or {}).get(OF_RUN) == frozen.run_id)


def _add(store: Store, dataset_id: str, batch: list[dict[str, Any]]) -> None:
    with plain_errors():
        store.tracking.upsert_dataset_records(dataset_id, batch)


def _record(frozen: Frozen, one: Told) -> dict[str, Any]:
    row = one.row
    tags = {
        "review.set": frozen.title,
        "review.trace": row.trace_id,
        "review.unit": row.unit,
        "review.split": row.split,
        "review.basis": row.basis,
        "review.votes": json.dumps(row.votes, sort_keys=True, ensure_ascii=False),
        "review.share": f"{row.share:.4f}",
    }
    provenance = {
        "run_id": frozen.run_id,
        "sha256": frozen.sha256,
        "trace_id": row.trace_id,
        "assessments": [voter.assessment for voter in row.who],
        "adjudication": row.adjudication,
    }
    return {
        "inputs": _named(one.inputs, row.text),
        "outputs": one.outputs,
        "expectations": {row.question: row.label},
        "tags": tags,
        "source": {"source_type": "HUMAN", "source_data": provenance},
    }


def _named(inputs: Any, text: str) -> dict[str, Any]:
    """Return inputs as names and values, which is all that a record takes."""
    if isinstance(inputs, dict) and inputs:
        return inputs
    return {"input": text if inputs is None else inputs}
