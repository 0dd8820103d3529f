"""Claims: what only one can have, at a run of MLflow, over all processes.

MLflow lets a run's parameter be set once and refuses another value: a parameter is therefore a
lock that every backend keeps.
"""

from __future__ import annotations

from review_app.errors import ReviewError
from services.store import Store, plain_errors


def claim(store: Store, run_id: str, key: str, value: str) -> str:
    """Claim a key at a run, and return what it holds: the value, or that of who came first.

    Raises:
        ReviewError: when MLflow did not take the claim, and nobody else has it.
    """
    from mlflow.entities import Param

    refused = None
    try:
        with plain_errors():
            store.tracking.log_param(run_id, Param(key, value))
    except ReviewError as error:
        refused = error
    held = claimed(store, run_id).get(key)
    if held is None:
        raise refused or ReviewError("MLflow did not keep what was claimed. Please try again.")
    return held


def claimed(store: Store, run_id: str) -> dict[str, str]:
    """Return what was claimed at a run: key -> value.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        return {str(k): str(v) for k, v in store.tracking.get_run(run_id).data.params.items()}
