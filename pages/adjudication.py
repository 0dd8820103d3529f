"""Adjudication: what a campaign has to settle, and the desk on which a lead settles it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import streamlit as st

from components.adjudication_answers import render_heard
from components.adjudication_desk import settle_frame
from components.adjudication_list import (
    SHOWN,
    campaign_line,
    choose_shown,
    settle_line,
    settle_lines,
)
from components.campaign_links import follow_links
from components.campaign_list import campaign_style, campaign_top, quiet, way_back
from components.messages import problems_shown, show_empty, show_problem
from components.review_desk import Wishes, review_desk, turn_again, wishes_before
from components.review_desk.drawn import Drawn, draw
from components.review_desk.shelf import Shelf
from components.words import moment
from review_app.access import require_lead
from review_app.adjudication import Case, asks_one
from review_app.answers import JUDGE_DISAGREEMENT
from review_app.campaigns import Campaign
from review_app.desk import first_words, own_answers
from review_app.errors import ReviewError, StoreUnavailable
from review_app.questions import Question
from services.adjudication import Settling
from services.app import App
from services.readings import ReadItem
from services.traces import previews

FIRST_ITEMS = 2  # sent before the browser has said what it wants
MOST_TITLES = 400  # of the item list
NO_ANSWERS = "Nobody has answered yet. What people disagree about will come here."
ALL_AGREE = "Nobody disagrees. The answers can become a labeled set as they are."


@dataclass(frozen=True)
class _Where:
    """Which desk: of which campaign and question, showing the answers when, beginning where."""

    run_id: str
    name: str
    question: Question
    shown: str
    item: str
    led: str

    @property
    def address(self) -> dict[str, str]:
        return {"campaign": self.name, "question": self.question.name, "show": self.shown}


_SHELF: Shelf[Drawn] = Shelf(lambda shown: shown.page.size)


def render(app: App) -> None:
    """Show the campaigns, what one has to settle, or the desk of the question in the address."""
    campaign_style()
    with problems_shown():
        require_lead(app.person)
        name = st.query_params.get("campaign", "")
        if not name:
            _campaigns(app)
            return
        campaign = app.services.campaigns.get(name)
        where = _where(app, campaign)
        if where:
            _desk(app, where)
        else:
            _start(app, campaign)


def _where(app: App, campaign: Campaign) -> _Where | None:
    """Return the desk that the address names; of an item alone that of its first open question."""
    asked, item = st.query_params.get("question", ""), st.query_params.get("item", "")
    if not asked and item:
        settling = app.services.adjudication.open(app.person, campaign)
        cases = (settling.cases[key] for key in settling.order)
        theirs = (case.question.name for case in cases if case.planned.trace_id == item)
        asked = next(theirs, campaign.questions[0].name)
    question = campaign.question(asked)
    where = (campaign.run_id, campaign.name)
    led = item if st.query_params.get("because") == JUDGE_DISAGREEMENT else ""
    return _Where(*where, question, _shown(), item, led) if question else None


def _shown() -> str:
    wanted = st.query_params.get("show", "")
    return wanted if wanted in SHOWN else next(iter(SHOWN))


# --------------------------------------------------------------------------- before the desk
def _campaigns(app: App) -> None:
    follow_links()
    st.title("Adjudication", anchor=False)
    every = app.services.campaigns.every()
    if not every:
        show_empty("No campaign yet", "Once people have answered, their disagreements come here.")
        return
    quiet("Choose the campaign whose disagreements you want to settle.")
    settle_lines(campaign_line(one, app.services.overviews.experiment(one)) for one in every)


def _start(app: App, campaign: Campaign) -> None:
    """Say what there is to settle of each question."""
    follow_links()
    way_back("← All campaigns", {})
    campaign_top(campaign, app.services.overviews.experiment(campaign))
    settling = app.services.adjudication.open(app.person, campaign)
    if not settling.order:
        show_empty("Nothing to settle", ALL_AGREE if settling.cases else NO_ANSWERS)
        return
    shown = choose_shown(_shown())
    st.query_params["show"] = shown
    lines = []
    for question in campaign.questions:
        cases = [settling.cases[key] for key in settling.of(question.name)]
        to = {"campaign": campaign.name, "question": question.name, "show": shown}
        lines.append(settle_line(question, cases, settling.settled(question.name), to))
    settle_lines(lines)
    quiet("Your decision stands beside the answers and never enters agreement.")
    _go_on(app, campaign, settling)


def _go_on(app: App, campaign: Campaign, settling: Settling) -> None:
    """Lead on to labeled sets once all is settled."""
    sets = app.screens.get("labeled_sets")
    is_done = all(settling.status[key] == "complete" for key in settling.order)
    if sets and is_done and st.button("Build a labeled set", type="primary"):
        st.switch_page(sets, query_params={"campaign": campaign.name})


# ----------------------------------------------------------------------------------- the desk
@st.fragment
def _desk(app: App, where: _Where) -> None:
    """One turn of the conversation with the browser, as on the reviewers' desk."""
    wishes = wishes_before()
    try:
        answer = review_desk(_turn(app, where, wishes))
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)
        return
    except ReviewError as error:
        show_problem(error.sentence)
        return
    if answer.leave:
        st.query_params.from_dict({"campaign": where.name, "show": where.shown})
        st.rerun()
    if wishes.is_new and answer.wishes.entries:
        turn_again()


def _turn(app: App, where: _Where, wishes: Wishes) -> dict[str, Any]:
    """Carry out what the browser sent, and return what the desk is shown then."""
    delivery = app.services.writer.deliver(app.person, wishes.entries)
    desks = app.services.adjudication
    if wishes.is_new:
        settling = desks.open(app.person, app.services.campaigns.by_run(where.run_id))
    else:
        settling = desks.get(app.person, where.run_id)
    keys = settling.of(where.question.name, where.item)
    try:
        granted = _granted(app, settling, where, wishes, keys)
    except StoreUnavailable as error:
        granted = {**_NOTHING, "trouble": error.sentence}
    return {
        **settle_frame(
            app.person.name, settling.campaign, where.question, where.address, where.led
        ),
        "start": keys[0] if where.item and keys else None,
        **granted,
        **_revealed(settling, wishes),
        "order": None if wishes.order == _version(keys) else _order(settling, keys),
        "receipts": [asdict(receipt) for receipt in delivery.receipts],
        "trouble": delivery.trouble or granted["trouble"],
    }


_NOTHING: dict[str, Any] = {"items": {}, "gone": [], "parts": [], "titles": None}


def _granted(
    app: App, settling: Settling, where: _Where, wishes: Wishes, keys: list[str]
) -> dict[str, Any]:
    """Return what has to be read from MLflow of what the browser wants."""
    wanted = _first_keys(settling, keys, where) if wishes.is_new else wishes.items
    items = _items(app, settling, where, [key for key in wanted if key in settling.cases])
    return {
        "items": items,
        "gone": [key for key in wanted if key not in items],
        "parts": [[key, part, _part(app, settling, key, part)] for key, part in wishes.parts],
        "titles": _titles(app, settling, keys) if wishes.titles else None,
        "trouble": "",
    }


def _first_keys(settling: Settling, keys: list[str], where: _Where) -> list[str]:
    pending = (key for key in keys if settling.status[key] == "pending")
    return list(dict.fromkeys([*keys[: bool(where.item)], *islice(pending, FIRST_ITEMS)]))


def _version(keys: list[str]) -> str:
    return str(hash(tuple(keys)))


def _order(settling: Settling, keys: list[str]) -> dict[str, Any]:
    return {"version": _version(keys), "keys": [(key, settling.status[key]) for key in keys]}


def _items(app: App, settling: Settling, where: _Where, keys: list[str]) -> dict[str, Any]:
    """Return the items by key; those whose trace is gone are left out."""
    alone = asks_one(settling.campaign, where.question)
    found = {}
    for key, (shown, read) in _drawn(app, settling, keys).items():
        case = settling.cases[key]
        if where.shown == "before":
            settling.reveal(key)
        found[key] = {
            "trace_id": case.planned.trace_id,
            "at": moment(shown.requested_at_ms, app.zone),
            "html": shown.page.html,
            "own": own_answers(alone, case.item, app.person.name, read.assessments),
            "facts": render_heard(case) if where.shown == "before" else None,
            "shown": ["others"],
            "practice": "",
        }
    return found


def _drawn(app: App, settling: Settling, keys: list[str]) -> dict[str, tuple[Drawn, ReadItem]]:
    """Return pages and assessments by key, pages from the shelf where possible."""
    blind = not settling.campaign.open
    names = {key: _shelf_name(app, settling, settling.cases[key]) for key in keys}
    kept = {key: shown for key, name in names.items() if (shown := _SHELF.get(name))}
    read = app.services.readings.read(
        [settling.cases[key].item for key in keys],
        blind=blind,
        known={key: shown.traces for key, shown in kept.items()},
    )
    found = {}
    for key, item in read.items():
        shown = draw(item.reading, tuple(item.assessments), app.zone) if item.reading else None
        if shown and not item.may_change:
            _SHELF.put(names[key], shown)
        found[key] = (shown or kept[key], item)
    return found


def _shelf_name(app: App, settling: Settling, case: Case) -> tuple[str, ...]:
    is_open = str(settling.campaign.open)
    return (app.settings.tracking_uri, *case.planned.place, is_open, str(app.zone))


def _part(app: App, settling: Settling, key: str, part: str) -> str:
    """Return the folded rest of an item that was asked for."""
    if key not in settling.cases:
        return ""
    drawn = _drawn(app, settling, [key])
    return drawn[key][0].page.parts.get(part, "") if key in drawn else ""


def _revealed(settling: Settling, wishes: Wishes) -> dict[str, Any]:
    """Return what the reviewers said to the cases that the lead has decided; else nothing."""
    asked = [key for key in wishes.facts if settling.status.get(key, "pending") != "pending"]
    done = [key for key in asked if settling.status[key] == "complete"]
    for key in done:
        settling.reveal(key)
    heard = {key: render_heard(settling.cases[key]) for key in done}
    return {
        "facts": {key: heard.get(key, "") for key in asked},
        "beside": {key: {"lesson": "", "shown": ["others"] * (key in heard)} for key in asked},
    }


def _titles(app: App, settling: Settling, keys: list[str]) -> dict[str, str]:
    traces = {key: settling.cases[key].planned.trace_id for key in keys[:MOST_TITLES]}
    texts = previews(app.services.store, list(dict.fromkeys(traces.values())))
    return {key: first_words(texts.get(trace, "")) for key, trace in traces.items()}
