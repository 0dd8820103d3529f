"""Campaigns: how each goes, what needs the lead, and the items behind every number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.campaign_actions import (
    BUILD_SET,
    ask_share_out,
    carry_out,
    change_at_work,
    chosen_action,
    unfinished_row,
)
from components.campaign_links import followed_link, link
from components.campaign_list import (
    campaign_lines,
    campaign_progress,
    campaign_style,
    campaign_top,
    counting,
    heading,
    page_top,
    quiet,
    way_back,
)
from components.campaign_rows import (
    Around,
    link_out,
    note_rows,
    skip_rows,
    turn_rows,
    warning_rows,
)
from components.campaign_tables import questions_table, reviewers_table
from components.messages import problems_shown, show_empty
from components.words import counted, moment
from review_app.access import require_lead
from review_app.behind import Topic, behind
from review_app.campaigns import Campaign
from review_app.changes import Change
from review_app.design_file import design_from_json, design_yaml
from review_app.given import Turn
from review_app.progress import Progress
from review_app.sight import Sight
from services.app import App
from services.campaign_changes import CampaignChanges
from services.campaign_writing import CampaignWriting
from services.jobs import Job

ROWS_A_PAGE = 20
FEW_ROWS = 5  # of skips and notes on the page itself
CHANGE = "campaign_change"  # the session's own change that runs, or has just ended


def render(app: App) -> None:
    """Show all campaigns, or the one in the address, or the items behind one of its numbers."""
    campaign_style()
    went = followed_link()
    if went is not None:
        st.session_state.pop(CHANGE, None)
        st.query_params.from_dict(went)
        st.rerun()
    with problems_shown():
        require_lead(app.person)
        name = st.query_params.get("campaign", "")
        if not name:
            _list(app)
            return
        campaign = app.services.campaigns.get(name)
        topic = Topic.read(st.query_params.to_dict())
        if topic is None:
            _campaign(app, campaign)
        else:
            _items(app, campaign, topic)


# ------------------------------------------------------------------------------------ the list
def _list(app: App) -> None:
    with _row("overview-list"):
        st.title("Campaigns", anchor=False, width="content")
        new = app.screens.get("new_campaign")
        if new and st.button("New campaign", type="primary"):
            st.switch_page(new)
    for half in app.services.campaigns.unfinished():
        unfinished_row(half, partial(_begin, app, half))
    _change_at_work()
    every = app.services.campaigns.every()
    if not every:
        show_empty(
            "No campaign yet",
            "A campaign asks experts to read some of the traces and to answer a few questions.",
        )
        return
    page = _page(len(every))
    shown = every[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    sights = [_brief(app, one) for one in shown]
    experiments = [app.services.overviews.experiment(one) for one in shown]
    campaign_lines(zip(shown, experiments, sights, strict=True))
    if any(sight.counting for sight in sights):
        _while_list_is_counted(app, shown)


def _brief(app: App, campaign: Campaign) -> Sight:
    """Return what is known at once; of closed campaigns nobody needs the time left."""
    return app.services.overviews.of(campaign, answers=campaign.status != "closed", wait=0)


@st.fragment(run_every=1.0)
def _while_list_is_counted(app: App, shown: list[Campaign]) -> None:
    left = sum(_brief(app, one).counting for one in shown)
    if not left:
        st.rerun()
    quiet(f"Counting {counted(left, 'campaign')} …")


# --------------------------------------------------------------------------------- one campaign
def _campaign(app: App, campaign: Campaign) -> None:
    sight = app.services.overviews.of(campaign)
    way_back("← All campaigns", {})
    with _row("overview-head"):
        with st.container(width="stretch"):
            campaign_top(campaign, app.services.overviews.experiment(campaign))
        _actions(app, campaign, sight.progress)
    _change_at_work()
    campaign_progress(sight)
    if sight.progress is not None:
        _numbers(app, campaign, sight.progress, whole=sight.whole)
    with st.container(key="overview-counted", horizontal=True, vertical_alignment="center"):
        if sight.trouble:
            quiet(sight.trouble)
        if sight.computed_ms:
            quiet(f"Computed {moment(sight.computed_ms, app.zone)}.")
        if not sight.counting and st.button("Count again", type="tertiary"):
            app.services.overviews.of(campaign, anew=True, wait=0)
            st.rerun()
    if sight.counting:
        _while_counted(app, campaign, sight.computed_ms)


@st.fragment(run_every=1.0)
def _while_counted(app: App, campaign: Campaign, shown_ms: int) -> None:
    sight = app.services.overviews.of(campaign, wait=0)
    if not sight.counting or sight.computed_ms != shown_ms:
        st.rerun()
    counting(sight)


def _actions(app: App, campaign: Campaign, progress: Progress | None) -> None:
    begin = partial(_begin, app, campaign)
    set_status = partial(app.services.campaigns.set_status, campaign)
    finished = progress is not None and progress.all > 0 and progress.done == progress.all
    chosen = chosen_action(campaign, finished=finished)
    if chosen == BUILD_SET:
        st.switch_page(app.screens["labeled_sets"], query_params={"campaign": campaign.name})
    carry_out(chosen, campaign, partial(_file, campaign), set_status, begin)
    if st.query_params.pop("do", "") == "share out" and not chosen:
        ask_share_out(begin)


def _file(campaign: Campaign) -> str:
    return design_yaml(design_from_json(campaign.file)) if campaign.file else ""


def _begin(app: App, campaign: Campaign, change: Change) -> None:
    """Begin a change beside the page; of one campaign only one runs at a time."""
    services = app.services
    writing = CampaignWriting(services.campaigns)
    changes = CampaignChanges(writing, services.planning, services.reassigning, services.jobs)
    st.session_state[CHANGE] = (change.words, changes.begin(app.person, campaign, change))


def _change_at_work() -> None:
    """Show how far the session's own change is, and what came of it."""
    words, job = st.session_state.get(CHANGE, ("", None))
    if job is not None and job.at_work:
        _while_changed(words, job)
    elif job is not None:
        quiet(job.sentence or job.result)


@st.fragment(run_every=0.5)
def _while_changed(words: str, job: Job) -> None:
    if not job.at_work:
        st.rerun()
    if change_at_work(words, job.done, job.total):
        job.cancel()


def _numbers(app: App, campaign: Campaign, progress: Progress, *, whole: bool) -> None:
    warned = progress.warnings(int(app.now().timestamp() * 1000)) if whole else ()
    if warned:
        heading("Needs you")
        warning_rows(campaign, warned)
    heading("Reviewers")
    reviewers_table(campaign.name, progress.reviewers, whole=whole)
    if not whole:
        return
    heading("Questions")
    questions_table(campaign, progress.questions)
    _written(app, campaign, progress)


def _written(app: App, campaign: Campaign, progress: Progress) -> None:
    """Show the newest skips and notes, and the way to all of them."""
    skips, notes = progress.skipped[:FEW_ROWS], progress.notes[:FEW_ROWS]
    turns = [one.turn for one in skips] + [one.turn for one in notes]
    around = _around(app, campaign, turns)
    if skips:
        heading("Skipped")
        skip_rows(skips, around)
        _all_of(campaign, Topic("skipped"), len(progress.skipped))
    if notes:
        heading("Notes")
        note_rows(campaign, notes, around)
        _all_of(campaign, Topic("notes"), len(progress.notes))


def _all_of(campaign: Campaign, topic: Topic, n: int) -> None:
    if n > FEW_ROWS:
        quiet(link(f"All {n:,}", {"campaign": campaign.name, **topic.address}))


# ------------------------------------------------------------------- the items behind a number
def _items(app: App, campaign: Campaign, topic: Topic) -> None:
    sight = app.services.overviews.of(campaign)
    way_back(f"← {campaign.name}", {"campaign": campaign.name})
    if sight.progress is None or not sight.whole:
        if sight.trouble:
            quiet(sight.trouble)
        _while_counted(app, campaign, sight.computed_ms)
        return
    found = behind(sight.progress, topic)
    page_top(found.title, counted(len(found.turns), "item"))
    page = _page(len(found.turns))
    turns = found.turns[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    turn_rows(map(found.row, turns), _around(app, campaign, turns))


def _around(app: App, campaign: Campaign, turns: Iterable[Turn]) -> Around:
    return Around(
        app.services.overviews.titles(turn.trace_id for turn in turns),
        lambda milliseconds: moment(milliseconds, app.zone),
        partial(_ways, app, campaign),
    )


def _ways(app: App, campaign: Campaign, turn: Turn) -> tuple[Markup, ...]:
    """Return where the item can be read: on the desk where it is one's own, and in MLflow."""
    ways = []
    if turn.reviewer == app.person.name:
        address = urlencode({"campaign": campaign.name, "item": turn.trace_id}, quote_via=quote)
        ways.append(link_out("Open", f"/review?{address}", new_tab=False))
    in_mlflow = app.services.readings.mlflow_url(campaign.experiment_id, turn.trace_id)
    if in_mlflow:
        ways.append(link_out("In MLflow", in_mlflow, new_tab=True))
    return tuple(ways)


def _page(rows: int) -> int:
    last = max(1, -(-rows // ROWS_A_PAGE))
    return st.pagination(last, key="page") - 1 if last > 1 else 0


def _row(key: str) -> st.delta_generator.DeltaGenerator:
    return st.container(
        key=key,
        horizontal=True,
        vertical_alignment="bottom",
        horizontal_alignment="distribute",
    )
