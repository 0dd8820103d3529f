"""The review desk: read an item, answer, go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError

from components.messages import show_problem
from components.review_desk import (
    BUILD,
    RenderedItem,
    Wishes,
    render_facts,
    render_item,
    review_desk,
    wishes_before,
)
from components.review_desk.introduction import instructions_html, introduction_html, question_html
from components.review_desk.shelf import Shelf
from components.words import moment
from review_app.answers import Assessment
from review_app.campaigns import Campaign, Item
from review_app.desk import advances_on_choice, first_words, own_answers, question_card
from review_app.errors import NotFound, ReviewError, StoreUnavailable
from review_app.questions import Question
from services.app import App
from services.assessments import assessments_by_trace
from services.sittings import Sitting
from services.traces import previews
from services.writer import Delivery

FIRST_ITEMS = 2  # sent before the browser has said what it wants
MOST_PART_CHARACTERS = 20_000_000  # of folded rests a session
MOST_TITLES = 400  # of the item list

_SHELF: Shelf[tuple[RenderedItem, int]] = Shelf(lambda page: page[0].size)


def render(app: App) -> None:
    """Show the desk of the campaign in the address, or why it cannot be shown."""
    name = st.query_params.get("campaign", "")
    try:
        campaign = app.services.campaigns.join(app.services.campaigns.get(name), app.person)
        if campaign.status == "closed":
            owner = campaign.owner or app.settings.contact
            show_problem(f"“{campaign.name}” is closed. Thank you for your help. Ask {owner}.")
            return
        _desk(app, campaign.run_id, st.query_params.get("item", ""))
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)
    except ReviewError as error:
        show_problem(error.sentence)


@st.fragment
def _desk(app: App, run_id: str, start: str) -> None:
    """One turn of the conversation with the browser: take what it sent, send what it wants."""
    wishes = wishes_before()
    try:
        answer = review_desk(_turn(app, run_id, start, wishes))
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)
        return
    except ReviewError as error:
        show_problem(error.sentence)
        return
    if answer.leave:
        st.switch_page(app.screens["my_reviews"])
    if wishes.is_new and answer.wishes.entries:
        _turn_again()


def _turn_again() -> None:
    """Run once more, now knowing what the browser holds: the fragment alone where allowed."""
    try:
        st.rerun(scope="fragment")
    except StreamlitInvalidLayoutContextError:
        st.rerun()


def _turn(app: App, run_id: str, start: str, wishes: Wishes) -> dict[str, Any]:
    """Return what the desk is shown after the browser's wishes are granted."""
    delivery = app.services.writer.deliver(app.person, wishes.entries)
    sittings = app.services.sittings
    if wishes.is_new:
        sitting = sittings.open(app.person, app.services.campaigns.by_run(run_id))
    else:
        sitting = sittings.get(app.person, run_id)
    try:
        granted = _granted(app, sitting, start, wishes)
    except StoreUnavailable as error:
        granted = {**_NOTHING, "trouble": error.sentence}
    return {**_frame(app, sitting, start), **granted, **_receipts(delivery, granted)}


_NOTHING: dict[str, Any] = {
    "items": {},
    "gone": [],
    "parts": [],
    "facts": {},
    "titles": None,
    "order": None,
    "trouble": "",
}


def _receipts(delivery: Delivery, granted: dict[str, Any]) -> dict[str, Any]:
    return {
        "receipts": [asdict(receipt) for receipt in delivery.receipts],
        "trouble": delivery.trouble or granted["trouble"],
    }


def _frame(app: App, sitting: Sitting, start: str) -> dict[str, Any]:
    """Return what stays the same over a visit: who, which campaign, its questions."""
    campaign = sitting.campaign
    started = any(status != "pending" for status in sitting.status.values())
    return {
        "build": BUILD,
        "person": app.person.name,
        "campaign": campaign.run_id,
        "name": campaign.name,
        "status": campaign.status,
        "notice": _notice(app, campaign),
        "questions": _questions(campaign),
        "advance": advances_on_choice(campaign),
        "instructions": instructions_html(campaign),
        "intro": None if started or not campaign.introduce else _introduction(app, sitting),
        "link": f"/review?campaign={quote(campaign.name)}",
        "time_box_minutes": campaign.time_box_minutes,
        "start": next((k for k, i in sitting.items.items() if i.trace_id == start), None),
    }


def _notice(app: App, campaign: Campaign) -> str:
    if campaign.status == "open":
        return ""
    asked = campaign.owner or app.settings.contact
    return f"This campaign is {campaign.status}. What you saved is kept. Questions: {asked}."


@lru_cache(maxsize=256)
def _cards(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    return [{**question_card(q), "about": question_html(q)} for q in questions]


def _questions(campaign: Campaign) -> list[dict[str, Any]]:
    return _cards(campaign.questions)


def _introduction(app: App, sitting: Sitting) -> str:
    return introduction_html(sitting.campaign, len(sitting.items), app.settings.contact)


def _granted(app: App, sitting: Sitting, start: str, wishes: Wishes) -> dict[str, Any]:
    """Return the items, parts, facts and titles that the browser lacks and may have."""
    keys = [key for key in wishes.items if key in sitting.items]
    if wishes.is_new:
        keys = _first_keys(sitting, start)
    items = _items(app, sitting, keys)
    return {
        "items": items,
        "gone": [key for key in keys if key not in items],
        "parts": _parts(app, sitting, wishes),
        "facts": _facts(app, sitting, wishes),
        "titles": _titles(app, sitting) if wishes.titles else None,
        "order": None if wishes.order == sitting.version else _order(sitting),
        "trouble": "",
    }


def _order(sitting: Sitting) -> dict[str, Any]:
    return {"version": sitting.version, "keys": list(sitting.status.items())}


def _first_keys(sitting: Sitting, start: str) -> list[str]:
    asked = [key for key, item in sitting.items.items() if item.trace_id == start]
    pending = (key for key in sitting.items if sitting.status[key] == "pending")
    return [*asked, *islice(pending, FIRST_ITEMS)]


def _items(app: App, sitting: Sitting, keys: list[str]) -> dict[str, Any]:
    """Return the items by key; those whose trace is gone are left out."""
    campaign, found = sitting.campaign, {}
    rendered, stored = _rendered(app, sitting, [sitting.items[key] for key in keys])
    for key in keys:
        item = sitting.items[key]
        if item.trace_id not in rendered:
            continue
        page, requested_at = rendered[item.trace_id]
        found[key] = {
            "trace_id": item.trace_id,
            "at": moment(requested_at, app.zone),
            "html": page.html,
            "own": own_answers(campaign, item, app.person.name, stored[item.trace_id]),
            "facts": _facts_html(app, sitting, item) if campaign.open else None,
        }
    return found


def _rendered(
    app: App, sitting: Sitting, items: list[Item]
) -> tuple[dict[str, tuple[RenderedItem, int]], dict[str, Iterable[Assessment]]]:
    """Return the pages and the assessments of the items' traces, from the shelf where possible."""
    blind = not sitting.campaign.open
    kept = {
        item.trace_id: _SHELF.get(
            (app.settings.tracking_uri, item.trace_id, str(blind), str(app.zone))
        )
        for item in items
    }
    shelved = [trace_id for trace_id, page in kept.items() if page]
    stored: dict[str, Iterable[Assessment]] = {}
    stored |= assessments_by_trace(app.services.store, shelved)
    pages = {trace_id: page for trace_id, page in kept.items() if page and trace_id in stored}
    missing = [item.trace_id for item in items if item.trace_id not in pages]
    for trace_id, read in app.services.readings.read(missing, blind=blind).items():
        page = render_item(read.reading, zone=app.zone)
        pages[trace_id] = (page, read.reading.requested_at_ms)
        stored[trace_id] = read.assessments
        if not read.may_change:
            name = (app.settings.tracking_uri, trace_id, str(blind), str(app.zone))
            _SHELF.put(name, pages[trace_id])
    return pages, stored


def _parts(app: App, sitting: Sitting, wishes: Wishes) -> list[list[str]]:
    """Return the folded rests asked for, up to a bound a session."""
    found = []
    for key, part in wishes.parts:
        if key not in sitting.items:
            continue
        item = sitting.items[key]
        pages, _ = _rendered(app, sitting, [item])
        html = pages[item.trace_id][0].parts.get(part, "") if item.trace_id in pages else ""
        sent = st.session_state.get("desk_characters", 0) + len(html)
        if sent > MOST_PART_CHARACTERS:
            html = "<p>This visit has shown a great deal already. Reload the page to see more.</p>"
        else:
            st.session_state["desk_characters"] = sent
        found.append([key, part, html])
    return found


def _facts(app: App, sitting: Sitting, wishes: Wishes) -> dict[str, str]:
    """Return the facts lines of items that the person has answered; others stay hidden."""
    answered = [
        key
        for key in wishes.facts
        if key in sitting.items and sitting.status[key] in ("complete", "declined")
    ]
    sitting.revealed.update(sitting.items[key].trace_id for key in answered)
    return {key: _facts_html(app, sitting, sitting.items[key]) for key in answered}


def _facts_html(app: App, sitting: Sitting, item: Item) -> str:
    readings = app.services.readings
    try:
        facts = readings.facts(item.trace_id)
    except NotFound:
        return ""
    url = readings.mlflow_url(sitting.campaign.experiment_id, item.trace_id)
    return render_facts(facts, reason=item.planned.reason, mlflow_url=url)


def _titles(app: App, sitting: Sitting) -> dict[str, str]:
    some = list(islice(sitting.items.items(), MOST_TITLES))
    texts = previews(app.services.store, [item.trace_id for _, item in some])
    return {key: first_words(texts.get(item.trace_id, "")) for key, item in some}
