"""Quality: how good each version of an experiment is, counted in the background and kept fresh.

For a page::

    sight = app.services.qualities.of(
        "support-bot",                # name of the experiment
        now_ms,                       # the clock
        period="week",                # "week", "4 weeks", "12 weeks", "all" (windows.PERIODS)
        judges={"good": JudgeKey("good", "good@2")},  # chosen by the person; {} for none
        anew=False,                   # True counts everything again ([Refresh])
        wait=0.7,                     # seconds to wait where nothing is known yet
    )
    sight.quality       # review_app.quality.values.Quality, or None before the first count
    sight.counting, sight.done, sight.total, sight.trouble, sight.came
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review_app.judges import JudgeKey
from review_app.quality.values import Quality
from review_app.quality.windows import Period
from services.campaigns import Campaigns
from services.overview import Overviews
from services.settings import Settings
from services.store import Store


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


class Qualities:
    """Keeps the numbers of the experiments that people look at."""

    def __init__(
        self, store: Store, campaigns: Campaigns, overviews: Overviews, settings: Settings
    ) -> None:
        """Start no thread yet."""
        self._parts = (store, campaigns, overviews, settings)

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
        raise NotImplementedError((experiment, now_ms, period, judges, anew, wait))
