"""What a lead does with a campaign, each asked for once more before it is done."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


@st.dialog("Close this campaign?")
def ask_close(close: Callable[[], object]) -> None:
    st.text(
        "Nobody can answer any more. Answers that were given before and are still on their way"
        " count. You can reopen it at any time."
    )
    if st.button("Close it", type="primary"):
        close()
        st.rerun()


@st.dialog("The campaign as a file", width="medium")
def show_file(text: str) -> None:
    if not text:
        st.text("This campaign was made by a program, not from a file or in the builder.")
        return
    st.text("The same file, given to “campaign create”, makes the same campaign anew.")
    st.code(text, language="yaml")
