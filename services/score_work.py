"""The work of scoring: which call may begin, what its answer writes, what is told on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from review_app.judge_scores import Scored
from review_app.scoring import ScoreRun, score_id, score_of, stop_by_budget, stop_by_trouble
from services.item_writing import create_once
from services.judge_runner import Runner
from services.score_runs import ScoreRuns
from services.store import Store
from services.traces import trace_of

AT_ONCE = 8  # calls of the model under way
NOTE_EVERY_SECONDS = 1.0
BEAT_SECONDS = 5.0  # a sign of life while all calls are slow
Tell = Callable[[int, int], None]
Followed = Callable[[ScoreRun], None]


@dataclass
class Work:
    """One run at work: calls in several threads, writes in this one.

    Attributes:
        store: where the traces are.
        runs: where its state is written down.
        run: as far as it is.
        run_judge: calls the model.
        tell: gets ``far``; what it raises stops the work.
        follow: gets the run each time that its state is written down.
        seen: traces that have a score, or were tried.
        noted_s: when the state was written down last, seconds of a monotonic clock.
        why: why it stopped; "" while nothing stops it.
        far: traces gone through, labeled ones too, and all that are to be.
        waiting: calls under way.
    """

    store: Store
    runs: ScoreRuns
    run: ScoreRun
    run_judge: Runner
    tell: Tell
    follow: Followed
    seen: set[str]
    noted_s: float = 0.0
    why: str = ""
    far: tuple[int, int] = (0, 0)
    waiting: dict[Future[Scored | None], str] = field(default_factory=dict)

    def through(self, labeled: Iterable[str], order: Iterable[str]) -> None:
        """Score what has no score: first what people labeled, then the sample, in its order."""
        wanted = list(order)
        steps = list(dict.fromkeys([*labeled, *wanted]))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="score") as pool:
            try:
                for number, trace_id in enumerate(steps, 1):
                    if trace_id not in self.seen:
                        self._make_room()
                        if self.why:
                            break
                        self.seen.add(trace_id)
                        self.waiting[pool.submit(self._call, trace_id)] = trace_id
                    self._passed(wanted, number, len(steps))
            finally:
                while self.waiting:  # what was begun is paid for
                    self._take()

    def after_loss(self) -> ScoreRun:
        """Return the run with the calls counted whose answers were lost with the store."""
        return replace(self.run, tally=self.run.tally.with_lost(len(self.waiting)))

    def _make_room(self) -> None:
        """Wait until one more call may begin; or note why none may."""
        design = self.run.design
        one_by_one = design.dollars is not None and not self.run.tally.calls
        while under_way := len(self.waiting):
            if under_way < AT_ONCE and not one_by_one and not self._spent(under_way):
                break
            self._take()
            self._told()
        self.why = self.why or self._spent(0)

    def _spent(self, under_way: int) -> str:
        return stop_by_budget(self.run.design, self.run.tally, under_way)

    def _take(self) -> None:
        """Write the scores that are there, at least one."""
        while not (ended := wait(self.waiting, BEAT_SECONDS, FIRST_COMPLETED).done):
            self._note()
        for done in ended:
            self._write(self.waiting[done], done.result())
            del self.waiting[done]

    def _write(self, trace_id: str, said: Scored | None) -> None:
        if said is None:
            return
        if not said.trouble:
            about = {"review.score_run": self.run.run_id}
            create_once(self.store, score_of(self.run.judge, trace_id, said, about))
        self.run = replace(self.run, tally=self.run.tally.with_call(said))
        self.why = self.why or stop_by_trouble(self.run.tally, said)

    def _passed(self, wanted: list[str], done: int, total: int) -> None:
        """Count how far the sample is gone through without a gap, and say how far all is."""
        taken = self.run.tally.taken
        while taken < len(wanted) and wanted[taken] in self.seen:
            taken += 1
        self.run = replace(self.run, tally=replace(self.run.tally, taken=taken))
        self.far = (done, total)
        self._told()

    def _told(self) -> None:
        """Say how far it is; now and then in MLflow, too."""
        self.tell(*self.far)
        if time.monotonic() - self.noted_s >= NOTE_EVERY_SECONDS:
            self._note()

    def _note(self) -> None:
        self.run = self.runs.note(self.run)
        self.noted_s = time.monotonic()
        self.follow(self.run)

    def _call(self, trace_id: str) -> Scored | None:
        """Run the judge; None where the trace is gone or has a score by now."""
        trace = trace_of(self.store, trace_id)
        if trace is None:
            return None
        mine = score_id(self.run.judge, trace_id)
        if any(one.assessment_id == mine for one in trace.info.assessments or ()):
            return None
        return self.run_judge(trace)
