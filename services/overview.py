"""Overviews: how each campaign goes, at once as far as it is known, counted anew in the background.

What is kept holds nothing that MLflow does not: it can be thrown away and counted again.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from threading import BoundedSemaphore, Condition, Thread

from review_app.campaigns import Campaign
from review_app.desk import first_words
from review_app.errors import ReviewError, StoreUnavailable
from review_app.gathered import Gathered
from review_app.progress import Progress, progress_of
from review_app.sight import Sight
from services.campaigns import Campaigns
from services.gathering import Gathering
from services.store import Store, plain_errors
from services.traces import previews

LOG = logging.getLogger(__name__)

FRESH_SECONDS = 15  # how old numbers may be before they are counted anew
REST_TIMES = 5  # as long as the last count took, at least so long until the next
WHOLE_SECONDS = 600  # an answer changed where no queue item tells is seen after this
WAIT_SECONDS = 0.7  # how long a page waits for numbers that are not there yet
KEPT = 24  # campaigns in memory
MOST_TURNS = 400_000  # of all of them together; 100,000 answered ones take about 250 MB
THREADS = 2
GONE = "no longer in MLflow"
FAILED = "The numbers could not be counted. The log of this app says why."


@dataclass
class _Watched:
    gathering: Gathering
    sight: Sight = field(default_factory=Sight)
    wants_answers: bool = False
    counted_at: float = -1e9  # seconds of a monotonic clock
    wholly_at: float = -1e9
    took: float = 0.0
    campaign: Campaign | None = None


class Overviews:
    """Keeps the numbers of the campaigns that leads look at."""

    def __init__(self, store: Store, campaigns: Campaigns) -> None:
        """Start no thread yet; SQLite is read by one, so that writers find it free."""
        self._campaigns = campaigns
        self._turn = BoundedSemaphore(1 if store.is_sqlite else THREADS)
        self._watched: OrderedDict[str, _Watched] = OrderedDict()
        self._changed = Condition()
        self._experiment = lru_cache(KEPT)(self._experiment_name)

    def of(
        self,
        campaign: Campaign,
        *,
        answers: bool = True,
        anew: bool = False,
        wait: float = WAIT_SECONDS,
    ) -> Sight:
        """Return what is known, and have it counted anew in the background when it is old.

        Args:
            campaign: as it is now.
            answers: False is content with what the queues say.
            anew: True counts everything, however fresh; what is known is returned all the same.
            wait: seconds to wait for numbers where none are known yet.
        """
        with self._changed:
            watched = self._watch(campaign.run_id)
            watched.wants_answers |= answers
            if not watched.sight.counting and (anew or _is_old(watched, campaign)):
                watched.sight = replace(watched.sight, counting=True, done=0, total=0, trouble="")
                work = partial(self._run, watched, campaign, anew=anew)
                Thread(target=work, name="overview", daemon=True).start()
            self._changed.wait_for(lambda: _suffices(watched.sight, answers=answers), timeout=wait)
            return watched.sight

    def gathered(self, campaign: Campaign) -> Gathered:
        """Return what is known of a campaign as it is now; waits until it is counted.

        Raises:
            StoreUnavailable: when it could not be counted.
        """
        sight = self.of(campaign)
        while sight.counting:
            sight = self.of(campaign)
            time.sleep(0.02)
        if sight.progress is None or not sight.whole:
            raise StoreUnavailable(sight.trouble or FAILED)
        return sight.progress.gathered

    def experiment(self, campaign: Campaign) -> str:
        """Return the name of the experiment that the campaign's traces are in.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        return self._experiment(campaign.experiment_id)

    def titles(self, trace_ids: Iterable[str]) -> dict[str, str]:
        """Return trace id -> first words of what the app was asked, to tell items apart.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        wanted = list(dict.fromkeys(trace_ids))
        found = previews(self._campaigns.store, wanted) if wanted else {}
        return {one: first_words(found[one]) if one in found else GONE for one in wanted}

    def _experiment_name(self, experiment_id: str) -> str:
        with plain_errors():
            return str(self._campaigns.store.tracking.get_experiment(experiment_id).name)

    def _watch(self, run_id: str) -> _Watched:
        watched = self._watched.setdefault(run_id, _Watched(Gathering(self._campaigns)))
        self._watched.move_to_end(run_id)
        while len(self._watched) > 1 and (len(self._watched) > KEPT or self._turns() > MOST_TURNS):
            self._watched.popitem(last=False)
        return watched

    def _turns(self) -> int:
        sights = [watched.sight.progress for watched in self._watched.values()]
        return sum(progress.all for progress in sights if progress is not None)

    def _run(self, watched: _Watched, campaign: Campaign, *, anew: bool) -> None:
        trouble = FAILED
        try:
            with self._turn:
                self._count(watched, campaign, anew=anew)
            trouble = ""
        except ReviewError as error:
            LOG.warning("A campaign could not be counted", exc_info=error)
            trouble = error.sentence
        finally:
            with self._changed:
                watched.counted_at = time.monotonic()
                watched.sight = replace(watched.sight, counting=False, trouble=trouble)
                self._changed.notify_all()

    def _count(self, watched: _Watched, campaign: Campaign, *, anew: bool) -> None:
        began = time.monotonic()
        gathering, before = watched.gathering, watched.sight.progress
        gathered = gathering.queues(campaign, lambda *steps: self._tell(watched, *steps))
        if before is None or not watched.wants_answers:
            self._publish(watched, progress_of(gathered, queues_only=True), whole=False)
        if watched.wants_answers:
            whole = anew or began - watched.wholly_at > WHOLE_SECONDS
            gathered = gathering.answers(
                campaign, lambda *steps: self._tell(watched, *steps), anew=whole
            )
            watched.wholly_at = began if whole else watched.wholly_at
            self._publish(watched, progress_of(gathered), whole=True)
        watched.campaign = campaign
        watched.took = time.monotonic() - began

    def _tell(self, watched: _Watched, done: int, total: int) -> None:
        with self._changed:
            watched.sight = replace(watched.sight, done=done, total=total)

    def _publish(self, watched: _Watched, progress: Progress, *, whole: bool) -> None:
        now = time.time_ns() // 1_000_000
        with self._changed:
            watched.sight = replace(
                watched.sight, progress=progress, computed_ms=now, whole=whole, done=0, total=0
            )
            self._changed.notify_all()


def _is_old(watched: _Watched, campaign: Campaign) -> bool:
    """Tell whether to count anew; what failed is tried again after the same time."""
    sight = watched.sight
    if watched.wants_answers and not sight.whole and not sight.trouble:
        return True
    if watched.campaign != campaign and not sight.trouble:
        return True
    age = time.monotonic() - watched.counted_at
    return age > max(FRESH_SECONDS, REST_TIMES * watched.took)


def _suffices(sight: Sight, *, answers: bool) -> bool:
    return not sight.counting or (sight.progress is not None and (sight.whole or not answers))
