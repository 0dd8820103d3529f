"""Registered judges: whether a score is of the judge that has its name and version today.

MLflow gives name and number of a deleted judge anew. The scores that the dead one left behind are
not those of its successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from review_app.answers import Assessment
from review_app.judges import JudgeKey
from services.store import Store, plain_errors

REGISTERED = "review.judge_registered_ms"  # of a score: when its judge was registered


def stored_versions(store: Store, experiment_id: str) -> list[Any]:
    """Return MLflow's versions of all judges, by name and the newest first.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        names = [one.scorer_name for one in store.tracking.list_scorers(experiment_id)]
        return [
            version
            for name in sorted(names, key=str.casefold)
            for version in store.tracking.list_scorer_versions(experiment_id, name)[::-1]
        ]


@dataclass(frozen=True)
class Registered:
    """The judges of an experiment, read once and only where a score may be of one."""

    store: Store
    experiment_id: str

    @cached_property
    def since_ms(self) -> dict[JudgeKey, int]:
        """Judge, as its scores are read -> when it was registered.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        return {
            JudgeKey(one.scorer_name, f"{one.scorer_name}@{one.scorer_version}").stored: int(
                one.creation_time or 0
            )
            for one in stored_versions(self.store, self.experiment_id)
        }

    def has_its_scores_from(self, one: Assessment) -> bool:
        """Tell whether a score counts: not where its judge is gone, and another has its name.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        if not one.source.startswith(f"{one.name.lower()}@"):
            return True
        since = self.since_ms.get(JudgeKey(one.name, one.source), 0)
        told = one.metadata.get(REGISTERED, "")
        if not since:
            return True
        return told == str(since) if told else not 0 < one.created_ms < since
