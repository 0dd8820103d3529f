"""Traffic of an experiment, read wholly once and then only where something changed.

MLflow counts traces and assessments by hour (by day where there are many); only hours whose counts
are others than before are read again. A score that was changed in place shows at the next whole
read. This is the one place that reads traffic: on a SQL warehouse it is a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from sys import intern
from typing import Any

from review_app.answers import FIRST_FAILURE, Assessment
from review_app.given import given_by_people
from review_app.judges import JudgeKey
from review_app.quality.traffic import Pin, Scored, Seen, Traffic, traffic_of
from review_app.questions import RESERVED_NAMES
from services.assessments import assessments_from
from services.pool import every_info
from services.registered import Registered
from services.settings import Settings
from services.store import Store
from services.trace_counts import DAY_MS, FAR_MS, HOUR_MS, Counts, counts_by, traces_in, traces_of
from services.versions import Versions

MOST = 200_000  # traces that are read, the newest
FEW_DAYS = 14  # up to so many days are compared by hour
MANY = 100  # so many changed hours or days are read in one go with all others
TEXT = 200  # characters that tell questions apart
Tell = Callable[[int, int], None]


class TrafficReader:
    """Reads the traffic of one experiment again and again; one thread at a time."""

    def __init__(self, store: Store, settings: Settings, experiment_id: str) -> None:
        """Bind to an experiment; nothing is read yet."""
        self._store = store
        self._votes = settings.user_feedback
        self._experiment_id = experiment_id
        self._versions = Versions(store)
        self._width = 0
        self._from = 0  # the first hour or day that is read
        self._counts: Counts = {}
        self._seen: dict[int, dict[str, Seen]] = {}
        self._registered = Registered(store, experiment_id)
        self._traffic = traffic_of(())

    def read(self, tell: Tell, *, anew: bool = False) -> Traffic:
        """Return the traffic as it is now; the very same value where nothing changed.

        Args:
            tell: is called with the traces read and all that are to be read.
            anew: True reads everything.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        before, self._registered = self._registered, Registered(self._store, self._experiment_id)
        if self._others_count(before):
            self._width = 0  # also where reading breaks off now, everything is read next time
        if anew or not self._width:
            return self._whole(tell)
        counts = counts_by(self._store, self._experiment_id, self._width)
        changed = sorted(
            place
            for place in counts.keys() | self._counts.keys()
            if place >= self._from and counts.get(place) != self._counts.get(place)
        )
        if len(changed) > MANY:
            return self._whole(tell)
        if changed:
            self._some(changed, counts, tell)
        return self._traffic

    def came(self) -> int:
        """Return how many traces came that were not read.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        counted = sum(map(traces_of, self._counts.values()))
        return max(0, traces_in(self._store, self._experiment_id) - counted)

    def _whole(self, tell: Tell) -> Traffic:
        """Read everything, the newest first, but not more than can be held."""
        days = counts_by(self._store, self._experiment_id, DAY_MS)
        width = HOUR_MS if len(days) <= FEW_DAYS else DAY_MS
        counts = days
        if width == HOUR_MS:
            counts = counts_by(self._store, self._experiment_id, HOUR_MS)
        total = min(MOST, sum(map(traces_of, counts.values())))
        seen: dict[int, dict[str, Seen]] = {}
        done = 0
        for page in every_info(self._store, self._experiment_id, 0, FAR_MS):
            done += self._put(page, seen, width)
            tell(done, max(done, total))
            if done >= MOST:
                break
        cut = done >= MOST and len(seen) > 1
        self._from = min(seen, default=0) + 1 if cut else 0
        self._width, self._counts = width, counts
        self._seen = {place: some for place, some in seen.items() if place >= self._from}
        return self._columns()

    def _some(self, changed: list[int], counts: Counts, tell: Tell) -> None:
        """Read the hours or days that changed."""
        total = sum(traces_of(counts.get(place, ())) for place in changed)
        seen: dict[int, dict[str, Seen]] = {place: {} for place in changed}
        done = 0
        for first, last in _stretches(changed):
            since, until = first * self._width, (last + 1) * self._width - 1
            for page in every_info(self._store, self._experiment_id, since, until):
                done += self._put(page, seen, self._width)
                tell(done, max(done, total))
        self._seen |= seen
        self._counts = counts
        self._columns()

    def _others_count(self, before: Registered) -> bool:
        """Tell whether a judge that has scores was deleted, or registered anew, since then."""
        was, now = before.since_ms, self._registered.since_ms
        return any(was.get(key) != now.get(key) for key in self._traffic.columns)

    def _put(self, page: list[Any], seen: dict[int, dict[str, Seen]], width: int) -> int:
        for info in page:
            place = (info.request_time or 0) // width
            seen.setdefault(place, {})[info.trace_id] = self._one(info)
        return len(page)

    def _columns(self) -> Traffic:
        every = (one for some in self._seen.values() for one in some.values())
        self._traffic = traffic_of(every, complete=not self._from)
        return self._traffic

    def _one(self, info: Any) -> Seen:
        metadata, tags = info.trace_metadata or {}, info.tags or {}
        stored = assessments_from(info.assessments)
        valid = sorted(
            (a for a in stored if a.valid), key=lambda a: (a.created_ms, a.assessment_id)
        )
        votes = [a.value for a in valid if a.name in self._votes and isinstance(a.value, bool)]
        known = {*RESERVED_NAMES, *self._votes}
        loose = tuple(
            one
            for one in given_by_people(info.trace_id, stored)
            if not one.campaign and one.question not in known
        )
        return Seen(
            trace_id=info.trace_id,
            time_ms=info.request_time or 0,
            version=intern(self._versions.name(metadata, tags)),
            session=intern(metadata.get("mlflow.trace.session", "")),
            thumbs=votes[-1] if votes else None,
            scores=_scores(
                a for a in valid if a.name not in known and self._registered.has_its_scores_from(a)
            ),
            loose=loose,
            pins=tuple(_pins(info.trace_id, valid)),
            text=(info.request_preview or "")[:TEXT] if loose else "",
        )


def _scores(valid: Iterable[Assessment]) -> tuple[Scored, ...]:
    """Return the newest score of each judge; what is no pass/fail, number or word is none."""
    found: dict[JudgeKey, Scored] = {}
    for one in valid:
        judge = one.source_type in ("LLM_JUDGE", "CODE") and not one.expectation and not one.span_id
        if judge and isinstance(one.value, bool | int | float | str):
            key = JudgeKey(intern(one.name), intern(one.source))
            found[key] = Scored(key, one.value)
    return tuple(found.values())


def _pins(trace_id: str, valid: Iterable[Assessment]) -> Iterator[Pin]:
    for one in valid:
        if one.name == FIRST_FAILURE and one.source_type == "HUMAN" and one.span_id and one.value:
            yield Pin(trace_id, one.span_id)


def _stretches(places: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of places that follow each other."""
    first = last = places[0]
    for place in places[1:]:
        if place > last + 1:
            yield first, last
            first = place
        last = place
    yield first, last
