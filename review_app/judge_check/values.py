"""What a check of a judge comes to, as values that are stored and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from review_app.intervals import Interval
from review_app.judge_check.alt_test import AltTest
from review_app.judge_check.kappas import Kappas
from review_app.judge_check.rates import Cell, Overall, RightOf
from review_app.pool import Score

Outcome = Literal["holds", "fails", "undecided", "not possible"]
Verdict = Literal["may stand in", "may sort and pre-screen", "may not stand in", "undecided"]
TestName = Literal["catches", "accepts", "kappa", "alt-test", "guard"]
MOST_LEFT_OUT = 0.10  # of the items; above it a check decides nothing
LOWEST_FLOOR = 0.5  # by tossing a coin a judge is right about half of the good and the bad answers
MOST_EPSILON = 0.2  # of experts, the widest that the alt-test's authors propose
MOST_MARGIN = 0.5


@dataclass(frozen=True)
class Limits:
    """What a judge must reach; stored before the first check.

    Attributes:
        tnr: share of bad answers that it must surely catch.
        tpr: share of good answers that it must surely accept.
        epsilon: how much worse than a person it may be in the alt-test; .2 for experts.
        margin: how much less than people with each other it may agree with people, in kappa.
    """

    tnr: float = 0.70
    tpr: float = 0.80
    epsilon: float = 0.20
    margin: float = 0.10

    @property
    def problem(self) -> str:
        """Why nothing may be measured by these limits; "" where it may.

        >>> Limits().problem, Limits(tnr=0.3).problem[:27]
        ('', 'A judge that tosses a coin ')
        """
        if not all(LOWEST_FLOOR <= floor < 1 for floor in (self.tnr, self.tpr)):
            return (
                "A judge that tosses a coin is right about half of the good and half of the bad"
                " answers: ask for 50 to 99 % of both."
            )
        if not 0 <= self.epsilon <= MOST_EPSILON:
            return f"Epsilon goes up to {MOST_EPSILON:g}, which is for experts."
        if not 0 <= self.margin <= MOST_MARGIN:
            return f"The margin of kappa goes up to {MOST_MARGIN:g}."
        return ""


@dataclass(frozen=True)
class TestRow:
    """One test: its number, interval and outcome, and the best constant judge beside it.

    Attributes:
        name: which test.
        value: the number; None where it cannot be computed.
        interval: 95 %; None where there is none.
        lower: lower bound at the level of this look; what must reach the limit.
        upper: upper bound at the same level; below the limit the test fails.
        limit: what must be reached.
        n: items that it stands on.
        outcome: whether the judge passes.
        why: the outcome as a sentence.
        settle: what would settle it; "" where it is settled.
        constant: the number of the best constant judge; None where it has none.
        constant_outcome: how the constant judge would do.
    """

    __test__ = False  # it is no test of pytest's

    name: TestName
    value: float | None
    interval: Interval | None
    lower: float | None
    upper: float | None
    limit: float
    n: int
    outcome: Outcome
    why: str
    settle: str = ""
    constant: float | None = None
    constant_outcome: Outcome = "not possible"


@dataclass(frozen=True)
class Seen:
    """One item of a check as it is kept: enough to list it and to compare two checks.

    Attributes:
        trace_id: the trace.
        label: True where it passes, by what people said; None in a tie.
        judged: what the judge said, as pass or fail; None where there is no score.
        score: the same as the judge said it.
        weight: 1 / the chance of having been drawn.
        cluster: what hangs together with it.
    """

    trace_id: str
    label: bool | None
    judged: bool | None
    score: Score | None
    weight: float
    cluster: str


@dataclass(frozen=True)
class Check:
    """The whole check of one version of a judge.

    Attributes:
        question: name of the question.
        source: of the judge's scores.
        threshold: numbers from there on pass; None where the judge says pass or fail itself.
        limits: what had to be reached.
        look: the how manieth final check on this labeled set it is; 0 while developing.
        one_sided: the level of each bound: .05 / 2^look.
        verdict: of all tests.
        sentence: the verdict in one sentence.
        tests: a row for each test.
        catches: how often it is right about bad answers.
        accepts: how often it is right about good answers.
        kappas: judge with people beside people with each other.
        alt: the published alt-test at each epsilon.
        alt_design: the same, counting weights and clusters.
        guard: the class-balanced guard at each epsilon, as published tests count.
        guard_design: the same, counting weights and clusters.
        rho: mean share of items on which the judge is as good as a person, 95 %.
        overall: accuracy, kappa with the label, area under the curve.
        constant: what the best constant judge always says.
        constant_accuracy: how often it is right.
        people: reviewer -> items that others labeled too.
        items: items with a label and a score.
        left_out: why -> items; ties and missing scores count against the judge in ``worst``.
        against: how many of these do.
        confusion: cell -> trace ids.
        seen: the items, by trace id.
        notes: what else has to be said, one sentence each.
    """

    question: str
    source: str
    threshold: float | None
    limits: Limits
    look: int
    one_sided: float
    verdict: Verdict
    sentence: str
    tests: tuple[TestRow, ...]
    catches: RightOf
    accepts: RightOf
    kappas: Kappas
    alt: tuple[AltTest, ...]
    alt_design: tuple[AltTest, ...]
    guard: tuple[AltTest, ...]
    guard_design: tuple[AltTest, ...]
    rho: Interval | None
    overall: Overall
    constant: bool
    constant_accuracy: float | None
    people: Mapping[str, int]
    items: int
    left_out: Mapping[str, int]
    against: int
    confusion: Mapping[Cell, tuple[str, ...]]
    seen: tuple[Seen, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def green(self) -> bool:
        """Whether the judge may stand in for a person."""
        return self.verdict == "may stand in"


@dataclass(frozen=True)
class Checked:
    """A check that is stored: an MLflow run with the tag ``review.kind=judge_check``.

    Attributes:
        run_id: the run.
        experiment_id: of the traces.
        question: name of the question.
        source: of the judge's scores.
        set_run: run id of the labeled set version.
        set_name: name of the labeled set.
        set_version: its version.
        look: the how manieth final check on the set it is.
        verdict: what came of it.
        sentence: the same in one sentence.
        checked_ms: when, milliseconds since the epoch.
        owner: who looked.
        learned_from: run id of the labeled set version that the judge was aligned on; "".
        threshold: numbers from there on passed; None where nobody gave one.
        inputs: hash of all that the check was computed from.
        splits: ``test`` where the train split stayed out, ``all`` where it did not; "" of checks
            that were made before this was kept.
    """

    run_id: str
    experiment_id: str
    question: str
    source: str
    set_run: str
    set_name: str
    set_version: int
    look: int
    verdict: Verdict
    sentence: str
    checked_ms: int
    owner: str = ""
    learned_from: str = ""
    threshold: float | None = None
    inputs: str = ""
    splits: str = ""

    @property
    def green(self) -> bool:
        """Whether the judge may stand in for a person."""
        return self.verdict == "may stand in"


def check_json(check: Check) -> dict[str, Any]:
    """Return the check as JSON values."""
    return asdict(check)


def check_from(data: Mapping[str, Any]) -> Check:
    """Return the check that ``check_json`` wrote; fields of later versions are left out."""
    return _CHECKS.validate_python(dict(data))


_CHECKS = TypeAdapter(Check)
