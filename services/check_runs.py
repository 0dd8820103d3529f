"""Final checks as runs of MLflow: found, told apart from those of dead judges, and read."""

from __future__ import annotations

import json
from typing import Any

from review_app.judge_check.values import Check, Checked, check_from
from review_app.judges import JudgeKey
from services.kept_runs import kept
from services.labeled_sets import LabeledSets
from services.registered import Registered
from services.store import Store

CHECK = "check.json"


class CheckRuns:
    """Finds and reads the final checks of one store; whom to show them is asked elsewhere."""

    def __init__(self, store: Store, sets: LabeledSets) -> None:
        """Bind to the labeled sets of one store; nothing is read yet."""
        self._store = store
        self._sets = sets

    def every(self) -> list[Checked]:
        """Return all final checks, the newest first.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        found = [checked_of(run) for run in self._sets.runs("judge_check") if kept(run, "verdict")]
        return sorted(found, key=lambda one: -one.checked_ms)

    def standing(self) -> list[Checked]:
        """Return the final checks, without those of judges that are gone and have a successor.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        every = self.every()
        since = {one: Registered(self._store, one) for one in {c.experiment_id for c in every}}
        return [
            one
            for one in every
            if one.checked_ms
            >= since[one.experiment_id].since_ms.get(JudgeKey(one.question, one.source).stored, 0)
        ]

    def load(self, checked: Checked) -> Check:
        """Return all of a check.

        Raises:
            NotFound: when its file is gone.
        """
        return check_from(json.loads(self._store.read_artifact(checked.run_id, CHECK)))


def checked_of(run: Any) -> Checked:
    """Return what MLflow's run tells of a check."""
    return Checked(
        run_id=run.info.run_id,
        experiment_id=run.info.experiment_id,
        question=kept(run, "question"),
        source=kept(run, "judge"),
        set_run=kept(run, "set_run"),
        set_name=kept(run, "set"),
        set_version=int(kept(run, "set_version") or 0),
        look=int(kept(run, "look") or 0),
        verdict=kept(run, "verdict"),  # type: ignore[arg-type] # one of ours
        sentence=kept(run, "sentence"),
        checked_ms=int(kept(run, "checked_ms") or 0),
        owner=kept(run, "owner"),
        learned_from=kept(run, "learned_from"),
        threshold=float(kept(run, "threshold")) if kept(run, "threshold") else None,
        inputs=kept(run, "inputs"),
        splits=kept(run, "splits"),
    )
