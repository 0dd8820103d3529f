"""Scoring that an MLflow server does by itself: how much of the new traffic."""

from __future__ import annotations

import streamlit as st

from components.campaign_list import quiet

NEWEST = (
    "MLflow’s server does this every minute, always with the newest version of the judge. It names"
    " these scores after the model, so they are listed apart from those that are made here."
)


def ask_schedule(share: float) -> float | None:
    """Ask which share of new traces the server scores by itself.

    Args:
        share: how it stands, from 0 (off) to 1.

    Returns:
        The new share once somebody switched it, else None.
    """
    standing = f"{100 * share:.0f} % of new traces are scored" if share else "It is switched off"
    st.text(f"{standing} by MLflow’s server.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        percent = st.number_input(
            "Share of new traces, %", 1, 100, round(100 * share) or 10, width=200
        )
        started = st.button("Change it" if share else "Switch it on")
        stopped = bool(share) and st.button("Switch it off")
    quiet(NEWEST)
    if stopped:
        return 0.0
    return percent / 100 if started else None
