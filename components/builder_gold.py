"""Items whose answers are known: chosen from answered ones or by id, with the right answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX, Form, as_text, begin, title_of
from components.safe_text import marked
from review_app.design import Gold
from review_app.errors import InvalidAnswer
from review_app.pool import Candidate
from review_app.questions import Question, Value, check_value, in_words

MOST = 500  # answered items that are offered, the newest ones; others by their trace id
TURN = PREFIX + "gold-turn"
_HEAD = Markup('<div class="b-row"><b>{}</b> {} <small>{}</small></div>')


def gold_items(
    form: Form,
    gold: tuple[Gold, ...],
    questions: list[Question],
    found: Mapping[str, Candidate],
) -> tuple[Gold, ...]:
    """Draw the gold items and let the lead add some.

    ``found`` are the traces of the pool, and gold ones that are not in it, by id.
    """
    kept = [
        _item(index, one, questions, found.get(one.trace_id)) for index, one in enumerate(gold, 1)
    ]
    gold = tuple(one for one in kept if one is not None)
    form.again |= len(gold) != len(kept)
    added = _added(gold, questions, found)
    form.place("gold")
    if added:
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
        form.again = True
    return (*gold, *added)


def _item(
    index: int, gold: Gold, questions: list[Question], found: Candidate | None
) -> Gold | None:
    text = title_of(found.text, "") if found else ""
    with st.container(key=f"{PREFIX}gold-item-{index}", border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(
                _HEAD.format(index, marked(text), marked(gold.trace_id)),
                width="stretch",
            )
            removed = st.button(
                "Remove",
                key=f"{PREFIX}gold-drop-{gold.trace_id}",
                type="tertiary",
                help=f"Remove gold item {index}",
            )
        answers = {
            q.name: value
            for q in questions
            if (value := _right(q, gold.trace_id, gold.answers.get(q.name))) is not None
        }
        why = st.text_input(
            "Why this is right",
            key=begin(f"gold-{gold.trace_id}-why", gold.why),
            placeholder="Shown after a practice item",
        )
    return None if removed else replace(gold, answers=answers, why=why.strip())


def _right(question: Question, trace_id: str, value: Any) -> Value | None:
    label = as_text(question.heading)
    key = begin(f"gold-{trace_id}-{question.name}", _allowed(question, value))
    if question.kind in ("pass_fail", "choice"):
        options: list[bool | str] = (
            [True, False] if question.kind == "pass_fail" else list(question.options)
        )
        chosen: bool | str | None = st.selectbox(
            label,
            options,
            index=None,
            key=key,
            format_func=lambda one: in_words(question, one),
            placeholder="Not checked",
        )
        return chosen
    if question.kind == "choices":
        return st.multiselect(label, question.options, key=key, placeholder="Not checked") or None
    if question.kind == "number":
        number: float | None = st.number_input(
            label,
            question.minimum,
            question.maximum,
            value=None,
            format="%g",
            key=key,
            placeholder="Not checked",
        )
        return number
    return st.text_input(label, key=key, placeholder="Not checked").strip() or None


def _allowed(question: Question, value: Any) -> Any:
    try:
        checked = check_value(question, value)
    except InvalidAnswer:
        return {"choices": [], "text": ""}.get(question.kind)
    return float(checked) if question.kind == "number" else checked  # type: ignore[arg-type] # a number was checked


def _added(
    gold: tuple[Gold, ...],
    questions: list[Question],
    found: Mapping[str, Candidate],
) -> tuple[Gold, ...]:
    turn = st.session_state.get(TURN, 0)
    taken = {one.trace_id for one in gold}
    asked = {q.name for q in questions}
    answered = [t for t, c in found.items() if t not in taken and not asked.isdisjoint(c.answers)]
    answered = answered[:MOST]
    nothing = "None of this pool was answered before" if asked else "Choose a question first"
    chosen = st.selectbox(
        "Add a gold item that was answered before",
        answered,
        index=None,
        key=f"{PREFIX}gold-add-{turn}",
        format_func=lambda trace_id: title_of(found[trace_id].text, trace_id),
        placeholder="Choose an item" if answered else nothing,
        disabled=not answered,
    )
    with st.expander("Add gold items by trace id"):
        ids = st.text_area("Trace ids, one a line", key=f"{PREFIX}gold-ids-{turn}", height=80)
        pasted = ids.replace(",", " ").split() if st.button("Add these") else []
    wanted = dict.fromkeys([*([chosen] if chosen else []), *pasted])
    return tuple(_begun(t, questions, found.get(t)) for t in wanted if t not in taken)


def _begun(trace_id: str, questions: list[Question], found: Candidate | None) -> Gold:
    """A new gold item; what was answered before is a first proposal for the right answers."""
    before = found.answers if found else {}
    right = {q.name: before[q.name] for q in questions if before.get(q.name) is not None}
    return Gold(trace_id, right)
