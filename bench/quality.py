"""What the quality page takes on many traces with scores: cold, refreshed, and warm.

    python -m bench.quality [--keep FOLDER] [TRACES]

Traces and scores are put into the database as MLflow's own rows: writing them one by one would take
an hour, and the page reads nothing else of them. Needs no browser: the page's script runs on them.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from bench import results
from bench.results import Row
from bench.stage import QUESTION, new_store
from review_app.answers import Assessment
from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.frames import Frame, Stratum
from review_app.people import Person
from services import quality
from services.app import App, services_for
from services.assessments import create_assessment
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings
from services.store import Store

EXPERIMENT = CAMPAIGN = "Traffic"
TRACES = 100_000
VERSIONS = ("v1", "v2", "v3", "v4")
JUDGES = ("strict@1", "kind@2")
LABELED = 100  # items of each version
WEEKS_MS = 12 * 7 * 86_400_000
NOW_MS = 1_796_040_000_000  # Monday 30 Nov 2026, noon
WARM_SECONDS = 2.0  # bar of DESIGN
MADE = "made"
_TRACE = (
    "insert into trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status,"
    " request_preview, response_preview, db_payload_generation, session_id)"
    " values (?, ?, ?, 900, 'OK', ?, 'It left the depot today.', 1, ?)"
)
_META = "insert into trace_request_metadata (key, value, request_id) values (?, ?, ?)"
_TAG = "insert into trace_tags (key, value, request_id) values ('app_version', ?, ?)"
_SCORE = (
    "insert into assessments (assessment_id, trace_id, name, assessment_type, value,"
    " created_timestamp, last_updated_timestamp, source_type, source_id, valid, experiment_id,"
    " trace_timestamp_ms, is_numeric_value) values (?, ?, ?, 'feedback', ?, ?, ?, ?, ?, 1, ?, ?, 0)"
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("traces", nargs="?", type=int, default=TRACES)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    wanted = parser.parse_args(words)
    before = results.load()
    with tempfile.TemporaryDirectory() as folder:
        place = (wanted.keep or Path(folder)).resolve()
        results.report("bench.quality", measure(wanted.traces, place), before)


def measure(traces: int, folder: Path) -> list[Row]:
    """Return what the page takes on so many traces."""
    settings = Settings(tracking_uri=traffic_store(traces, folder).uri)
    services = services_for(settings)
    person = Person("lea", is_lead=True)
    app = App(
        settings, person, services, UTC, lambda: datetime.fromtimestamp(NOW_MS / 1000, UTC), {}
    )
    services.campaigns.every()  # MLflow is imported, as when the app has started
    told: list[float] = []
    cold = _seconds(lambda: _count(services.qualities, told))
    at = AppTest.from_function(_screen, args=(app,), default_timeout=600)
    at.query_params["experiment"] = EXPERIMENT
    first = _seconds(at.run)
    warm = min(_seconds(at.run) for _ in range(3))
    assert not at.exception
    assert len(at.get("html")) > 5  # all of the page was drawn
    one = Assessment(QUESTION.name, 1.0, JUDGES[0], "LLM_JUDGE", created_ms=NOW_MS)
    create_assessment(services.store, _id(traces - 1), one)
    with patch.multiple(quality, FRESH_SECONDS=0, REST_TIMES=0):
        services.qualities.of(EXPERIMENT, NOW_MS)
    anew = _seconds(lambda: _count(services.qualities, []))
    silence = max(b - a for a, b in zip([0.0, *told], [*told, cold], strict=True))
    note = f"{traces:,} traces, {len(JUDGES) * traces:,} scores, {len(VERSIONS)} versions"
    return [
        Row("Quality counted, cold", cold, "s", note=f"{note}; progress every {silence:.1f} s"),
        Row("Quality page, first time after that", first, "s", note=note),
        Row("Quality page, warm", warm, "s", WARM_SECONDS, note),
        Row("Quality counted again after one new score", anew, "s", note=note),
    ]


def _count(qualities: Any, told: list[float]) -> None:
    """Count until it is done, and note when progress was seen."""
    start, last = time.perf_counter(), -1
    while True:
        sight = qualities.of(EXPERIMENT, NOW_MS, wait=0.05)
        if not sight.counting:
            break
        if sight.done != last:
            last = sight.done
            told.append(time.perf_counter() - start)
    assert sight.quality is not None, sight.trouble


def _screen(app: object) -> None:
    from typing import cast

    from pages.quality import render

    render(cast("Any", app))


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def traffic_store(traces: int, folder: Path) -> Store:
    """Return the store in the folder, made where it is not there yet."""
    place = folder / str(traces)
    place.mkdir(parents=True, exist_ok=True)
    store = new_store(place)
    if not (place / MADE).exists():
        experiment = store.experiment_id(EXPERIMENT, create=True)
        with sqlite3.connect(place / "mlflow.db") as file:
            rows = list(_rows(traces, int(experiment)))
            for table, statement in enumerate((_TRACE, _META, _TAG, _SCORE)):
                file.executemany(statement, [row for some in rows for row in some[table]])
        _campaign(store, experiment, traces)
        (place / MADE).touch()
    return store


def _id(number: int) -> str:
    return f"tr-{number:032x}"


def _version(number: int, traces: int) -> str:
    return VERSIONS[number * len(VERSIONS) // traces]


def _good(number: int) -> bool:
    return random.Random(f"good {number}").random() < 0.85


def _rows(traces: int, experiment: int) -> Iterator[tuple[list[tuple[Any, ...]], ...]]:
    """Yield the rows of each trace, by table."""
    chance = random.Random("traffic")
    for number in range(traces):
        trace, at = _id(number), NOW_MS - WEEKS_MS + number * WEEKS_MS // traces
        session = f"s-{number // 4}"
        said = {
            judge: _good(number) if chance.random() < right else chance.random() < 0.5
            for judge, right in zip(JUDGES, (0.8, 0.5), strict=True)
        }
        scores = [
            (f"a-{number}-{judge}", trace, QUESTION.name, json.dumps(value), at, at, "LLM_JUDGE",
             judge, experiment, at)
            for judge, value in said.items()
        ]  # fmt: skip
        if number % 10 == 0:
            vote = json.dumps(_good(number))
            scores.append(
                (f"v-{number}", trace, "user_feedback", vote, at, at, "HUMAN", "somebody",
                 experiment, at)
            )  # fmt: skip
        yield (
            [(trace, experiment, at, f"Where is parcel {number}?", session)],
            [("mlflow.trace.session", session, trace)],
            [(_version(number, traces), trace)],
            scores,
        )


def _campaign(store: Store, experiment: str, traces: int) -> None:
    """Make a campaign on a random sample of each version, answered and closed."""
    size = traces // len(VERSIONS)
    each = min(LABELED, size // 2)
    drawn = [
        number
        for version in range(len(VERSIONS))
        for number in random.Random(version).sample(
            range(version * size, (version + 1) * size), each
        )
    ]
    plan = tuple(
        PlanItem(
            _id(number), "pool-1", "random sample", each / size, _version(number, traces),
            assigned=(Assignment("ana", n),),
        )
        for n, number in enumerate(drawn, 1)
    )  # fmt: skip
    strata = {version: Stratum(size, each, size) for version in VERSIONS}
    rule = {"sample": {"kind": "stratified", "by": ["version"]}}
    frame = Frame("pool-1", "everything", rule, strata=strata, whole_traffic=True)
    wanted = Campaign(CAMPAIGN, (QUESTION,), experiment_id=experiment, reviewers=("ana",))
    campaigns = Campaigns(store)
    made = CampaignWriting(campaigns).create(wanted, PlanPart(plan, (frame,)))
    queue = find_queue(store, experiment, queue_name(CAMPAIGN, "ana", 1)) or ""
    about = {
        "review.campaign": made.run_id,
        "review.question_version": QUESTION.version,
        "review.seen": "nothing",
    }
    for number in drawn:
        said = Assessment(QUESTION.name, _good(number), "ana", metadata=about, created_ms=NOW_MS)
        create_assessment(store, _id(number), said)
        set_status(store, queue, _id(number), "complete", "ana")
    campaigns.set_status(made, "closed")


if __name__ == "__main__":
    main()
