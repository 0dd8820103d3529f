"""Scoring that an MLflow server does by itself, where it offers that: shown and switched here.

Open-source MLflow scores new traces every minute on a server, with models of its AI Gateway only,
and always with the newest version of a judge.
"""

from __future__ import annotations

from dataclasses import dataclass

from review_app.access import require_lead
from review_app.errors import ReviewError
from review_app.judges import Judge
from review_app.people import Person
from services.judge_models import require_listed
from services.settings import Settings
from services.store import Store, plain_errors

NEEDS_SERVER = (
    "MLflow scores new traces by itself only on a server. Here, let a scheduler run"
    " “python cli.py judge score”."
)
NEEDS_GATEWAY = (
    "MLflow’s server scores new traces by itself only with a model of its AI Gateway"
    " (gateway:/…). For this judge, let a scheduler run “python cli.py judge score”."
)


@dataclass(frozen=True)
class Schedule:
    """How an MLflow server scores new traces by itself.

    Attributes:
        share: of the new traces, from 0 (off) to 1.
        only: MLflow's filter of the traces; "" for all.
    """

    share: float
    only: str = ""


def why_not(store: Store, judge: Judge) -> str:
    """Return why there is no scheduled scoring for the judge, as a sentence; "" when there is."""
    if not store.uri.startswith("http"):
        return NEEDS_SERVER
    return "" if judge.model.startswith("gateway:/") else NEEDS_GATEWAY


def schedule_of(store: Store, judge: Judge) -> Schedule:
    """Return how the server scores with the newest version of the judge.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        scorer = store.tracking.get_scorer(judge.experiment_id, judge.name)
        found = store.tracking.get_online_scoring_configs([scorer.scorer_id])
    if not found:
        return Schedule(0.0)
    return Schedule(float(found[0].sample_rate), found[0].filter_string or "")


def switch(
    person: Person, store: Store, settings: Settings, judge: Judge, wanted: Schedule
) -> None:
    """Let the server score a share of the new traces by itself; 0 stops it.

    Raises:
        NotAllowed: when the person is no lead, or this app does not run the judge's model.
        ReviewError: where MLflow does not offer that.
        StoreUnavailable: when MLflow did not answer.
    """
    require_lead(person)
    if wanted.share:
        require_listed(settings, judge.model)
    lacks = why_not(store, judge)
    if lacks:
        raise ReviewError(lacks)
    with plain_errors():
        store.tracking.upsert_online_scoring_config(
            judge.experiment_id, judge.name, wanted.share, wanted.only or None
        )
