"""The work of scoring: which call may begin, what its answer writes, what is told on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from review_app.answers import Assessment
from review_app.errors import NotAllowed, NotFound, ReviewError, StoreUnavailable
from review_app.judge_scores import Scored
from review_app.scoring import ScoreRun, Tally, score_id, score_of, stop_by_budget, stop_by_trouble
from services.item_writing import create_once
from services.jobs import beside
from services.judge_runner import Runner
from services.registered import REGISTERED
from services.score_runs import ScoreRuns
from services.store import Store
from services.traces import trace_of

AT_ONCE = 8  # calls of the model under way
WAIT_SECONDS = 0.5  # at most, until somebody who asked to stop is heard
NOTE_EVERY_SECONDS = 1.0
BEAT_SECONDS = 5.0  # a sign of life while all calls are slow
GRACE_SECONDS = 2.0  # for calls under way when the work is stopped: they are paid for
RUN = "review.score_run"  # what a score tells of the run that wrote it
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
        registered_ms: when the judge was.
        noted_s: when the state was written down last, seconds of a monotonic clock.
        noted: what was written down then.
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
    seen: set[str] = field(default_factory=set)
    registered_ms: int = 0
    noted_s: float = 0.0
    noted: Tally | None = None
    why: str = ""
    far: tuple[int, int] = (0, 0)
    waiting: dict[Future[Scored | None], str] = field(default_factory=dict)

    def through(self, labeled: Iterable[str], order: Iterable[str]) -> None:
        """Score what has no score: first what people labeled, then the sample, in its order."""
        wanted = list(order)
        steps = list(dict.fromkeys([*labeled, *wanted]))
        try:
            self._begin(steps, wanted)
            while self.waiting:
                self._take()
        except BaseException:  # whatever ends it, calls that were paid for are kept
            self._let_go(wanted)
            raise

    def _begin(self, steps: Sequence[str], wanted: Sequence[str]) -> None:
        end = self._end(steps)
        for number, trace_id in enumerate(steps, 1):
            if trace_id not in self.seen:
                self._make_room()
                if self.why:
                    return
                self.seen.add(trace_id)
                self.waiting[beside(partial(self._call, trace_id))] = trace_id
            self._passed(wanted)
            self.far = (number, end)
            self._told()

    def _end(self, steps: Sequence[str]) -> int:
        """Return how many steps its calls are enough for."""
        without = [number for number, one in enumerate(steps, 1) if one not in self.seen]
        left = (self.run.design.calls or math.inf) - self.run.tally.calls
        return without[int(left) - 1] if 0 < left < len(without) else len(steps)

    def _make_room(self) -> None:
        """Wait until one more call may begin; or note why none may."""
        design = self.run.design
        one_by_one = design.dollars is not None and not self.run.tally.calls
        while under_way := len(self.waiting):
            if under_way < AT_ONCE and not one_by_one and not self._spent(under_way):
                break
            self._take()
        self.why = self.why or self._spent(0)

    def _spent(self, under_way: int) -> str:
        return stop_by_budget(self.run.design, self.run.tally, under_way)

    def _take(self) -> None:
        """Write the scores that are there, at least one."""
        while not self._written(WAIT_SECONDS):
            self._told()
        self._told()

    def _written(self, seconds: float) -> bool:
        """Wait for calls to end, write their scores, and tell whether there were any."""
        ended = wait(self.waiting, seconds, FIRST_COMPLETED).done
        for done in ended:
            self._write(self.waiting[done], done.result())
            del self.waiting[done]
        return bool(ended)

    def _write(self, trace_id: str, said: Scored | None) -> None:
        if said is None:
            return
        new: bool | None = False
        if not said.trouble:
            about = {RUN: self.run.run_id, REGISTERED: str(self.registered_ms)}
            score = score_of(self.run.judge, trace_id, said, about, self.registered_ms)
            new = self._kept(score)
        if new is None:
            said = replace(said, value=None, trouble="unreadable answer")
        self.run = replace(self.run, tally=self.run.tally.with_call(said, new=bool(new)))
        self.why = self.why or stop_by_trouble(self.run.tally, said)

    def _kept(self, score: Assessment) -> bool | None:
        """Write a score and tell whether that was new; None where MLflow refuses what it says."""
        for _ in range(2):
            try:
                return create_once(self.store, score).metadata.get(RUN) == self.run.run_id
            except NotFound:  # deleted while it was judged
                return False
            except NotAllowed:
                raise
            except StoreUnavailable:
                self._note()  # raises where MLflow takes nothing else either
            except ReviewError:
                return None
        return None

    def _let_go(self, wanted: Sequence[str]) -> None:
        """Write what comes in a moment; calls that take longer are as if they had not begun."""
        until = time.monotonic() + GRACE_SECONDS
        try:
            with suppress(ReviewError):
                while self.waiting and (left := until - time.monotonic()) > 0:
                    self._written(left)
        finally:
            tally = self.run.tally.with_let_go(len(self.waiting))
            self.run = replace(self.run, tally=replace(tally, taken=0))
            self.seen -= set(self.waiting.values())
            self.waiting.clear()
            self._passed(wanted)

    def _passed(self, wanted: Sequence[str]) -> None:
        """Count how far the sample is gone through without a gap."""
        taken = self.run.tally.taken
        while taken < len(wanted) and wanted[taken] in self.seen:
            taken += 1
        self.run = replace(self.run, tally=replace(self.run.tally, taken=taken))

    def _told(self) -> None:
        """Say how far it is; now and then in MLflow, too, sooner where there is something new."""
        self.tell(*self.far)
        every_seconds = BEAT_SECONDS if self.run.tally == self.noted else NOTE_EVERY_SECONDS
        if time.monotonic() - self.noted_s >= every_seconds:
            self._note()

    def _note(self) -> None:
        self.run = self.runs.note(self.run)
        self.noted_s, self.noted = time.monotonic(), self.run.tally
        self.follow(self.run)

    def _call(self, trace_id: str) -> Scored | None:
        """Run the judge; None where the trace is gone or has a score by now."""
        trace = trace_of(self.store, trace_id)
        if trace is None:
            return None
        mine = score_id(self.run.judge, trace_id, self.registered_ms)
        if any(one.assessment_id == mine for one in trace.info.assessments or ()):
            return None
        return self.run_judge(trace)
