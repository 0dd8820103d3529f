"""Step 2: which traces the campaign may draw from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from components.builder_choices import Choices
from components.builder_filters import FILTERS
from components.builder_form import PREFIX, Form, add_menu, begin
from components.safe_text import marked
from review_app.pool import Pool

_LABEL = Markup('<span class="b-filter">{}</span>')
SHOWN = PREFIX + "shown-filters"


def pool_step(form: Form, pool: Pool, experiments: list[str], choices: Choices) -> Pool:
    """Let the lead choose the experiment and the filters; only filters in use are shown."""
    form.step("pool", "Which traces may be drawn? Without a filter it is all of the experiment.")
    experiment = st.selectbox(
        "Experiment",
        list(dict.fromkeys(filter(None, (*experiments, pool.experiment)))),
        key=begin("pool-experiment", pool.experiment or None),
        placeholder="Choose an experiment",
    )
    form.place("pool.experiment")
    pool = replace(pool, experiment=experiment or "")
    shown = [*st.session_state.get(SHOWN, ())]
    shown += [name for name, one in FILTERS.items() if one.used(pool) and name not in shown]
    st.session_state[SHOWN] = shown
    for name in shown:
        pool = _row(form, name, pool, choices)
    left = [name for name in FILTERS if name not in shown]
    added = add_menu("Add a filter", left, "add-filter", lambda name: FILTERS[name].label)
    if added:
        st.session_state[SHOWN] = [*shown, added]
        form.again = True
    form.place("pool")
    return pool


def _row(form: Form, name: str, pool: Pool, choices: Choices) -> Pool:
    one = FILTERS[name]
    with st.container(key=f"{PREFIX}filter-{name}", gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.html(_LABEL.format(marked(one.label)), width="content")
            removed = st.button(
                "Remove", key=f"{PREFIX}remove-{name}", type="tertiary", help=f"Remove: {one.label}"
            )
        pool = one.draw(pool, choices)
        form.place(*(f"pool.{field}" for field in one.fields))
    if removed:
        st.session_state[SHOWN] = [s for s in st.session_state[SHOWN] if s != name]
        form.again = True
        return one.without(pool)
    return pool
