"""A question as the reviewer will see it: the form of the desk, standing still."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from components.safe_text import markdown, marked
from review_app.question_rules import can_fail
from review_app.questions import Question

_SEEN = Markup(
    '<section class="q-seen" aria-label="What the reviewer sees"><p class="label">What the reviewer'
    ' sees</p><p class="head">{}{}</p>{}{}</section>{}'
)
_OPTIONS = Markup('<div class="{}">{}</div>')
_OPTION = Markup('<div class="o"><kbd>{}</kbd><span>{}</span></div>')
_CANNOT = Markup('<div class="zero"><kbd>0</kbd><span>Can’t judge</span></div>')
_FIELD = Markup('<div class="field">{}</div>')
_LINE = Markup('<p class="q-quiet">{}</p>')
_EXAMPLE = Markup('<div class="example {}"><b>{}</b>{}</div>')
_CHIP = Markup("<span><kbd>{}</kbd>{}</span>")


def show_preview(question: Question) -> None:
    """Draw the question as it will stand in the desk's form, with what its “i” explains."""
    optional = Markup("") if question.required else Markup(" <i>optional</i>")
    heading = marked(question.heading or "Your question")
    with st.container(key="question-seen"):
        st.html(
            str(
                _SEEN.format(
                    heading, optional, _answers(question), _meant(question), _passing(question)
                )
            )
        )


def chips(question: Question) -> Markup:
    """Return the answers of a question in one line; "" where they are free."""
    if question.options:
        shown = [_CHIP.format(n, marked(o)) for n, o in enumerate(question.options, 1)]
        return Markup('<div class="q-chips">{}</div>').format(Markup("").join(shown))
    return Markup("")


def bounds(question: Question) -> str:
    """Return which numbers or how long a text a question takes, in words; "" for any."""
    low, high = question.minimum, question.maximum
    if question.kind == "text":
        return f"at most {question.max_length:,} characters" if question.max_length else ""
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"at least {low:g}"
    return f"at most {high:g}" if high is not None else ""


def _answers(question: Question) -> Markup:
    options = [_OPTION.format(n, marked(o)) for n, o in enumerate(question.options, 1)]
    if question.kind == "pass_fail":
        main = _OPTIONS.format("two", Markup("").join(options))
    elif question.kind in ("choice", "choices"):
        main = _OPTIONS.format("list", Markup("").join(options))
    else:
        main = _FIELD.format(bounds(question) or " ")
    cannot = _CANNOT if options or question.required else Markup("")
    return main + cannot + _why(question)


def _why(question: Question) -> Markup:
    if not question.comment or question.kind == "text":
        return Markup("")
    asked = question.ask_why_on_fail and can_fail(question)
    return _FIELD.format("Why? Asked for when it fails" if asked else "Why? (optional)")


def _passing(question: Question) -> Markup:
    cut = question.pass_cut
    if cut is None:
        return Markup("")
    if isinstance(cut, str):
        if cut not in question.options[1:]:
            return Markup("")
        below = question.options[: question.options.index(cut)]
        words = Markup(" and ").join(Markup("“{}”").format(marked(o)) for o in below)
        return _LINE.format(Markup("Counts as failed: {}. Reviewers are not told.").format(words))
    return _LINE.format(f"Counts as failed: below {cut:g}. Reviewers are not told.")


def _meant(question: Question) -> Markup:
    parts = (
        [Markup("<p>{}</p>").format(marked(question.instruction))] if question.instruction else []
    )
    for text, word, kind in (
        (question.passed_example, "Passes", "p"),
        (question.failed_example, "Fails", "f"),
    ):
        if text.strip():
            parts.append(_EXAMPLE.format(kind, word, markdown(text)))
    return (
        Markup('<div class="meant">{}</div>').format(Markup("").join(parts))
        if parts
        else Markup("")
    )
