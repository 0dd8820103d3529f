"""Limits of a labeled set: what a judge must reach, stored once, before the first check.

They are params of a run, which MLflow lets nobody change; of two runs the first one counts.
"""

from __future__ import annotations

from review_app.access import require_lead
from review_app.errors import Conflict, InvalidDesign
from review_app.frozen_sets import Frozen
from review_app.judge_check.values import Limits
from review_app.people import Person
from services.kept_runs import begin_run, end_run, kept
from services.labeled_sets import LabeledSets
from services.store import Store, plain_errors

_FIELDS = tuple(Limits.__dataclass_fields__)


def limits_of(sets: LabeledSets, frozen: Frozen) -> Limits | None:
    """Return the limits of a labeled set; None while none are stored.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    name = frozen.name.casefold()
    runs = [
        run
        for run in sets.runs("judge_limits")
        if kept(run, "set").casefold() == name and set(_FIELDS) <= set(run.data.params)
    ]
    if not runs:
        return None
    first = min(runs, key=lambda run: (int(run.info.start_time), str(run.info.run_id)))
    return Limits(**{key: float(first.data.params[key]) for key in _FIELDS})


def store_limits(
    store: Store, sets: LabeledSets, person: Person, frozen: Frozen, limits: Limits
) -> None:
    """Store the limits of a labeled set, once and for all its versions and judges.

    Raises:
        NotAllowed: when the person is no lead.
        InvalidDesign: when a judge that knows nothing could reach them.
        Conflict: when others are stored already.
    """
    from mlflow.entities import Param

    require_lead(person)
    if limits_of(sets, frozen) is None:
        if limits.problem:
            raise InvalidDesign(limits.problem)
        tags = {"set": frozen.name, "question": frozen.question, "owner": person.name}
        title = f"Limits of {frozen.name}"
        run_id = begin_run(store, "judge_limits", person, frozen.experiment_id, title, tags)
        params = [Param(key, repr(getattr(limits, key))) for key in _FIELDS]
        with plain_errors():
            store.tracking.log_batch(run_id, [], params, [])
        end_run(store, run_id, title)
    if limits_of(sets, frozen) != limits:
        raise Conflict("The limits of this set were stored before, and they stay as they are.")
