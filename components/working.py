"""Work that takes a while: how far it is, and a way to cancel it."""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from components.builder_form import PREFIX
from components.words import minutes

SHORT = 20  # seconds of which no more is said


class Work(Protocol):
    """What is at work.

    Attributes:
        done: steps done.
        total: all steps; 0 while that is not known.
    """

    done: int
    total: int

    @property
    def state(self) -> str:
        """Where it stands: "waiting" until it can run."""

    @property
    def at_work(self) -> bool:
        """Whether it has not ended."""

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop, and still runs."""

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes; None while that is not known."""

    def cancel(self) -> None:
        """Ask it to stop."""


@st.fragment(run_every=0.5)
def working(words: str, work: Work) -> None:
    """Draw how far the work is, with a button to cancel it; once it ended, the page anew."""
    if not work.at_work:
        st.rerun()
    with st.container(key=PREFIX + "working"):
        far = min(work.done / work.total, 1.0) if work.total else 0.0
        st.progress(far, text=_said(words, work))
        with st.container(horizontal=True, vertical_alignment="center"):
            cancel = PREFIX + "cancel"
            st.button("Cancel", key=cancel, on_click=work.cancel, disabled=work.stopping)
            if work.seconds_left is not None and work.seconds_left > SHORT:
                st.caption(f"{minutes(work.seconds_left).capitalize()} left.")


def _said(words: str, work: Work) -> str:
    if work.state == "waiting":
        return "Waiting for other work to end"
    if work.stopping:
        return "Stopping …"
    count = f"{work.done:,} of {work.total:,}" if work.total else f"{work.done:,}"
    return f"{words}, {count}" if work.total or work.done else words
