"""Claims: a number that only one can have, at a run of MLflow."""

from __future__ import annotations

from contextlib import suppress

from review_app.errors import ReviewError
from services.store import Store, plain_errors


def claim(store: Store, run_id: str, key: str, value: str) -> bool:
    """Claim a key at a run, and tell whether it was free: MLflow lets a param be set only once.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    from mlflow.entities import Param

    with suppress(ReviewError), plain_errors():  # refused when somebody has it: read below
        store.tracking.log_param(run_id, Param(key, value))
    return claimed(store, run_id).get(key) == value


def claimed(store: Store, run_id: str) -> dict[str, str]:
    """Return what was claimed at a run: key -> value.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        return {str(k): str(v) for k, v in store.tracking.get_run(run_id).data.params.items()}
