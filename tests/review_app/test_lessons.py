"""After a practice item: the own answers beside the right ones."""

from __future__ import annotations

from typing import Any

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.lessons import Compared, lesson_of, practice_words
from review_app.questions import Question

QUALITY = Question("quality", "pass_fail", title="Good?", options=("Pass", "Fail"))
FLAWS = Question("flaws", "choices", options=("Wrong", "Late"))
SCORE = Question("score", "number")
NOTE = Question("note", "text")
CAMPAIGN = Campaign("Orders", (QUALITY, FLAWS, SCORE, NOTE))


def practice(role: Any = "practice", **right: Any) -> Item:
    return Item("key", PlanItem("tr-1", "all", "gold", role=role, right=right, why="Look."), 1, 1)


@pytest.mark.parametrize(
    "name, own, right, words, agrees",
    [
        ("quality", True, True, ("Pass", "Pass"), True),
        ("quality", True, False, ("Pass", "Fail"), False),
        ("flaws", ["Late", "Wrong"], ["Wrong", "Late"], ("Late, Wrong", "Wrong, Late"), True),
        ("flaws", ["Late"], ["Wrong", "Late"], ("Late", "Wrong, Late"), False),
        ("score", 3.0, 3, ("3", "3"), True),
        ("note", "left on Monday", "Monday", ("left on Monday", "Monday"), None),
    ],
)
def test_an_answer_is_compared_with_the_right_one(name, own, right, words, agrees):
    """I see my answer beside the right one, and whether they agree; texts I compare myself."""
    lesson = lesson_of(CAMPAIGN, practice(**{name: right}), {name: Assessment(name, own, "ana")})
    assert lesson is not None
    [one] = lesson.compared
    assert ((one.own, one.right), one.agrees) == (words, agrees)
    assert lesson.why == "Look."


@pytest.mark.parametrize(
    "metadata, own",
    [({"review.cannot_judge": "not_my_field"}, "Can’t judge"), ({"review.cleared": "true"}, "")],
)
def test_no_judgement_differs(metadata, own):
    """“Can’t judge” and no answer at all differ from every right answer."""
    said = {"quality": Assessment("quality", None, "ana", metadata=metadata)}
    lesson = lesson_of(CAMPAIGN, practice(quality=True), said)
    assert lesson is not None
    assert lesson.compared == (Compared("Good?", own, "Pass", agrees=False),)
    unsaid = lesson_of(CAMPAIGN, practice(quality=True), {})
    assert unsaid is not None
    assert unsaid.compared[0].agrees is False


@pytest.mark.parametrize("role", ["gold", "reviewer"])
def test_gold_items_teach_nothing(role):
    """An item that is not openly practice never has a lesson, whatever is known of it."""
    item = practice(role, quality=True)
    assert lesson_of(CAMPAIGN, item, {"quality": Assessment("quality", True, "ana")}) is None
    assert practice_words({"key": item}, "key") == ""


def test_practice_is_counted():
    """Practice items say which one they are, of how many, and that they do not count."""
    items = {"a": practice(), "b": practice("gold"), "c": practice()}
    assert practice_words(items, "c") == "Practice 2 of 2 · does not count"
