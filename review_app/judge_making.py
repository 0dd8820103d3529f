"""Making a judge from a question: what it is told, what it may say, and what has changed in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal

from review_app.errors import InvalidDesign
from review_app.questions import Question

Reads = Literal["answer", "steps"]
VARIABLES = ("inputs", "outputs", "trace", "expectations")  # what instructions may refer to
_VARIABLE = re.compile(r"\{\{\s*(\w[\w.]*)\s*\}\}")
_READS: Mapping[Reads, str] = {
    "answer": "What the app was asked:\n{{ inputs }}\n\nWhat the app answered:\n{{ outputs }}",
    "steps": "Everything the app did, step by step:\n{{ trace }}",
}


def instructions_for(question: Question, reads: Reads = "answer") -> str:
    """Return what a judge of this question is told: the wording that the reviewers read.

    Args:
        question: the judge gets its name.
        reads: whether the judge sees what was asked and answered, or every step.

    Raises:
        InvalidDesign: when answers to it cannot be judged.

    >>> print(instructions_for(Question("ok", "pass_fail", "Is it right?", options=("Yes", "No"))))
    Is it right?
    <BLANKLINE>
    Say true for “Yes”, false for “No”.
    <BLANKLINE>
    What the app was asked:
    {{ inputs }}
    <BLANKLINE>
    What the app answered:
    {{ outputs }}
    """
    parts = [question.heading, question.instruction, _answers(question)]
    if question.passed_example:
        parts.append(f"An example that passes:\n{question.passed_example}")
    if question.failed_example:
        parts.append(f"An example that fails:\n{question.failed_example}")
    told = [part.strip().replace("{{", "{ {") for part in parts if part.strip()]
    return "\n\n".join([*told, _READS[reads]])


def value_type(question: Question) -> Any:
    """Return the Python type of a judge's values, as MLflow's ``make_judge`` takes it.

    Raises:
        InvalidDesign: when answers to it cannot be judged.

    >>> value_type(Question("ok", "pass_fail"))
    <class 'bool'>
    >>> value_type(Question("tone", "choice", options=("Kind", "Rude")))
    typing.Literal['Kind', 'Rude']
    """
    if question.kind == "pass_fail":
        return bool
    if question.kind == "choice":
        return Literal[question.options]
    if question.kind == "choices":
        return list[str]
    if question.kind == "number":
        return float
    raise InvalidDesign(
        f"“{question.heading}” takes a text, which cannot be counted. Choose a question that is"
        " answered with pass or fail, a choice or a number."
    )


def value_in_words(schema: Mapping[str, Any]) -> str:
    """Return what a judge says, in words, from the JSON schema that MLflow stores.

    >>> value_in_words({"enum": ["No", "Yes"]}), value_in_words({"type": "number"})
    ('one of: No, Yes', 'a number')
    """
    options = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if options:
        return f"one of: {', '.join(map(str, options))}"
    return _SAID.get(schema.get("type", ""), "")


def instructions_problem(text: str) -> str:
    """Return why a judge cannot be told this, as a sentence; "" when it can.

    >>> instructions_problem("Is it polite?")
    'Say what the judge reads: {{ inputs }} and {{ outputs }}, or {{ trace }} for every step.'
    """
    if not text.strip():
        return "Please tell the judge what to judge."
    used = set(_VARIABLE.findall(text))
    unknown = sorted(used - set(VARIABLES))
    if unknown:
        known = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
        return f"{{{{ {unknown[0]} }}}} means nothing to a judge. It knows {known}."
    if not used - {"expectations"}:
        return (
            "Say what the judge reads: {{ inputs }} and {{ outputs }}, or {{ trace }} for every"
            " step."
        )
    return ""


def changed_lines(before: str, after: str) -> list[tuple[Literal["-", "+", " "], str]]:
    """Return the lines of both texts: gone (-), new (+) and kept ( ), in reading order.

    >>> changed_lines("Be fair.", "Be short.")
    [('-', 'Be fair.'), ('+', 'Be short.')]
    """
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[Literal["-", "+", " "], str]] = []
    matched = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matched.get_opcodes():
        if kind == "equal":
            found += [(" ", line) for line in old[old_from:old_to]]
            continue
        found += [("-", line) for line in old[old_from:old_to]]
        found += [("+", line) for line in new[new_from:new_to]]
    return found


_SAID: Mapping[str, str] = {
    "boolean": "pass or fail",
    "number": "a number",
    "integer": "a whole number",
    "array": "several words",
    "string": "a text",
}


def _answers(question: Question) -> str:
    options = ", ".join(question.options)
    if question.kind == "pass_fail":
        passing, failing = question.options or ("Pass", "Fail")
        return f"Say true for “{passing}”, false for “{failing}”."
    if question.kind == "choice":
        return f"Say one of: {options}."
    if question.kind == "choices":
        return f"Say all that apply of: {options}."
    value_type(question)  # refuses a text
    return f"Say a number{_bounds(question)}."


def _bounds(question: Question) -> str:
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return f" of at most {high:g}" if high is not None else ""
