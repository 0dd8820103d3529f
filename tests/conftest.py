"""What the tests share: a real MLflow store, traces and campaigns in it, the app and its people."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Playwright,
    expect,
    sync_playwright,
)

from review_app.answers import Assessment
from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.questions import DEFAULT_QUESTIONS, Question
from review_app.traces import SpanRecord, TraceRecord
from services.assessments import assessments_of
from services.bulk import write_traces
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.demo import load_demo, may_load
from services.parcels import parcel_from_record
from services.queues import find_queue, queue_name, statuses
from services.store import Store
from tests.desk import SHOWN_WITHIN, Desk, sign_in
from tests.judge_stub import JudgeStub

# How long an example takes says something of the machine, not of the rule.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

ASKED_AT = 1_762_956_180_000  # 12 Nov, 14:03 in UTC
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[..., Path]:
    """Let one of the processes that run the tests make a folder, and all of them use it."""

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        home: Path = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            home = home.parent
        with (home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = home / name
            if not (made / "made").exists():
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                make(made)
                (made / "made").touch()
        return made

    return folder


@pytest.fixture(scope="session")
def store_template(once) -> Path:
    """An empty store, made once: creating its tables takes five seconds, copying it none."""

    def make(folder: Path) -> None:
        Store(f"sqlite:///{folder / 'mlflow.db'}").tracking.engine.dispose()

    made: Path = once("template", make)
    return made / "mlflow.db"


@pytest.fixture
def store(store_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store of the test's own."""
    shutil.copy(store_template, tmp_path / "mlflow.db")
    store = Store(f"sqlite:///{tmp_path / 'mlflow.db'}")
    yield store
    store.tracking.engine.dispose()


@pytest.fixture
def judge_stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeStub]:
    """A model on this machine that answers as judges are asked to; nobody waits between tries."""
    for name in ("OPENAI_API_KEY", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "key-of-the-tests" if name.endswith("KEY") else "")
    monkeypatch.setattr("mlflow.genai.judges.adapters.utils._sleep_with_backoff", lambda _: None)
    stub = JudgeStub()
    yield stub
    stub.close()


def _trace(experiment: str, number: int) -> TraceRecord:
    """A small trace: one question, one step, one answer."""
    digits = hashlib.sha256(f"{experiment} {number}".encode()).hexdigest()
    start = (ASKED_AT + number * 60_000) * 1_000_000
    whole = SpanRecord(
        digits[:16],
        None,
        "answer_question",
        kind="AGENT",
        start_ns=start,
        end_ns=start + 2_000_000_000,
        inputs={"question": f"Where is order {number}?"},
        outputs={"answer": f"Order {number} has left the warehouse."},
    )
    step = SpanRecord(
        digits[16:32],
        digits[:16],
        "get_order",
        kind="TOOL",
        start_ns=start + 500_000_000,
        end_ns=start + 900_000_000,
        inputs={"order": number},
        outputs={"state": "sent", "parcel": f"P-{number:04d}"},
    )
    return TraceRecord(
        trace_id=f"tr-{digits[:32]}",
        experiment_id="",
        requested_at_ms=ASKED_AT + number * 60_000,
        duration_ms=2_000,
        request_preview=f'{{"question": "Where is order {number}?"}}',
        response_preview=f'{{"answer": "Order {number} has left the warehouse."}}',
        spans=(whole, step),
    )


@dataclass(frozen=True)
class Made:
    """A campaign with traces of its own; ``traces`` are their ids in everybody's reading order."""

    store: Store
    campaign: Campaign
    traces: list[str]

    @property
    def name(self) -> str:
        """The campaign's name."""
        return self.campaign.name

    def stored(self, trace_id: str) -> list[Assessment]:
        """All assessments of the trace, overridden ones too."""
        return assessments_of(self.store, trace_id)

    def answers(self, trace_id: str, person: str = "ana", round_: int = 1) -> dict[str, Assessment]:
        """What the person says about the trace in a round: their valid assessments by name."""
        rows = [a for a in self.stored(trace_id) if a.valid and a.source == person]
        mine = [a for a in rows if a.metadata.get("review.round", "1") == str(round_)]
        found = {a.name: a for a in mine}
        assert len(found) == len(mine)
        return found

    def status(self, trace_id: str, person: str = "ana", round_: int = 1) -> str:
        """What MLflow's queue of the person says about the trace."""
        name = queue_name(self.name, person, round_)
        queue = find_queue(self.store, self.campaign.experiment_id, name)
        return statuses(self.store, queue or "").get(trace_id, "gone")


@pytest.fixture(scope="session")
def demo(store_template: Path, once) -> Iterator[Store]:
    """A store with the demo, to read; its first loading was killed in the middle."""

    def make(folder: Path) -> None:
        shutil.copy(store_template, folder / "mlflow.db")
        loaded = Store(f"sqlite:///{folder / 'mlflow.db'}")
        _load_in_two_goes(loaded)
        loaded.tracking.engine.dispose()

    store = Store(f"sqlite:///{once('demo', make) / 'mlflow.db'}")
    yield store
    store.tracking.engine.dispose()


def _load_in_two_goes(store: Store) -> None:
    env = {**os.environ, "MLFLOW_TRACKING_URI": store.uri}
    with subprocess.Popen(
        [sys.executable, "cli.py", "demo"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
    ) as loading:
        assert any("250 traces" in line for line in loading.stderr or ())
        loading.send_signal(signal.SIGKILL)
    assert loading.returncode == -signal.SIGKILL
    assert may_load(store)
    later = time.time_ns() // 1_000_000 + 9 * 24 * 3600 * 1000
    assert 0 < load_demo(store, later).added < 1203


@pytest.fixture(scope="session")
def make_campaign() -> Callable[..., Made]:
    """Make a campaign of ``size`` small traces in a store, in an experiment of its own.

    ``people`` review all of them in the same order, ``repeats`` of them a second time at the end.
    ``change`` turns the record of a trace into another one, ``as_planned`` the plan's line of trace
    number n into another one, or leaves it out; all else are fields of Campaign.
    """

    def make(
        store: Store,
        size: int,
        people: tuple[str, ...] = ("ana",),
        *,
        questions: tuple[Question, ...] = DEFAULT_QUESTIONS[:1],
        repeats: int = 0,
        change: Callable[[TraceRecord], TraceRecord] = lambda record: record,
        as_planned: Callable[[int, PlanItem], PlanItem | None] = lambda _, planned: planned,
        reason: str = "random sample",
        **fields: Any,
    ) -> Made:
        name = f"Orders {next(_NUMBERS)}"
        experiment_id = store.experiment_id(name, create=True)
        records = [
            change(replace(_trace(name, n), experiment_id=experiment_id))
            for n in range(1, size + 1)
        ]
        parcels = [parcel_from_record(record, experiment_id) for record in records]
        assert {o.state for o in write_traces(store, experiment_id, parcels)} <= {"added"}
        plan = [
            PlanItem(
                record.trace_id,
                "all",
                reason,
                0.5,
                "orders",
                assigned=_turns(people, n, size, repeats),
            )
            for n, record in enumerate(records, 1)
        ]
        lines = [kept for n, line in enumerate(plan, 1) if (kept := as_planned(n, line))]
        wanted = Campaign(name, questions, experiment_id=experiment_id, owner="lea")
        wanted = replace(wanted, **{"introduce": False, "reviewers": people, **fields})
        made = CampaignWriting(Campaigns(store)).create(wanted, PlanPart(tuple(lines)))
        return Made(store, made, [record.trace_id for record in records])

    return make


def _turns(people: tuple[str, ...], n: int, size: int, repeats: int) -> tuple[Assignment, ...]:
    first = tuple(Assignment(person, n) for person in people)
    again = tuple(Assignment(person, size + n, 2) for person in people if n <= repeats)
    return first + again


# ------------------------------------------------------------------- the app and its people
ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
OURS = ("REVIEW_", "MLFLOW_", "DATABRICKS_", "STREAMLIT_")
NO_SERVER_JOBS = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # five processes, all idle
STARTS_WITHIN = 90  # seconds, on a busy machine


class Program:
    """A server in a process of its own, which can be killed and started again at its port."""

    def __init__(self, log: Path, health: str, *command: str, **env: str) -> None:
        """Choose a free port; ``PORT`` in the command stands for it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._command = [part.replace("PORT", str(self.port)) for part in command]
        self._env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)} | env
        self._log, self._health = log, health
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that it has printed."""
        return self._log.read_text("utf-8", "replace")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with suppress(OSError), urlopen(self.address + self._health, timeout=5):
                return
            time.sleep(0.05)
        pytest.fail(f"{self._command[2]} did not start:\n{self.log[-3000:]}")

    def kill(self) -> None:
        """End it as kill -9 does, with all that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Programs:
    """Starts servers, and ends those that are left."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; logs go to the folder."""
        self._folder = folder
        self._started: list[Program] = []

    def app(self, uri: str, **env: str) -> Program:
        """Start the app on the store at ``uri``."""
        return self._start(
            "/healthz",
            *(sys.executable, "-m", "streamlit", "run", "app.py", "--server.port=PORT"),
            *("--server.address=127.0.0.1", "--server.headless=true"),
            **{"MLFLOW_TRACKING_URI": uri, **env},
        )

    def mlflow(self, database: Path, *options: str, **env: str) -> Program:
        """Start a real MLflow server on a SQLite file."""
        return self._start(
            "/health",
            *(sys.executable, "-m", "mlflow", "server", "--workers", "1", "--port", "PORT"),
            *("--backend-store-uri", f"sqlite:///{database}", "--host", "127.0.0.1"),
            *("--artifacts-destination", str(database.parent / "artifacts")),
            *options,
            **{"MLFLOW_DISABLE_TELEMETRY": "true", **NO_SERVER_JOBS, **env},
        )

    def _start(self, health: str, *command: str, **env: str) -> Program:
        log = self._folder / f"program-{len(self._started)}.log"
        program = Program(log, health, *command, **env)
        self._started.append(program)
        program.start()
        return program

    def end(self) -> None:
        """Kill what still runs."""
        for program in self._started:
            program.kill()


@pytest.fixture
def programs(tmp_path) -> Iterator[Programs]:
    """Servers for this test alone."""
    programs = Programs(tmp_path)
    yield programs
    programs.end()


@pytest.fixture(scope="module")
def module_store(store_template: Path, tmp_path_factory) -> Iterator[Store]:
    """One store for the tests of a file, each with campaigns of its own."""
    database = tmp_path_factory.mktemp("store") / "mlflow.db"
    shutil.copy(store_template, database)
    store = Store(f"sqlite:///{database}")
    yield store
    store.tracking.engine.dispose()


@pytest.fixture(scope="module")
def module_programs(tmp_path_factory) -> Iterator[Programs]:
    """Servers for the tests of a file."""
    programs = Programs(tmp_path_factory.mktemp("programs"))
    yield programs
    programs.end()


@pytest.fixture(scope="module")
def app(module_store: Store, module_programs: Programs) -> Program:
    """The app on the file's store; nobody is signed in from the start."""
    return module_programs.app(module_store.uri)


@pytest.fixture(scope="session")
def chromium_command() -> list[str]:
    """The Chromium of this machine, and how it is started."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    return [
        found or pytest.fail("The browser tests need Chromium or Google Chrome."),
        *CHROMIUM_ARGS,
    ]


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """What drives browsers; not longer than a file, so that no two are ever alive at once."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=SHOWN_WITHIN)
        yield playwright


@pytest.fixture(scope="module")
def chromium(driver, chromium_command) -> Iterator[Browser]:
    """A real Chromium that holds to the Content-Security-Policy."""
    path, *args = chromium_command
    browser = driver.chromium.launch(executable_path=path, args=args)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def desk_of() -> type[Desk]:
    """The desk of a tab that somebody opened in another way."""
    return Desk


@pytest.fixture
def visit(chromium) -> Iterator[Callable[..., Desk]]:
    """Let a person come to the app in a browser of their own; a Desk leads to a second tab."""
    contexts: list[BrowserContext] = []

    def visit(app: Program | Desk, person: str = "", **options: Any) -> Desk:
        if isinstance(app, Desk):
            return Desk(app.page.context.new_page(), app.address)
        size = {"viewport": {"width": 1400, "height": 900}, "timezone_id": "UTC"}
        contexts.append(chromium.new_context(**{**size, **options}))
        if person:
            sign_in(contexts[-1], app.address, person)
        return Desk(contexts[-1].new_page(), app.address)

    yield visit
    for context in contexts:
        context.close()
