"""What the reviewers of an item said, for the lead who settles it."""

from __future__ import annotations

from components.review_desk.amounts import duration_words
from components.review_desk.macros import macro
from components.safe_text import marked
from review_app.adjudication import Case
from review_app.given import Given
from review_app.questions import Question, in_words

_HEARD = macro("answers.html", "heard")
_UNJUDGED = {
    "not_my_field": "not my field",
    "source_missing": "source missing",
    "question_unclear": "question unclear",
}
_WHY = {
    "tie": "A tie",
    "disagreement": "They disagree",
    "cannot judge": "Somebody could not judge it",
    "hasty": "Somebody was in a hurry",
    "": "They agree",
}


def render_heard(case: Case) -> str:
    """Return the answers of one case as HTML: who said what, why, and how fast."""
    people = [
        (
            marked(one.turn.reviewer),
            marked(answer_in_words(case.question, one)),
            marked(one.rationale),
            "" if one.seconds is None else duration_words(round(one.seconds * 1000)),
            one.id in case.hasty,
        )
        for one in case.answers
    ]
    decided = case.decided
    said = ""
    if decided is not None:
        words = answer_in_words(case.question, decided)
        said = f"Settled by {decided.turn.reviewer}: {words}"
    return str(_HEARD(_WHY[case.why], people, marked(said)))


def answer_in_words(question: Question, one: Given) -> str:
    """Return what one person said, as a person says it."""
    if one.value is None:
        return f"Can’t judge, {_UNJUDGED.get(one.cannot_judge, one.cannot_judge)}"
    return in_words(question, one.value)
