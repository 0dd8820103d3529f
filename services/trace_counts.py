"""How many traces and assessments MLflow holds, by hour or day: what tells that something changed.

MLflow counts 100,000 of either in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.store import Store, plain_errors

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FAR_MS = 4_102_444_800_000  # a moment after every trace: 2100
POINTS = 1000  # counts a call
Counts = dict[int, tuple[tuple[str, int], ...]]  # number of the hour or day -> names and counts


def traces_in(store: Store, experiment_id: str) -> int:
    """Return how many traces an experiment holds.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    return sum(count for _, count in _points(store, experiment_id, "TRACES", 0, 0))


def counts_by(store: Store, experiment_id: str, width_ms: int) -> Counts:
    """Return the counts of each hour or day in which there is a trace.

    Args:
        store: where the traces are.
        experiment_id: of their experiment.
        width_ms: ``HOUR_MS`` or ``DAY_MS``.

    Returns:
        Number of the hour or day since the epoch -> count of traces, named "", and of the
        assessments of each name on them.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    found: dict[int, list[tuple[str, int]]] = {}
    for view in ("TRACES", "ASSESSMENTS"):
        for place, name, count in _by_time(store, experiment_id, view, width_ms):
            found.setdefault(place, []).append((name, count))
    return {place: tuple(sorted(counts)) for place, counts in found.items()}


def traces_of(counts: tuple[tuple[str, int], ...]) -> int:
    """Return how many traces were counted.

    >>> traces_of((("", 3), ("good", 7)))
    3
    """
    return sum(count for name, count in counts if not name)


def _by_time(
    store: Store, experiment_id: str, view: str, width_ms: int
) -> Iterator[tuple[int, str, int]]:
    """Yield place in time, name of the assessments ("" for traces) and count, the earliest first.

    MLflow gives so many counts and no token for the rest (3.17.2), so the next call begins with the
    last place, of which some may be missing.
    """
    since = 0
    while True:
        points = _points(store, experiment_id, view, since, width_ms)
        rows = [
            (_place(p["time_bucket"], width_ms), p.get("assessment_name", ""), n) for p, n in points
        ]
        last = rows[-1][0] if len(rows) >= POINTS else 0
        if last * width_ms > since:
            rows = [row for row in rows if row[0] < last]
        yield from rows
        if not last:
            return
        since = last * width_ms if last * width_ms > since else (last + 1) * width_ms


def _points(
    store: Store, experiment_id: str, view: str, since_ms: int, width_ms: int
) -> list[tuple[dict[str, str], int]]:
    from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

    named = view == "ASSESSMENTS"
    with plain_errors():
        points = store.tracking.query_trace_metrics(
            [experiment_id],
            MetricViewType[view],
            "assessment_count" if named else "trace_count",
            [MetricAggregation(AggregationType.COUNT)],
            dimensions=["assessment_name"] if named else None,
            time_interval_seconds=width_ms // 1000 or None,
            start_time_ms=since_ms,
            end_time_ms=FAR_MS,
            max_results=POINTS,
        )
    return [(dict(p.dimensions), int(sum(p.values.values()))) for p in points]


def _place(bucket: str, width_ms: int) -> int:
    return int(datetime.fromisoformat(bucket).timestamp() * 1000) // width_ms
