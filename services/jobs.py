"""Jobs: long work beside the pages, with progress, a remaining time and a way to stop it.

A job lives in the process that started it. What it writes is safe to do again, so a job that died
with its process is started anew by the person.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Literal, TypeVar

from review_app.errors import Cancelled, ReviewError

LOG = logging.getLogger(__name__)
THREADS = 4
KEPT = 200  # jobs that are remembered; those at work always are
BEAT_SECONDS = 0.5
FAILED = "Something went wrong, and the work was stopped. Please tell whoever runs this app."
STOPPED = "Stopped. Nothing of it was kept."
State = Literal["waiting", "running", "done", "failed", "cancelled"]
T = TypeVar("T")


@dataclass
class Job:
    """A piece of long work.

    Attributes:
        name: what it is known by; of one name only one is at work.
        about: who began it and what it is, for whoever else looks at it; "" where nobody asks.
        state: where it stands; it waits until a thread is free.
        done: steps done.
        total: all steps; 0 while that is not known.
        result: what the work returned; None until it is done.
        sentence: why it failed; "" when it did not.
        started_s: when it began to run, seconds of a monotonic clock.
    """

    name: str
    about: str = ""
    state: State = "waiting"
    done: int = 0
    total: int = 0
    result: Any = None
    sentence: str = ""
    started_s: float = field(default_factory=time.monotonic)
    _stop: Event = field(default_factory=Event, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def at_work(self) -> bool:
        """Whether it has not ended: it runs, or waits until it can."""
        return self.state in ("waiting", "running")

    @property
    def stopping(self) -> bool:
        """Whether it runs although somebody asked it to stop."""
        return self.state == "running" and self._stop.is_set()

    def begin(self) -> bool:
        """Let it run; False when it was cancelled while it waited."""
        with self._lock:
            if self.state != "waiting":
                return False
            self.state, self.started_s = "running", time.monotonic()
            return True

    def cancel(self) -> None:
        """End it at once while it waits; else ask the work to stop at its next step."""
        with self._lock:
            self._stop.set()
            if self.state == "waiting":
                self.sentence, self.state = STOPPED, "cancelled"

    def tell(self, done: int, total: int = 0) -> None:
        """Note how far the work is; the work calls this.

        Raises:
            Cancelled: when somebody asked to stop.
        """
        self.done, self.total = done, total
        if self._stop.is_set():
            raise Cancelled(STOPPED)

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace so far; None while that is not known."""
        if not self.done or not self.total:
            return None
        return (time.monotonic() - self.started_s) / self.done * (self.total - self.done)


class Jobs:
    """Starts jobs and remembers the latest ones."""

    def __init__(self, threads: int = THREADS) -> None:
        """Start no thread yet; so many jobs will run at once, and others wait."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()

    def start(self, name: str, work: Callable[[Job], Any], about: str = "") -> Job:
        """Start the work, or return the job of that name that is at work already."""
        with self._lock:
            known = self._jobs.get(name)
            if known is not None and known.at_work:
                return known
            job = Job(name, about)
            self._jobs.pop(name, None)
            self._jobs[name] = job
            ended = [one.name for one in self._jobs.values() if not one.at_work]
            for old in ended[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[old]
        self._pool.submit(_run, job, work).add_done_callback(_log_failure)
        return job

    def get(self, name: str) -> Job | None:
        """Return the newest job of that name; None when there is none."""
        with self._lock:
            return self._jobs.get(name)


def stoppable(work: Callable[[], T], beat: Callable[[], object]) -> T:
    """Return what work comes to that cannot be stopped itself, such as a call to a model.

    Args:
        work: goes on in a thread of its own, also when nobody waits for it any more.
        beat: is called all the while; what it raises leaves the work to itself.
    """
    ended = beside(work)
    while not wait([ended], BEAT_SECONDS).done:
        beat()
    return ended.result()


def beside(work: Callable[[], T]) -> Future[T]:
    """Begin work in a thread of its own, which nobody has to wait for, not even at the end."""
    ended: Future[T] = Future()

    def into() -> None:
        try:
            ended.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where the work is waited for
            ended.set_exception(error)

    Thread(target=into, name="beside", daemon=True).start()
    return ended


def _run(job: Job, work: Callable[[Job], Any]) -> None:
    if not job.begin():
        return
    try:
        job.result = work(job)
        job.state = "done"
    except Cancelled as stopped:
        job.sentence, job.state = stopped.sentence, "cancelled"
    except ReviewError as error:
        job.sentence, job.state = error.sentence, "failed"
    finally:
        if job.at_work:
            job.sentence, job.state = FAILED, "failed"


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("A job failed", exc_info=error)
