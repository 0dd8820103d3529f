"""Scoring: a registered judge runs over a pool, several traces at a time, and can always go on.

All of its state is in MLflow. A score's id is that of its judge and trace, so that no trace is
scored twice, whether a run was killed and resumed or two are at work at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from review_app.access import require_lead
from review_app.errors import Cancelled, InvalidDesign, ReviewError
from review_app.judges import Judge, JudgeKey
from review_app.people import Person
from review_app.planning import Scan
from review_app.pool_filters import narrows_traffic
from review_app.pool_words import in_words
from review_app.scoring import (
    ScoreDesign,
    ScoreFrame,
    ScoreRun,
    design_problems,
    in_order,
)
from services.judges import Judges
from services.pool import scan
from services.score_runs import ScoreRuns, now_ms
from services.score_turns import turn
from services.score_work import Followed, Tell, Work
from services.store import plain_errors

COSTS_OF = 20  # newest runs that tell what a call costs
BROKE = "Something went wrong. Please tell whoever runs this app."


class NothingToScore(InvalidDesign):
    """No trace passes the filters."""


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def _unfollowed(run: ScoreRun) -> None:
    """Nobody follows."""


class Scoring:
    """Lets judges of one store score pools.

    Attributes:
        runs: what was scored so far.
    """

    def __init__(self, judges: Judges) -> None:
        """Bind to the judges of one store; nothing is read yet."""
        self._judges = judges
        self._store = judges.store
        self._settings = judges.settings
        self.runs = ScoreRuns(judges.store)

    def look(self, person: Person, design: ScoreDesign, tell: Tell = _quiet) -> Scan:
        """Look through the pool.

        Args:
            person: the lead who asks.
            design: what is asked for.
            tell: is called with the traces looked at; what it raises stops it.

        Raises:
            NotAllowed: when the person is no lead.
            InvalidDesign: when that cannot be done.
            NotFound: when there is no such experiment.
        """
        require_lead(person)
        problems = design_problems(design)
        if problems:
            raise InvalidDesign(problems[0].sentence)
        return scan(self._store, self._settings, design.pool, now_ms=now_ms(), tell=tell)

    def usual_dollars(self, experiment_id: str, judge: JudgeKey) -> float | None:
        """Return what a call of this judge has cost so far; None where that is not known.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        newest = self.runs.every(experiment_id, judge, newest=COSTS_OF)
        tallies = [one.tally for one in newest]
        priced = [one for one in tallies if one.calls and not one.unpriced]
        calls = sum(one.calls for one in priced)
        return sum(one.dollars for one in priced) / calls if calls else None

    def start(
        self,
        person: Person,
        judge: Judge,
        design: ScoreDesign,
        tell: Tell = _quiet,
        follow: Followed = _unfollowed,
    ) -> ScoreRun:
        """Score a pool.

        Args:
            person: the lead who asks for it.
            judge: a registered version.
            design: which traces, and the budget.
            tell: is called with the traces gone through and all that are to be; what it raises
                stops the run, and what was scored stays.
            follow: is called with the run each time that its state is written down.

        Returns:
            The run as it ended: done, or stopped and why.

        Raises:
            NotAllowed: when the person is no lead.
            InvalidDesign: when that cannot be done.
            NothingToScore: when no trace passes the filters.
            Conflict: when the judge is scoring in this experiment already.
            ReviewError: when the judge cannot be run here.
            StoreUnavailable: when MLflow did not answer; what was scored stays.
        """
        require_lead(person)
        experiment_id = self._store.experiment_id(design.pool.experiment)
        with self._turn(person, experiment_id, judge.key, tell) as telling:
            run_judge = self._judges.runner(person, judge)
            found = self.look(person, design, telling)
            if not found.candidates:
                raise NothingToScore("No trace passes these filters, so there is nothing to score.")
            frame = frame_of(design, found)
            run = self.runs.begin(person, experiment_id, judge.key, design, frame)
            work = Work(self._store, self.runs, run, run_judge, telling, follow)
            return self._go(work, judge, found)

    def resume(
        self,
        person: Person,
        judge: Judge,
        run: ScoreRun,
        tell: Tell = _quiet,
        follow: Followed = _unfollowed,
    ) -> ScoreRun:
        """Go on with a run that broke off, was stopped, or left traces without a score.

        It goes through the pool as it was, in the same order, and calls the model only for what
        has no score. Args, result and errors are those of ``start``; another judge than the run's
        is an InvalidDesign.
        """
        require_lead(person)
        if judge.key.stored != run.judge.stored:
            raise InvalidDesign(f"This run is one of {run.judge.source}, not of {judge.source}.")
        if run.started_ms < judge.created_ms:
            raise InvalidDesign(f"This run is one of another {judge.source}, which was deleted.")
        with self._turn(person, run.experiment_id, run.judge, tell) as telling:
            run_judge = self._judges.runner(person, judge)
            run = self.runs.get(run.run_id)  # somebody else may have gone on with it meanwhile
            found = scan(
                self._store,
                self._settings,
                replace(run.design.pool, experiment=self._name_now(run.experiment_id)),
                window=(run.frame.since_ms, run.frame.until_ms),
                tell=telling,
            )
            again = self.runs.set_state(replace(run, tally=run.tally.again()), "running")
            work = Work(self._store, self.runs, again, run_judge, telling, follow)
            return self._go(work, judge, found)

    @contextmanager
    def _turn(
        self, person: Person, experiment_id: str, judge: JudgeKey, tell: Tell
    ) -> Iterator[Tell]:
        """Keep others out; what is told on the way shows them that this one lives."""
        with turn(self._store, person, experiment_id, judge) as held:

            def telling(done: int, total: int) -> None:
                held.sign()
                tell(done, total)

            yield telling

    def _name_now(self, experiment_id: str) -> str:
        """Return the experiment's name, which may have changed since a run began."""
        with plain_errors():
            return str(self._store.tracking.get_experiment(experiment_id).name)

    def _go(self, work: Work, judge: Judge, found: Scan) -> ScoreRun:
        """Go through the pool and write down how it ended, however it did."""
        work.seen, work.registered_ms = set(_scored(found, judge.key)), judge.created_ms
        design = work.run.design
        try:
            work.through(_labeled(found, judge.key, design), _wanted(found, design))
        except (Cancelled, KeyboardInterrupt):
            return self.runs.set_state(work.run, "stopped", "Somebody stopped it.")
        except BaseException as error:  # whatever ended it, no run is left that seems to be at work
            why = error.sentence if isinstance(error, ReviewError) else BROKE
            with suppress(ReviewError):
                self.runs.set_state(work.run, "stopped", why)
            raise
        return self.runs.set_state(work.run, "stopped" if work.why else "done", work.why)


def frame_of(design: ScoreDesign, found: Scan) -> ScoreFrame:
    """Return the pool as it was found, as it is written down."""
    return ScoreFrame(
        in_words(design.pool),
        len(found.candidates),
        found.since_ms,
        found.until_ms,
        found.complete,
        not narrows_traffic(design.pool),
    )


def to_call(judge: JudgeKey, design: ScoreDesign, found: Scan) -> int:
    """Return how many traces without a score would be scored: the sample and what is labeled."""
    return len({*_wanted(found, design), *_labeled(found, judge, design)} - _scored(found, judge))


def labeled_to_call(judge: JudgeKey, design: ScoreDesign, found: Scan) -> int:
    """Return how many of those that people labeled have no score; they are scored first."""
    return len(set(_labeled(found, judge, design)) - _scored(found, judge))


def _wanted(found: Scan, design: ScoreDesign) -> list[str]:
    """Return the traces to go through, in order."""
    order = in_order((one.trace_id for one in found.candidates), design.seed)
    return order[: design.sample] if design.sample else order


def _labeled(found: Scan, judge: JudgeKey, design: ScoreDesign) -> list[str]:
    """Return the traces that people answered the judge's question on, in order."""
    labeled = (one.trace_id for one in found.candidates if judge.question in one.answers)
    return in_order(labeled, design.seed)


def _scored(found: Scan, judge: JudgeKey) -> frozenset[str]:
    """Return the traces that the judge has scored, as far as MLflow's list tells."""
    column = JudgeKey(judge.question, judge.source.lower()).column
    return frozenset(one.trace_id for one in found.candidates if column in one.scores)
