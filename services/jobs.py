"""Jobs: long work beside the pages, with progress, a remaining time and a way to stop it.

A job lives in the process that started it. What it writes is safe to do again, so a job that died
with its process is started anew by the person.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Literal

from review_app.errors import Cancelled, ReviewError

LOG = logging.getLogger(__name__)
THREADS = 4
KEPT = 200  # jobs that are remembered
FAILED = "Something went wrong, and the work was stopped. Please tell whoever runs this app."
State = Literal["running", "done", "failed", "cancelled"]


@dataclass
class Job:
    """A piece of long work.

    Attributes:
        name: what it is known by; of one name only one runs at a time.
        state: where it stands.
        done: steps done.
        total: all steps; 0 while that is not known.
        result: what the work returned; None until it is done.
        sentence: why it failed; "" when it did not.
        started_s: when it began, seconds of a monotonic clock.
    """

    name: str
    state: State = "running"
    done: int = 0
    total: int = 0
    result: Any = None
    sentence: str = ""
    started_s: float = field(default_factory=time.monotonic)
    _stop: Event = field(default_factory=Event, repr=False)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    def tell(self, done: int, total: int = 0) -> None:
        """Note how far the work is; the work calls this.

        Raises:
            Cancelled: when somebody asked to stop.
        """
        self.done, self.total = done, total
        if self._stop.is_set():
            raise Cancelled("Stopped. Nothing of it was kept.")

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace so far; None while that is not known."""
        if not self.done or not self.total:
            return None
        return (time.monotonic() - self.started_s) / self.done * (self.total - self.done)


class Jobs:
    """Starts jobs and remembers the latest ones."""

    def __init__(self) -> None:
        """Start no thread yet."""
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()

    def start(self, name: str, work: Callable[[Job], Any]) -> Job:
        """Start the work, or return the job of that name that is running already."""
        with self._lock:
            running = self._jobs.get(name)
            if running is not None and running.state == "running":
                return running
            job = Job(name)
            self._jobs.pop(name, None)
            self._jobs[name] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        self._pool.submit(_run, job, work).add_done_callback(_log_failure)
        return job

    def get(self, name: str) -> Job | None:
        """Return the newest job of that name; None when there is none."""
        with self._lock:
            return self._jobs.get(name)


def _run(job: Job, work: Callable[[Job], Any]) -> None:
    try:
        job.result = work(job)
        job.state = "done"
    except Cancelled as stopped:
        job.state, job.sentence = "cancelled", stopped.sentence
    except ReviewError as error:
        job.state, job.sentence = "failed", error.sentence
    finally:
        if job.state == "running":
            job.state, job.sentence = "failed", FAILED


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("A job failed", exc_info=error)
