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
        """Where it stands: "running" until it ends."""

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes; None while that is not known."""

    def cancel(self) -> None:
        """Ask it to stop."""


@st.fragment(run_every=0.5)
def working(words: str, work: Work) -> None:
    """Draw how far the work is, with a button to cancel it; once it ended, the page anew."""
    if work.state != "running":
        st.rerun()
    with st.container(key=PREFIX + "working"):
        far = min(work.done / work.total, 1.0) if work.total else 0.0
        st.progress(far, text=_said(words, work.done, work.total))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Cancel", key=PREFIX + "cancel"):
                work.cancel()
            if work.seconds_left is not None and work.seconds_left > SHORT:
                st.caption(f"{minutes(work.seconds_left).capitalize()} left.")


def _said(words: str, done: int, total: int) -> str:
    count = f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
    return ", ".join(filter(None, (words, count)))
