"""Looking through the traces of an experiment, in a file and through a real MLflow server."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.errors import Cancelled, NotFound
from review_app.pool import AnswerFilter, Pool, ScoreFilter
from review_app.pool_filters import matches
from review_app.traces import TraceRecord
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.pool import scan
from services.settings import Settings
from services.store import Store

NOW = 1_762_956_180_000
DAY = 86_400_000
SETTINGS = Settings()
ODD = "it's \"odd\"; a = 'b' -- `x` %_\\"


def trace(number: int, **fields) -> TraceRecord:
    return TraceRecord(f"tr-{number:032x}", "", **{"requested_at_ms": NOW - number, **fields})


def vote(value: object, at: int = 1) -> Assessment:
    return Assessment("user_feedback", value, "visitor", created_ms=NOW + at)


def write(store: Store, *parcels: tuple[TraceRecord, list[Assessment]]) -> list[str]:
    experiment = store.experiment_id("bot", create=True)
    made = [
        parcel_from_record(
            record,
            experiment,
            [replace(a, assessment_id=f"a-{record.trace_id}-{n}") for n, a in enumerate(said)],
        )
        for record, said in parcels
    ]
    assert {o.state for o in write_traces(store, experiment, made)} == {"added"}
    return [record.trace_id for record, _ in parcels]


def a_mixed_experiment(store: Store) -> None:
    """Traces that differ in all that a pool can ask for."""
    judged = Assessment("faithful", 0.75, "judge@2", "LLM_JUDGE", created_ms=NOW)
    coded = Assessment("short", value=True, source="rule", source_type="CODE", created_ms=NOW)
    said = Assessment("right", "Mostly no", "ana", created_ms=NOW)
    wanted = Assessment("expected", "Ask Bo", "ana", expectation=True, created_ms=NOW)
    write(
        store,
        (trace(1, state="ERROR", duration_ms=900, tags={"kind": "a"}), [vote(value=False)]),
        (trace(2, duration_ms=2_500, tags={"kind": "a", "app_version": "v1"}), [vote(value=True)]),
        (trace(3, metadata={"mlflow.trace.session": "s-1", "mlflow.trace.user": "u 1"}), [judged]),
        (trace(4, metadata={"mlflow.trace.session": ODD, "mlflow.trace.user": ODD}), [said]),
        (trace(5, tags={ODD: ODD, "kind": ODD}, request_preview="Wo ist die STRASSE?"), [coded]),
        (trace(6, metadata={"mlflow.trace.cost": '{"total_cost": 0.5}'}), [wanted, judged]),
        (trace(7, response_preview="Gone."), [vote(value=True), vote(value=False, at=2)]),
    )


POOLS = [
    Pool("bot"),
    Pool("bot", thumbs="down"),
    Pool("bot", thumbs="up"),
    Pool("bot", thumbs="none"),
    Pool("bot", states=("ERROR",)),
    Pool("bot", states=("OK", "IN_PROGRESS")),
    Pool("bot", min_seconds=0.9, max_seconds=2.5),
    Pool("bot", max_cost=0.5),
    Pool("bot", tags={"kind": "a"}),
    Pool("bot", tags={"kind": ODD}),
    Pool("bot", tags={ODD: ODD}),
    Pool("bot", tags={"a` = 'b": "c"}),
    Pool("bot", sessions=("s-1",)),
    Pool("bot", sessions=(ODD,)),
    Pool("bot", sessions=("s-1", ODD)),
    Pool("bot", users=("u 1",)),
    Pool("bot", users=(ODD,)),
    Pool("bot", versions=("v1",)),
    Pool("bot", text="strasse"),
    Pool("bot", text="gone"),
    Pool("bot", score=ScoreFilter("faithful@judge@2", at_least=0.7)),
    Pool("bot", score=ScoreFilter("short@rule", equals="pass")),
    Pool("bot", answered=AnswerFilter("right", equals="mostly no")),
    Pool("bot", answered=AnswerFilter("expected")),
    Pool("bot", answered=AnswerFilter("right", present=False)),
    Pool("bot", traces=(f"tr-{2:032x}", f"tr-{9:032x}", f"tr-{5:032x}")),
    Pool("bot", thumbs="down", states=("ERROR",), tags={"kind": "a"}, max_seconds=1),
]


def check_the_store_filters_as_the_rules_do(store: Store) -> None:
    everything = scan(store, SETTINGS, Pool("bot"), now_ms=NOW)
    assert len(everything.candidates) == 7
    found = {}
    for pool in POOLS:
        expected = [c for c in everything.candidates if matches(pool, c, NOW)]
        found[repr(pool)] = list(scan(store, SETTINGS, pool, now_ms=NOW).candidates), expected
    assert {k: got for k, (got, _) in found.items()} == {k: want for k, (_, want) in found.items()}
    empty = [pool for pool in POOLS if not found[repr(pool)][1]]
    assert empty == [Pool("bot", tags={"a` = 'b": "c"})]


def test_what_mlflow_filters_loses_nothing(store):
    """Filters that MLflow does itself find exactly what the same filters find one by one."""
    a_mixed_experiment(store)
    check_the_store_filters_as_the_rules_do(store)


@pytest.mark.server
def test_a_server_gives_the_same(store_template, tmp_path, programs):
    """Through an MLflow server the filters find what they find in a file."""
    shutil.copy(store_template, tmp_path / "mlflow.db")
    served = Store(programs.mlflow(tmp_path / "mlflow.db").address)
    a_mixed_experiment(served)
    check_the_store_filters_as_the_rules_do(served)


@pytest.mark.parametrize("page", [1, 2, 3, 5, 100])
def test_each_trace_is_seen_once(store, monkeypatch, page):
    """However many traces have the same time, and wherever a page ends, each is there once."""
    times = [9, 8, 8, 8, 8, 8, 8, 7, 6, 6, 6, 5, 4, 4]
    made = write(
        store, *((trace(n, requested_at_ms=NOW - 100 + t), []) for n, t in enumerate(times))
    )
    monkeypatch.setattr("services.pool.PAGE", page)

    found = scan(store, SETTINGS, Pool("bot"), now_ms=NOW)

    assert [c.trace_id for c in found.candidates] == made
    assert (found.looked_at, found.complete) == (len(times), True)


def test_scores_of_a_judge_that_is_gone_are_not_known(store):
    """What a deleted judge said does not count as said by the one that has its name now."""
    old = Assessment("good", True, "good@1", "LLM_JUDGE", created_ms=NOW)
    late = Assessment("good", False, "good@1", "LLM_JUDGE", created_ms=4 * NOW)
    other = Assessment("good", True, "tool@1", "LLM_JUDGE", created_ms=NOW)
    store.experiment_id("bot", create=True)
    write(store, (trace(1), [old, other]), (trace(2), [old, late]))
    store.tracking.register_scorer(store.experiment_id("bot"), "good", "{}")

    found = scan(store, SETTINGS, Pool("bot")).candidates

    known = [{"good@tool@1": True}, {"good@good@1": False}]
    assert [one.scores for one in sorted(found, key=lambda one: one.trace_id)] == known


def test_time_is_closed_at_both_ends(store):
    """The scan says which time it covered, and what came later belongs to the next one."""
    offsets = (2 * DAY + 1, 2 * DAY, DAY, 0, -1)
    ids = write(store, *((trace(n, requested_at_ms=NOW - o), []) for n, o in enumerate(offsets, 1)))

    def between(pool: Pool, **time) -> tuple[list[str], int, int]:
        found = scan(store, SETTINGS, pool, **time)
        names = [c.trace_id for c in reversed(found.candidates)]
        return names, found.since_ms, found.until_ms

    assert between(Pool("bot"), now_ms=NOW) == (ids[:4], 0, NOW)
    assert between(Pool("bot", last_days=2), now_ms=NOW) == (ids[1:4], NOW - 2 * DAY, NOW)
    later = (NOW + 1, NOW + 5)
    assert between(Pool("bot", last_days=2), window=later) == (ids[4:], *later)
    assert between(Pool("bot", traces=tuple(ids)), now_ms=NOW)[0] == ids[:4]


def test_more_traces_than_are_looked_at(store):
    """Where there are more traces than the limit, the newest are looked at and it is said so."""
    ids = write(store, *((trace(n), []) for n in range(1, 6)))

    def looked(limit: int) -> tuple[list[str], int, bool]:
        found = scan(store, SETTINGS, Pool("bot"), now_ms=NOW, limit=limit)
        return [c.trace_id for c in found.candidates], found.looked_at, found.complete

    assert looked(3) == (ids[:3], 3, False)
    assert looked(5) == (ids, 5, True)


def test_progress_is_told_and_may_stop_it(store, monkeypatch):
    """After each page the person sees how far it is, and may stop it."""
    write(store, *((trace(n), [vote(value=False)] if n < 2 else []) for n in range(1, 6)))
    monkeypatch.setattr("services.pool.PAGE", 2)
    told: list[tuple[int, int]] = []

    def stop(*_: int) -> None:
        raise Cancelled("Stopped.")

    scan(store, SETTINGS, Pool("bot"), now_ms=NOW, tell=lambda *far: told.append(far))
    assert told[-1] == (5, 5)
    assert told == sorted(told)
    with pytest.raises(Cancelled):
        scan(store, SETTINGS, Pool("bot"), now_ms=NOW, tell=stop)
    with pytest.raises(NotFound, match="no experiment called “bots”"):
        scan(store, SETTINGS, Pool("bots"), now_ms=NOW)
