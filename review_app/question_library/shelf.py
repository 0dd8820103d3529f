"""A shelf of the library: questions that belong together, and the scale that several share."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.questions import Question

YES_OR_NO = ("No", "Mostly no", "Mostly yes", "Yes")
LOWEST_PASSING = "Mostly yes"


@dataclass(frozen=True)
class Shelf:
    """Questions that belong together.

    Attributes:
        title: what they are for.
        about: when to use them, one sentence.
        questions: in the order in which one would ask them.
    """

    title: str
    about: str
    questions: tuple[Question, ...]
