"""Runs of MLflow that keep what this app found out: begun with tags, ended when all is written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from review_app.people import Person
from services.campaigns import KIND
from services.store import Store, plain_errors


def begin_run(
    store: Store, kind: str, person: Person, experiment_id: str, title: str, tags: Mapping[str, str]
) -> str:
    """Begin a run, and return its id.

    Args:
        store: where it is kept.
        kind: of ours, the tag ``review.kind``.
        person: who made it.
        experiment_id: of the traces that it is about.
        title: its name in MLflow.
        tags: further ones, without ``review.``.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    from mlflow.entities import RunTag

    given = [RunTag(KIND, kind), *(RunTag(f"review.{k}", v) for k, v in tags.items())]
    with plain_errors():
        run = store.tracking.create_run(experiment_id, person.name, now_ms(), given, title)
    return str(run.info.run_id)


def end_run(store: Store, run_id: str, title: str) -> None:
    """Note that all of the run is written, and name it.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    from mlflow.entities import RunStatus

    with plain_errors():
        store.tracking.update_run_info(run_id, RunStatus.FINISHED, now_ms(), title)


def kept(run: Any, key: str) -> str:
    """Return a tag of ours, named without ``review.``; "" where there is none."""
    return str(run.data.tags.get(f"review.{key}", ""))


def now_ms() -> int:
    """Return the time, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
