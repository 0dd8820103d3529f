"""Empty, waiting and error states, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.typed import keep_typed
from review_app.errors import ReviewError, StoreUnavailable

RETRY_SECONDS = 3


@contextmanager
def problems_shown() -> Iterator[None]:
    """Show what goes wrong meanwhile as a sentence; a page that MLflow failed tries again."""
    try:
        yield
    except ReviewError as error:
        if isinstance(error, StoreUnavailable):
            keep_typed()
        show_problem(error.sentence, retry=isinstance(error, StoreUnavailable))


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
