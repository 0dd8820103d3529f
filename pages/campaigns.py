"""Campaigns: how each goes, what needs the lead, and the items behind every number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from components.campaign_actions import ask_close, show_file
from components.campaign_links import copy_button, followed_link, link
from components.campaign_list import (
    CampaignLine,
    campaign_count,
    campaign_lines,
    campaign_style,
    campaign_top,
    heading,
    quiet,
    way_back,
)
from components.campaign_rows import (
    ItemLine,
    Need,
    Said,
    item_rows,
    link_out,
    need_rows,
    note,
    said_rows,
)
from components.campaign_tables import questions_table, reviewers_table
from components.messages import show_empty, show_problem
from components.words import counted, minutes, moment
from review_app.access import require_lead
from review_app.behind import Show, Topic, behind
from review_app.campaign_warnings import Kind, Warned
from review_app.campaigns import Campaign, Status
from review_app.design_file import design_from, design_yaml
from review_app.errors import ReviewError, StoreUnavailable
from review_app.given import Turn
from review_app.progress import Progress
from services.app import App
from services.overview import Sight

ROWS_A_PAGE = 20
FEW_ROWS = 5  # of skips and notes on the page itself
SEEN: Mapping[Kind, Show] = {
    "fast": "time",
    "gold": "gold",
    "skips": "skipped",
    "cannot judge": "unjudged",
}
MAIN_ACTION: Mapping[Status, str] = {
    "building": "Pause",
    "open": "Pause",
    "paused": "Open again",
    "closed": "Reopen",
}
BECOMES: Mapping[str, Status] = {"Pause": "paused", "Open again": "open", "Reopen": "open"}


def render(app: App) -> None:
    """Show all campaigns, or the one in the address, or the items behind one of its numbers."""
    campaign_style()
    went = followed_link()
    if went is not None:
        st.query_params.from_dict(went)
        st.rerun()
    try:
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
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)
    except ReviewError as error:
        show_problem(error.sentence)


# ------------------------------------------------------------------------------------ the list
def _list(app: App) -> None:
    with _row("overview-list"):
        st.title("Campaigns", anchor=False, width="content")
        new = app.screens.get("new_campaign")
        if new and st.button("New campaign", type="primary"):
            st.switch_page(new)
    every, unfinished = app.services.campaigns.every(), app.services.campaigns.unfinished()
    if not every and not unfinished:
        show_empty(
            "No campaign yet",
            "A campaign asks experts to read some of the traces and to answer a few questions.",
        )
        return
    for half in unfinished:
        quiet(
            f"“{half.name}” is being written. If nobody is at it any more, make it again under"
            " the same name: what was left is replaced."
        )
    page = _page(len(every))
    sights = {
        one.run_id: app.services.overviews.of(one, answers=one.status != "closed", wait=0)
        for one in every[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    }
    shown = [one for one in every if one.run_id in sights]
    campaign_lines([_line(app, one, sights[one.run_id]) for one in shown])
    if any(sight.counting for sight in sights.values()):
        _while_list_is_counted(app, shown)


@st.fragment(run_every=1.0)
def _while_list_is_counted(app: App, shown: list[Campaign]) -> None:
    overviews = app.services.overviews
    sights = [overviews.of(one, answers=one.status != "closed", wait=0) for one in shown]
    counting = [sight for sight in sights if sight.counting]
    if not counting:
        st.rerun()
    quiet(f"Counting {counted(len(counting), 'campaign')} …")


def _line(app: App, campaign: Campaign, sight: Sight) -> CampaignLine:
    experiment = app.services.overviews.experiment(campaign)
    people = counted(len(campaign.reviewers), "reviewer")
    if campaign.join == "anyone":
        people = f"open to everybody, {people} so far"
    words = f"{campaign.status.capitalize()} · {experiment} · {people}"
    if sight.progress is None:
        return CampaignLine(campaign.name, words, None, 0, sight.trouble or "Being counted …")
    done, whole = sight.progress.done, sight.progress.all
    left = f"{done:,} of {whole:,}, {_left(sight)}" if whole else "Nobody takes part yet."
    return CampaignLine(campaign.name, words, done, whole, left)


def _left(sight: Sight) -> str:
    """Say how long the rest takes, once it is known how fast people are."""
    progress = sight.progress
    if progress is None or progress.done >= progress.all:
        return "all done"
    if not sight.whole:
        return f"{progress.all - progress.done:,} left"
    return f"{minutes(progress.seconds_left)} left"


# --------------------------------------------------------------------------------- one campaign
def _campaign(app: App, campaign: Campaign) -> None:
    sight = app.services.overviews.of(campaign)
    way_back("← All campaigns", {})
    _top(app, campaign, sight)
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
    far = f" {sight.done:,} of {sight.total:,}" if sight.total else ""
    campaign_count(f"Counting …{far}", sight.done, sight.total)


def _top(app: App, campaign: Campaign, sight: Sight) -> None:
    with _row("overview-head"):
        with st.container(width="stretch"):
            words = _line(app, campaign, sight).words
            asked = f" · asked for by {campaign.owner}" if campaign.owner else ""
            campaign_top(campaign.name, words + asked)
        _actions(app, campaign, sight.progress)
    progress = sight.progress
    if progress is not None and progress.all:
        done = f"{progress.done:,} of {progress.all:,} reviews done, {_left(sight)}."
        campaign_count(done, progress.done, progress.all)


def _actions(app: App, campaign: Campaign, progress: Progress | None) -> None:
    """Draw the one main action, and a menu of the others."""
    finished = progress is not None and progress.all > 0 and progress.done == progress.all
    main = "Close" if finished and campaign.status == "open" else MAIN_ACTION[campaign.status]
    others = ["Show as a file"]
    if main != "Close" and campaign.status != "closed":
        others.insert(0, "Close")
    with st.container(horizontal=True, width="content", key="overview-actions"):
        chosen = st.menu_button("More", others)
        loud = main in ("Close", "Open again")
        if st.button(main, type="primary" if loud else "secondary"):
            chosen = main
    if chosen is not None and chosen in BECOMES:
        app.services.campaigns.set_status(campaign, BECOMES[chosen])
        st.rerun()
    elif chosen == "Close":
        ask_close(partial(app.services.campaigns.set_status, campaign, "closed"))
    elif chosen == "Show as a file":
        show_file(_file(campaign))


def _file(campaign: Campaign) -> str:
    return design_yaml(design_from(json.dumps(campaign.file))) if campaign.file else ""


def _numbers(app: App, campaign: Campaign, progress: Progress, *, whole: bool) -> None:
    now_ms = int(app.now().timestamp() * 1000)
    warned = progress.warnings(now_ms) if whole else ()
    if warned:
        heading("Needs you")
        need_rows(Need(one.short, one.more, _help(campaign, one)) for one in warned)
    heading("Reviewers")
    reviewers_table(campaign.name, progress.reviewers, whole=whole)
    if not whole:
        return
    heading("Questions")
    quiet(_what_counts(campaign))
    questions_table(campaign.name, progress.questions)
    _written(app, campaign, progress)


def _what_counts(campaign: Campaign) -> str:
    if campaign.open:
        return (
            "Every answer once. This campaign is open: version and votes were shown from the"
            " start, so its answers enter no comparison of versions and no check of a judge."
        )
    return "Every independent answer once. These are counts, not the rate of a version."


def _help(campaign: Campaign, one: Warned) -> Markup:
    """Return what to do about it: look at the items, or send somebody the link again."""
    if one.kind in SEEN:
        topic = Topic(SEEN[one.kind], one.reviewer, one.question)
        return link("See the items", {"campaign": campaign.name, **topic.address})
    return copy_button("Copy the link", {"campaign": campaign.name}, "Copy the link to send it")


def _written(app: App, campaign: Campaign, progress: Progress) -> None:
    """Show the newest skips and notes, and the way to all of them."""
    skips, notes = progress.skipped[:FEW_ROWS], progress.notes[:FEW_ROWS]
    turns = [one.turn for one in skips] + [one.turn for one in notes]
    titles = app.services.overviews.titles(turn.trace_id for turn in turns)
    if skips:
        heading("Skipped")
        said_rows(
            Said(
                one.reason,
                f"{one.turn.reviewer} on “{titles[one.turn.trace_id]}”",
                moment(one.given_ms, app.zone),
                _ways(app, campaign, one.turn),
            )
            for one in skips
        )
        _all_of(campaign, Topic("skipped"), len(progress.skipped))
    if notes:
        heading("Notes")
        said_rows(
            note(
                campaign,
                one,
                titles[one.turn.trace_id],
                moment(one.given_ms, app.zone),
                _ways(app, campaign, one.turn),
            )
            for one in notes
        )
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
    campaign_top(found.title, counted(len(found.turns), "item"))
    page = _page(len(found.turns))
    turns = found.turns[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    titles = app.services.overviews.titles(turn.trace_id for turn in turns)
    item_rows(
        ItemLine(
            titles[row.turn.trace_id],
            row.said,
            " · ".join(filter(None, (row.turn.reviewer, _again(row.turn), row.particular))),
            moment(row.given_ms, app.zone),
            _ways(app, campaign, row.turn),
        )
        for row in map(found.row, turns)
    )


def _again(turn: Turn) -> str:
    return "asked again" if turn.round > 1 else ""


def _ways(app: App, campaign: Campaign, turn: Turn) -> tuple[Markup, ...]:
    """Return where the item can be read: on the desk where it is one's own, and in MLflow."""
    ways = []
    if turn.reviewer == app.person.name:
        address = urlencode({"campaign": campaign.name, "item": turn.trace_id})
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
