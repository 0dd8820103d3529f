"""Runs of judges as they are kept: listed at once, and whatever is wrong with one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.errors import NotFound
from review_app.judges import JudgeKey
from review_app.people import Person
from review_app.pool import Pool
from review_app.scoring import ScoreDesign, ScoreFrame
from services.campaigns import set_tags
from services.score_runs import ScoreRuns

LEA = Person("lea", is_lead=True)
GOOD = JudgeKey("good", "good@1")
DESIGN = ScoreDesign(Pool("bot", versions=("v1", "v2"), tags={"a": "b"}), sample=7, dollars=1.5)
FRAME = ScoreFrame("all of “bot”", 10, 1, 2, whole_traffic=True)


@pytest.fixture
def place(store) -> str:
    """An experiment."""
    return str(store.experiment_id("bot", create=True))


@pytest.fixture
def begin(store, place):
    """Begin a run."""

    def with_(judge=GOOD, design=DESIGN):
        return ScoreRuns(store).begin(LEA, place, judge, design, FRAME)

    return with_


def test_a_list_is_one_call(store, place, begin, monkeypatch):
    """The runs of a judge come as they were begun, with one question to MLflow and no file."""
    others = [JudgeKey("good", "good@2"), JudgeKey("it's", "it's@1"), JudgeKey('"', '"@1')]
    mine, *theirs = [begin(judge) for judge in (GOOD, *others)]
    calls: list[str] = []
    search = store.tracking.search_runs

    def counts(*args, **kwargs):
        calls.append("search")
        return search(*args, **kwargs)

    monkeypatch.setattr(store.tracking, "search_runs", counts)
    monkeypatch.setattr(type(store), "read_artifact", lambda *_: calls.append("file"))

    [found] = ScoreRuns(store).every(place, GOOD)
    assert replace(found, started_ms=0) == replace(mine, started_ms=0)
    assert calls == ["search"]
    for judge, run in zip(others, theirs, strict=True):
        assert [one.run_id for one in ScoreRuns(store).every(place, judge)] == [run.run_id]
    assert len(ScoreRuns(store).every(place)) == 4
    newest = max(ScoreRuns(store).every(place), key=lambda one: one.started_ms)
    assert ScoreRuns(store).every(place, newest=1) == [newest]


def test_a_pool_of_many_ids(store, place, begin):
    """A pool too long for MLflow's params is kept whole."""
    ids = tuple(f"tr-{number:032d}" for number in range(5_000))
    run = begin(design=replace(DESIGN, pool=replace(DESIGN.pool, traces=ids)))

    assert ScoreRuns(store).every(place, GOOD)[0].design == run.design
    assert ScoreRuns(store).get(run.run_id).design.pool.traces == ids


@pytest.mark.parametrize(
    "tags",
    [
        {"review.tally": "{"},
        {"review.tally": '{"taken": "many"}'},
        {"review.status": "asleep"},
        {"review.alive_ms": "now"},
    ],
)
def test_a_damaged_run_is_left_out(store, place, begin, tags):
    """A run that cannot be read is left out of lists, and says so when it is opened."""
    kept, damaged = begin(), begin()
    set_tags(store, damaged.run_id, tags)

    assert [one.run_id for one in ScoreRuns(store).every(place, GOOD)] == [kept.run_id]
    with pytest.raises(NotFound, match="can no longer be read"):
        ScoreRuns(store).get(damaged.run_id)


def test_a_run_without_its_design_is_left_out(store, place, begin):
    """A run of which nobody knows any more what was asked for is left out of lists."""
    kept = begin()
    bare = store.tracking.create_run(place, "lea", 1, [], "good@1 scores").info.run_id
    tags = dict(store.tracking.get_run(kept.run_id).data.tags)
    set_tags(store, bare, {key: value for key, value in tags.items() if "review." in key})

    assert [one.run_id for one in ScoreRuns(store).every(place)] == [kept.run_id]
