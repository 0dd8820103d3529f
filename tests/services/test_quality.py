"""Quality on real stores: the demo, what comes later, and what goes wrong."""

from __future__ import annotations

import shutil
import time
from typing import Any

import pytest

from review_app.answers import Assessment
from review_app.errors import NotFound, StoreUnavailable
from review_app.judges import JudgeKey
from review_app.quality.traffic import Seen
from review_app.traces import TraceRecord
from services import quality as quality_service
from services import quality_traffic
from services.app import Services, services_for
from services.assessments import create_assessment
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.quality import Qualities
from services.quality_traffic import TrafficReader
from services.settings import Settings
from services.store import Store

NOW = 1_796_040_000_000  # Monday 30 Nov 2026, noon
LONG = 90
SETTINGS = Settings()
FAITH = "faithfulness"


def services_of(store) -> Services:
    return services_for(Settings(tracking_uri=store.uri))


def numbers(services: Services, experiment: str, **how):
    """The numbers once they are counted."""
    sight = services.qualities.of(experiment, NOW, **{"wait": LONG, "period": "all", **how})
    assert sight.trouble == ""
    assert sight.quality is not None
    return sight.quality


def score(store, trace: str, value: object, source: str = "good@1", at: int = 1) -> None:
    said = Assessment("good", value, source, "LLM_JUDGE", created_ms=at)
    create_assessment(store, trace, said)


@pytest.mark.parametrize("judge", ["rl_f@1", "rb_llm@1", "rb_agg@1"])
def test_on_the_spot_check_scores_save_labels(demo, judge):
    """With 5 failed and 5 passed labels each combined interval is narrower than labels alone."""
    chosen = {FAITH: JudgeKey(FAITH, judge)}
    found = numbers(services_of(demo), "Demo: spot check", judges=chosen)
    cells = [cell for cell in found.cells if cell.question == FAITH]
    assert len(cells) == 3
    for cell in cells:
        assert min(cell.failed, cell.passed) >= 5
        alone, both = cell.human.interval, cell.combined.interval
        assert both.high - both.low < alone.high - alone.low
        assert 0 < cell.saved < 1


def test_the_spot_check_opens_on_the_judge_that_goes_best_with_people(demo):
    """Where no week was full the page shows all there is, by the best judge, and says why not."""
    found = numbers(services_of(demo), "Demo: spot check", period="week")
    assert found.judges[FAITH][0] == JudgeKey(FAITH, "rl_f@1")
    assert found.window.startswith("no traces in the last full week")
    others = [cell for cell in found.cells if cell.question != FAITH]
    assert {cell.combined.why for cell in others} == {"No judge has scored this version."}
    assert all(cell.human.interval for cell in others)


def test_another_judge_can_be_chosen(demo):
    """The numbers are those of the judge that somebody chose."""
    services = services_of(demo)
    first = numbers(services, "Demo: spot check")
    chosen = numbers(services, "Demo: spot check", judges={FAITH: JudgeKey(FAITH, "rb_llm@1")})
    assert chosen.judges[FAITH][0].source == "rb_llm@1"
    assert first.cells[-1].judge.value != chosen.cells[-1].judge.value
    assert first.cells[-1].human == chosen.cells[-1].human


def test_where_all_is_labeled_scores_add_nothing(demo):
    """The finished campaign labeled every answer: the cells say that scores add nothing."""
    found = numbers(services_of(demo), "Demo: MT-RAG answers")
    cells = [cell for cell in found.cells if cell.question == FAITH]
    assert [cell.labels for cell in cells] == [159, 159, 159]
    assert all(cell.combined.value is None and cell.combined.why for cell in cells)
    assert {cell.more for cell in cells} == {None}
    rates = {cell.version: cell.human.value for cell in cells}
    assert rates["reference"] == pytest.approx(0.9046, abs=5e-5)


def test_labels_of_a_chosen_part_are_shown_and_kept_out(demo):
    """The first look took what three people had read: no rate of the traffic, and it says so."""
    found = numbers(services_of(demo), "Demo: live traffic")
    labeled = [cell for cell in found.cells if cell.unusable]
    assert labeled
    for cell in labeled:
        assert cell.human.value is None
        assert cell.shown.value is not None
        assert "part of the traffic" in cell.shown.why
    assert any(vote.up and vote.down for vote in found.votes)


@pytest.fixture
def orders(store, make_campaign):
    """A campaign on four traces, and the services of its store."""
    return make_campaign(store, 4), services_of(store)


def test_what_came_since_is_counted_and_then_in_the_numbers(orders, monkeypatch):
    """New traces are told at once, and the next count reads only where something changed."""
    made, services = orders
    before = numbers(services, made.name)
    assert before.traffic == 4
    experiment = made.campaign.experiment_id
    late = TraceRecord("tr-late", experiment, requested_at_ms=before.until_ms + 7_200_000)
    write_traces(made.store, experiment, [parcel_from_record(late, experiment)])
    monkeypatch.setattr(quality_service, "CAME_SECONDS", 0)
    assert services.qualities.of(made.name, NOW, period="all", wait=LONG).came == 1
    read: list[str] = []
    before_that = TrafficReader._one

    def one(self: TrafficReader, info: Any) -> Seen:
        read.append(info.trace_id)
        return before_that(self, info)

    monkeypatch.setattr(TrafficReader, "_one", one)
    with monkeypatch.context() as old:
        old.setattr(quality_service, "FRESH_SECONDS", 0)
        old.setattr(quality_service, "REST_TIMES", 0)
        assert services.qualities.of(made.name, NOW, period="all").counting
    while (now := services.qualities.of(made.name, NOW, period="all")).counting:
        time.sleep(0.02)
    assert now.came == 0
    assert now.quality.traffic == 5
    assert set(read) == {"tr-late"}


def test_a_new_score_is_seen_without_reading_everything(orders):
    """A score changes the counts of its hour, and its traces are read again."""
    made, _ = orders
    reader = TrafficReader(made.store, SETTINGS, made.campaign.experiment_id)
    assert not reader.read(lambda *_: None).columns
    score(made.store, made.traces[0], 0.9)
    traffic = reader.read(lambda *_: None)
    assert reader.read(lambda *_: None) is traffic
    assert traffic.columns[JudgeKey("good", "good@1")].there.sum() == 1


def test_the_newest_score_of_a_judge_counts(orders):
    """A judge that scored a trace twice has one score of it, the newest."""
    made, _ = orders
    score(made.store, made.traces[0], False, at=5)
    score(made.store, made.traces[0], True, at=9)
    score(made.store, made.traces[0], "yes", source="other@1")
    reader = TrafficReader(made.store, SETTINGS, made.campaign.experiment_id)
    columns = reader.read(lambda *_: None).columns
    assert columns[JudgeKey("good", "good@1")].values == (True,)
    assert columns[JudgeKey("good", "other@1")].values == ("yes",)


def test_scores_of_a_judge_that_is_gone_are_nobodys(orders):
    """Once a new judge has the name of a deleted one, the scores from before are not its own."""
    made, _ = orders
    place = made.campaign.experiment_id
    reader = TrafficReader(made.store, SETTINGS, place)
    score(made.store, made.traces[0], value=True)
    assert list(reader.read(lambda *_: None).columns) == [JudgeKey("good", "good@1")]

    made.store.tracking.register_scorer(place, "good", "{}")
    assert list(reader.read(lambda *_: None).columns) == []

    score(made.store, made.traces[1], value=True, at=0)
    (column,) = reader.read(lambda *_: None).columns.values()
    assert column.there.sum() == 1


def test_many_changed_hours_are_read_in_one_go(store):
    """A year of traces is one reading; a trace that is deleted is gone at the next."""
    experiment = store.experiment_id("year", create=True)
    hours = range(0, 24 * 300, 60)
    records = [
        TraceRecord(f"tr-{hour}", experiment, requested_at_ms=NOW - hour * 3_600_000)
        for hour in hours
    ]
    write_traces(store, experiment, [parcel_from_record(one, experiment) for one in records])
    reader = TrafficReader(store, SETTINGS, experiment)
    told: list[tuple[int, int]] = []
    traffic = reader.read(lambda done, total: told.append((done, total)))
    assert len(traffic) == len(hours)
    assert told[-1] == (len(hours), len(hours))
    store.tracking.delete_traces(experiment, trace_ids=["tr-60"])
    assert len(reader.read(lambda *_: None)) == len(hours) - 1
    assert reader.came() == 0


def test_only_the_newest_are_held(store, monkeypatch):
    """Of more traces than fit, the newest whole hours are read, and the page says so."""
    experiment = store.experiment_id("hours", create=True)
    parcels = [
        parcel_from_record(
            TraceRecord(f"tr-{n}", experiment, requested_at_ms=NOW - n * 1_800_000), experiment
        )
        for n in range(9)
    ]
    write_traces(store, experiment, parcels)
    monkeypatch.setattr(quality_traffic, "MOST", 6)
    monkeypatch.setattr("services.pool.PAGE", 2)
    reader = TrafficReader(store, SETTINGS, experiment)
    traffic = reader.read(lambda *_: None)
    assert traffic.trace_ids == ("tr-4", "tr-3", "tr-2", "tr-1", "tr-0")
    assert not traffic.complete
    assert reader.read(lambda *_: None) is traffic
    assert reader.came() == 0
    found = numbers(services_of(store), "hours")
    assert found.window.startswith("the newest 5 traces")


def test_progress_is_told_while_nothing_is_known(orders, monkeypatch):
    """A page that looks in while the first count runs sees that it runs, and no numbers."""
    made, services = orders
    sight = services.qualities.of(made.name, NOW, wait=0)
    assert sight.quality is None
    assert sight.counting
    assert numbers(services, made.name).traffic == 4


def test_trouble_is_a_sentence_and_old_numbers_stay(orders, monkeypatch):
    """While MLflow does not answer, the numbers stay and the page says why they are old."""
    made, services = orders
    numbers(services, made.name)

    def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable("MLflow does not answer.")

    monkeypatch.setattr(TrafficReader, "read", fails)
    sight = services.qualities.of(made.name, NOW, period="all", anew=True)
    while sight.counting:
        sight = services.qualities.of(made.name, NOW, period="all")
    assert sight.trouble == "MLflow does not answer."
    assert sight.quality is not None


def test_an_unknown_experiment_is_not_found(store):
    """A name that no experiment has is an error with a sentence."""
    services = services_of(store)
    with pytest.raises(NotFound):
        Qualities(store, services.campaigns, services.overviews, SETTINGS).of("nothing", NOW)


@pytest.mark.server
def test_a_server_gives_the_same_traffic(store_template, tmp_path, programs):
    """Through an MLflow server traffic is read, and counted by hour, as in a file."""
    database = tmp_path / "served.db"
    shutil.copy(store_template, database)
    store = Store(f"sqlite:///{database}")
    experiment = store.experiment_id("bot", create=True)
    records = [TraceRecord(f"tr-{n}", experiment, requested_at_ms=NOW + n) for n in range(3)]
    write_traces(store, experiment, [parcel_from_record(one, experiment) for one in records])
    store.tracking.engine.dispose()
    served = Store(programs.mlflow(database).address)
    reader = TrafficReader(served, SETTINGS, experiment)
    assert reader.read(lambda *_: None).trace_ids == ("tr-0", "tr-1", "tr-2")
    score(served, "tr-1", 0.5)
    columns = reader.read(lambda *_: None).columns
    assert columns[JudgeKey("good", "good@1")].at.tolist() == [-1, 0, -1]
    assert reader.came() == 0
