"""Lessons: after a practice item, the person's answers beside the right ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from review_app.answers import Assessment, answer_words
from review_app.campaigns import Campaign, Item
from review_app.questions import Question


@dataclass(frozen=True)
class Compared:
    """One question of a practice item.

    Attributes:
        heading: the question.
        own: the person's answer in words; "" when none was given.
        right: the right answer in words.
        agrees: whether they are the same; None where only a reader can tell (texts).
    """

    heading: str
    own: str
    right: str
    agrees: bool | None


@dataclass(frozen=True)
class Lesson:
    """What a practice item teaches: the answers compared, and why the right ones are right."""

    compared: tuple[Compared, ...]
    why: str = ""


def lesson_of(campaign: Campaign, item: Item, own: Mapping[str, Assessment]) -> Lesson | None:
    """Return the lesson of a practice item; None when nothing of it is known to be right.

    ``own`` are the person's current answers by question; see ``answers.own_of_item``.
    """
    right = item.planned.right
    if item.planned.role != "practice" or not (right or item.planned.why):
        return None
    asked = [q for q in campaign.questions if q.name in right]
    return Lesson(
        tuple(_compared(q, own.get(q.name), right[q.name]) for q in asked), item.planned.why
    )


def practice_words(items: Mapping[str, Item], key: str) -> str:
    """Return how a practice item is marked; "" for every other item, gold ones included."""
    if items[key].planned.role != "practice":
        return ""
    practice = [k for k, item in items.items() if item.planned.role == "practice"]
    return f"Practice {practice.index(key) + 1} of {len(practice)} · does not count"


def _compared(question: Question, own: Assessment | None, right: Any) -> Compared:
    said = answer_words(question, own) if own else ""
    expected = Assessment(question.name, right, "")
    return Compared(
        question.heading,
        said,
        answer_words(question, expected),
        _agrees(question, own, right),
    )


def _agrees(question: Question, own: Assessment | None, right: Any) -> bool | None:
    if own is None or own.value is None:
        return False
    if question.kind == "text":
        return None
    if question.kind == "choices":
        return set(own.value) == set(right)
    return bool(own.value == right)
