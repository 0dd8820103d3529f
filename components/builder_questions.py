"""Step 4: what is asked, in which order, and how to judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX, Form, add_menu, as_text, begin
from components.safe_text import markdown, marked
from review_app.design import Design
from review_app.questions import Kind, Question

KINDS: dict[Kind, str] = {
    "pass_fail": "Pass or fail",
    "choice": "One choice",
    "choices": "Several choices",
    "number": "A number",
    "text": "A text",
}
_ROW = Markup('<div class="b-row"><b>{}</b> {} <span>{}</span></div>')


def questions_step(
    form: Form, design: Design, questions: list[Question], link: Callable[[], None]
) -> Design:
    """Let the lead choose and order questions, and write purpose and instructions.

    ``link`` draws where questions are made.
    """
    form.step("questions", "What is asked of each item, in this order.")
    known = {q.name: q for q in questions}
    chosen = _chosen(form, design.questions, known)
    left = [name for name in known if name not in chosen]
    with st.container(horizontal=True, vertical_alignment="center"):
        added = add_menu(
            "Add a question",
            left,
            "add-question",
            lambda name: f"{known[name].heading} ({KINDS[known[name].kind]})",
        )
        link()
    if added:
        chosen = (*chosen, added)
        form.again = True
    form.place("questions")
    design = replace(design, questions=chosen)
    design = _ways(design, [known[name] for name in chosen if name in known])
    return _texts(form, design)


def _chosen(form: Form, names: tuple[str, ...], known: dict[str, Question]) -> tuple[str, ...]:
    order = list(names)
    for index, name in enumerate(names):
        question = known.get(name)
        heading = question.heading if question else name
        kind = KINDS[question.kind] if question else "Not a question of this experiment"
        with st.container(
            key=f"{PREFIX}question-{index}", horizontal=True, vertical_alignment="center"
        ):
            st.html(_ROW.format(index + 1, marked(heading), kind), width="stretch")
            up = st.button(
                "Up",
                key=f"{PREFIX}up-{name}",
                type="tertiary",
                help=f"Ask {as_text(heading)} earlier",
                disabled=index == 0,
            )
            gone = st.button(
                "Remove",
                key=f"{PREFIX}drop-{name}",
                type="tertiary",
                help=f"Do not ask {as_text(heading)}",
            )
        if up:
            order[index - 1 : index + 1] = [name, order[index - 1]]
        if gone:
            order.remove(name)
    form.again |= tuple(order) != names
    return tuple(order)


def _ways(design: Design, asked: list[Question]) -> Design:
    required = [q for q in asked if q.required]
    one = len(required) == 1 and required[0].kind in ("pass_fail", "choice")
    at_once = one and st.checkbox(
        "Save and go on as soon as the choice is made",
        key=begin("advance", design.advance == "on choice"),
        help="Fast where a single choice is all that is required; U takes it back.",
    )
    notes = st.checkbox(
        "Ask for open notes, too",
        key=begin("notes", design.notes),
        help="Reviewers write down what strikes them while reading; you see it with the item.",
    )
    return replace(design, notes=notes, advance="on choice" if at_once else "on save")


def _texts(form: Form, design: Design) -> Design:
    purpose = st.text_area(
        "Why this is reviewed, and what happens to the answers",
        key=begin("purpose", design.purpose),
        placeholder="Reviewers read this first.",
        height=80,
    )
    form.place("purpose")
    instructions = st.text_area(
        "How to judge",
        key=begin("instructions", design.instructions),
        placeholder="What counts as a failure, what does not, and where to look things up.",
        height=160,
    )
    form.place("instructions")
    if purpose.strip() or instructions.strip():
        with st.expander("How reviewers will read this (Markdown)"):
            st.html(
                str(
                    Markup('<div class="b-prose">{}{}</div>').format(
                        markdown(purpose), markdown(instructions)
                    )
                )
            )
    return replace(design, purpose=purpose, instructions=instructions)
