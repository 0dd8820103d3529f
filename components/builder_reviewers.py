"""Step 5: who reviews, how items are shared out, and what reviewers get to see."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Literal

import streamlit as st

from components.builder_form import PREFIX, Form, add_menu, begin, forget
from review_app.design import Design, Sharing
from review_app.errors import InvalidAnswer
from review_app.people import normal_name

RENEW = PREFIX + "renew-names"
_JOIN: dict[Literal["invited", "anyone"], str] = {
    "invited": "Those named here",
    "anyone": "Anyone with the link",
}
_SEES = {
    False: "Only the question and the answer",
    True: "Version, votes and judge’s scores, too",
}
_SEES_MEANS = [
    "Nothing leans on their judgement, so the answers can be compared and can test a judge.",
    "For finding causes. These answers stay out of comparisons and of judge checks.",
]


def reviewers_step(form: Form, design: Design, known: list[str]) -> Design:
    """Let the lead name the reviewers; ``known`` are those of earlier campaigns."""
    form.step("reviewers", "Who reads, how many read the same item, and what they see.")
    join = st.radio(
        "Who takes part",
        list(_JOIN),
        key=begin("join", design.join),
        format_func=lambda j: _JOIN[j],
        horizontal=True,
    )
    form.place("join")
    design = replace(design, join=join)
    if join == "invited":
        design = replace(design, reviewers=_names(form, design.reviewers, known))
        design = replace(design, sharing=_sharing(form, design.sharing))
    else:
        st.caption("Everybody who opens the link gets all items, in an order of their own.")
        design = replace(design, reviewers=())
        form.place("reviewers", "sharing")
    return _shown(form, _time_box(form, design))


def _names(form: Form, names: tuple[str, ...], known: list[str]) -> tuple[str, ...]:
    if st.session_state.pop(RENEW, False):
        forget("reviewers")
    text = st.text_area(
        "Names or e-mail addresses, one a line",
        key=begin("reviewers", "\n".join(names)),
        placeholder="ana@example.org\nbo@example.org",
        height=112,
    )
    lines = [line.strip() for line in text.replace(";", "\n").replace(",", "\n").split("\n")]
    typed = tuple(_normal(line) for line in lines if line)
    form.place("reviewers")
    left = [name for name in known if name not in typed]
    added = add_menu("Add somebody who reviewed before", left, "add-reviewer", str)
    if added:
        st.session_state[RENEW] = True
        form.again = True
        return (*typed, added)
    return typed


def _normal(line: str) -> str:
    with suppress(InvalidAnswer):
        return normal_name(line)
    return line


def _sharing(form: Form, sharing: Sharing) -> Sharing:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        each = st.number_input(
            "Reviews of each item",
            1,
            50,
            step=1,
            key=begin("sharing-each", sharing.each),
            width=176,
        )
        common = st.number_input(
            "Common items",
            0,
            100_000,
            step=1,
            key=begin("sharing-common", sharing.common),
            help="Read by several people, to see whether they agree. 30 is the least that tells.",
            width=176,
        )
        people = sharing.people
        if common:
            people = st.number_input(
                "People on common items",
                2,
                50,
                step=1,
                key=begin("sharing-people", sharing.people),
                width=176,
            )
    form.place("sharing")
    return Sharing(int(each), int(common), int(people))


def _time_box(form: Form, design: Design) -> Design:
    box: int | None = st.number_input(
        "Minutes asked of each reviewer",
        1,
        10_000,
        value=None,
        step=5,
        key=begin("time-box", design.time_box_minutes),
        placeholder="No limit",
        help="Then they read: you have done what was asked. Stop here, or go on.",
        width=280,
    )
    form.place("time_box_minutes")
    return replace(design, time_box_minutes=box)


def _shown(form: Form, design: Design) -> Design:
    seen = st.radio(
        "What reviewers see before they answer",
        list(_SEES),
        key=begin("open", design.open),
        format_func=lambda o: _SEES[o],
        captions=_SEES_MEANS,
    )
    form.place("open")
    reveal = st.checkbox(
        "Show the others’ answers after one’s own",
        key=begin("reveal", design.reveal),
    )
    return replace(design, open=bool(seen), reveal=reveal)
