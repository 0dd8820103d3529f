"""What MLflow's label schema lacks, kept as one tag of the experiment per question.

The tag holds JSON: title, required, ask-why-on-fail, scale, pass cut, examples, and when the
wording last changed. Somebody may have edited it in MLflow: what does not fit is left out.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

from review_app.questions import DEFAULT_SCALES, Question, Scale

TAG_MAX_LENGTH = 20_000  # characters of an experiment's tag
REWORDED = "reworded_at_ms"
_TEXTS = ("title", "passed_example", "failed_example")
_SWITCHES = ("required", "ask_why_on_fail")


def tag_name(schema_id: str) -> str:
    """Return the name of the experiment's tag that belongs to a label schema.

    >>> tag_name("ls-1")
    'review.question.ls-1'
    """
    return f"review.question.{schema_id}"


def tag_of(question: Question, reworded_at_ms: int = 0) -> str:
    """Return the text of the tag.

    Args:
        question: what is to be kept of it is what MLflow's schema lacks.
        reworded_at_ms: when the wording last changed, milliseconds since the epoch; 0 for never.
    """
    kept = {name: getattr(question, name) for name in (*_TEXTS, *_SWITCHES)}
    kept |= {"scale": question.scale, "pass_cut": question.pass_cut}
    if reworded_at_ms:
        kept[REWORDED] = reworded_at_ms
    return json.dumps(kept, ensure_ascii=False)


def with_tag(question: Question, tag: str) -> tuple[Question, int]:
    """Return the question with what the tag adds, and when its wording last changed (0: never).

    Args:
        question: as the label schema has it.
        tag: its text; "" where there is none, as for a question made in MLflow.

    >>> with_tag(Question("ok", "text"), '{"title": "Note", "required": 7}')[0].title
    'Note'
    """
    question = replace(question, scale=DEFAULT_SCALES[question.kind])
    kept = _decoded(tag)
    fitting: dict[str, Any] = {k: kept[k] for k in _TEXTS if isinstance(kept.get(k), str)}
    fitting |= {k: kept[k] for k in _SWITCHES if isinstance(kept.get(k), bool)}
    if kept.get("scale") in get_args(Scale):
        fitting["scale"] = kept["scale"]
    if _is_cut_of(question, kept.get("pass_cut")):
        fitting["pass_cut"] = kept["pass_cut"]
    reworded = kept.get(REWORDED)
    return replace(question, **fitting), reworded if isinstance(reworded, int) else 0


def _decoded(tag: str) -> dict[str, Any]:
    try:
        kept = json.loads(tag or "{}")
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _is_cut_of(question: Question, cut: object) -> bool:
    """A cut is one of the options, or a number; MLflow's tab may have taken the option away."""
    if question.kind == "choice":
        return cut in question.options
    return question.kind == "number" and isinstance(cut, (int, float)) and not isinstance(cut, bool)
