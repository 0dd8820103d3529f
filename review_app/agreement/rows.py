"""The agreement of every question of a campaign, on its own scale and as pass or fail."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from review_app.agreement.clusters import clusters_of
from review_app.agreement.summary import Agreement, agreements, as_pass_fail
from review_app.gathered import Gathered
from review_app.given import Given
from review_app.labels import Labels, labels_of
from review_app.question_rules import can_fail
from review_app.questions import Question


@dataclass(frozen=True)
class QuestionRows:
    """How far people agree on one question.

    Attributes:
        question: as it was asked.
        scaled: one row a wording, and one an option of several choices.
        pass_fail: the same answers as pass or fail, one row a wording; () without a cut on a scale.
    """

    question: Question
    scaled: tuple[Agreement, ...]
    pass_fail: tuple[Agreement, ...] = ()

    @property
    def rows(self) -> tuple[Agreement, ...]:
        """All of them."""
        return self.scaled + self.pass_fail

    @property
    def lowest(self) -> float:
        """The lowest alpha that is known, 2 where none is: what to look at first."""
        return min((r.alpha.value for r in self.rows if r.alpha.value is not None), default=2.0)


def question_rows(labels: Labels) -> tuple[QuestionRows, ...]:
    """Return the agreement on each question that can be compared; texts cannot.

    Intervals are over clusters: items of one session, or that were asked the same.
    """
    clusters = clusters_of(labels.about)
    return tuple(
        _of(question, labels.answers.get(question.name, ()), clusters)
        for question in labels.questions
        if question.kind != "text"
    )


def on_two_sides(question: Question) -> Question:
    """Return the question that its answers as pass or fail belong to."""
    return replace(
        question, kind="pass_fail", options=("Pass", "Fail"), scale="nominal", pass_cut=None
    )


def _of(
    question: Question, answers: Sequence[Given], clusters: Mapping[str, Hashable]
) -> QuestionRows:
    scaled = tuple(agreements(question, answers, clusters))
    if question.kind == "pass_fail" or not can_fail(question):
        return QuestionRows(question, scaled)
    as_sides = as_pass_fail(question, answers)
    return QuestionRows(
        question, scaled, tuple(agreements(on_two_sides(question), as_sides, clusters))
    )


@dataclass(frozen=True)
class Counted:
    """The labels of one campaign at one moment.

    Attributes:
        labels: what is counted.
        key: the same as long as the labels are, in one process.
    """

    labels: Labels
    key: tuple[str, int]


def counted_from(gathered: Gathered) -> Counted:
    """Return what is counted of a campaign."""
    labels = labels_of(gathered)
    said = (
        (one.id, repr(one.value), one.cannot_judge, one.seen)
        for answers in labels.answers.values()
        for one in answers
    )
    return Counted(labels, (gathered.campaign.run_id, hash((len(labels.about), *said))))
