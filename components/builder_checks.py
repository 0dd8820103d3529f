"""Step 6: gold items, practice and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from components.builder_form import Form, begin
from components.builder_gold import gold_items
from review_app.design import Design, Repeats
from review_app.pool import Candidate
from review_app.questions import Question

_HERE = "This campaign, at least 50 items later"


def checks_step(
    form: Form,
    design: Design,
    questions: list[Question],
    found: Mapping[str, Candidate],
    campaigns: list[str],
) -> Design:
    """Let the lead choose what shows how steady and how right the answers are.

    ``found`` are the pool's traces by id, ``campaigns`` the names of earlier campaigns.
    """
    form.step(
        "checks", "Gold items have a known answer; repeats are asked twice. No reviewer sees which."
    )
    asked = [q for q in questions if q.name in design.questions]
    gold = gold_items(form, design.gold, asked, found)
    practice = 0
    if gold:
        key = begin("practice", design.practice)
        st.session_state[key] = min(st.session_state[key], len(gold))
        practice = st.number_input(
            "How many of them come first, as practice",
            0,
            len(gold),
            step=1,
            key=key,
            help="After one the right answer and its reason are shown. It counts nowhere.",
            width=280,
        )
        form.place("practice")
    return replace(
        design, gold=gold, practice=int(practice), repeats=_repeats(form, design.repeats, campaigns)
    )


def _repeats(form: Form, repeats: Repeats, campaigns: list[str]) -> Repeats:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        each = st.number_input(
            "Repeats for each reviewer",
            0,
            1000,
            step=1,
            key=begin("repeats-each", repeats.each),
            width=200,
        )
        campaign = repeats.campaign
        if each:
            campaign = st.selectbox(
                "They come from",
                list(dict.fromkeys(("", *campaigns, campaign))),
                key=begin("repeats-campaign", campaign),
                format_func=lambda name: name or _HERE,
            )
    form.place("repeats")
    return Repeats(int(each), campaign or "")
