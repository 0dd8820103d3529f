"""Shifts: how often people change their mind once they see what the others said, and which way.

Both answers are kept: the one before the reveal is the independent one, the one after it stands in
MLflow. A shift says how much the reveal moves people; it never enters agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review_app.answers import ADJUDICATION
from review_app.gathered import Gathered
from review_app.given import Given, Place
from review_app.passing import passes
from review_app.questions import Question


@dataclass(frozen=True)
class Shift:
    """What became of the independent answers to one question after others' answers were seen.

    Attributes:
        question: its name.
        answers: independent answers, whether anything was shown after them or not.
        again: how many of them were answered again after seeing others.
        changed: how many of these say something else.
        pass_to_fail: how many changed from a passing answer to a failing one.
        fail_to_pass: how many changed the other way.
    """

    question: str
    answers: int
    again: int
    changed: int
    pass_to_fail: int
    fail_to_pass: int


def shifts(gathered: Gathered) -> tuple[Shift, ...]:
    """Return the shift of every question of the campaign, in the order they are asked."""
    counted = {place: one for place, one in gathered.first.items() if gathered.counted(one)}
    after = _after(counted, gathered.sent)
    return tuple(shift_of(question, counted, after) for question in gathered.campaign.questions)


def shift_sentences(gathered: Gathered) -> tuple[str, ...]:
    """Say how many changed their mind after seeing others, question by question; () for nobody."""
    asked = {question.name: question for question in gathered.campaign.questions}
    return tuple(
        f"{asked[one.question].heading} After seeing what others said, {one.again:,} answered"
        f" again and {one.changed:,} changed: {one.pass_to_fail:,} from pass to fail,"
        f" {one.fail_to_pass:,} from fail to pass."
        for one in shifts(gathered)
        if one.again
    )


def shift_of(
    question: Question, before: Mapping[Place, Given], after: Mapping[Place, Given]
) -> Shift:
    """Return the shift of one question.

    Args:
        question: which.
        before: the independent answers.
        after: of the same places, the newest answers that had seen others.
    """
    first = {place: one for place, one in before.items() if place.question == question.name}
    pairs = [(one, after[place]) for place, one in first.items() if place in after]
    changed = [(a, b) for a, b in pairs if (a.value, a.cannot_judge) != (b.value, b.cannot_judge)]
    ways = [(passes(question, a.value), passes(question, b.value)) for a, b in changed]
    return Shift(
        question.name,
        len(first),
        len(pairs),
        len(changed),
        ways.count((True, False)),
        ways.count((False, True)),
    )


def _after(before: Mapping[Place, Given], sent: Iterable[Given]) -> dict[Place, Given]:
    """Return the newest answer of each place that was given later, with others' answers seen."""
    found: dict[Place, Given] = {}
    for one in sorted(sent, key=lambda g: g.order):
        place = Place(one.campaign, one.wording, one.question, one.turn)
        first = before.get(place)
        is_later = first is not None and one.order > first.order
        if is_later and "others" in one.seen.split("+") and one.role != ADJUDICATION:
            found[place] = one
    return {place: one for place, one in found.items() if not one.says_nothing}
