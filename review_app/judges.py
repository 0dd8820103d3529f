"""Judges: who scores traces for a question, and what a score means as pass or fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Literal, NamedTuple

from review_app.passing import in_everyday_words, passes
from review_app.pool import Score
from review_app.question_rules import can_fail
from review_app.questions import Question

JudgeKind = Literal["instructions", "memory", "built-in", "code"]
DEFAULT_THRESHOLD = 0.5  # of a judge that says a number, where nobody gave another


class JudgeKey(NamedTuple):
    """What names one version of a judge: the question it scores and the source of its scores.

    The scores are assessments of that name with source LLM_JUDGE or CODE; the source of a judge
    registered here is ``name@version``, that of another tool whatever it wrote.
    """

    question: str
    source: str

    @property
    def column(self) -> str:
        """What ``pool.Candidate.scores`` calls it: ``question@source``."""
        return f"{self.question}@{self.source}"

    @property
    def stored(self) -> JudgeKey:
        """The same as scores are read: without capitals in the source.

        >>> JudgeKey("Good", "Good@1").stored
        JudgeKey(question='Good', source='good@1')
        """
        return self._replace(source=self.source.lower())


def name_and_version(source: str) -> tuple[str, str]:
    """Return what names a judge in a source of scores, and its version; "" where it tells none.

    >>> name_and_version("good@12"), name_and_version("bot@example.com"), name_and_version("gpt")
    (('good', '12'), ('bot@example.com', ''), ('gpt', ''))
    """
    name, _, version = source.rpartition("@")
    return (name, version) if name and version.isdecimal() else (source, "")


@dataclass(frozen=True)
class Judge:
    """One version of a judge that is registered in MLflow as a scorer.

    Attributes:
        name: of its question and of its scores.
        version: 1 and up.
        experiment_id: where it is registered.
        kind: told in words (``instructions``), with a memory of examples, MLflow's own, or code.
        model: MLflow's model URI, e.g. ``openai:/gpt-4o-mini``; "" where it has none.
        instructions: what it is told.
        value: what it says, in words: "pass or fail", "one of: No, Yes", "a number".
        threshold: a score from there on passes; None where it says pass or fail itself.
        aligned_by: ``MemAlign``, ``SIMBA`` or ``GEPA``; "" where it was not aligned.
        learned_from: run id of the labeled set version whose train split it was aligned on; "".
        learned_before: run ids of those that the versions it was made from were aligned on.
        created_ms: milliseconds since the epoch; 0 when not recorded.
        owner: who registered it here; "" when somebody did elsewhere.
    """

    name: str
    version: int
    experiment_id: str
    kind: JudgeKind = "instructions"
    model: str = ""
    instructions: str = ""
    value: str = ""
    threshold: float | None = None
    aligned_by: str = ""
    learned_from: str = ""
    learned_before: tuple[str, ...] = ()
    created_ms: int = 0
    owner: str = ""

    @property
    def source(self) -> str:
        """What its scores carry as their source."""
        return f"{self.name}@{self.version}"

    @property
    def learned_sets(self) -> tuple[str, ...]:
        """Run ids of all labeled set versions that it or one that it was made from learned from.

        >>> Judge("good", 3, "1", learned_from="v2", learned_before=("v1", "v2")).learned_sets
        ('v2', 'v1')
        """
        return tuple(dict.fromkeys(filter(None, (self.learned_from, *self.learned_before))))

    @property
    def was_aligned(self) -> bool:
        """Whether it learned from labels, recorded here or done elsewhere."""
        return bool(self.aligned_by or self.learned_from) or self.kind == "memory"

    @property
    def key(self) -> JudgeKey:
        """What names it among all judges, registered here or not."""
        return JudgeKey(self.name, self.source)


@dataclass(frozen=True)
class Elsewhere:
    """A judge that is not registered here; its scores came with the traces.

    Attributes:
        key: names it.
        scores: how many of the traces that were looked at it scored.
        looked_at: how many of the newest traces were looked at.
    """

    key: JudgeKey
    scores: int
    looked_at: int


def judged(question: Question, score: Score | None, threshold: float | None = None) -> bool | None:
    """Return a judge's score as pass or fail; None where it says neither.

    A word that nobody knows, such as an error that was written down as a score, is no verdict: it
    counts as missing.

    Args:
        question: what was asked; a word that is one of its options passes as an answer would.
        score: what the judge said.
        threshold: numbers from there on pass; the question's own cut, else .5, where None.

    >>> asked = Question("ok", "choice", options=("No", "Yes"), pass_cut="Yes")
    >>> judged(asked, "Yes"), judged(asked, 0.2), judged(asked, True), judged(asked, "timed out")
    (True, False, True, None)
    """
    if score is None or isinstance(score, bool):
        return score
    if isinstance(score, str):
        return passes(question, score) if can_fail(question) else in_everyday_words(score)
    return None if isnan(score) else float(score) >= line_of(question, threshold)


def line_of(question: Question, threshold: float | None = None) -> float:
    """Return from where on numbers of a judge pass: as given, else the question's cut, else .5.

    >>> line_of(Question("ok", "pass_fail", options=("Pass", "Fail")))
    0.5
    """
    if threshold is not None:
        return threshold
    cut = question.pass_cut if question.kind == "number" else None
    return DEFAULT_THRESHOLD if cut is None else float(cut)


def lacks_line(question: Question, scores: Iterable[Score | None], threshold: float | None) -> bool:
    """Tell whether a judge says numbers that .5 does not part, and nobody said what does.

    >>> lacks_line(Question("ok", "pass_fail", options=("Pass", "Fail")), [1, 4, 5], None)
    True
    """
    known = threshold is not None or (question.kind == "number" and question.pass_cut is not None)
    return not known and any(
        isinstance(one, (int, float)) and not isnan(one) and not 0 <= one <= 1 for one in scores
    )
