"""What the desk is told about an item, beside its text: own answers, base, times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from review_app.answers import FIRST_FAILURE, SKIP_REASON, Assessment, own_of_item
from review_app.campaigns import Campaign, Item
from review_app.passing import fails
from review_app.questions import Question
from review_app.reading import read_trace
from review_app.reading.model import Block, Fields, Prose
from review_app.traces import TraceRecord


def own_answers(
    campaign: Campaign, item: Item, person: str, stored: Mapping[str, Iterable[Assessment]]
) -> dict[str, Any]:
    """Return the person's own answers of this round, to prefill the form, and their tokens.

    The result has ``answers`` (question name -> value, rationale, cannot_judge), ``failure_spans``
    (trace id, of an item of one trace "", -> pinned span), ``skip_reason`` and ``base`` (place ->
    token). Answers of other rounds are never in it, so a repeat starts empty. ``stored`` has all
    assessments of each trace of the item.
    """
    current = own_of_item(stored, person, item)
    asked = {q.name: current[q.name] for q in campaign.questions if q.name in current}
    pins = {place: a for place, a in current.items() if a.name == FIRST_FAILURE}
    skipped = current.get(SKIP_REASON)
    return {
        "answers": {
            name: {
                "value": a.value,
                "rationale": a.rationale,
                "cannot_judge": a.metadata.get("review.cannot_judge"),
            }
            for name, a in asked.items()
            if not a.says_nothing
        },
        "failure_spans": {
            place.removeprefix(FIRST_FAILURE).lstrip(): a.span_id
            for place, a in pins.items()
            if a.value
        },
        "skip_reason": str(skipped.value) if skipped and not skipped.says_nothing else "",
        "base": {
            place: current[place].token
            for place in (*asked, *pins, SKIP_REASON)
            if place in current
        },
    }


def question_card(question: Question) -> dict[str, Any]:
    """Return what the form needs to draw a question; HTML of examples is added by components."""
    return {
        "name": question.name,
        "kind": question.kind,
        "heading": question.heading,
        "options": list(question.options),
        "expectation": question.expectation,
        "comment": question.comment,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "max_length": question.max_length,
        "required": question.required,
        "ask_why_on_fail": question.ask_why_on_fail,
        "failing": [o for o in question.options if fails(question, o)],
        "pass_cut": question.pass_cut,
    }


def advances_on_choice(campaign: Campaign) -> bool:
    """Tell whether a digit saves and goes on: the only required question is one choice."""
    required = [q for q in campaign.questions if q.required]
    single = len(required) == 1 and required[0].kind in ("pass_fail", "choice")
    return campaign.advance == "on choice" and single and not required[0].ask_why_on_fail


def first_words(preview: str, longest: int = 90) -> str:
    """Return the first words of a trace's question, to tell items apart in a list.

    The preview is MLflow's, cut at 1,000 characters; one that is cut in the middle of JSON says
    nothing here, since it may hold what a reviewer must not see yet.

    >>> first_words('{"question": "Where is order 7?"}')
    'Where is order 7?'
    """
    question = read_trace(TraceRecord("", "", request_preview=preview), blind=True).question
    text = " ".join(_texts(question.blocks) if question else ())
    text = " ".join(text.split())
    if text.startswith(("{", "[")):
        return ""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Prose):
            yield block.text
        elif isinstance(block, Fields):
            yield from _texts(inner for _, inner in block.rows)
