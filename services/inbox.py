"""What end users said in an experiment, looked for beside the pages and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from review_app.inbox import Inbox, inbox_of
from review_app.pool import Pool
from services.experiments import Experiment
from services.jobs import Job, Jobs
from services.pool import scan
from services.settings import Settings
from services.store import Store, plain_errors

KEPT_MS = 15 * 60_000  # how long what was found is shown before it is looked for again
MOST = 10  # experiments that are looked at for votes
SOON = 0.4  # seconds that a page waits before it shows progress


@dataclass(frozen=True)
class Inboxes:
    """Looks through the traces of one store; all people see what one of them had looked for.

    Attributes:
        store: where the traces are.
        settings: they say which assessments are votes of end users.
        jobs: where the work is done.
    """

    store: Store
    settings: Settings
    jobs: Jobs

    def of(self, pool: Pool, now_ms: int) -> Job:
        """Return the job whose result is the inbox; it is begun where there is none, or an old one.

        Args:
            pool: the experiment and the time.
            now_ms: milliseconds since the epoch.
        """
        job = self.jobs.get(_name(pool))
        if job is None or (job.state == "done" and now_ms - job.result.as_of_ms > KEPT_MS):
            job = self.again(pool, now_ms)
        until = time.monotonic() + SOON
        while job.at_work and time.monotonic() < until:
            time.sleep(0.02)
        return job

    def again(self, pool: Pool, now_ms: int) -> Job:
        """Look anew, whatever is known."""
        return self.jobs.start(_name(pool), partial(self._inbox, pool, now_ms))

    def _inbox(self, pool: Pool, now_ms: int, job: Job) -> Inbox:
        found = scan(self.store, self.settings, pool, now_ms=now_ms, tell=job.tell)
        return inbox_of(found.candidates, now_ms, complete=found.complete)


def _name(pool: Pool) -> str:
    return f"inbox {pool.experiment} {pool.since}"


def first_with_votes(
    store: Store, settings: Settings, experiments: Sequence[Experiment]
) -> Experiment:
    """Return the first experiment that holds a vote of an end user; the first where none does.

    Args:
        store: where the traces are.
        settings: they say which assessments are votes.
        experiments: at least one; only some of them are looked at.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    return next((one for one in experiments[:MOST] if _voted(store, settings, one)), experiments[0])


def _voted(store: Store, settings: Settings, experiment: Experiment) -> bool:
    for name in settings.user_feedback:
        with plain_errors():
            found, _ = store.tracking.search_traces(
                experiment_ids=None,
                filter_string=f"feedback.`{name}` IS NOT NULL",
                max_results=1,
                locations=[experiment.id],
            )
        if found:
            return True
    return False
