"""Turns: of a judge and an experiment only one scoring is at work, over all processes.

Turns are numbered, and each is claimed at a run of MLflow that is there for nothing else. Where two
processes made such a run at the same moment, whoever looks later sees both and needs a turn at
each, so that only one has all of them. A turn ends when it is given back, or when its holder gave
no sign of life for a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from review_app.errors import Conflict, ReviewError
from review_app.judges import JudgeKey
from review_app.people import Person
from review_app.scoring import DEAD_AFTER_MS
from services.claims import claim, claimed
from services.kept_runs import begin_run, end_run
from services.score_runs import now_ms, runs_of
from services.store import Store, plain_errors

TURNS = "judge_turns"  # the kind of run
TURN = "review.turn."
ALIVE = "review.turn_alive"  # the run's tag that holds the newest sign of life
SIGN_EVERY_SECONDS = 5.0
BUSY = "This judge is scoring these traces right now, perhaps in another window."
LOST = "This run gave no sign of life for a while, and another one is at work by now."


@dataclass
class Turn:
    """The right to let a judge score the traces of an experiment.

    Attributes:
        store: where the runs are.
        token: names this holder.
        held: run -> number of the turn that is held there.
        signed_s: when the last sign of life was given, seconds of a monotonic clock.
    """

    store: Store
    token: str = field(default_factory=lambda: uuid4().hex)
    held: dict[str, int] = field(default_factory=dict)
    signed_s: float = field(default_factory=time.monotonic)

    def take(self, run_id: str) -> None:
        """Take the next turn at a run.

        Raises:
            Conflict: when somebody else has it.
        """
        with plain_errors():
            data = self.store.tracking.get_run(run_id).data
        number = _last(data.params)
        if number and _is_alive(data.params[_key(number)], data.tags.get(ALIVE, "")):
            raise Conflict(BUSY)
        mine = f"{self.token} {now_ms()}"
        if claim(self.store, run_id, _key(number + 1), mine) != mine:
            raise Conflict(BUSY)
        self.held[run_id] = number + 1

    def sign(self) -> None:
        """Give a sign of life now and then; cheap to call often.

        Raises:
            Conflict: when there was none for so long that somebody else took over.
        """
        silent_s = time.monotonic() - self.signed_s
        if silent_s < SIGN_EVERY_SECONDS:
            return
        self.signed_s = time.monotonic()
        for run_id, number in self.held.items():
            if silent_s * 1000 > DEAD_AFTER_MS and _last(claimed(self.store, run_id)) > number:
                raise Conflict(LOST)
            self._say(run_id, now_ms())

    def give_back(self) -> None:
        """Let the next one in at once."""
        for run_id, number in self.held.items():
            with suppress(ReviewError):
                if _last(claimed(self.store, run_id)) == number:
                    self._say(run_id, 0)

    def _say(self, run_id: str, at_ms: int) -> None:
        from mlflow.entities import RunTag

        with plain_errors():
            self.store.tracking.set_tag(run_id, RunTag(ALIVE, f"{self.token} {at_ms}"))


@contextmanager
def turn(store: Store, person: Person, experiment_id: str, judge: JudgeKey) -> Iterator[Turn]:
    """Hold the only turn of a judge and an experiment.

    Raises:
        Conflict: when somebody else has it.
        StoreUnavailable: when MLflow did not answer.
    """
    taken = Turn(store)
    try:
        for run_id in _places(store, person, experiment_id, judge):
            taken.take(run_id)
        yield taken
    finally:
        taken.give_back()


def _places(store: Store, person: Person, experiment_id: str, judge: JudgeKey) -> list[str]:
    found = _found(store, experiment_id, judge)
    if found:
        return found
    title = f"{judge.source} turns"
    tags = {"question": judge.question, "judge": judge.source}
    run_id = begin_run(store, TURNS, person, experiment_id, title, tags)
    end_run(store, run_id, title)
    return _found(store, experiment_id, judge)


def _found(store: Store, experiment_id: str, judge: JudgeKey) -> list[str]:
    return sorted(str(run.info.run_id) for run in runs_of(store, TURNS, experiment_id, judge))


def _key(number: int) -> str:
    return f"{TURN}{number:06d}"


def _last(params: Any) -> int:
    return max((int(key.removeprefix(TURN)) for key in params if key.startswith(TURN)), default=0)


def _is_alive(holder: str, newest_sign: str) -> bool:
    """Tell whether a holder gave a sign of life lately: its claim, or a later one."""
    token, _, claimed_ms = holder.partition(" ")
    by, _, signed_ms = newest_sign.partition(" ")
    return now_ms() - int((signed_ms if by == token else claimed_ms) or 0) < DEAD_AFTER_MS
