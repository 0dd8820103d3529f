"""Trying a judge on one trace before it is registered."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.errors import NotFound
from review_app.judge_scores import Scored
from services.judge_runner import Runner
from services.store import Store, plain_errors

SHOWN = 160  # characters of what was asked


@dataclass(frozen=True)
class Tried:
    """What a judge said about one trace.

    Attributes:
        trace_id: the trace.
        text: MLflow's preview of what the app was asked.
        scored: what the judge said.
    """

    trace_id: str
    text: str
    scored: Scored


def try_on_newest(store: Store, experiment_id: str, run: Runner) -> Tried:
    """Run a judge over the newest finished trace of an experiment; nothing is stored.

    Raises:
        NotFound: when there is no trace.
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        infos, _ = store.tracking.search_traces(
            experiment_ids=None,
            filter_string="attributes.status = 'OK'",
            max_results=1,
            order_by=["timestamp_ms DESC"],
            locations=[experiment_id],
        )
        found = store.tracking.batch_get_traces([infos[0].trace_id]) if infos else []
    if not found:
        raise NotFound("There is no finished trace yet to try it on.")
    text = " ".join((infos[0].request_preview or "").split())
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return Tried(infos[0].trace_id, shown, run(found[0]))
