"""Inbox: what end users said of the answers, and a campaign of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from components.campaign_links import followed_link
from components.inbox_counts import (
    aside,
    inbox_style,
    section,
    summary,
    version_table,
    votes_over_time,
)
from components.inbox_filters import (
    begin,
    begin_anew,
    heed_address,
    to_address,
    vote_filters,
    wanted_votes,
)
from components.inbox_votes import VoteRow, how_to_log, vote_rows
from components.messages import problems_shown, show_empty
from components.words import counted, moment
from components.working import working
from review_app.access import require_lead
from review_app.design import Sample
from review_app.inbox import (
    DOWN_AND_RANDOM,
    DRAWN,
    Inbox,
    Vote,
    Wanted,
    by_time,
    by_version,
    day_at,
    in_short,
    pool_of,
    sample_of,
    shown_votes,
)
from review_app.pool import Pool
from review_app.pool_filters import day_of
from services.app import App
from services.experiments import Experiment, experiments_in_scope
from services.inbox import Inboxes, first_with_votes

WINDOWS = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "All"}
USUAL_DAYS = "30"
ROWS_A_PAGE = 20
ASKED, ANSWERED = 160, 280  # characters shown of each
QUESTION = "How do votes change over time?"


def render(app: App) -> None:
    """Show what end users said, by version and over time, and let a lead act on it."""
    inbox_style()
    with problems_shown():
        require_lead(app.person)
        heed_address()
        went = followed_link()
        if went:
            begin_anew(went)
        _inbox(app)


def _inbox(app: App) -> None:
    head = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    with head:
        st.title("Inbox", anchor=False, width="content")
    experiments = experiments_in_scope(app.services.store, app.settings.experiments)
    if not experiments:
        show_empty("No traces yet", "When an app writes traces to MLflow, they can be read here.")
        return
    ids = {one.name: one.id for one in experiments}
    time = _time(app, list(ids), _first(app, experiments))
    inboxes = Inboxes(app.services.store, app.settings, app.services.jobs)
    job = inboxes.of(time, _now_ms(app))
    if job.at_work:
        working("Looking through the traces", job)
        return
    if job.state == "done":
        with head:
            anew = _as_of(app, job.result)
        _show(app, ids[time.experiment], time, job.result)
    else:
        st.text(job.sentence)
        anew = st.button("Look again")
    if anew:
        inboxes.again(time, _now_ms(app))
        st.rerun()


def _first(app: App, experiments: Sequence[Experiment]) -> str:
    """Return the experiment that a visit begins with: the largest that end users voted in."""
    if "inbox_first" not in st.session_state:
        voted = first_with_votes(app.services.store, app.settings, experiments)
        st.session_state["inbox_first"] = voted.name
    return str(st.session_state["inbox_first"])


def _time(app: App, experiments: list[str], begins: str) -> Pool:
    """Ask for experiment and time; a time is whole days of UTC, and today is the last."""
    begins = begins if begins in experiments else experiments[0]
    begin("experiment", experiments, begins)
    begin("days", list(WINDOWS), USUAL_DAYS)
    with st.container(horizontal=True):
        name = st.selectbox("Experiment", experiments, key="inbox_experiment", width=320)
        days = st.segmented_control(
            "Time", list(WINDOWS), format_func=WINDOWS.__getitem__, key="inbox_days", required=True
        )
    usual = name == begins, days == USUAL_DAYS
    to_address({"experiment": "" if usual[0] else name, "days": "" if usual[1] else str(days)})
    if days is None or days == "all":
        return Pool(name)
    first = day_at(_now_ms(app)) - timedelta(days=int(days) - 1)
    return Pool(name, since=first.isoformat())


def _now_ms(app: App) -> int:
    return int(app.now().timestamp() * 1000)


def _as_of(app: App, inbox: Inbox) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.caption(f"as of {moment(inbox.as_of_ms, app.zone).partition(', ')[2]}")
        return st.button("Refresh")


def _show(app: App, experiment_id: str, time: Pool, inbox: Inbox) -> None:
    whole = inbox.whole
    if not whole.traces:
        show_empty("No traces in this time", "Choose a longer time, or another experiment.")
        return
    if not whole.voted:
        show_empty(
            "Nobody has voted yet",
            f"None of {counted(whole.traces, 'trace')} holds a vote of an end user. The app that"
            " you review can send what its users say, as soon as they say it:",
        )
        how_to_log(app.settings.user_feedback[0])
        return
    summary(
        f"End users voted on {whole.voted:,} of {counted(whole.traces, 'trace')}:"
        f" {whole.up:,} up, {whole.down:,} down, {whole.comments:,} with a comment."
    )
    if not inbox.complete:
        aside("There are more traces than were looked through; these are the newest.")
    rows = by_version(inbox)
    wanted = wanted_votes([version for version, _ in rows], time.since)
    table, chart = st.columns([7, 5], gap="large")
    with table:
        section("Votes by version")
        version_table(rows, wanted)
    with chart:
        section(QUESTION)
        votes_over_time(QUESTION, by_time(inbox, day_of(time.since)), wanted)
    section("What they said")
    vote_filters([version for version, _ in rows], wanted)
    votes = shown_votes(inbox, wanted)
    if "new_campaign" in app.screens:
        _campaigns(app, time, wanted, votes, whole.down)
    _list(app, experiment_id, votes)


def _campaigns(app: App, time: Pool, wanted: Wanted, votes: Sequence[Vote], down: int) -> None:
    """Offer a campaign of the votes shown, and one of all thumbs-down beside random traces."""
    with st.container(horizontal=True, vertical_alignment="center"):
        these = f"these {len(votes):,}" if len(votes) > 1 else "this one"
        some = f"{DRAWN} of {these}" if len(votes) > DRAWN else these
        if votes and st.button(f"Make a campaign of {some}", type="primary"):
            _to_campaign(app, pool_of(time, wanted, votes), sample_of(votes))
        if down and st.button(f"All {down:,} thumbs-down plus {DRAWN} random"):
            _to_campaign(app, time, DOWN_AND_RANDOM)


def _to_campaign(app: App, pool: Pool, sample: Sample) -> None:
    st.session_state["new_campaign"] = {"pool": pool, "sample": sample}
    st.switch_page(app.screens["new_campaign"])


def _list(app: App, experiment_id: str, votes: Sequence[Vote]) -> None:
    if not votes:
        st.text("No vote fits these filters.")
        return
    above = st.container()
    last = -(-len(votes) // ROWS_A_PAGE)
    page = st.pagination(last, key="inbox_page") if last > 1 else 1
    with above:
        shown = votes[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
        vote_rows([_row(app, experiment_id, vote) for vote in shown])


def _row(app: App, experiment_id: str, vote: Vote) -> VoteRow:
    return VoteRow(
        vote.up,
        vote.comment,
        in_short(vote.asked, ASKED),
        in_short(vote.answered, ANSWERED),
        vote.version,
        moment(vote.requested_at_ms, app.zone),
        app.services.readings.mlflow_url(experiment_id, vote.trace_id),
    )
