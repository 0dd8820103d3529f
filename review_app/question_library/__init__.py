"""Good questions to start from, for assistants that look things up and for those that act.

Each asks one thing, about what can be seen in the trace, in the words of the person who judges;
says what to do in the doubtful case; and fails for one reason only, so that a judge can learn it.
"""

from __future__ import annotations

from review_app.question_library.actions import ACTIONS, MANNERS
from review_app.question_library.answers import ANSWERS, LOOKING_UP, OWN_WORDS
from review_app.question_library.shelf import Shelf
from review_app.questions import Question

__all__ = ["FIRST_CHOICE", "LIBRARY", "Shelf", "from_library"]

LIBRARY = (ANSWERS, LOOKING_UP, ACTIONS, MANNERS, OWN_WORDS)
FIRST_CHOICE = ("good_enough", "what_is_wrong", "note")  # where an experiment has no question yet


def from_library(name: str) -> Question | None:
    """Return the library's question of that name; None when there is none."""
    return next((q for shelf in LIBRARY for q in shelf.questions if q.name == name), None)
