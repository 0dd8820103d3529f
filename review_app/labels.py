"""Labels: independent answers by question, of a campaign or of anything that people labeled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from review_app.gathered import About, Gathered
from review_app.given import UNKNOWN, Given, independent
from review_app.passing import in_everyday_words
from review_app.questions import Question, Scale


@dataclass(frozen=True)
class Labels:
    """What people said, as agreement and statistics read it.

    Attributes:
        questions: in the order they are asked, or by name.
        answers: question name -> independent answers, "cannot judge" among them.
        about: trace id -> what is known of the trace.
    """

    questions: tuple[Question, ...]
    answers: Mapping[str, tuple[Given, ...]]
    about: Mapping[str, About]


def labels_of(gathered: Gathered) -> Labels:
    """Return the labels of a campaign, those that MLflow's own tab recorded among them."""
    asked = {q.name: q for q in gathered.campaign.questions}
    found: dict[str, list[Given]] = {name: [] for name in asked}
    for said in independent(gathered.sent, gathered.allowing | {UNKNOWN}).values():
        question = asked.get(said.question)
        if question is None:
            continue
        # MLflow's own tab records no wording; it asks the question as it is.
        one = said if said.wording else replace(said, wording=question.version)
        if gathered.counted(one):
            found[one.question].append(one)
    answers = {name: tuple(given) for name, given in found.items()}
    return Labels(gathered.campaign.questions, answers, gathered.about)


def labels_among(
    said: Iterable[Given], known: Mapping[str, Question], about: Mapping[str, About]
) -> Labels:
    """Return the labels among whatever people said, campaigns or not.

    Answers that carry no record of what had been shown are among them, and counted as such.

    Args:
        said: in any order.
        known: questions by name; a name that is missing is guessed from its values.
        about: trace id -> what is known of the trace.
    """
    read = independent(said, frozenset({UNKNOWN}))
    found: dict[str, list[Given]] = {}
    for one in read.values():
        if one.role == "reviewer":
            found.setdefault(one.question, []).append(one)
    answers = {name: tuple(found[name]) for name in sorted(found)}
    asked = tuple(known.get(name) or guessed(name, given) for name, given in answers.items())
    return Labels(asked, answers, about)


def guessed(name: str, given: Sequence[Given]) -> Question:
    """Return a question that fits the values; of words nothing is known but that they differ.

    Where most are words for pass and fail, or all are 1 or 0, it is one of pass or fail; what says
    neither, such as "unsure", is on no side of it.

    >>> guessed("ok", []).kind
    'text'
    """
    values = [one.value for one in given if one.value is not None]
    sided = sum(in_everyday_words(value) is not None for value in values)
    enough = len(values) if {int, float} & set(map(type, values)) else len(values) // 2 + 1
    if values and sided >= enough:
        return Question(name, "pass_fail", options=("Pass", "Fail"))
    if values and all(isinstance(value, (int, float)) for value in values):
        scale: Scale = "interval"
        return Question(name, "number", scale=scale)
    if values and all(isinstance(value, list) for value in values):
        options = sorted({str(v) for value in values for v in value})
        return Question(name, "choices", options=tuple(options))
    return Question(name, "text")
