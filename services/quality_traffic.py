"""Traffic of an experiment, read wholly once and then only where something changed.

MLflow counts traces and assessments by hour and name in milliseconds; only hours whose counts are
others than before are read again. A score that was changed in place shows at the next whole read.
This is the one place that reads traffic: on a SQL warehouse it is a query.
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
from services.settings import Settings
from services.store import Store, plain_errors
from services.versions import Versions

HOUR_MS = 3_600_000
FAR_MS = 4_102_444_800_000  # a moment after every trace: 2100
MANY_HOURS = 100  # so many changed hours are read in one go with all others
POINTS = 1000  # counts a call
TEXT = 200  # characters that tell questions apart
Tell = Callable[[int, int], None]
Counts = dict[int, tuple[tuple[str, int], ...]]


class TrafficReader:
    """Reads the traffic of one experiment again and again; one thread at a time."""

    def __init__(self, store: Store, settings: Settings, experiment_id: str) -> None:
        """Bind to an experiment; nothing is read yet."""
        self._store = store
        self._votes = settings.user_feedback
        self._experiment_id = experiment_id
        self._versions = Versions(store)
        self._counts: Counts = {}
        self._seen: dict[int, dict[str, Seen]] = {}
        self._traffic = traffic_of(())

    def read(self, tell: Tell, *, anew: bool = False) -> Traffic:
        """Return the traffic as it is now; the very same value where nothing changed.

        Args:
            tell: is called with the traces read and all that are to be read.
            anew: True reads everything.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        counts = self._counted()
        changed = sorted(
            hour
            for hour in counts.keys() | self._counts.keys()
            if anew or counts.get(hour) != self._counts.get(hour)
        )
        if not changed:
            return self._traffic
        whole = anew or len(changed) > MANY_HOURS
        stretches = [(0, FAR_MS // HOUR_MS)] if whole else list(_stretches(changed))
        total = sum(_traces(counts.get(hour, ())) for hour in (counts if whole else changed))
        fresh: dict[int, dict[str, Seen]] = {hour: {} for hour in changed}
        done = 0
        for first, last in stretches:
            for page in every_info(
                self._store, self._experiment_id, first * HOUR_MS, (last + 1) * HOUR_MS - 1
            ):
                for info in page:
                    hour = (info.request_time or 0) // HOUR_MS
                    fresh.setdefault(hour, {})[info.trace_id] = self._one(info)
                done += len(page)
                tell(done, max(done, total))
        self._seen = fresh if whole else self._seen | fresh
        self._counts = counts
        self._traffic = traffic_of(one for hour in self._seen.values() for one in hour.values())
        return self._traffic

    def came(self) -> int:
        """Return how many traces MLflow holds beyond those that were read.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        now = sum(count for _, count in self._points("TRACES", "trace_count"))
        return max(0, now - len(self._traffic))

    def _counted(self) -> Counts:
        found: dict[int, list[tuple[str, int]]] = {}
        for view, metric in (("TRACES", "trace_count"), ("ASSESSMENTS", "assessment_count")):
            for dimensions, count in self._points(view, metric, hourly=True):
                hour = _hour(dimensions["time_bucket"])
                name = dimensions.get("assessment_name", "")
                found.setdefault(hour, []).append((name, count))
        return {hour: tuple(sorted(counts)) for hour, counts in found.items()}

    def _points(
        self, view: str, metric: str, *, hourly: bool = False
    ) -> Iterator[tuple[dict[str, str], int]]:
        from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

        token = None
        while True:
            with plain_errors():
                points = self._store.tracking.query_trace_metrics(
                    [self._experiment_id],
                    MetricViewType[view],
                    metric,
                    [MetricAggregation(AggregationType.COUNT)],
                    dimensions=["assessment_name"] if view == "ASSESSMENTS" else None,
                    time_interval_seconds=HOUR_MS // 1000 if hourly else None,
                    start_time_ms=0,
                    end_time_ms=FAR_MS,
                    max_results=POINTS,
                    page_token=token,
                )
            for point in points:
                yield dict(point.dimensions), int(sum(point.values.values()))
            token = points.token
            if not token:
                return

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
            scores=_scores(a for a in valid if a.name not in known),
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


def _hour(bucket: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(bucket).timestamp()) // 3600


def _traces(counts: Iterable[tuple[str, int]]) -> int:
    return sum(count for name, count in counts if not name)


def _stretches(hours: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of hours that follow each other, or nearly so."""
    first = last = hours[0]
    for hour in hours[1:]:
        if hour > last + 1:
            yield first, last
            first = hour
        last = hour
    yield first, last
