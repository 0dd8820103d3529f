"""The experiments that a lead works in."""

from __future__ import annotations

from dataclasses import dataclass

from services.store import Store, plain_errors

PAGE = 1000  # experiments a page


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
                Experiment(str(e.experiment_id), e.name, _traces(store, str(e.experiment_id)))
                for e in page
                if not narrow_to or e.name in narrow_to or str(e.experiment_id) in narrow_to
            ]
            token = page.token
            if not token:
                return tuple(sorted(found, key=lambda e: (-e.traces, e.name)))


def _traces(store: Store, experiment_id: str) -> int:
    from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType

    points = store.tracking.query_trace_metrics(
        [experiment_id],
        MetricViewType.TRACES,
        "trace_count",
        [MetricAggregation(AggregationType.COUNT)],
    )
    return sum(int(value) for point in points for value in point.values.values())
