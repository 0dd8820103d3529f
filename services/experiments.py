"""The experiments that a lead works in."""

from __future__ import annotations

import time
from dataclasses import dataclass

from review_app.campaigns import Campaign
from review_app.errors import NotFound
from services.campaigns import Campaigns
from services.store import Store, plain_errors

PAGE = 1000  # experiments a page
KEPT_SECONDS = 60.0  # a count of traces, which is only for choosing


@dataclass(frozen=True)
class Experiment:
    """One active experiment of MLflow.

    Attributes:
        id: MLflow's id.
        name: its name.
        traces: how many traces it holds.
    """

    id: str
    name: str
    traces: int


def experiments_in_scope(store: Store, narrow_to: tuple[str, ...] = ()) -> tuple[Experiment, ...]:
    """Return the active experiments, those with most traces first.

    Args:
        store: the store.
        narrow_to: names or ids; () for every experiment.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    from mlflow.entities import ViewType

    found: list[Experiment] = []
    token = None
    with plain_errors():
        while True:
            page = store.tracking.search_experiments(ViewType.ACTIVE_ONLY, PAGE, page_token=token)
            found += [
                Experiment(str(e.experiment_id), e.name, _COUNTED.of(store, str(e.experiment_id)))
                for e in page
                if not narrow_to or e.name in narrow_to or str(e.experiment_id) in narrow_to
            ]
            token = page.token
            if not token:
                return tuple(sorted(found, key=lambda e: (-e.traces, e.name)))


def with_most_to_say(
    store: Store, campaigns: Campaigns, narrow_to: tuple[str, ...] = ()
) -> list[str]:
    """Return the names of experiments with traces, the one that can tell most of quality first.

    That is the one of the newest campaign that drew from the whole traffic, whose labels may enter
    a rate; else that of the newest campaign; else the one with most traces.

    Args:
        store: the store.
        campaigns: all campaigns.
        narrow_to: names or ids; () for every experiment.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    names = {one.id: one.name for one in experiments_in_scope(store, narrow_to) if one.traces}
    asked = [one for one in campaigns.every() if one.experiment_id in names]
    whole = (one for one in asked if _of_whole_traffic(campaigns, one))
    first = [names[one.experiment_id] for one in (next(whole, None), *asked[:1]) if one is not None]
    return list(dict.fromkeys([*first, *names.values()]))


def _of_whole_traffic(campaigns: Campaigns, one: Campaign) -> bool:
    """Tell whether a campaign drew from all traffic; one whose files are damaged tells nothing."""
    try:
        return any(frame.whole_traffic for frame in campaigns.frames(one).values())
    except NotFound:
        return False


class _Counted:
    """Counts of traces, each kept for a minute; an empty experiment may fill at any moment."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Store, str], tuple[float, int]] = {}

    def of(self, store: Store, experiment_id: str) -> int:
        """Return how many traces an experiment holds, or held a moment ago.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        now, key = time.monotonic(), (store, experiment_id)
        at, count = self._kept.get(key, (-KEPT_SECONDS, 0))
        if not count or now - at >= KEPT_SECONDS:
            count = _traces(store, experiment_id)
            self._kept[key] = (now, count)
        return count


_COUNTED = _Counted()


def _traces(store: Store, experiment_id: str) -> int:
    from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

    points = store.tracking.query_trace_metrics(
        [experiment_id],
        MetricViewType.TRACES,
        "trace_count",
        [MetricAggregation(AggregationType.COUNT)],
    )
    return sum(int(value) for point in points for value in point.values.values())
