"""Looking through the traces of an experiment for those that a pool lets through.

Measured on SQLite: pages that go on below the time of the last trace
read 100,000 traces in 11.6 s, pages by MLflow's token, which counts from the start each time, in
36.2 s. New traces that arrive meanwhile shift nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from review_app.planning import Scan
from review_app.pool import Candidate, Pool
from review_app.pool_filters import matches
from review_app.pool_filters import window as window_of
from services.candidates import Candidates
from services.pool_query import clauses
from services.registered import Registered
from services.settings import Settings
from services.store import Store, plain_errors
from services.versions import Versions

LIMIT = 200_000  # traces looked at
PAGE = 500  # traces a call; a server gives no more
IDS = 100  # ids a call
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Scanned(Scan):
    """What was found, newest first.

    Attributes:
        looked_at: how many traces MLflow gave.
    """

    looked_at: int = 0


def _quiet(looked_at: int, total: int) -> None:
    """Tell nobody."""


def scan(
    store: Store,
    settings: Settings,
    pool: Pool,
    *,
    now_ms: int = 0,
    window: tuple[int, int] | None = None,
    tell: Tell = _quiet,
    limit: int = LIMIT,
) -> Scanned:
    """Look through the traces and return those that the pool lets through.

    Args:
        store: where the traces are.
        settings: they say which assessments are votes.
        pool: the filters.
        now_ms: when the pool's time ends at the latest; what comes later is for the next scan.
        window: first and last millisecond, instead of the pool's own time.
        tell: gets the traces looked at, and all (0: not known); what it raises stops the scan.
        limit: the most traces looked at.

    Raises:
        NotFound: when there is no such experiment.
        InvalidDesign: when a day of the pool is none.
        StoreUnavailable: when MLflow did not answer.
    """
    since, until = window or _until(window_of(pool, now_ms), now_ms)
    rest = replace(pool, last_days=None, since="", until="")
    search = _Search(store, store.experiment_id(pool.experiment), since, until)
    make = _makes(store, settings, search.experiment_id)
    total, pages = search.of(pool, settings.user_feedback)
    found: list[Candidate] = []
    looked_at, complete = 0, True
    for page, whole in _up_to(limit, pages):
        known = [make.of(info) for info in page]
        found += (candidate for candidate in known if matches(rest, candidate, 0))
        looked_at, complete = looked_at + len(known), whole
        tell(looked_at, min(total, limit))
    found.sort(key=lambda c: (-c.requested_at_ms, c.trace_id))
    return Scanned(tuple(found), since, until, complete, looked_at)


def _makes(store: Store, settings: Settings, experiment_id: str) -> Candidates:
    counts = Registered(store, experiment_id).has_its_scores_from
    return Candidates(Versions(store), settings.user_feedback, counts)


def every_info(
    store: Store, experiment_id: str, since_ms: int, until_ms: int
) -> Iterator[list[Any]]:
    """Yield MLflow's infos of all traces between two moments, newest first, in pages.

    Args:
        store: where the traces are.
        experiment_id: of their experiment.
        since_ms: the first millisecond; 0 is an open end.
        until_ms: the last one; 0 is an open end.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    return _Search(store, experiment_id, since_ms, until_ms).pages([])


def _up_to(limit: int, pages: Iterable[list[Any]]) -> Iterator[tuple[list[Any], bool]]:
    """Yield the pages until so many traces came, and whether that is all so far."""
    left = limit
    for page in pages:
        yield page[:left], len(page) <= left
        if len(page) > left:
            return
        left -= len(page)


def _until(time: tuple[int, int], now_ms: int) -> tuple[int, int]:
    since, until = time
    return since, min(until or now_ms, now_ms)


@dataclass(frozen=True)
class _Search:
    """The traces of one experiment between two moments, both included; 0 is an open end."""

    store: Store
    experiment_id: str
    since: int
    until: int

    def of(self, pool: Pool, user_feedback: tuple[str, ...]) -> tuple[int, Iterator[list[Any]]]:
        """Return how many traces may be in the pool, 0 where that is not known, and their pages."""
        if pool.traces:
            return 0, self.named(pool.traces)
        narrowed = clauses(pool, user_feedback)
        return 0 if narrowed else self.count(), self.pages(narrowed)

    def count(self) -> int:
        """Return how many there are."""
        from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

        with plain_errors():
            points = self.store.tracking.query_trace_metrics(
                [self.experiment_id],
                MetricViewType.TRACES,
                "trace_count",
                [MetricAggregation(AggregationType.COUNT)],
                start_time_ms=self.since or None,
                end_time_ms=self.until or None,
            )
        return sum(int(value) for point in points for value in point.values.values())

    def named(self, trace_ids: Iterable[str]) -> Iterator[list[Any]]:
        """Yield those of the traces that are among them."""
        wanted = list(dict.fromkeys(trace_ids))
        for at in range(0, len(wanted), IDS):
            infos = self.store.trace_infos(wanted[at : at + IDS])
            yield [info for info in infos if self._holds(info)]

    def _holds(self, info: Any) -> bool:
        time = info.request_time or 0
        inside = self.since <= time and (not self.until or time <= self.until)
        return inside and str(info.experiment_id) == self.experiment_id

    def pages(self, narrowed: list[str]) -> Iterator[list[Any]]:
        """Yield all of them, newest first, each once.

        Each page goes on at the time of the last trace; only where a whole page has the same time,
        it goes on by MLflow's token.
        """
        until, token, had = self.until, None, set[str]()
        while True:
            infos, token = self._page(narrowed, until, token)
            yield [info for info in infos if info.trace_id not in had]
            if not token:
                return
            last = infos[-1].request_time if infos else until
            edge = {info.trace_id for info in infos if info.request_time == last}
            if last == until:
                had |= edge
            else:
                until, token, had = last, None, edge

    def _page(
        self, narrowed: list[str], until: int, token: str | None
    ) -> tuple[list[Any], str | None]:
        time = [f"attributes.timestamp_ms >= {self.since}"] if self.since else []
        time += [f"attributes.timestamp_ms <= {until}"] if until else []
        with plain_errors():
            infos, next_token = self.store.tracking.search_traces(
                experiment_ids=None,
                filter_string=" AND ".join([*time, *narrowed]) or None,
                max_results=PAGE,
                order_by=["timestamp_ms DESC"],
                page_token=token,
                locations=[self.experiment_id],
            )
        return list(infos), next_token
