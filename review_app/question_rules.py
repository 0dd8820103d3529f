"""What a question must fulfil before it is stored: the limits of MLflow, and sense.

MLflow would refuse some of this with a message for programmers, and take the rest: names that it
uses itself, a line between pass and fail that nobody can fail. Each problem is a sentence that
belongs to a field.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from review_app.design import Problem
from review_app.question_tag import TAG_MAX_LENGTH, tag_of
from review_app.questions import RESERVED_NAMES, TEXT_MAX_LENGTH, Kind, Question

NAME_MAX_LENGTH = 250
TITLE_MAX_LENGTH = 250
INSTRUCTION_MAX_LENGTH = 1_000
OPTION_MAX_LENGTH = 64
OPTIONS_MAX = 10
SUGGESTED_NAME_LENGTH = 40  # characters; a name is typed into filters and read in tables
MLFLOWS_OWN = "Feedback"  # the question that MLflow gives every experiment
FEEDBACK_NAMES = ("user_feedback",)  # what end users say, unless a setting names it otherwise

KINDS_IN_WORDS: dict[Kind, str] = {
    "pass_fail": "Pass or fail",
    "choice": "One choice",
    "choices": "Several choices",
    "number": "A number",
    "text": "A text",
}


def question_problems(
    question: Question,
    others: Iterable[Question],
    *,
    feedback_names: Iterable[str] = FEEDBACK_NAMES,
) -> tuple[Problem, ...]:
    """Return why the question cannot be stored yet; () when it can.

    Args:
        question: as somebody wants it.
        others: the questions of the experiment; among them may be what is stored of this one.
        feedback_names: names under which the app that is reviewed logs what its users say.
    """
    found = [
        *_name_problems(question, [o for o in others if not _same(o, question)], feedback_names),
        *_text_problems(question),
        *_KIND_PROBLEMS[question.kind](question),
        *_pass_cut_problems(question),
    ]
    if question.ask_why_on_fail and not question.comment:
        found.append(
            Problem("ask_why_on_fail", "A reason can only be asked for where comments are on.")
        )
    if not found and len(tag_of(question)) > TAG_MAX_LENGTH:
        found.append(
            Problem("failed_example", "Both examples together are too long. Please shorten them.")
        )
    return tuple(found)


def name_from(title: str) -> str:
    """Return a name for a question of that title; "" where it has no letters.

    >>> name_from("Is the answer faithful?")
    'is_the_answer_faithful'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    name = ""
    for word in words:
        longer = f"{name}_{word}" if name else word
        if len(longer) > SUGGESTED_NAME_LENGTH:
            break
        name = longer
    return name or "".join(words)[:SUGGESTED_NAME_LENGTH]


def can_fail(question: Question) -> bool:
    """Tell whether some answer to it counts as a failing one."""
    return question.kind == "pass_fail" or question.pass_cut is not None


def _same(one: Question, other: Question) -> bool:
    return bool(one.schema_id) and one.schema_id == other.schema_id


def _name_problems(
    question: Question, others: list[Question], feedback_names: Iterable[str]
) -> Iterator[Problem]:
    name = question.name
    plain = name.strip().casefold()
    if not plain:
        yield Problem("name", "Please give the question a name.")
    elif len(name) > NAME_MAX_LENGTH:
        yield Problem("name", _too_long("The name", NAME_MAX_LENGTH, len(name)))
    elif name != name.strip():
        yield Problem("name", "The name must not begin or end with a space.")
    elif "`" in name or not name.isprintable():
        yield Problem("name", "The name must be one line without ` signs: MLflow filters by it.")
    elif plain == MLFLOWS_OWN.casefold():
        yield Problem("name", f"“{name}” is MLflow’s own question. Please use another name.")
    elif plain in {reserved.casefold() for reserved in RESERVED_NAMES}:
        yield Problem("name", f"“{name}” is written by this app itself. Please use another name.")
    elif plain in {reserved.casefold() for reserved in feedback_names}:
        yield Problem("name", f"“{name}” is what end users say. Please use another name.")
    elif (twin := next((o for o in others if o.name.casefold() == plain), None)) is not None:
        yield Problem("name", f"There is a question called “{twin.name}” already.")


def _text_problems(question: Question) -> Iterator[Problem]:
    for field, what, text, longest in (
        ("title", "The question", question.title, TITLE_MAX_LENGTH),
        ("instruction", "The explanation", question.instruction, INSTRUCTION_MAX_LENGTH),
    ):
        if len(text) > longest:
            yield Problem(field, _too_long(what, longest, len(text)))
    for field, text in (
        ("title", question.title),
        ("instruction", question.instruction),
        ("passed_example", question.passed_example),
        ("failed_example", question.failed_example),
    ):
        if not _can_be_stored(text):
            yield Problem(field, "This text holds a character that cannot be stored.")


def _pass_fail_problems(question: Question) -> Iterator[Problem]:
    if len(question.options) != 2 or not all(option.strip() for option in question.options):
        yield Problem("options", "Please name both answers: the passing and the failing one.")
    else:
        yield from _option_problems(question.options)


def _choice_problems(question: Question) -> Iterator[Problem]:
    fewest = 2 if question.kind == "choice" else 1
    if len(question.options) < fewest:
        what = "two answers to choose from" if fewest == 2 else "one answer"
        yield Problem("options", f"Please give at least {what}.")
    elif len(question.options) > OPTIONS_MAX:
        yield Problem(
            "options", f"MLflow takes at most {OPTIONS_MAX} answers; here are {_n(question)}."
        )
    else:
        yield from _option_problems(question.options)


def _option_problems(options: tuple[str, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for option in options:
        plain = option.strip().casefold()
        if not plain:
            yield Problem("options", "An answer must not be empty.")
        elif option != option.strip() or not option.isprintable():
            yield Problem("options", "An answer must be one line that begins and ends with text.")
        elif len(option) > OPTION_MAX_LENGTH:
            yield Problem("options", _too_long(f"“{option[:24]}…”", OPTION_MAX_LENGTH, len(option)))
        elif plain in seen:
            yield Problem("options", f"“{option}” is there twice.")
        else:
            seen.add(plain)
            continue
        return


def _number_problems(question: Question) -> Iterator[Problem]:
    low, high = question.minimum, question.maximum
    endless = [
        field
        for field, number in (("minimum", low), ("maximum", high))
        if number is not None and not math.isfinite(number)
    ]
    for field in endless:
        yield Problem(field, "Please give a number, or leave it empty for no bound.")
    if not endless and low is not None and high is not None and low >= high:
        yield Problem("maximum", f"The largest number must be above the smallest, {low:g}.")


def _text_answer_problems(question: Question) -> Iterator[Problem]:
    if question.max_length is not None and not 1 <= question.max_length <= TEXT_MAX_LENGTH:
        yield Problem("max_length", f"Please choose from 1 to {TEXT_MAX_LENGTH:,} characters.")


_KIND_PROBLEMS: dict[Kind, Callable[[Question], Iterator[Problem]]] = {
    "pass_fail": _pass_fail_problems,
    "choice": _choice_problems,
    "choices": _choice_problems,
    "number": _number_problems,
    "text": _text_answer_problems,
}


def _pass_cut_problems(question: Question) -> Iterator[Problem]:
    cut = question.pass_cut
    if cut is None:
        return
    if question.kind == "choice":
        sentence = _choice_cut_problem(question, cut)
    elif question.kind == "number":
        sentence = _number_cut_problem(question, cut)
    else:
        sentence = "Only a scale has a line between pass and fail."
    if sentence:
        yield Problem("pass_cut", sentence)


def _choice_cut_problem(question: Question, cut: str | float) -> str:
    if cut not in question.options:
        return "The lowest passing answer must be one of the answers."
    if question.scale == "nominal":
        return "A line between pass and fail needs answers that form a scale."
    if cut == question.options[0]:
        return f"Nothing is below “{cut}”, so every answer would pass. Please choose a later one."
    return ""


def _number_cut_problem(question: Question, cut: str | float) -> str:
    low, high = question.minimum, question.maximum
    if isinstance(cut, str) or not math.isfinite(cut):
        return "The lowest passing number must be a number."
    if (low is not None and cut < low) or (high is not None and cut > high):
        return "The lowest passing number must lie between the smallest and the largest."
    if cut == low:
        return f"Nothing is below {cut:g}, so every answer would pass. Please choose a larger one."
    return ""


def _n(question: Question) -> int:
    return len(question.options)


def _too_long(what: str, longest: int, length: int) -> str:
    return f"{what} may have at most {longest:,} characters; this has {length:,}."


def _can_be_stored(text: str) -> bool:
    return all(c in "\n\t\r" or unicodedata.category(c) not in ("Cc", "Cs") for c in text)
