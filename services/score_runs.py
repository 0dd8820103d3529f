"""Runs of judges over pools: each an MLflow run, so that all of their state is in MLflow."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from review_app.errors import NotFound
from review_app.judges import JudgeKey
from review_app.people import Person
from review_app.scoring import ScoreDesign, ScoreFrame, ScoreRun, State, Tally
from services.campaigns import KIND, TAG_MAX_LENGTH
from services.store import Store, plain_errors

DESIGN = "score.json"  # the artifact that holds what was asked for and the pool as it was
PAGE = 1000  # runs a page
_RUNS = f"tags.`{KIND}` = 'judge_score'"


class ScoreRuns:
    """Finds, begins and keeps the runs of one store."""

    def __init__(self, store: Store) -> None:
        """Bind to a store; nothing is read yet."""
        self._store = store
        self._design = lru_cache(256)(self._read_design)

    def begin(
        self,
        person: Person,
        experiment_id: str,
        judge: JudgeKey,
        design: ScoreDesign,
        frame: ScoreFrame,
    ) -> ScoreRun:
        """Write down a new run, before its first score.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        from mlflow.entities import RunTag

        now = now_ms()
        tags = {
            KIND: "judge_score",
            "review.question": judge.question,
            "review.judge": judge.source,
            "review.owner": person.name,
        }
        with plain_errors():
            run = self._store.tracking.create_run(
                experiment_id,
                person.name,
                now,
                [RunTag(key, value) for key, value in tags.items()],
                f"{judge.source} scores",
            )
        run_id = str(run.info.run_id)
        written = {"design": asdict(design), "frame": asdict(frame)}
        self._store.write_artifact(run_id, DESIGN, json.dumps(written, ensure_ascii=False))
        begun = ScoreRun(
            run_id, experiment_id, judge, person.name, design, frame, started_ms=now, alive_ms=now
        )
        return self.note(begun)

    def note(self, run: ScoreRun) -> ScoreRun:
        """Write down how far a run is, as a sign of life.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        from mlflow.entities import RunTag

        now = now_ms()
        tags = {
            "review.tally": json.dumps(asdict(run.tally)),
            "review.status": run.state,
            "review.why": run.why[:TAG_MAX_LENGTH],
            "review.alive_ms": str(now),
        }
        with plain_errors():
            self._store.tracking.log_batch(
                run.run_id, [], [], [RunTag(key, value) for key, value in tags.items()]
            )
        return replace(run, alive_ms=now)

    def set_state(self, run: ScoreRun, state: State, why: str = "") -> ScoreRun:
        """Write down that a run began again, stopped or is done; MLflow's own pages show it too.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        from mlflow.entities import RunStatus

        known = {"running": RunStatus.RUNNING, "done": RunStatus.FINISHED}
        status = known.get(state, RunStatus.KILLED)
        noted = self.note(replace(run, state=state, why=why))
        end = None if state == "running" else now_ms()
        with plain_errors():
            self._store.tracking.update_run_info(run.run_id, status, end, None)
        return noted

    def get(self, run_id: str) -> ScoreRun:
        """Return a run as it is now.

        Raises:
            NotFound: when it is gone or is none.
        """
        with plain_errors():
            run = self._store.tracking.get_run(run_id)
        if run.data.tags.get(KIND) != "judge_score" or run.info.lifecycle_stage != "active":
            raise NotFound("This run of a judge is no longer in MLflow.")
        return self._run(run)

    def every(self, experiment_id: str, judge: JudgeKey | None = None) -> list[ScoreRun]:
        """Return the runs over traces of an experiment, newest first; only a judge's where given.

        Those of which not even the pool was written down are left out: they scored nothing.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        found = []
        for run in self._found(experiment_id):
            tags = run.data.tags
            key = JudgeKey(tags.get("review.question", ""), tags.get("review.judge", ""))
            if "review.tally" in tags and judge in (None, key):
                found.append(self._run(run))
        return sorted(found, key=lambda one: (-one.started_ms, one.run_id))

    def _found(self, experiment_id: str) -> Iterator[Any]:
        from mlflow.entities import ViewType

        token = None
        while True:
            with plain_errors():
                page = self._store.tracking.search_runs(
                    [experiment_id],
                    _RUNS,
                    ViewType.ACTIVE_ONLY,
                    max_results=PAGE,
                    page_token=token,
                )
            yield from page
            token = page.token
            if not token:
                return

    def _run(self, run: Any) -> ScoreRun:
        tags = run.data.tags
        design, frame = self._design(run.info.run_id)
        return ScoreRun(
            run_id=run.info.run_id,
            experiment_id=str(run.info.experiment_id),
            judge=JudgeKey(tags["review.question"], tags["review.judge"]),
            owner=tags.get("review.owner", ""),
            design=design,
            frame=frame,
            tally=_TALLY.validate_json(tags["review.tally"]),
            state=tags["review.status"],
            why=tags.get("review.why", ""),
            started_ms=int(run.info.start_time or 0),
            alive_ms=int(tags.get("review.alive_ms", 0)),
        )

    def _read_design(self, run_id: str) -> tuple[ScoreDesign, ScoreFrame]:
        written = json.loads(self._store.read_artifact(run_id, DESIGN))
        return _DESIGN.validate_python(written["design"]), ScoreFrame(**written["frame"])


def now_ms() -> int:
    """Return the time, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


_DESIGN = TypeAdapter(ScoreDesign)
_TALLY = TypeAdapter(Tally)
