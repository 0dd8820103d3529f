"""Labeled sets: labels by a named rule, split so that nothing is learned by heart.

The same answers, recipe and seed give the same set, whatever the order of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from review_app.agreement.clusters import clusters_of, same_questions
from review_app.agreement.summary import Agreement, agreements, as_pass_fail
from review_app.consensus import RULES, Rule
from review_app.errors import ReviewError
from review_app.gathered import Gathered
from review_app.given import Given
from review_app.labeled_rows import (
    LabeledRow,
    Place,
    about_all,
    counted_votes,
    rows_of,
    unsettled_rows,
)
from review_app.question_rules import can_fail
from review_app.questions import Question
from review_app.set_splits import splits_of
from review_app.splits import Split

NAME_MAX_LENGTH = 100


@dataclass(frozen=True)
class Recipe:
    """What a labeled set is built from.

    Attributes:
        name: of the set; versions share it.
        campaigns: run ids, in order.
        question: name of the question.
        rule: which consensus becomes a label.
        seed: what the split begins with.
        pool_wordings: True puts answers to different wordings together; told in the datasheet.
    """

    name: str
    campaigns: tuple[str, ...]
    question: str
    rule: Rule = "majority"
    seed: str = "1"
    pool_wordings: bool = False


@dataclass(frozen=True)
class LabeledSet:
    """A labeled set before it is frozen.

    Attributes:
        recipe: how it was made.
        question: the question as the first campaign asks it.
        sources: the campaigns it was made from.
        rows: by trace id and unit.
        left_out: why -> items that have no label.
        unsettled: those of them that people answered: how they agree must not lack them.
    """

    recipe: Recipe
    question: Question
    sources: tuple[Gathered, ...]
    rows: tuple[LabeledRow, ...]
    left_out: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    unsettled: tuple[LabeledRow, ...] = ()

    @cached_property
    def answers(self) -> list[Given]:
        """The independent answers that count, "cannot judge" among them."""
        return [one for source in self.sources for one in counted_votes(self.question.name, source)]

    @cached_property
    def answers_left_out(self) -> dict[str, int]:
        """Why answers do not count -> how many."""
        return dict(sorted(answers_left_out(self.question.name, self.sources).items()))

    @cached_property
    def agreements(self) -> list[Agreement]:
        """How far people agree: on the question's own scale, then on pass and fail."""
        clusters = clusters_of(about_all(self.sources))
        found = agreements(self.question, self.answers, clusters)
        if can_fail(self.question) and self.question.kind != "pass_fail":
            plain = replace(
                self.question, kind="pass_fail", options=("Pass", "Fail"), pass_cut=None
            )
            found += agreements(
                plain, as_pass_fail(self.question, self.answers), clusters, "nominal"
            )
        return found


def build(
    recipe: Recipe, sources: Sequence[Gathered], before: Mapping[Place, Split] | None = None
) -> LabeledSet:
    """Return the labeled set of a recipe.

    Args:
        recipe: which question, rule and seed.
        sources: what is known of the recipe's campaigns, in its order.
        before: item -> split in the version before; items keep theirs, so that what a judge
            learned from never becomes a part of its test.

    Raises:
        ReviewError: when the campaigns do not ask the same question, or in other words.
    """
    question = question_of(recipe, sources)
    duplicates = same_questions(about_all(sources))
    rows, left_out = rows_of(question, sources, recipe.rule, duplicates)
    splits = splits_of(rows, recipe.seed, before or {})
    placed = tuple(replace(row, split=splits[row.place]) for row in rows)
    unsettled = tuple(unsettled_rows(question, sources, recipe.rule, duplicates))
    return LabeledSet(recipe, question, tuple(sources), placed, left_out, unsettled)


def question_of(recipe: Recipe, sources: Sequence[Gathered]) -> Question:
    """Return the question that all the campaigns ask.

    Raises:
        ReviewError: when one does not ask it, judges it otherwise, or words it otherwise though
            wordings are not to be pooled.
    """
    check_name(recipe.name)
    if recipe.rule not in RULES:
        raise ReviewError(f"There is no rule “{recipe.rule}”. Rules are: {', '.join(RULES)}.")
    asked = [
        (source.campaign.name, source.campaign.question(recipe.question)) for source in sources
    ]
    if not asked:
        raise ReviewError("Please choose at least one campaign.")
    lacks = next((name for name, question in asked if question is None), None)
    if lacks is not None:
        raise ReviewError(f"“{lacks}” does not ask “{recipe.question}”.")
    questions = [(name, question) for name, question in asked if question is not None]
    first = questions[0][1]
    for name, question in questions:
        if _judged_by(question) != _judged_by(first):
            raise ReviewError(
                f"“{name}” asks “{recipe.question}” with other answers, or another"
                " line between pass and fail. Make a set of its own from it."
            )
        if question.version != first.version and not recipe.pool_wordings:
            raise ReviewError(
                f"“{name}” asks “{recipe.question}” in other words than “{asked[0][0]}”."
                " Say that you want to put them together, or leave one out."
            )
    return first


def answers_left_out(question: str, sources: Iterable[Gathered]) -> Counter[str]:
    """Return why answers do not count -> how many of the newest ones do not."""
    return Counter(
        why
        for source in sources
        for (name, _), one in source.newest.items()
        if name == question and (why := source.why_left_out(one))
    )


def check_name(name: str) -> None:
    """Let through only a name that a set can have.

    Raises:
        ReviewError: saying what is wrong with it.
    """
    if not name.strip() or name != name.strip() or not name.isprintable() or "`" in name:
        raise ReviewError("Please name the set: one line without ` signs.")
    if len(name) > NAME_MAX_LENGTH:
        raise ReviewError(f"The name of a set has at most {NAME_MAX_LENGTH} characters.")


def _judged_by(question: Question) -> tuple[object, ...]:
    return question.kind, question.options, question.pass_cut, question.scale
