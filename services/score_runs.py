"""Runs of judges over pools: each an MLflow run, so that all of their state is in MLflow.

What was asked for, and the pool as it was, are params: a list of runs is one call.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from review_app.errors import NotFound
from review_app.judges import JudgeKey
from review_app.people import Person
from review_app.scoring import ScoreDesign, ScoreFrame, ScoreRun, State, Tally
from services.campaigns import KIND, TAG_MAX_LENGTH
from services.kept_runs import begin_run
from services.store import Store, plain_errors

LOG = logging.getLogger(__name__)
SCORES = "judge_score"  # the kind of run
DESIGN = "review.design."  # params that hold what was asked for and the pool as it was, in parts
PART = 5_000  # characters of a param; MLflow takes 6,000
PARTS = 20  # params at most; what is longer, a pool of many ids, is an artifact
FILE = "score.json"
PAGE = 1000  # runs a call
UNREADABLE = "What was written down of this run can no longer be read."


@dataclass(frozen=True)
class _Asked:
    """What was asked for, and the pool as it was."""

    design: ScoreDesign
    frame: ScoreFrame


class ScoreRuns:
    """Finds, begins and keeps the runs of one store."""

    def __init__(self, store: Store) -> None:
        """Bind to a store; nothing is read yet."""
        self._store = store
        self._file = lru_cache(256)(self._read_file)

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
        from mlflow.entities import Param

        tags = {"question": judge.question, "judge": judge.source, "owner": person.name}
        title = f"{judge.source} scores"
        run_id = begin_run(self._store, SCORES, person, experiment_id, title, tags)
        written = json.dumps({"design": asdict(design), "frame": asdict(frame)})
        if len(written) > PART * PARTS:
            self._store.write_artifact(run_id, FILE, written)
        else:
            parts = [written[at : at + PART] for at in range(0, len(written), PART)]
            params = [Param(f"{DESIGN}{number:02d}", part) for number, part in enumerate(parts)]
            with plain_errors():
                self._store.tracking.log_batch(run_id, [], params, [])
        now = now_ms()
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
            NotFound: when it is gone, is none, or cannot be read.
        """
        with plain_errors():
            run = self._store.tracking.get_run(run_id)
        if run.data.tags.get(KIND) != SCORES or run.info.lifecycle_stage != "active":
            raise NotFound("This run of a judge is no longer in MLflow.")
        found = self._read(run)
        if found is None:
            raise NotFound(UNREADABLE)
        return found

    def every(
        self, experiment_id: str, judge: JudgeKey | None = None, *, newest: int = 0
    ) -> list[ScoreRun]:
        """Return the runs over traces of an experiment, newest first.

        Those of which not even the pool was written down are left out: they scored nothing. So are
        those that cannot be read any more.

        Args:
            experiment_id: of the traces.
            judge: only its runs; None for those of all judges.
            newest: only so many, the newest; 0 for all.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        runs = runs_of(self._store, SCORES, experiment_id, judge, at_once=newest or PAGE)
        found: list[ScoreRun] = []
        for run in runs:
            one = self._read(run) if "review.tally" in run.data.tags else None
            found += [one] if one is not None else []
            if newest and len(found) == newest:
                break
        return sorted(found, key=lambda one: (-one.started_ms, one.run_id))

    def _read(self, run: Any) -> ScoreRun | None:
        try:
            return self._run(run)
        except (LookupError, ValueError, NotFound) as error:
            LOG.warning(
                "The run %s of a judge is left out: %s", run.info.run_id, type(error).__name__
            )
            return None

    def _run(self, run: Any) -> ScoreRun:
        tags, params = run.data.tags, run.data.params
        written = "".join(params[key] for key in sorted(params) if key.startswith(DESIGN))
        asked = _ASKED.validate_json(written) if written else self._file(run.info.run_id)
        return ScoreRun(
            run_id=run.info.run_id,
            experiment_id=str(run.info.experiment_id),
            judge=JudgeKey(tags["review.question"], tags["review.judge"]),
            owner=tags.get("review.owner", ""),
            design=asked.design,
            frame=asked.frame,
            tally=_TALLY.validate_json(tags["review.tally"]),
            state=_STATE.validate_python(tags["review.status"]),
            why=tags.get("review.why", ""),
            started_ms=int(run.info.start_time or 0),
            alive_ms=int(tags.get("review.alive_ms", 0)),
        )

    def _read_file(self, run_id: str) -> _Asked:
        return _ASKED.validate_json(self._store.read_artifact(run_id, FILE))


def runs_of(
    store: Store, kind: str, experiment_id: str, judge: JudgeKey | None, *, at_once: int = PAGE
) -> Iterator[Any]:
    """Yield the runs of a kind, of one judge or of all, newest first.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    from mlflow.entities import ViewType

    wanted, token = _filter(kind, judge), None
    while True:
        with plain_errors():
            page = store.tracking.search_runs(
                [experiment_id],
                wanted,
                ViewType.ACTIVE_ONLY,
                max_results=at_once,
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
        yield from (run for run in page if judge in (None, _judge_of(run)))
        token = page.token
        if not token:
            return


def _filter(kind: str, judge: JudgeKey | None) -> str:
    """Return MLflow's filter; it knows no way to write a quotation mark of the other kind."""
    tags = {KIND: kind}
    if judge is not None:
        tags |= {"review.question": judge.question, "review.judge": judge.source}
    plain = {key: value for key, value in tags.items() if not set(value) & set("'\"\\")}
    return " AND ".join(f"tags.`{key}` = '{value}'" for key, value in plain.items())


def _judge_of(run: Any) -> JudgeKey:
    tags = run.data.tags
    return JudgeKey(tags.get("review.question", ""), tags.get("review.judge", ""))


def now_ms() -> int:
    """Return the time, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


_ASKED = TypeAdapter(_Asked)
_STATE: TypeAdapter[State] = TypeAdapter(State)
_TALLY = TypeAdapter(Tally)
