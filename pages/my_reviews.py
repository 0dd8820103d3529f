"""My reviews: what is open for me, and what I have answered."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from components.effects import my_effects
from components.messages import show_empty, show_problem
from components.review_desk import review_courier
from components.review_list import CampaignRow, FinishedRow, campaign_rows, finished_rows
from components.words import counted, minutes, moment
from review_app.access import may_open
from review_app.campaigns import SECONDS_AN_ITEM, Campaign
from review_app.errors import ReviewError, StoreUnavailable
from services.app import App
from services.finished import LATEST, MOST, Finished, finished_items
from services.sittings import Sitting

ROWS_A_PAGE = 20
HELP = "Take over from others"


def render(app: App) -> None:
    """Show the person's campaigns and finished answers."""
    st.title("My reviews", anchor=False)
    _courier(app)
    try:
        campaigns = [c for c in app.services.campaigns.every() if may_open(app.person, c)]
        mine = [c for c in campaigns if app.person.name in c.reviewers]
        sittings = [app.services.sittings.open(app.person, c) for c in mine]
        most = MOST if st.session_state.get("search") else LATEST
        finished = finished_items(app.services.store, sittings, most)
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)
        return
    joinable = [c for c in campaigns if c not in mine and c.status == "open"]
    running = [s for s in sittings if s.campaign.status != "closed"]
    idle = not any(_left(sitting) for sitting in running)
    told = idle and _tell_effects(app)
    st.text(_greeting(running, joinable))
    rows = [_row(s) for s in running] + [_joinable_row(app, c) for c in joinable]
    chosen = campaign_rows(rows)
    if chosen is not None:
        if chosen.second and not _took_over(app, chosen.name):
            return
        st.switch_page(app.screens["review"], query_params={"campaign": chosen.name})
    if not rows:
        show_empty(
            "Nothing to review yet",
            "When somebody invites you to a review, it appears here."
            f" Questions? Ask {app.settings.contact}.",
        )
    if finished:
        _show_finished(app, finished)
    if not idle:
        told = _tell_effects(app)
    if finished and not told:
        my_effects([], app.zone)


def _tell_effects(app: App) -> bool:
    """Say what came of the person's answers; return whether there was anything to say."""
    try:
        effects = app.services.effects.mine(app.person)
    except StoreUnavailable:
        return False
    if effects:
        my_effects(effects, app.zone)
    return bool(effects)


@st.fragment
def _courier(app: App) -> None:
    """Send what the desk left unsaved in this browser, and count anew once it is saved."""
    settled: set[str] = set()

    def deliver(entries: tuple[object, ...]) -> list[dict[str, str]]:
        receipts = app.services.writer.deliver(app.person, entries).receipts
        settled.update(receipt.id for receipt in receipts)
        return [asdict(receipt) for receipt in receipts]

    review_courier(app.person.name, deliver)
    known: set[str] = set(st.session_state.get("couriered", ()))
    if settled - known:
        st.session_state["couriered"] = sorted(settled | known)
        st.rerun()


def _took_over(app: App, name: str) -> bool:
    """Take over items of the others; say why where there are none."""
    try:
        campaign = app.services.campaigns.get(name)
        app.services.reassigning.take_over(campaign, app.person)
    except ReviewError as error:
        st.info(error.sentence)
        return False
    return True


def _left(sitting: Sitting) -> int:
    return sum(status == "pending" for status in sitting.status.values())


def _greeting(running: list[Sitting], joinable: list[Campaign]) -> str:
    open_now = [s for s in running if s.campaign.status == "open" and _left(s)]
    left = sum(_left(s) for s in open_now)
    if left:
        time = minutes(left * SECONDS_AN_ITEM)
        return f"{counted(left, 'item')} in {counted(len(open_now), 'review')}, {time}."
    if joinable:
        return "Nothing is assigned to you. You can try this one:"
    return "You are done with everything. Thank you." if running else "Welcome."


def _row(sitting: Sitting) -> CampaignRow:
    campaign, left = sitting.campaign, _left(sitting)
    everything = len(sitting.status)
    time = minutes(left * SECONDS_AN_ITEM) + " left" if left else "done"
    return CampaignRow(
        name=campaign.name,
        done=everything - left,
        all=everything,
        words="paused" if campaign.status == "paused" else time,
        action="Continue" if 0 < left < everything else "Begin" if left else "Look again",
        main=left > 0 and campaign.status == "open",
        second="" if left or not _can_help(campaign) else HELP,
    )


def _can_help(campaign: Campaign) -> bool:
    """Tell whether others may have items left that could change hands."""
    shared = len(campaign.reviewers) > campaign.each
    return campaign.status == "open" and campaign.join == "invited" and shared


def _joinable_row(app: App, campaign: Campaign) -> CampaignRow:
    items = len(app.services.campaigns.plan(campaign))
    words = f"{counted(items, 'item')}, {minutes(items * SECONDS_AN_ITEM)}, open to everybody"
    return CampaignRow(campaign.name, 0, 0, words, action="Try it", main=True)


def _show_finished(app: App, finished: list[Finished]) -> None:
    st.header("My finished answers", anchor=False)
    text = st.text_input("Search", key="search", placeholder="A word of a question or answer")
    found = [f for f in finished if f.holds(text.strip())]
    last = max(1, -(-len(found) // ROWS_A_PAGE))
    page = st.pagination(last, key="page") if last > 1 else 1
    shown = found[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    st.caption(
        f"{counted(len(found), 'item')}. Open one to change your answer."
        if found
        else "No answer of yours contains this."
    )
    finished_rows(
        [
            FinishedRow(f.campaign, f.trace_id, f.title, f.said, moment(f.answered_ms, app.zone))
            for f in shown
        ]
    )
