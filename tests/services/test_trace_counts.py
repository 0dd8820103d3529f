"""Counts of traces and assessments by hour, however many there are."""

from __future__ import annotations

import pytest

from review_app.answers import Assessment
from review_app.traces import TraceRecord
from services import trace_counts
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.trace_counts import DAY_MS, HOUR_MS, counts_by, traces_in, traces_of

NOON = 1_796_040_000_000  # 30 Nov 2026


@pytest.fixture
def hours(store) -> str:
    """Nine traces in five hours; every second one has a second assessment."""
    experiment = store.experiment_id("hours", create=True)
    parcels = [
        parcel_from_record(
            TraceRecord(f"tr-{n}", experiment, requested_at_ms=NOON + n * HOUR_MS // 2),
            experiment,
            [Assessment(name, 1.0, "tool", "CODE") for name in ("a", "b")[: n % 2 + 1]],
        )
        for n in range(9)
    ]
    write_traces(store, experiment, parcels)
    return experiment


def test_traces_and_assessments_are_counted_by_hour_and_day(store, hours):
    """Each hour has its traces and the assessments on them by name; a day has them all."""
    first = NOON // HOUR_MS
    found = counts_by(store, hours, HOUR_MS)
    assert found[first] == (("", 2), ("a", 2), ("b", 1))
    assert found[first + 4] == (("", 1), ("a", 1))
    assert counts_by(store, hours, DAY_MS) == {NOON // DAY_MS: (("", 9), ("a", 9), ("b", 4))}
    assert traces_in(store, hours) == 9


@pytest.mark.parametrize("points", [1, 2, 3, 4])
def test_counting_goes_on_where_mlflow_stops(store, hours, monkeypatch, points):
    """MLflow gives only so many counts a call: the hours after them are counted, too."""
    whole = counts_by(store, hours, HOUR_MS)
    monkeypatch.setattr(trace_counts, "POINTS", points)
    by_bits = counts_by(store, hours, HOUR_MS)
    assert [traces_of(counts) for counts in by_bits.values()] == [2, 2, 2, 2, 1]
    assert by_bits == whole or points < 3
