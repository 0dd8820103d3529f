"""Versions of an experiment: LoggedModels, what their traces say, and the labels there are.

Counted in the background. Traces that were read stay known; each count reads those that came since,
and the last hour once more, because a trace may still have been running. From time to time all are
read again: some may have been deleted.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from sys import intern
from threading import Lock
from typing import Any

from review_app.compare.listed import Listed
from review_app.compare.versions import Seen, prompts_in, versions_of
from review_app.quality.asking import Known, asked_all
from review_app.quality.labels import Source
from review_app.quality.traffic import Seen as Counted
from review_app.quality.traffic import traffic_of
from services.campaigns import Campaigns
from services.jobs import Job, Jobs
from services.overview import Overviews
from services.pool import LIMIT, every_info
from services.store import Store
from services.versions import Versions

FRESH_SECONDS = 30  # how old a list may be before it is counted anew
WHOLE_SECONDS = 600  # after so long everything is read again
AGAIN_MS = 3_600_000  # so much of the newest traffic is read again
KEPT = 6  # experiments in memory
WAIT_SECONDS = 0.7  # how long a page waits for a list that is not there yet
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class VersionSight:
    """What is known of the versions right now.

    Attributes:
        listed: the newest list; None before it is there.
        job: the count that runs or ran last.
    """

    listed: Listed | None
    job: Job


@dataclass
class _Reader:
    experiment_id: str
    seen: dict[str, Seen] = field(default_factory=dict)
    complete: bool = True
    listed: Listed | None = None
    counted_at: float = -1e9  # seconds of a monotonic clock
    wholly_at: float = -1e9


class VersionLists:
    """Keeps the versions of the experiments that leads look at."""

    def __init__(
        self, store: Store, campaigns: Campaigns, overviews: Overviews, jobs: Jobs
    ) -> None:
        """Bind to a store; nothing is read yet."""
        self._store, self._campaigns = store, campaigns
        self._overviews, self._jobs = overviews, jobs
        self._versions = Versions(store)
        self._readers: OrderedDict[str, _Reader] = OrderedDict()
        self._lock = Lock()

    def of(
        self, experiment: str, *, anew: bool = False, wait: float = WAIT_SECONDS
    ) -> VersionSight:
        """Return what is known, and have it counted anew in the background when it is old.

        Args:
            experiment: its name.
            anew: True counts again, however fresh it is.
            wait: seconds to wait for a list where none is known yet.

        Raises:
            NotFound: when there is no such experiment.
            StoreUnavailable: when MLflow did not answer.
        """
        reader = self._reader(experiment)
        name = f"versions {reader.experiment_id}"
        job = self._jobs.get(name)
        if job is None or (not job.at_work and (anew or _is_old(reader))):
            job = self._jobs.start(name, partial(self._count, reader, experiment))
        until = time.monotonic() + wait
        while reader.listed is None and job.at_work and time.monotonic() < until:
            time.sleep(0.02)
        return VersionSight(reader.listed, job)

    def _reader(self, experiment: str) -> _Reader:
        """Return what is kept of the experiment that has this name now."""
        experiment_id = self._store.experiment_id(experiment)
        with self._lock:
            reader = self._readers.setdefault(experiment_id, _Reader(experiment_id))
            self._readers.move_to_end(experiment_id)
            while len(self._readers) > KEPT:
                self._readers.popitem(last=False)
            if reader.listed is not None and reader.listed.experiment != experiment:
                reader.listed = replace(reader.listed, experiment=experiment)
        return reader

    def _count(self, reader: _Reader, experiment: str, job: Job) -> Listed:
        try:
            self._read(reader, job)
            reader.listed = Listed(
                experiment,
                versions_of(reader.seen.values(), self._versions.registered(reader.experiment_id)),
                asked_all(self._known(reader)),
                time.time_ns() // 1_000_000,
                reader.complete,
            )
        finally:
            reader.counted_at = time.monotonic()
        return reader.listed

    def _read(self, reader: _Reader, job: Job) -> None:
        """Read what came since, or everything where that is due."""
        began = time.monotonic()
        whole = began - reader.wholly_at > WHOLE_SECONDS
        known = {} if whole else dict(reader.seen)
        newest = max((one.time_ms for one in known.values()), default=0)
        read, complete = 0, True
        for page in every_info(self._store, reader.experiment_id, max(0, newest - AGAIN_MS), 0):
            known |= {info.trace_id: self._one(info) for info in page}
            read += len(page)
            job.tell(read)
            complete = len(known) < LIMIT
            if not complete:
                break
        if whole:
            reader.wholly_at, reader.complete = began, complete
        reader.seen = known

    def _one(self, info: Any) -> Seen:
        metadata, tags = info.trace_metadata or {}, info.tags or {}
        return Seen(
            info.trace_id,
            info.request_time or 0,
            intern(self._versions.name(metadata, tags)),
            intern(metadata.get("mlflow.trace.session", "")),
            question_number(info.request_preview or ""),
            str(getattr(info.state, "value", info.state)) == "ERROR",
            tuple(map(intern, prompts_in(tags.get("mlflow.linkedPrompts", "")))),
        )

    def _known(self, reader: _Reader) -> Known:
        """Return the labels of the experiment's campaigns, the oldest campaign first."""
        traffic = traffic_of(
            Counted(one.trace_id, one.time_ms, one.version, one.session)
            for one in reader.seen.values()
        )
        every = reversed(self._campaigns.every())
        here = [one for one in every if one.experiment_id == reader.experiment_id]
        sources = tuple(
            Source(self._overviews.gathered(one), self._campaigns.frames(one)) for one in here
        )
        return Known(traffic, {q.name: q for one in here for q in one.questions}, sources)


def question_number(text: str) -> int:
    """Return a number that equal questions share, whatever their case and spaces; 0 for none.

    >>> question_number("What  is it?") == question_number("what is it? ")
    True
    >>> question_number("  ")
    0
    """
    plain = _SPACE.sub(" ", text).strip().casefold()
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest()) if plain else 0


def _is_old(reader: _Reader) -> bool:
    return time.monotonic() - reader.counted_at > FRESH_SECONDS
