"""Leases: one writer at a time on the plan of a campaign, over all processes.

A writer that died is noticed by its last sign of life.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from review_app.errors import Conflict
from services.claims import claim
from services.store import Store, plain_errors

DEAD_AFTER_SECONDS = 60
SIGN_OF_LIFE_SECONDS = 10
ALIVE = "review.writer"  # the run's tag that holds the newest sign of life
BUSY = "Somebody else is changing this campaign right now. Please try again in a minute."


class Busy(Conflict):
    """Somebody else holds the lease, and lives."""


@dataclass
class Lease:
    """The right to write one part of a plan.

    Attributes:
        store: where the run lives.
        run_id: the campaign's run.
        token: names this writer.
        attempt: 1, or more when an earlier writer of the same part died.
        signed_s: when the last sign of life was given.
    """

    store: Store
    run_id: str
    token: str
    attempt: int
    signed_s: float = 0.0

    def sign(self, clock: Callable[[], float] = time.time) -> None:
        """Give a sign of life now and then; cheap to call often."""
        from mlflow.entities import RunTag

        if clock() - self.signed_s < SIGN_OF_LIFE_SECONDS:
            return
        self.signed_s = clock()
        with plain_errors():
            self.store.tracking.set_tag(self.run_id, RunTag(ALIVE, f"{self.token} {clock():.3f}"))

    def release(self) -> None:
        """Let the next writer in at once, where nothing was published after all."""
        from mlflow.entities import RunTag

        with plain_errors():
            self.store.tracking.set_tag(self.run_id, RunTag(ALIVE, f"{self.token} 0"))


def lease(store: Store, run_id: str, part: int, clock: Callable[[], float] = time.time) -> Lease:
    """Return the lease of a part of the run's plan.

    Raises:
        Busy: when another writer holds it and lives.
        NotFound: when the run is gone.
    """
    token = uuid4().hex
    attempt = 1
    while True:
        key = f"review.part.{part:04d}.{attempt}"
        mine = f"{token} {clock():.3f}"
        holder = claim(store, run_id, key, mine)
        if holder == mine:
            return Lease(store, run_id, token, attempt)
        if clock() - _last_sign(store, run_id, holder) < DEAD_AFTER_SECONDS:
            raise Busy(BUSY)
        attempt += 1


def _last_sign(store: Store, run_id: str, holder: str) -> float:
    """Return when a holder last gave a sign of life: its claim, or a later one."""
    token, _, claimed_s = holder.partition(" ")
    with plain_errors():
        signed = store.tracking.get_run(run_id).data.tags.get(ALIVE, "")
    by, _, signed_s = signed.partition(" ")
    return float((signed_s if by == token else claimed_s) or 0)
