"""Names of versions: what produced a trace, as a person calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from review_app.errors import NotFound
from review_app.reading.facts import version_of
from review_app.traces import TraceRecord
from services.store import Store, plain_errors

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")  # MLflow's own, which tells a person nothing
VERSIONS_KEPT = 512  # names of LoggedModels; they never change


class Versions:
    """Knows the names of the LoggedModels of one store."""

    def __init__(self, store: Store) -> None:
        """Bind to the store; nothing is read yet."""
        self._store = store
        self._model = lru_cache(VERSIONS_KEPT)(self._model_name)

    def name(self, metadata: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """Return the LoggedModel's name, else short git commit, else tag, else ``"unknown"``.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        model_id = metadata.get("mlflow.modelId", "")
        if model_id:
            return self._model(model_id)
        return version_of(TraceRecord("", "", metadata=metadata, tags=tags))

    def _model_name(self, model_id: str) -> str:
        try:
            with plain_errors():
                return str(self._store.tracking.get_logged_model(model_id).name)
        except NotFound:
            return "unknown" if _MODEL_ID.fullmatch(model_id) else model_id
