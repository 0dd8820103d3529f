"""Names of versions: what produced a trace, as a person calls it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

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

    def registered(self, experiment_id: str) -> dict[str, int]:
        """Return name of each LoggedModel -> when it was made, milliseconds since the epoch.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        named = self._numbered(experiment_id)
        return {name: int(model.creation_timestamp or 0) for name, model in named.items()}

    def _model_name(self, model_id: str) -> str:
        try:
            with plain_errors():
                model = self._store.tracking.get_logged_model(model_id)
        except NotFound:
            return "unknown" if _MODEL_ID.fullmatch(model_id) else model_id
        same = self._numbered(model.experiment_id, f"name = '{model.name}'")
        return next((name for name, one in same.items() if one.model_id == model_id), model.name)

    def _numbered(self, experiment_id: str, which: str | None = None) -> dict[str, Any]:
        """Return models by name; MLflow allows one name twice, the second of "bot" is "bot (2)"."""
        models: list[Any] = []
        token = None
        while token != "":
            with plain_errors():
                page = self._store.tracking.search_logged_models(
                    [experiment_id], which, page_token=token
                )
            models += page
            token = page.token or ""
        found: dict[str, Any] = {}
        times: Counter[str] = Counter()
        for model in sorted(models, key=lambda one: (one.creation_timestamp or 0, one.model_id)):
            times[model.name] += 1
            again = f" ({times[model.name]})" if times[model.name] > 1 else ""
            found[f"{model.name}{again}"] = model
        return found
