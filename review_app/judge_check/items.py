"""Items of a check: what people said about a trace, and what the judge said, side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from review_app.agreement.clusters import same_questions
from review_app.consensus import verdict
from review_app.given import Given
from review_app.joined import Joined
from review_app.judges import judged, line_of
from review_app.labeled_rows import Drawn, LabeledRow
from review_app.labels import Labels
from review_app.passing import as_one_writes, passes
from review_app.pool import Score
from review_app.questions import Question
from review_app.rechecks import MIXED


@dataclass(frozen=True)
class CheckItem:
    """One item that people labeled, and what the judge said about it.

    Attributes:
        trace_id: the trace.
        label: True where it passes, by what people said; None in a tie.
        votes: reviewer -> their own independent answer, as pass or fail.
        judged: what the judge said, as pass or fail; None where there is no score.
        score: the same as the judge said it.
        weight: 1 / the chance of having been drawn.
        cluster: what hangs together with it: its session, its near-copies.
        restored: True where an answer that this judge's disagreement made be asked was left out.
    """

    trace_id: str
    label: bool | None
    votes: Mapping[str, Any]
    judged: Any
    score: Score | None = None
    weight: float = 1.0
    cluster: Hashable = ""
    restored: bool = False


@dataclass(frozen=True)
class Asked:
    """How answers and scores become pass or fail.

    Attributes:
        question: what was asked.
        threshold: numbers of the judge from there on pass; None for the question's own cut, or .5.
    """

    question: Question
    threshold: float | None = None

    @property
    def line(self) -> float:
        """From where on numbers of the judge pass."""
        return line_of(self.question, self.threshold)

    def passed(self, value: Any) -> bool | None:
        """Return a person's answer as pass or fail; None where it is neither."""
        return value if isinstance(value, bool) else passes(self.question, value)

    def judged(self, score: Score | None) -> bool | None:
        """Return the judge's score as pass or fail; None where there is none."""
        return judged(self.question, score, self.threshold)


def items_of_rows(
    rows: Sequence[LabeledRow], asked: Asked, scores: Mapping[str, Score]
) -> list[CheckItem]:
    """Return the items of a labeled set.

    A label that only this judge's disagreement brought about does not count: such an item has the
    label that it had before, by the other answers.

    Args:
        rows: those that the judge may be checked on.
        asked: how answers and scores become pass or fail.
        scores: trace id -> what the judge said.
    """
    clusters = _clusters([(row.session, row.duplicates) for row in rows])
    found = []
    for row, cluster in zip(rows, clusters, strict=True):
        votes = {
            one.reviewer: value
            for one in row.who
            if not one.because and (value := asked.passed(one.value)) is not None
        }
        restored = bool(row.because) or any(one.because for one in row.who)
        label = _majority(votes.values()) if restored else asked.passed(row.label)
        score = scores.get(row.trace_id)
        found.append(
            CheckItem(
                trace_id=row.trace_id,
                label=label,
                votes=votes,
                judged=asked.judged(score),
                score=score,
                weight=weight_of(row.drawn),
                cluster=cluster,
                restored=restored,
            )
        )
    return found


def items_of_labels(
    labels: Labels,
    asked: Asked,
    scores: Mapping[str, Score],
    chances: Mapping[str, float] | None = None,
) -> list[CheckItem]:
    """Return the items of whatever people said, without a labeled set.

    Args:
        labels: independent answers by question.
        asked: how answers and scores become pass or fail.
        scores: trace id -> what the judge said.
        chances: trace id -> the chance of having been drawn; None where nobody recorded any.
    """
    clusters = clusters_among(labels)
    said: dict[str, list[Given]] = {}
    for one in sorted(labels.answers.get(asked.question.name, ()), key=lambda g: g.order):
        said.setdefault(one.turn.trace_id, []).append(one)
    items = []
    for trace_id, given in sorted(said.items()):
        score, chance = scores.get(trace_id), (chances or {}).get(trace_id)
        item = CheckItem(
            trace_id=trace_id,
            label=None,
            votes={},
            judged=asked.judged(score),
            score=score,
            weight=1 / chance if chance else 1.0,
            cluster=clusters.get(trace_id, trace_id),
        )
        items.append(_with_votes(item, given, asked))
    return [one for one in items if one.votes]


def _with_votes(item: CheckItem, given: Sequence[Given], asked: Asked) -> CheckItem:
    told = [one for one in given if not one.because]
    passed = {one.turn.reviewer: asked.passed(one.value) for one in told}
    votes = {name: value for name, value in passed.items() if value is not None}
    restored = len(told) < len(given)
    return replace(item, label=_majority(votes.values()), votes=votes, restored=restored)


def clusters_among(labels: Labels) -> dict[str, int]:
    """Return trace id -> number of its cluster: what shares a session, or was asked the same."""
    same = same_questions(labels.about)
    joins = [
        (known.session, same[trace_id] if known.text.strip() else "")
        for trace_id, known in labels.about.items()
    ]
    return dict(zip(labels.about, _clusters(joins), strict=True))


def as_said(items: Iterable[CheckItem], labels: Labels, question: Question) -> list[CheckItem]:
    """Return the items with answers and scores as they were given, not as pass or fail.

    A score of another kind than people's answers, such as a word among numbers, is missing.
    """
    said: dict[str, dict[str, Any]] = {}
    for one in sorted(labels.answers.get(question.name, ()), key=lambda g: g.order):
        value = as_one_writes(question, one.value)
        if value is not None and not one.because:
            said.setdefault(one.turn.trace_id, {})[one.turn.reviewer] = value
    kinds = {_kind(value) for votes in said.values() for value in votes.values()}
    scored = [(one, as_one_writes(question, one.score)) for one in items]
    return [
        replace(one, votes=said.get(one.trace_id, {}), judged=score)
        for one, score in scored
        if score is not None and _kind(score) in kinds
    ]


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def constant(items: Iterable[CheckItem], says: bool) -> list[CheckItem]:  # noqa: FBT001 - what it says
    """Return the items as a judge that always says the same would score them."""
    return [replace(one, judged=says, score=says) for one in items if one.judged is not None]


def weight_of(drawn: Sequence[Drawn]) -> float:
    """Return 1 / the chance of having been drawn by any of several campaigns; 1 where unknown.

    A mix that had items read again drew them from items that were drawn before: a second phase,
    whose chance is multiplied (Särndal, Swensson and Wretman 1992, ch. 9).

    >>> weight_of([Drawn("a", "f", "", 0.5, 1), Drawn("b", "f", "", 0.5, 1)])
    1.3333333333333333
    >>> weight_of([Drawn("a", "f", "", 0.5, 1), Drawn("b", "recheck", "agreement", 0.25, 1)])
    8.0
    """
    again = [one for one in drawn if one.frame == MIXED]
    return _inverse([one for one in drawn if one.frame != MIXED]) * _inverse(again)


def _inverse(drawn: Sequence[Drawn]) -> float:
    missed = 1.0
    for one in drawn:
        missed *= 1 - (one.probability or 0.0)
    return 1.0 if missed >= 1 else 1 / (1 - missed)


def _majority(votes: Iterable[bool]) -> bool | None:
    found = verdict(votes)
    return found.value if found.is_settled else None


def _clusters(joins: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the number of each item's cluster, over chains of sharing a session or a question."""
    joined, first = Joined(len(joins)), dict[tuple[int, str], int]()
    for number, theirs in enumerate(joins):
        for kind, name in enumerate(theirs):
            if name:
                joined.join(first.setdefault((kind, name), number), number)
    return [joined.root(number) for number in range(len(joins))]
