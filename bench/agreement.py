"""What the agreement page takes on many answers: the first time, counted anew, and warm.

    python -m bench.agreement

Needs no browser: the page's script runs on answers in memory, as it does after they were read.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from streamlit.testing.v1 import AppTest

from bench import results
from bench.results import Row
from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import About, Gathered
from review_app.given import Given, Turn
from review_app.people import Person
from review_app.progress import Progress, progress_of
from review_app.questions import Question
from review_app.sight import Sight
from services.app import App
from services.settings import Settings

ANSWERS = 100_000
EACH = 3  # people an item
SCALE = ("No", "Mostly no", "Mostly yes", "Yes")
QUESTIONS = tuple(
    Question(f"q{n}", "choice", options=SCALE, scale="ordinal", pass_cut="Mostly yes")
    for n in range(4)
)
PEOPLE = tuple(f"expert-{n}" for n in range(12))
WARM_SECONDS = 2


def main() -> None:
    """Measure and report."""
    before = results.load()
    results.report("bench.agreement", measure(ANSWERS), before)


def measure(answers: int) -> list[Row]:
    """Return what the page takes on about so many answers."""
    world = _World(progress_of(_gathered(answers // (EACH * len(QUESTIONS)))))
    at = AppTest.from_function(_screen, args=(world.app,), default_timeout=600)
    first = _seconds(at.run)
    warm = _seconds(at.run)
    world.sight = replace(world.sight, computed_ms=2)
    anew = _seconds(at.run)
    assert not at.exception
    assert len(at.get("html")) > 5  # all of the page was drawn
    note = f"{len(world.progress.gathered.said):,} answers by {len(PEOPLE)} people"
    return [
        Row("Agreement page, first time", first, "s", note=note),
        Row("Agreement page, warm", warm, "s", WARM_SECONDS, note),
        Row("Agreement page, counted anew and nothing changed", anew, "s", WARM_SECONDS, note),
    ]


class _World:
    """Stands for the services that the page asks, with all answers in hand."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.sight = Sight(progress, computed_ms=1, whole=True)
        person = Person("lea", is_lead=True)
        services: Any = self  # every service that the page asks is this one
        self.app = App(Settings(), person, services, UTC, lambda: datetime.now(UTC), {})
        self.campaigns = self.overviews = self.readings = self

    def every(self) -> list[Campaign]:
        return [self.progress.gathered.campaign]

    def of(self, _campaign: Campaign, **_how: object) -> Sight:
        return self.sight

    def titles(self, trace_ids: Any) -> dict[str, str]:
        return dict.fromkeys(trace_ids, "Where is my order?")

    def mlflow_url(self, _experiment_id: str, trace_id: str) -> str:
        return f"https://mlflow.example.com/{trace_id}"


def _screen(app: object) -> None:
    from typing import cast

    from pages.agreement import render

    render(cast("Any", app))


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _gathered(items: int) -> Gathered:
    chance = random.Random(1)
    campaign = Campaign("Many answers", QUESTIONS, run_id="run", reviewers=PEOPLE)
    plan: list[PlanItem] = []
    said: list[Given] = []
    status: dict[tuple[str, int], dict[str, str]] = {}
    about: dict[str, About] = {}
    for number in range(items):
        trace_id, people = f"tr-{number:06}", chance.sample(PEOPLE, EACH)
        about[trace_id] = About(session=f"s{number // 4}")
        turns = tuple(Assignment(name, number) for name in people)
        plan.append(PlanItem(trace_id, "all", "random sample", 0.5, assigned=turns))
        how_good = chance.random()
        for name in people:
            status.setdefault((name, 1), {})[trace_id] = "complete"
            for question in QUESTIONS:
                at = int(4 * (0.7 * how_good + 0.3 * chance.random()))
                said.append(_given(len(said), Turn(name, 1, trace_id), question, SCALE[at]))
    return Gathered(campaign, tuple(plan), status, tuple(said), about)


_VERSIONS = {question.name: question.version for question in QUESTIONS}


def _given(number: int, turn: Turn, question: Question, value: str) -> Given:
    return Given(
        id=f"a-{number}",
        turn=turn,
        question=question.name,
        value=value,
        campaign="run",
        wording=_VERSIONS[question.name],
        seen="nothing",
        created_ms=number + 1,
    )


if __name__ == "__main__":
    main()
