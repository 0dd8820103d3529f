"""Quality: how good each version of an experiment is, counted in the background and kept fresh.

For a page::

    sight = app.services.qualities.of(
        "support-bot",                # name of the experiment
        now_ms,                       # the clock
        period="week",                # one of windows.PERIODS
        judges={"good": JudgeKey("good", "good@2")},  # chosen by the person; {} for none
        anew=False,                   # True counts everything again ([Refresh])
        wait=0.7,                     # seconds to wait where nothing is known yet
    )
    sight.quality       # review_app.quality.values.Quality, or None before the first count
    sight.counting, sight.done, sight.total, sight.trouble, sight.came
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Condition, Thread

from review_app.errors import ReviewError
from review_app.judges import JudgeKey
from review_app.quality.page import quality_of
from review_app.quality.traffic import Traffic
from review_app.quality.values import Quality
from review_app.quality.windows import Period
from services.campaigns import Campaigns
from services.overview import Overviews
from services.quality_known import KnownReader
from services.quality_traffic import TrafficReader
from services.settings import Settings
from services.stages import Stages
from services.store import Store

LOG = logging.getLogger(__name__)

FRESH_SECONDS = 15  # how old numbers may be before they are counted anew
REST_TIMES = 5  # as long as the last count took, at least so long until the next
WHOLE_SECONDS = 600  # a score that was changed in place is seen after this
CAME_SECONDS = 5  # how long it is not asked again how many traces came
KEPT = 6  # experiments in memory; 100,000 traces take about 100 MB
WANTED = 3  # choices of time and judges that are counted anew, of each experiment
FAILED = "The numbers could not be counted. The log of this app says why."
Choice = tuple[Period, tuple[tuple[str, JudgeKey], ...]]


@dataclass(frozen=True)
class QualitySight:
    """What is known of an experiment right now.

    Attributes:
        quality: the newest numbers of that period and those judges; None before they are there.
        counting: whether they are being counted anew.
        done: how much of that is done, in traces.
        total: out of how many; 0 before that is known.
        trouble: why the last count failed, as a sentence; "" when it did not.
        came: traces that MLflow holds by now and that are not in the numbers.
    """

    quality: Quality | None = None
    counting: bool = False
    done: int = 0
    total: int = 0
    trouble: str = ""
    came: int = 0


@dataclass
class _Watched:
    name: str
    experiment_id: str
    reader: TrafficReader
    wanted: OrderedDict[Choice, int] = field(default_factory=OrderedDict)  # -> milliseconds
    results: dict[Choice, Quality] = field(default_factory=dict)
    counting: bool = False
    done: int = 0
    total: int = 0
    trouble: str = ""
    counted_at: float = -1e9  # seconds of a monotonic clock
    wholly_at: float = -1e9
    took: float = 0.0
    came: int = 0
    came_at: float = -1e9


class Qualities:
    """Keeps the numbers of the experiments that people look at."""

    def __init__(
        self, store: Store, campaigns: Campaigns, overviews: Overviews, settings: Settings
    ) -> None:
        """Start no thread yet; one experiment is counted at a time."""
        self._store, self._settings = store, settings
        self._overviews = overviews
        self._known = KnownReader(campaigns, settings, overviews.gathered)
        self._stages = Stages(store)
        self._turn = BoundedSemaphore(1)
        self._watched: OrderedDict[str, _Watched] = OrderedDict()
        self._changed = Condition()

    def of(
        self,
        experiment: str,
        now_ms: int,
        *,
        period: Period = "week",
        judges: Mapping[str, JudgeKey] | None = None,
        anew: bool = False,
        wait: float = 0.7,
    ) -> QualitySight:
        """Return what is known, and have it counted anew in the background when it is old.

        Args:
            experiment: its name.
            now_ms: milliseconds since the epoch.
            period: the time it is about.
            judges: question -> the judge that somebody chose; the best known one where missing.
            anew: True counts everything, however fresh; what is known is returned all the same.
            wait: seconds to wait for numbers where none are known yet.

        Raises:
            NotFound: when there is no such experiment.
        """
        choice: Choice = period, tuple(sorted((judges or {}).items()))
        watched = self._watch(experiment)
        with self._changed:
            self._want(watched, choice, now_ms)
            known = choice in watched.results or bool(watched.trouble)
            if not watched.counting and (anew or not known or _is_old(watched)):
                watched.counting, watched.done, watched.total = True, 0, 0
                watched.trouble = ""
                Thread(target=self._run, args=(watched, anew), name="quality", daemon=True).start()
            self._changed.wait_for(
                lambda: choice in watched.results or not watched.counting, timeout=wait
            )
        came = self._came(watched) if not watched.counting else watched.came
        quality, counting = watched.results.get(choice), watched.counting
        return QualitySight(quality, counting, watched.done, watched.total, watched.trouble, came)

    def _watch(self, experiment: str) -> _Watched:
        experiment_id = self._store.experiment_id(experiment)
        with self._changed:
            watched = self._watched.get(experiment_id)
            if watched is None:
                reader = TrafficReader(self._store, self._settings, experiment_id)
                watched = self._watched[experiment_id] = _Watched(experiment, experiment_id, reader)
            if watched.name != experiment:
                watched.name = experiment
                watched.results.clear()
            self._watched.move_to_end(experiment_id)
            while len(self._watched) > KEPT:
                self._watched.popitem(last=False)
        return watched

    def _want(self, watched: _Watched, choice: Choice, now_ms: int) -> None:
        watched.wanted[choice] = now_ms
        watched.wanted.move_to_end(choice)
        while len(watched.wanted) > WANTED:
            dropped, _ = watched.wanted.popitem(last=False)
            watched.results.pop(dropped, None)

    def _run(self, watched: _Watched, anew: bool) -> None:  # noqa: FBT001 - a thread's argument
        trouble = FAILED
        try:
            with self._turn:
                self._count(watched, anew=anew)
            trouble = ""
        except ReviewError as error:
            LOG.warning("Quality could not be counted", exc_info=error)
            trouble = error.sentence
        finally:
            with self._changed:
                watched.counted_at = time.monotonic()
                watched.counting, watched.trouble = False, trouble
                self._changed.notify_all()

    def _count(self, watched: _Watched, *, anew: bool) -> None:
        began = time.monotonic()
        whole = anew or began - watched.wholly_at > WHOLE_SECONDS

        def tell(done: int, total: int) -> None:
            watched.done, watched.total = done, total

        traffic = watched.reader.read(tell, anew=whole)
        watched.wholly_at = began if whole else watched.wholly_at
        counted: set[Choice] = set()
        while (choice := self._next(watched, counted)) is not None:
            self._one(watched, traffic, choice)
            counted.add(choice)
        watched.took = time.monotonic() - began
        watched.came, watched.came_at = 0, time.monotonic()

    def _next(self, watched: _Watched, counted: set[Choice]) -> Choice | None:
        """Return what somebody wanted last and is not counted yet; None when all is."""
        with self._changed:
            return next((one for one in reversed(watched.wanted) if one not in counted), None)

    def _one(self, watched: _Watched, traffic: Traffic, choice: Choice) -> None:
        period, judges = choice
        known = self._known.read(watched.experiment_id, traffic, dict(judges))
        stages = self._stages.of(pin for pins in traffic.pins.values() for pin in pins)
        now_ms = watched.wanted.get(choice, 0)
        found = quality_of(watched.name, known, stages, period, now_ms)
        with self._changed:
            if choice in watched.wanted:
                watched.results[choice] = found
            self._changed.notify_all()

    def _came(self, watched: _Watched) -> int:
        now = time.monotonic()
        if now - watched.came_at > CAME_SECONDS and not watched.trouble:
            watched.came_at = now
            try:
                watched.came = watched.reader.came()
            except ReviewError as error:
                LOG.info("Nobody knows what came since", exc_info=error)
        return watched.came


def _is_old(watched: _Watched) -> bool:
    """Tell whether to count anew; what failed is tried again after the same time."""
    age = time.monotonic() - watched.counted_at
    return age > max(FRESH_SECONDS, REST_TIMES * watched.took)
