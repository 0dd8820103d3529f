"""Trying a judge on one trace before it is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from review_app.access import require_lead
from review_app.errors import NotFound
from review_app.judge_scores import Scored
from review_app.people import Person
from services.jobs import stoppable
from services.judge_runner import Runner
from services.store import Store, plain_errors

SHOWN = 160  # characters of what was asked
Beat = Callable[[], object]


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


def try_on_newest(
    person: Person, store: Store, experiment_id: str, run: Runner, beat: Beat
) -> Tried:
    """Run a judge over the newest finished trace of an experiment; nothing is stored.

    Args:
        person: the lead who asks.
        store: where the traces are.
        experiment_id: of the experiment.
        run: the judge.
        beat: is called all the while; what it raises leaves the model alone.

    Raises:
        NotAllowed: when the person is no lead.
        Cancelled: what ``beat`` raised.
        NotFound: when there is no trace.
        StoreUnavailable: when MLflow did not answer.
    """
    require_lead(person)
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
    return Tried(infos[0].trace_id, shown, stoppable(lambda: run(found[0]), beat))
