"""What 25 reviewers at work cost the server, and whether every answer arrives once.

    python -m bench.reviewers

Real clients of the app's websocket answer every 2 to 4 seconds, first all on the same items, so
that an item is drawn once for all of them; then each on items of their own, so that every answer
also pays for drawing an item.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import results, stage
from bench.load import Label, Reviewer, opened, work
from bench.programs import Program, app
from bench.results import Row, median_and_p95
from services.assessments import assessments_of
from services.campaigns import Campaigns
from services.store import Store

SHARED, OWN = "Shared", "Own"
FIRST = "ana"  # has opened both campaigns before, so that nothing is new to the server
WORDS = {SHARED: "all on the same items", OWN: "each on their own items"}


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    people: int = 25
    items: int = 40
    seconds: float = 60
    idle_seconds: float = 6


def measure(plan: Plan, folder: Path) -> list[Row]:
    """Return all figures."""
    people = tuple(f"reviewer{n:02d}" for n in range(1, plan.people + 1))
    store = stage.new_store(folder)
    stage.add_campaign(store, SHARED, (FIRST, *people), plan.items)
    stage.add_campaign(store, OWN, (FIRST, *people), plan.items, own=True)
    rows: list[Row] = []
    with app(store.uri, folder) as server:
        for campaign in (SHARED, OWN):
            measured = asyncio.run(_campaign(server, campaign, people, plan))
            rows += measured.rows(WORDS[campaign])
            rows += _check(store, campaign, measured.labels)
    store.tracking.engine.dispose()
    return rows


@dataclass(frozen=True)
class Measured:
    """What one campaign showed."""

    labels: list[Label]
    cpu_seconds: float
    idle_cpu_seconds: float
    memory_mb: float
    people: int

    def rows(self, when: str) -> list[Row]:
        """Return the figures."""
        waits = [1000 * label.seconds for label in self.labels]
        count = len(self.labels)
        spent = 1000 * (self.cpu_seconds - self.idle_cpu_seconds) / count
        idle = 1000 * self.idle_cpu_seconds / count
        return [
            *median_and_p95(f"Answer sent to durable, {when}", waits, "ms", (None, 300), ""),
            Row(f"Server CPU a label, {when}", spent, "ms", 15, f"idle, {idle:.2g} ms, taken off"),
            Row(f"Memory an idle session, {when}", self.memory_mb / self.people, "MB", 3),
        ]


async def _campaign(
    server: Program, campaign: str, people: tuple[str, ...], plan: Plan
) -> Measured:
    first = await opened(server.address, campaign, [FIRST])
    await asyncio.sleep(1)
    memory = server.memory_mb()
    reviewers = await opened(server.address, campaign, people)
    await asyncio.sleep(1)
    memory = server.memory_mb() - memory
    idle_rate = await _rate(server, plan.idle_seconds)
    cpu, start = server.cpu_seconds(), time.monotonic()
    labels = await work(reviewers, plan.seconds)
    cpu, taken = server.cpu_seconds() - cpu, time.monotonic() - start
    await _close([*first, *reviewers])
    return Measured(labels, cpu, idle_rate * taken, memory, len(people))


async def _rate(server: Program, seconds: float) -> float:
    cpu, start = server.cpu_seconds(), time.monotonic()
    await asyncio.sleep(seconds)
    return (server.cpu_seconds() - cpu) / (time.monotonic() - start)


async def _close(reviewers: list[Reviewer]) -> None:
    for reviewer in reviewers:
        await reviewer.close()


def _check(store: Store, name: str, labels: list[Label]) -> list[Row]:
    """Compare the store with what was answered."""
    campaigns = Campaigns(store)
    planned = campaigns.plan(campaigns.get(name))
    found = [
        (a.source, trace_id, a.value)
        for trace_id in {item.trace_id for item in planned}
        for a in assessments_of(store, trace_id)
    ]
    sent = {(label.person, label.trace_id, label.value) for label in labels}
    lost = len(sent - set(found))
    doubled = len(found) - len({(person, trace_id) for person, trace_id, _ in found})
    note = f"{len(labels)} sent, {len(found)} found"
    return [
        Row(f"Answers lost, {WORDS[name]}", lost, "", 0, note),
        Row(f"Answers doubled, {WORDS[name]}", doubled, "", 0),
    ]


def main() -> None:
    """Measure and report."""
    before = results.load()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Plan(), Path(folder))
    results.report("bench.reviewers", rows, before)


if __name__ == "__main__":
    main()
