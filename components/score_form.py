"""The form of a run: which traces a judge scores, and where it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from components.builder_choices import Choices
from components.builder_form import as_text
from review_app.pool import Pool, Thumbs
from review_app.scoring import ScoreDesign

ALL_TIME, LAST_DAYS, DAYS = "All time", "The last days", "From day to day"
WHOLE, RANDOM = "All of them", "A random part"
VOTES: dict[Thumbs, str] = {
    "any": "With or without a vote",
    "down": "Thumbs-down",
    "up": "Thumbs-up",
    "none": "Without a vote",
}


def ask_pool(pool: Pool, choices: Choices) -> Pool:
    """Ask which traces; what is offered is counted over those of the time that was chosen."""
    pool = _time(pool)
    versions = st.multiselect(
        "Version",
        list(dict.fromkeys((*choices.versions, *pool.versions))),
        list(pool.versions),
        format_func=lambda one: _counted(one, choices.versions),
        placeholder="All versions",
    )
    thumbs = st.selectbox(
        "End users’ votes", list(VOTES), list(VOTES).index(pool.thumbs), VOTES.__getitem__
    )
    text = st.text_input(
        "Text in the question or the answer", pool.text, placeholder="Any text"
    ).strip()
    return replace(pool, versions=tuple(versions), thumbs=thumbs, text=text)


def ask_amount(pool: Pool) -> ScoreDesign:
    """Ask how many of them, and where it stops."""
    how = st.segmented_control("How many", (WHOLE, RANDOM), default=WHOLE, required=True)
    sample = st.number_input("Traces", 1, value=500, step=100, width=160) if how == RANDOM else None
    with st.container(horizontal=True):
        calls = st.number_input(
            "At most so many calls", 1, value=None, step=100, width=200, placeholder="No limit"
        )
        most = st.number_input(
            "At most so many dollars", 0.01, value=None, step=1.0, width=200, placeholder="No limit"
        )
    return ScoreDesign(
        pool, int(sample) if sample else None, int(calls) if calls else None, most or None
    )


def _time(pool: Pool) -> Pool:
    when = st.segmented_control(
        "Time", (ALL_TIME, LAST_DAYS, DAYS), default=ALL_TIME, required=True
    )
    if when == LAST_DAYS:
        days = st.number_input("How many days", 1, 3650, 7, width=160)
        return replace(pool, last_days=int(days))
    if when == DAYS:
        with st.container(horizontal=True):
            since = st.date_input("From", value=None, width=160)
            until = st.date_input("To and with", value=None, width=160)
        return replace(pool, since=_iso(since), until=_iso(until))
    return pool


def _counted(version: str, counts: Any) -> str:
    return f"{as_text(version)} ({counts[version]:,})" if version in counts else as_text(version)


def _iso(day: Any) -> str:
    return day.isoformat() if isinstance(day, date) else ""
