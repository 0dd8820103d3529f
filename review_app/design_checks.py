"""What is wrong with a design, in a sentence for the field it belongs to.

Fields are named as in a campaign file: ``sharing.each``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from review_app.design import Design, Gold, Problem
from review_app.errors import InvalidAnswer
from review_app.people import normal_name
from review_app.pool_filters import pool_problems
from review_app.questions import Question, check_value

NAME_MAX_LENGTH = 150  # leaves room for the reviewer in the name of a queue, 250 in MLflow
QUESTIONS_MAX = 20


def design_problems(
    design: Design, questions: Sequence[Question], taken: Iterable[str]
) -> tuple[Problem, ...]:
    """Return why the design cannot be written; () when it can.

    Args:
        design: what the lead decided.
        questions: the questions of the experiment.
        taken: lower-cased names of campaigns that there are.
    """
    known = {q.name: q for q in questions}
    return (
        *_name(design, frozenset(taken)),
        *pool_problems(design.pool),
        *_questions(design, known),
        *_reviewers(design),
        *_sharing(design),
        *_gold(design, known),
        *_amounts(design),
    )


def _name(design: Design, taken: frozenset[str]) -> Iterator[Problem]:
    name = design.name.strip()
    if not name:
        yield Problem("name", "Give the campaign a name.")
    elif len(name) > NAME_MAX_LENGTH:
        yield Problem("name", f"A name has at most {NAME_MAX_LENGTH} characters.")
    elif not name.isprintable():
        yield Problem("name", "The name holds characters that cannot be shown. Please retype it.")
    elif name.lower() in taken:
        yield Problem("name", f"A campaign called “{name}” exists already. Choose another name.")


def _questions(design: Design, known: dict[str, Question]) -> Iterator[Problem]:
    if not design.questions:
        yield Problem("questions", "Choose at least one question.")
    if len(design.questions) > QUESTIONS_MAX:
        yield Problem("questions", f"Ask at most {QUESTIONS_MAX} questions; fewer are better.")
    for name in dict.fromkeys(design.questions):
        if name not in known:
            yield Problem(
                "questions", f"There is no question “{name}” in “{design.pool.experiment}”."
            )
        if design.questions.count(name) > 1:
            yield Problem("questions", f"“{name}” is asked twice.")


def _reviewers(design: Design) -> Iterator[Problem]:
    if design.join == "anyone":
        if design.reviewers:
            yield Problem(
                "reviewers", "Either name the reviewers, or let anyone with the link take part."
            )
        return
    if not design.reviewers:
        yield Problem("reviewers", "Name at least one reviewer.")
    seen: set[str] = set()
    for written in design.reviewers:
        try:
            name = normal_name(written)
        except InvalidAnswer as error:
            yield Problem(
                "reviewers", f"“{written.strip()}” cannot be a reviewer. {error.sentence}"
            )
            continue
        if "," in name or "/" in name:
            yield Problem("reviewers", f"“{name}” cannot be a reviewer: no commas and slashes.")
        if name in seen:
            yield Problem("reviewers", f"{name} is named twice.")
        seen.add(name)


def _sharing(design: Design) -> Iterator[Problem]:
    sharing, people = design.sharing, len(design.reviewers)
    if sharing.each < 1:
        yield Problem("sharing.each", "Every item needs at least one review.")
    if sharing.common < 0:
        yield Problem("sharing.common", "The number of common items cannot be negative.")
    if design.join == "anyone" or not people:
        return
    if sharing.each > people:
        yield Problem(
            "sharing.each",
            f"{sharing.each} reviews an item need {sharing.each} reviewers; there"
            f" {'is' if people == 1 else 'are'} {people}.",
        )
    if sharing.common and sharing.people > people:
        yield Problem(
            "sharing.people",
            f"Common items are to be read by {sharing.people} people; there"
            f" {'is' if people == 1 else 'are'} {people}.",
        )
    if sharing.common and sharing.people < 2:
        yield Problem("sharing.people", "Common items are read by at least two people.")


def _gold(design: Design, known: dict[str, Question]) -> Iterator[Problem]:
    ids = [one.trace_id for one in design.gold]
    for one in design.gold:
        if not one.trace_id.strip():
            yield Problem("gold", "Every gold item needs the id of its trace.")
        elif ids.count(one.trace_id) > 1:
            yield Problem("gold", f"{one.trace_id} is a gold item twice.")
        yield from _right_answers(one, design, known)
    if not 0 <= design.practice <= len(design.gold):
        yield Problem(
            "practice",
            f"{design.practice} practice items need as many gold items; there are"
            f" {len(design.gold)}.",
        )


def _right_answers(one: Gold, design: Design, known: dict[str, Question]) -> Iterator[Problem]:
    if not one.answers:
        yield Problem("gold", f"Say what is right for {one.trace_id}: a gold item has answers.")
    for name, value in one.answers.items():
        if name not in design.questions:
            yield Problem("gold", f"“{name}” is answered for {one.trace_id}, and is not asked.")
        elif name in known:
            try:
                check_value(known[name], value)
            except InvalidAnswer as error:
                yield Problem("gold", f"{one.trace_id}: {error.sentence}")


def _amounts(design: Design) -> Iterator[Problem]:
    if design.repeats.each < 0:
        yield Problem("repeats.each", "The number of repeats cannot be negative.")
    if design.time_box_minutes is not None and design.time_box_minutes < 1:
        yield Problem("time_box_minutes", "A time box has at least one minute.")
    if not str(design.seed).strip():
        yield Problem("seed", "The seed cannot be empty; any word or number will do.")
