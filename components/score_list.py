"""Runs of a judge over pools: what each asked for, how far it came, and going on with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked
from components.score_words import how_far, speaks_for, troubles
from components.words import moment
from review_app.scoring import ScoreRun

_RUN = Markup(
    '<div class="c-rows"><div style="border-bottom:0"><span class="t">{}</span>'
    '<span class="when">{}</span><span class="say">{}</span><span class="of">{}</span></div></div>'
)


def run_rows(runs: Sequence[ScoreRun], zone: tzinfo, now_ms: int) -> ScoreRun | None:
    """Draw runs; return the one that the person wants to go on with."""
    chosen = None
    for run in runs:
        said = [run.why, *troubles(run.tally), "" if run.why else speaks_for(run)]
        st.html(
            _RUN.format(
                marked(run.frame.words[:1].upper() + run.frame.words[1:]),
                marked(f"{moment(run.started_ms, zone)}, {run.owner}"),
                marked(f"{_state(run, now_ms)}: {how_far(run)}."),
                marked(" ".join(filter(None, said))),
            )
        )
        if run.can_go_on(now_ms) and st.button("Go on with it", key=f"score-on-{run.run_id}"):
            chosen = run
    return chosen


def _state(run: ScoreRun, now_ms: int) -> str:
    if run.state == "running":
        return "Scoring right now" if run.is_alive(now_ms) else "Broken off"
    return "Done" if run.state == "done" else "Stopped"
