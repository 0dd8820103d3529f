"""Votes of end users one by one: what was said, what was asked, what was answered."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked


@dataclass(frozen=True)
class VoteRow:
    """One vote.

    Attributes:
        up: False for a thumbs-down.
        comment: "" when nothing was said.
        asked: first words of what the app was asked.
        answered: first words of what it answered.
        version: which answered.
        when: day and time, in words.
        address: of the trace in MLflow's own pages; None when there is none.
    """

    up: bool
    comment: str
    asked: str
    answered: str
    version: str
    when: str
    address: str | None


_VOTES = Markup('<div class="i-votes">{}</div>')
_VOTE = Markup(
    '<div><span class="v {}">{}</span><div class="t">{}{}{}</div><div class="w">{}{}{}</div></div>'
)
_SAID = Markup('<span class="said">{}</span>')
_OF = Markup('<span class="of"><b>{}</b> {}</span>')
_WHERE = Markup("<span>{}</span>")
_OPEN = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">Open in MLflow</a>')

HOW = """import mlflow
from mlflow.entities import AssessmentSource

mlflow.log_feedback(
    trace_id=trace_id,
    name="{name}",
    value=False,  # True for a thumbs-up
    rationale="It names the wrong deadline.",  # what the person typed, if anything
    source=AssessmentSource(source_type="HUMAN", source_id=user_id),
)"""


def vote_rows(rows: list[VoteRow]) -> None:
    """Draw the votes."""
    st.html(str(_VOTES.format(Markup("").join(_vote(row) for row in rows))))


def _vote(row: VoteRow) -> Markup:
    return _VOTE.format(
        "i-up" if row.up else "i-down",
        "Up" if row.up else "Down",
        _SAID.format(marked(row.comment)) if row.comment else "",
        _OF.format("Asked", marked(row.asked or "nothing that was recorded")),
        _OF.format("Answered", marked(row.answered or "nothing that was recorded")),
        _WHERE.format(row.when),
        _WHERE.format(marked(row.version)),
        _OPEN.format(row.address) if row.address else "",
    )


def how_to_log(name: str) -> None:
    """Show how a running app sends what its users say."""
    st.code(HOW.format(name=name), language="python")
