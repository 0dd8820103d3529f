"""Reviewer queues: one native review queue per campaign, reviewer and round.

A queue holds the status of each item for one person; the order comes from the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from review_app.campaigns import Campaign
from review_app.errors import NotFound
from services.store import Store, plain_errors

ATTACH_AT_ONCE = 500  # items a call; larger calls hold SQLite's write lock for seconds
PAGE = 1000  # items a page when a queue is read
QueueStatus = Literal["pending", "complete", "declined"]


def queue_name(campaign: str, person: str, round_: int) -> str:
    """Return the queue's name in MLflow; later rounds have queues of their own."""
    return f"{campaign} / {person}" + (f" / {round_}" if round_ > 1 else "")


def ensure_queue(
    store: Store, experiment_id: str, name: str, person: str, schema_ids: Iterable[str]
) -> str:
    """Return the id of the queue, creating it when it is missing; safe to repeat.

    A server with sign-in lets only a queue's own people set a status, so the app's account is one.
    """
    found = find_queue(store, experiment_id, name)
    if found is not None:
        return found
    with plain_errors():
        made = store.tracking.create_review_queue(
            experiment_id,
            name=name,
            queue_type="custom",
            created_by=person,
            users=list(dict.fromkeys(filter(None, (person, store.account)))),
            schema_ids=list(schema_ids),
        )
    return str(made.queue_id)


def find_queue(store: Store, experiment_id: str, name: str) -> str | None:
    """Return the queue's id; None when there is none of that name."""
    try:
        with plain_errors():
            found = store.tracking.get_review_queue_by_name(experiment_id, name=name)
    except NotFound:
        return None
    return str(found.queue_id) if found is not None else None


def attach(store: Store, queue_id: str, trace_ids: list[str]) -> None:
    """Put the traces into the queue; those that are in it keep their status."""
    for start in range(0, len(trace_ids), ATTACH_AT_ONCE):
        with plain_errors():
            store.tracking.add_items_to_review_queue(
                queue_id, item_ids=trace_ids[start : start + ATTACH_AT_ONCE]
            )


def detach(
    store: Store, campaign: Campaign, person: str, round_: int, trace_ids: list[str]
) -> None:
    """Take the traces out of a person's queue; answers to them stay."""
    queue = find_queue(store, campaign.experiment_id, queue_name(campaign.name, person, round_))
    for start in range(0, len(trace_ids) if queue else 0, ATTACH_AT_ONCE):
        with plain_errors():
            store.tracking.remove_items_from_review_queue(
                queue, item_ids=trace_ids[start : start + ATTACH_AT_ONCE]
            )


def delete_queue(store: Store, campaign: Campaign, person: str, round_: int) -> None:
    """Delete a person's queue where there is one; answers stay."""
    queue = find_queue(store, campaign.experiment_id, queue_name(campaign.name, person, round_))
    if queue is not None:
        with plain_errors():
            store.tracking.delete_review_queue(queue)


def statuses(store: Store, queue_id: str) -> dict[str, QueueStatus]:
    """Return trace id -> status for every item of the queue."""
    return {item.item_id: item.status.value for item in _items(store, queue_id)}


def pending(store: Store, queue_id: str) -> list[str]:
    """Return the traces of the queue that were neither answered nor skipped."""
    return [item.item_id for item in _items(store, queue_id, "pending")]


def _items(store: Store, queue_id: str, status: QueueStatus | None = None) -> Iterator[Any]:
    token = None
    while True:
        with plain_errors():
            page = store.tracking.list_review_queue_items(
                queue_id, status=status, max_results=PAGE, page_token=token
            )
        yield from page
        token = page.token
        if not token:
            return


def set_status(
    store: Store, queue_id: str, trace_id: str, status: QueueStatus, person: str
) -> None:
    """Set the status of one item; setting the same again changes nothing."""
    by = {} if status == "pending" else {"completed_by": person}
    with plain_errors():
        store.tracking.set_review_queue_item_status(queue_id, item_id=trace_id, status=status, **by)
