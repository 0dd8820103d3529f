"""The measurements run, in small: a bench that breaks is noticed before somebody needs it."""

from __future__ import annotations

import pytest

from bench import agreement, keypress, quality, results, reviewers, scale
from bench.results import Row, median_and_p95, percentile
from bench.scale_store import CAMPAIGN, scale_store
from services.campaigns import Campaigns

pytestmark = pytest.mark.slow


@pytest.mark.browser
@pytest.mark.server
def test_keys_opening_and_mlflows_tab_are_measured(tmp_path):
    """Each figure of bench.keypress is there, also for MLflow's Review tab on the same traces."""
    plan = keypress.Plan(traces=20, presses=2, others=1, others_traces=14, opens=1, tab_submits=1)

    rows, version = keypress.measure(plan, tmp_path)

    assert version
    assert len({row.what for row in rows}) == len(rows) == 21
    assert all(row.measured > 0 for row in rows)


def test_reviewers_lose_nothing_while_they_are_measured(tmp_path):
    """Every answer of the measured reviewers is in MLflow, once, and was timed."""
    plan = reviewers.Plan(people=2, items=14, seconds=5, idle_seconds=1)

    rows = {row.what: row for row in reviewers.measure(plan, tmp_path)}

    assert len(rows) == 12
    assert {row.measured for what, row in rows.items() if what.startswith("Answers")} == {0}
    assert all(row.measured > 0 for what, row in rows.items() if "to durable" in what)


@pytest.mark.browser
@pytest.mark.server
def test_screens_and_planning_are_timed_and_a_kept_store_is_used_again(tmp_path):
    """Each screen is timed warm and cold, planning too, and the next run makes no new store."""
    plan = scale.Plan(sizes=(50,), warm=1, cold=1, common=2)

    rows, version = scale.measure(plan, tmp_path)
    again, made = scale_store(tmp_path, 50)

    assert version
    assert len({row.what for row in rows}) == len(rows) == 17
    assert all(row.measured > 0 for row in rows)
    assert [row.bar for row in rows if row.bar] == [scale.OPEN_MS]
    assert f"{made.traces.steps} in {made.traces.seconds:.3g} s" in {row.note for row in rows}
    assert [campaign.name for campaign in Campaigns(again).every()] == [CAMPAIGN]
    again.tracking.engine.dispose()


def test_the_agreement_page_is_measured():
    """The page is drawn on answers in memory, the first time and again."""
    rows = agreement.measure(600)

    assert [row.bar for row in rows] == [None, 2, 2]
    assert all(row.measured > 0 for row in rows)
    assert all(row.note.startswith("600 answers") for row in rows)


def test_the_quality_page_is_measured(tmp_path):
    """The page is drawn on traffic with scores and an answered campaign: cold, warm, refreshed."""
    rows = quality.measure(400, tmp_path)

    assert [row.bar for row in rows] == [None, None, 2, None]
    assert all(row.measured > 0 for row in rows)
    assert all(row.note.startswith("400 traces, 800 scores") for row in rows)


def test_growth_is_the_time_at_a_size_over_the_time_at_the_smallest():
    """At each larger size it is said how many times the smallest one's time opening takes."""
    rows = scale.growing("Open", {100: [10, 30, 20], 1000: [25], 2000: [30]}, 1000, 1.3)

    assert [(row.what, row.measured, row.bar) for row in rows] == [
        ("Open, 100 items", 20, 1000),
        ("Open, 1,000 items", 25, 1000),
        ("Open, 1,000 items to 100", 1.25, 1.3),
        ("Open, 2,000 items", 30, 1000),
        ("Open, 2,000 items to 100", 1.5, 1.3),
    ]


def test_a_percentile_is_one_of_the_values():
    """The 95th percentile is the smallest value that 95 % of the values do not exceed."""
    assert percentile(range(1, 101), 95) == 95
    assert percentile([3, 1, 2], 95) == 3
    assert percentile([7], 95) == 7


def test_a_bar_is_met_or_it_is_said(tmp_path, monkeypatch):
    """A figure above its bar stands there as not met; each run is added at the end."""
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    rows = [Row("slow", 20, "ms", 15), *median_and_p95("fast", [1, 2, 9], "ms", (15, None), "")]

    results.report("first", rows, before="0")
    results.report("second", rows, before="0")

    written = (tmp_path / "RESULTS.md").read_text()
    assert written.index("## first") < written.index("## second")
    assert "| slow | 15 ms | 20 ms | 1.33 | **no** |  |" in written
    assert "| fast, median | 15 ms | 2 ms | 0.13 | yes | n = 3, largest 9 |" in written
    assert "| fast, p95 | – | 9 ms |  |  |  |" in written
