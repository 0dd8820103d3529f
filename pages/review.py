"""The review desk: read an item, answer, go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

import streamlit as st

from components.messages import problems_shown, show_problem
from components.review_desk import (
    BUILD,
    Wishes,
    render_facts,
    render_lesson,
    render_others,
    review_desk,
    turn_again,
    wishes_before,
)
from components.review_desk.drawn import Drawn, draw
from components.review_desk.introduction import instructions_html, introduction_html, question_html
from components.review_desk.shelf import Shelf
from components.words import moment
from review_app.answers import Assessment
from review_app.campaigns import Campaign
from review_app.desk import advances_on_choice, first_words, own_answers, question_card
from review_app.errors import ReviewError, StoreUnavailable
from review_app.lessons import practice_words
from review_app.questions import Question
from services.app import App
from services.asides import aside_of
from services.sittings import Sitting
from services.traces import previews
from services.writer import Delivery

FIRST_ITEMS = 2  # sent before the browser has said what it wants
MOST_PART_CHARACTERS = 20_000_000  # of folded rests a session
MOST_TITLES = 400  # of the item list


class _Beside(NamedTuple):
    html: str
    lesson: str
    shown: tuple[str, ...]


_SHELF: Shelf[Drawn] = Shelf(lambda shown: shown.page.size)


def render(app: App) -> None:
    """Show the desk of the campaign in the address, or why it cannot be shown."""
    name = st.query_params.get("campaign", "")
    with problems_shown():
        campaign = app.services.campaigns.join(app.services.campaigns.get(name), app.person)
        if campaign.status == "closed":
            owner = campaign.owner or app.settings.contact
            show_problem(f"“{campaign.name}” is closed. Thank you for your help. Ask {owner}.")
            return
        _desk(app, campaign.run_id, st.query_params.get("item", ""))


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
        turn_again()


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
    "beside": {},
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
        "questions": _cards(campaign.questions),
        "advance": advances_on_choice(campaign),
        "instructions": instructions_html(campaign),
        "intro": ""
        if started or not campaign.introduce
        else introduction_html(campaign, len(sitting.items), app.settings.contact),
        "link": f"/review?campaign={quote(campaign.name)}",
        "time_box_minutes": campaign.time_box_minutes,
        "start": next(iter(sitting.keys_of(start)), None),
    }


def _notice(app: App, campaign: Campaign) -> str:
    if campaign.status == "open":
        return ""
    asked = campaign.owner or app.settings.contact
    return f"This campaign is {campaign.status}. What you saved is kept. Questions: {asked}."


@lru_cache(maxsize=256)
def _cards(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    return [{**question_card(q), "about": question_html(q)} for q in questions]


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
        **_facts(app, sitting, wishes),
        "titles": _titles(app, sitting) if wishes.titles else None,
        "order": None if wishes.order == sitting.version else _order(sitting),
        "trouble": "",
    }


def _order(sitting: Sitting) -> dict[str, Any]:
    return {"version": sitting.version, "keys": list(sitting.status.items())}


def _first_keys(sitting: Sitting, start: str) -> list[str]:
    pending = (key for key in sitting.items if sitting.status[key] == "pending")
    return [*sitting.keys_of(start), *islice(pending, FIRST_ITEMS)]


def _items(app: App, sitting: Sitting, keys: list[str]) -> dict[str, Any]:
    """Return the items by key; those whose trace is gone are left out."""
    campaign, found = sitting.campaign, {}
    for key, (shown, stored) in _shown(app, sitting, keys).items():
        item = sitting.items[key]
        early = campaign.open and sitting.status[key] == "pending"
        found[key] = {
            "trace_id": item.trace_id,
            "at": moment(shown.requested_at_ms, app.zone),
            "html": shown.page.html,
            "own": own_answers(campaign, item, app.person.name, stored),
            "facts": _beside(app, sitting, key).html if early else None,
            "shown": ["facts"],
            "practice": practice_words(sitting.items, key),
        }
    return found


def _shown(
    app: App, sitting: Sitting, keys: list[str]
) -> dict[str, tuple[Drawn, Mapping[str, Sequence[Assessment]]]]:
    """Return pages and assessments of the items by key, pages from the shelf where possible."""
    blind = not sitting.campaign.open
    names = {key: _shelf_name(app, sitting, key) for key in keys}
    kept = {key: shown for key, name in names.items() if (shown := _SHELF.get(name))}
    read = app.services.readings.read(
        [sitting.items[key] for key in keys],
        blind=blind,
        known={key: shown.traces for key, shown in kept.items()},
    )
    found = {}
    for key, item in read.items():
        shown = draw(item.reading, tuple(item.assessments), app.zone) if item.reading else None
        if shown and not item.may_change:
            _SHELF.put(names[key], shown)
        found[key] = (shown or kept[key], item.assessments)
    return found


def _shelf_name(app: App, sitting: Sitting, key: str) -> tuple[str, ...]:
    trace_id, unit = sitting.items[key].planned.place
    return (app.settings.tracking_uri, trace_id, unit, str(sitting.campaign.open), str(app.zone))


def _parts(app: App, sitting: Sitting, wishes: Wishes) -> list[list[str]]:
    """Return the folded rests asked for, up to a bound a session."""
    found = []
    for key, part in wishes.parts:
        if key not in sitting.items:
            continue
        shown = _SHELF.get(_shelf_name(app, sitting, key))
        if shown is None and (read := _shown(app, sitting, [key])):
            shown = read[key][0]
        html = shown.page.parts.get(part, "") if shown else ""
        sent = st.session_state.get("desk_characters", 0) + len(html)
        if sent > MOST_PART_CHARACTERS:
            html = "<p>This visit has shown a great deal already. Reload the page to see more.</p>"
        else:
            st.session_state["desk_characters"] = sent
        found.append([key, part, html])
    return found


def _facts(app: App, sitting: Sitting, wishes: Wishes) -> dict[str, Any]:
    """Return what may be shown beside items that the person has answered; else nothing."""
    done = [k for k in wishes.facts if k in sitting.items and sitting.status[k] != "pending"]
    told = {key: _beside(app, sitting, key) for key in done}
    return {
        "facts": {key: one.html for key, one in told.items()},
        "beside": {key: {"lesson": one.lesson, "shown": one.shown} for key, one in told.items()},
    }


def _beside(app: App, sitting: Sitting, key: str) -> _Beside:
    aside = aside_of(app.services.readings, sitting, key)
    if aside is None:
        return _Beside("", "", ())
    line = render_facts(aside.facts, reason=aside.reason, mlflow_url=aside.mlflow_url)
    others = "" if aside.others is None else render_others(aside.others)
    lesson = render_lesson(aside.lesson) if aside.lesson else ""
    return _Beside(line + others, lesson, aside.shown)


def _titles(app: App, sitting: Sitting) -> dict[str, str]:
    some = list(islice(sitting.items.items(), MOST_TITLES))
    texts = previews(app.services.store, [item.trace_id for _, item in some])
    return {key: first_words(texts.get(item.trace_id, "")) for key, item in some}
