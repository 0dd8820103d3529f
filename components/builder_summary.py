"""Step 7: the campaign's name, what it is in words, its file, and the button that writes it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from components.builder_form import PREFIX, Form, begin
from components.safe_text import marked

_PAIR = Markup("<dt>{}</dt><dd>{}</dd>")


def name_field(form: Form, name: str) -> str:
    """Let the lead name the campaign."""
    form.step("summary", "The name is what reviewers read first. It cannot be changed later.")
    typed = st.text_input("Name of the campaign", key=begin("name", name), max_chars=200)
    form.place("name")
    return " ".join(typed.split())


def summary(pairs: Sequence[tuple[str, str]], file: str, *, problems: int, ready: bool) -> bool:
    """Draw what is written and the button; return True when it is to be written now."""
    lines = [_PAIR.format(term, marked(words)) for term, words in pairs]
    st.html(str(Markup('<dl class="b-summary">{}</dl>').format(Markup("").join(lines))))
    pressed = st.button(
        "Write the campaign", key=PREFIX + "write", type="primary", disabled=not ready
    )
    if problems:
        st.caption(
            "One thing must be put right first."
            if problems == 1
            else f"{problems} things must be put right first."
        )
    elif ready:
        st.caption("Nothing is written before you press this.")
    with st.expander("This campaign as a file"):
        st.caption("python cli.py campaign create FILE.yaml makes the same campaign.")
        st.code(file, language="yaml")
    return pressed
