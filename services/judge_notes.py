"""Notes beside judges: what MLflow has no place for, as a run beside each version made here."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from review_app.judges import Judge
from services.campaigns import KIND, set_tags
from services.kept_runs import end_run
from services.store import Store, plain_errors

PAGE = 1000  # runs a page
LEARNED, ALIGNED = "review.learned_from", "review.aligned_by"
BEFORE = "review.learned_before"
PASSES, OWNER = "review.threshold", "review.owner"
_UNKNOWN = "0"  # version of a note whose judge was never seen to be registered
_VERSIONS = f"tags.`{KIND}` = 'judge_version'"
_NAME, _NUMBER, _TOLD = "review.judge", "review.judge_version", "review.instructions_sha256"
_SCORER, _REGISTERED = "review.scorer_id", "review.registered_ms"
Tags = dict[str, str]


@dataclass(frozen=True)
class Noted:
    """The notes of an experiment.

    Attributes:
        kept: what names a version -> its note.
        open: name and text of a judge -> a note that never came to know its version.
    """

    kept: dict[tuple[str, ...], Tags] = field(default_factory=dict)
    open: dict[tuple[str, str], Tags] = field(default_factory=dict)

    def of(self, stored: Any, instructions: str) -> Tags:
        """Return the note of MLflow's version of a judge; {} where there is none.

        A note that broke off tells what a version with its text has learned from, and no more.
        """
        found = self.kept.get(_identity(stored))
        if found is not None:
            return found
        broke_off = self.open.get((stored.scorer_name, _digest(instructions)), {})
        return {key: broke_off[key] for key in (LEARNED, BEFORE, ALIGNED) if key in broke_off}


class JudgeNotes:
    """Writes and reads the notes of one store."""

    def __init__(self, store: Store) -> None:
        """Bind to a store; nothing is read yet."""
        self._store = store

    def begin(self, made: Judge, wording: str) -> str:
        """Note a judge before there is a version, and return the run's id.

        Where this process dies in between, the version counts as one that learned what it might
        have learned.

        Args:
            made: the judge, without its version.
            wording: the version of its question.
        """
        from mlflow.entities import RunTag

        tags = {
            KIND: "judge_version",
            _NAME: made.name,
            _NUMBER: _UNKNOWN,
            _TOLD: _digest(made.instructions),
            OWNER: made.owner,
            LEARNED: made.learned_from,
            BEFORE: " ".join(made.learned_before),
            ALIGNED: made.aligned_by,
            PASSES: "" if made.threshold is None else repr(made.threshold),
            "review.question": made.name,
            "review.question_version": wording,
        }
        now = time.time_ns() // 1_000_000
        given = [RunTag(key, value) for key, value in tags.items()]
        with plain_errors():
            run = self._store.tracking.create_run(
                made.experiment_id, made.owner, now, given, made.name
            )
        return str(run.info.run_id)

    def end(self, run_id: str, stored: Any) -> None:
        """Note which version of MLflow it is about: number, scorer and time are its alone."""
        name, number, scorer, registered = _identity(stored)
        told = {_SCORER: scorer, _REGISTERED: registered}
        set_tags(self._store, run_id, {**told, _NUMBER: number})
        end_run(self._store, run_id, f"{name}@{number}")

    def drop(self, run_id: str) -> None:
        """Take back a note whose judge was not registered.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        with plain_errors():
            self._store.tracking.delete_run(run_id)

    def every(self, experiment_id: str) -> Noted:
        """Return all notes of an experiment.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        found = Noted()
        for run in self._runs(experiment_id):
            tags = dict(run.data.tags)
            name, number = tags.get(_NAME, ""), tags.get(_NUMBER, _UNKNOWN)
            if number != _UNKNOWN:
                identity = (name, number, tags.get(_SCORER, ""), tags.get(_REGISTERED, ""))
                found.kept[identity] = tags
            elif tags.get(LEARNED) or tags.get(ALIGNED):
                found.open.setdefault((name, tags.get(_TOLD, "")), tags)
        return found

    def _runs(self, experiment_id: str) -> Iterator[Any]:
        from mlflow.entities import ViewType

        token = None
        while True:
            with plain_errors():
                page = self._store.tracking.search_runs(
                    [experiment_id], _VERSIONS, ViewType.ACTIVE_ONLY, max_results=PAGE,
                    page_token=token,
                )  # fmt: skip
            yield from page
            token = page.token
            if not token:
                return


def _identity(stored: Any) -> tuple[str, str, str, str]:
    """Return what names one version for ever: MLflow gives name and number anew once deleted."""
    return (
        str(stored.scorer_name),
        str(stored.scorer_version),
        str(stored.scorer_id or ""),
        str(stored.creation_time or ""),
    )


def _digest(instructions: str) -> str:
    return hashlib.sha256(instructions.encode()).hexdigest()
