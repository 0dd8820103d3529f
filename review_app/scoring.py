"""Scoring: which traces of a pool a judge scores, in which order, when it stops, and what came.

The traces are taken in an order that is random and the same at every visit: sorted by a hash of
seed and trace id. Wherever a run stops, what it went through is a simple random sample of its pool
(Cochran, Sampling Techniques, 1977, ch. 2), and going on makes that sample larger. What people
labeled is scored before, beside that sample: labels and scores together need both on one item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from review_app.answers import Assessment
from review_app.design import Problem
from review_app.judge_scores import Scored
from review_app.judges import JudgeKey
from review_app.pool import Pool
from review_app.pool_filters import pool_problems

State = Literal["running", "stopped", "done"]
Part = Literal["whole", "random", ""]
HOPELESS = ("not allowed", "unknown model")  # kinds of trouble that the next trace meets, too
IN_A_ROW = 20  # failed calls after which a run stops
DEAD_AFTER_MS = 30_000  # without a sign of life a run is no longer running


@dataclass(frozen=True)
class ScoreDesign:
    """What somebody asked a judge to score.

    Attributes:
        pool: the traces.
        sample: only so many of them, by chance; None for all.
        calls: the model is called so often at most; None for no limit.
        dollars: it costs so much at most, US dollars; None for no limit.
        seed: what the random order begins with.
    """

    pool: Pool
    sample: int | None = None
    calls: int | None = None
    dollars: float | None = None
    seed: str = "1"


@dataclass(frozen=True)
class ScoreFrame:
    """The pool as it was when a run began.

    Attributes:
        words: the pool as a person says it.
        traces: how many there were.
        since_ms: first millisecond; 0 when open.
        until_ms: last millisecond.
        complete: False when there were more traces than were looked at.
        whole_traffic: True when nothing but time and version narrows the pool.
    """

    words: str
    traces: int
    since_ms: int = 0
    until_ms: int = 0
    complete: bool = True
    whole_traffic: bool = False


@dataclass(frozen=True)
class Tally:
    """How far a run is.

    Attributes:
        taken: traces gone through in the random order without a gap, scored ones among them.
        scored: new scores written.
        calls: how often the model was called.
        failed: kind of trouble -> traces without a score because of it.
        tokens: read and written by the model, as far as it told.
        dollars: what the calls cost at list prices, as far as that is known.
        unpriced: new scores whose cost is not known; of a call that failed it never is.
        row: calls that failed since the last one that did not.
    """

    taken: int = 0
    scored: int = 0
    calls: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    row: int = 0

    @property
    def failures(self) -> int:
        """Traces that the judge could not score."""
        return sum(self.failed.values())

    def with_call(self, one: Scored, *, new: bool = True) -> Tally:
        """Return the tally after one more call; its score is not new where another run had it.

        >>> once = Tally().with_call(Scored(True, cost_usd=0.5))
        >>> twice = once.with_call(Scored(None, trouble="failed"))
        >>> twice.scored, twice.failed, twice.dollars, twice.unpriced, twice.row
        (1, {'failed': 1}, 0.5, 0, 1)
        """
        failed = dict(self.failed)
        if one.trouble:
            failed[one.trouble] = failed.get(one.trouble, 0) + 1
        new = new and not one.trouble
        return replace(
            self,
            scored=self.scored + new,
            calls=self.calls + 1,
            failed=failed,
            tokens=self.tokens + (one.input_tokens or 0) + (one.output_tokens or 0),
            dollars=self.dollars + (one.cost_usd or 0.0),
            unpriced=self.unpriced + (new and one.cost_usd is None),
            row=self.row + 1 if one.trouble else 0,
        )

    def with_let_go(self, calls: int) -> Tally:
        """Return the tally after calls that nobody waited for; each is taken to cost the usual."""
        usual = self.dollars / self.calls if self.calls else 0.0
        return replace(self, calls=self.calls + calls, dollars=self.dollars + calls * usual)

    def again(self) -> Tally:
        """Return the tally with which the run goes on: from the start, with what it has spent."""
        return replace(self, taken=0, failed={}, row=0)


@dataclass(frozen=True)
class ScoreRun:
    """One run of a judge over a pool: an MLflow run with the tag ``review.kind=judge_score``.

    Attributes:
        run_id: the run.
        experiment_id: the experiment of its traces.
        judge: whose scores they are.
        owner: who asked for it.
        design: what was asked for.
        frame: the pool as it was.
        tally: how far it came.
        state: ``running``, ``stopped`` before the end, or ``done``.
        why: why it stopped, as a sentence; "" while it runs and when it is done.
        started_ms: when it began, milliseconds since the epoch.
        alive_ms: its last sign of life.
    """

    run_id: str
    experiment_id: str
    judge: JudgeKey
    owner: str
    design: ScoreDesign
    frame: ScoreFrame
    tally: Tally = Tally()
    state: State = "running"
    why: str = ""
    started_ms: int = 0
    alive_ms: int = 0

    @property
    def wanted(self) -> int:
        """How many traces it goes through where nothing stops it."""
        return min(self.frame.traces, self.design.sample or self.frame.traces)

    @property
    def part(self) -> Part:
        """What the traces it went through are of its pool: all, a random part, or not known.

        A trace that could not be scored leaves a hole that is not random; the scores then say
        nothing about the pool until it is closed. Neither does a pool that was not seen to its end,
        nor a run that is at work or was killed.
        """
        known = self.frame.complete and self.state != "running" and not self.tally.failures
        if not known or not self.tally.taken:
            return ""
        return "whole" if self.tally.taken >= self.frame.traces else "random"

    def is_alive(self, now_ms: int) -> bool:
        """Tell whether it is at work right now, here or in another process."""
        return self.state == "running" and now_ms - self.alive_ms < DEAD_AFTER_MS

    def can_go_on(self, now_ms: int) -> bool:
        """Tell whether it broke off, was stopped, or left traces without a score."""
        left = self.state != "done" or self.tally.failures > 0
        return left and not self.is_alive(now_ms) and not stop_by_budget(self.design, self.tally)


def in_order(trace_ids: Iterable[str], seed: str) -> list[str]:
    """Return the traces in the order in which they are scored; it does not depend on the others.

    >>> whole = in_order(["a", "b", "c", "d"], "1")
    >>> whole, in_order(["d", "a", "c"], "1") == [one for one in whole if one != "b"]
    (['d', 'b', 'c', 'a'], True)
    """
    return sorted(trace_ids, key=lambda one: hashlib.sha256(f"{seed}\n{one}".encode()).digest())


def went_through(run: ScoreRun, trace_ids: Iterable[str]) -> list[str]:
    """Return which of the pool's traces a run went through: all, or a random part of them."""
    return in_order(trace_ids, run.design.seed)[: run.tally.taken]


def design_problems(design: ScoreDesign) -> list[Problem]:
    """Return what is wrong with what was asked for; [] when it can be done.

    >>> [one.field for one in design_problems(ScoreDesign(Pool("bot"), sample=0, dollars=-1.0))]
    ['sample', 'dollars']
    """
    found = list(pool_problems(design.pool))
    least: dict[str, float | None] = {"sample": design.sample, "calls": design.calls}
    found += [
        Problem(name, "This must be at least 1.")
        for name, value in least.items()
        if value is not None and value < 1
    ]
    if design.dollars is not None and not 0 < design.dollars < _MOST_DOLLARS:
        found.append(Problem("dollars", "A budget must be more than nothing."))
    return found


def stop_by_budget(design: ScoreDesign, tally: Tally, under_way: int = 0) -> str:
    """Return the sentence that ends a run because of its budget; "" while it may go on.

    Args:
        design: with the budget.
        tally: what was spent so far.
        under_way: calls that were begun and not counted yet; each is taken to cost the usual.

    >>> stop_by_budget(ScoreDesign(Pool("bot"), calls=2), Tally(calls=1), under_way=1)
    'The budget of 2 calls is used up.'
    """
    if design.calls is not None and tally.calls + under_way >= design.calls:
        return f"The budget of {design.calls:,} calls is used up."
    if design.dollars is None:
        return ""
    if tally.unpriced:
        return "The price of this model is not known, so a budget in dollars cannot be kept."
    usual = tally.dollars / tally.calls if tally.calls else 0.0
    if tally.dollars + (under_way + 1) * usual > design.dollars:
        return f"The budget of ${design.dollars:,.2f} is used up."
    return ""


def stop_by_trouble(tally: Tally, newest: Scored) -> str:
    """Return the sentence that ends a run because calls keep failing; "" while it may go on."""
    if newest.trouble in HOPELESS or tally.row >= IN_A_ROW:
        return newest.sentence
    return ""


def score_of(
    judge: JudgeKey, trace_id: str, said: Scored, about: Mapping[str, str], registered_ms: int = 0
) -> Assessment:
    """Return the score as an assessment, under an id that only this judge and trace have.

    Written twice, by a run that was killed and resumed or by two at once, it is there once.

    Args:
        judge: whose score it is.
        trace_id: the trace.
        said: what the judge said.
        about: more that the score carries, e.g. its run.
        registered_ms: when the judge was; one that was deleted may have had its name and version.
    """
    numbers = {
        "review.seconds": f"{said.seconds:.2f}",
        "mlflow.assessment.judgeInputTokens": _text(said.input_tokens),
        "mlflow.assessment.judgeOutputTokens": _text(said.output_tokens),
        "mlflow.assessment.judgeCost": _text(said.cost_usd),
    }
    return Assessment(
        judge.question,
        said.value,
        judge.source,
        "LLM_JUDGE",
        rationale=said.rationale,
        metadata={**about, **{name: text for name, text in numbers.items() if text}},
        assessment_id=score_id(judge, trace_id, registered_ms),
        trace_id=trace_id,
    )


def score_id(judge: JudgeKey, trace_id: str, registered_ms: int = 0) -> str:
    """Return the id of the judge's score on a trace; at most 50 characters.

    >>> len(score_id(JudgeKey("good", "good@1"), "tr-1"))
    34
    """
    named = f"score\n{judge.question}\n{judge.source.lower()}\n{registered_ms}\n{trace_id}"
    return f"s-{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


_MOST_DOLLARS = 1e9
