"""Empty, waiting and error states, in plain words."""

from __future__ import annotations

import streamlit as st

RETRY_SECONDS = 3


def show_problem(sentence: str, *, retry: bool = False) -> None:
    """Say what happened and what to do; with ``retry`` the page tries again by itself."""
    with st.container(key="problem"):
        st.subheader("This did not work" if retry else "Not here", anchor=False)
        st.text(sentence)
        if retry:
            st.caption("This page tries again every few seconds.")
            _try_again()
        else:
            st.link_button("My reviews", "/")


def show_empty(title: str, sentence: str) -> None:
    """Say why there is nothing here and what will bring something."""
    with st.container(key="empty"):
        st.subheader(title, anchor=False)
        st.text(sentence)


@st.fragment(run_every=RETRY_SECONDS)
def _try_again() -> None:
    if st.session_state.get("tries_again"):
        st.session_state["tries_again"] = False
        st.rerun()
    st.session_state["tries_again"] = True
