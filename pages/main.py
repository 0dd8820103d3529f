"""The menu by role, the sign-in guard, and what every screen is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.navigation.page import Page

from components.sign_in import sign_in, sign_out
from pages import (
    adjudication,
    agreement,
    align_judge,
    campaigns,
    inbox,
    judge_check,
    judges,
    labeled_sets,
    my_reviews,
    new_campaign,
    new_judge,
    quality,
    questions,
    review,
    reviewers,
    score,
    versions,
)
from review_app.access import may_lead
from review_app.people import Person
from services.app import App, services_for
from services.settings import Settings, read_settings
from services.sign_in import signed_in

HERE = Path(__file__).parent.parent / "components"
ICON = HERE / "icon.svg"
STYLE = (HERE / "app.css").read_text(encoding="utf-8")
MY_REVIEWS: Mapping[str, Any] = {"title": "My reviews", "url_path": "my_reviews", "default": True}
REVIEW: Mapping[str, Any] = {"title": "Review", "url_path": "review", "visibility": "hidden"}
FOR_LEADS: Mapping[str, tuple[Mapping[str, Any], Callable[[App], None]]] = {
    "campaigns": ({"title": "Campaigns", "url_path": "campaigns"}, campaigns.render),
    "new_campaign": (
        {"title": "New campaign", "url_path": "new_campaign", "visibility": "hidden"},
        new_campaign.render,
    ),
    "questions": ({"title": "Questions", "url_path": "questions"}, questions.render),
    "inbox": ({"title": "Inbox", "url_path": "inbox"}, inbox.render),
    "agreement": ({"title": "Agreement", "url_path": "agreement"}, agreement.render),
    "reviewers": ({"title": "Reviewers", "url_path": "reviewers"}, reviewers.render),
    "adjudication": ({"title": "Adjudication", "url_path": "adjudication"}, adjudication.render),
    "labeled_sets": ({"title": "Labeled sets", "url_path": "labeled-sets"}, labeled_sets.render),
    "judge_check": (
        {"title": "Judge check", "url_path": "judge-check", "visibility": "hidden"},
        judge_check.render,
    ),
    "judges": ({"title": "Judges", "url_path": "judges"}, judges.render),
    "new_judge": (
        {"title": "New judge", "url_path": "new-judge", "visibility": "hidden"},
        new_judge.render,
    ),
    "align_judge": (
        {"title": "Align a judge", "url_path": "align-judge", "visibility": "hidden"},
        align_judge.render,
    ),
    "score": ({"title": "Score", "url_path": "score", "visibility": "hidden"}, score.render),
    "quality": ({"title": "Quality", "url_path": "quality"}, quality.render),
    "versions": ({"title": "Versions", "url_path": "versions"}, versions.render),
}
DATABRICKS_LATER = (
    "The app runs. On Databricks, review queues are not supported yet: point MLFLOW_TRACKING_URI"
    " at an MLflow server or a SQLite file to review traces."
)


def render() -> None:
    """Let the person in, then run the screen that the address names."""
    st.set_page_config(page_title="Review", layout="wide", page_icon=str(ICON))
    st.html(f"<style>{STYLE}</style>")
    settings = _settings()
    person = signed_in(settings, st.context.cookies, st.context.headers)
    if person is None:
        _instead_of_all(partial(_welcome, settings)).run()
    elif settings.dialect == "databricks":
        _instead_of_all(_databricks).run()
    else:
        _menu(settings, person)


def _menu(settings: Settings, person: Person) -> None:
    screens: dict[str, Any] = {}
    app = App(settings, person, services_for(settings), _zone(settings), _now, screens)
    screens["my_reviews"] = _page(MY_REVIEWS, partial(my_reviews.render, app))
    screens["review"] = _page(REVIEW, partial(review.render, app))
    if may_lead(person):
        for name, (entry, draw) in FOR_LEADS.items():
            screens[name] = _page(entry, partial(draw, app))
    screen = st.navigation(list(screens.values()), position="top")
    if settings.sign_in == "local" and screen is not screens["review"]:
        sign_out(person.name)
    screen.run()


def _instead_of_all(draw: Callable[[], None]) -> Page:
    """Draw the same at every address, so that a link still leads there after signing in."""
    leads = (entry for entry, _ in FOR_LEADS.values())
    pages = [_page(entry, draw) for entry in (MY_REVIEWS, REVIEW, *leads)]
    return st.navigation(pages, position="hidden")


def _page(entry: Mapping[str, Any], draw: Callable[[], None]) -> Page:
    return st.Page(draw, **entry)


@st.cache_resource
def _settings() -> Settings:
    return read_settings(os.environ)


def _welcome(settings: Settings) -> None:
    sign_in(local=settings.sign_in == "local", contact=settings.contact)


def _databricks() -> None:
    st.info(DATABRICKS_LATER)


def _zone(settings: Settings) -> tzinfo:
    try:
        return ZoneInfo(settings.time_zone or st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _now() -> datetime:
    return datetime.now(UTC)


render()
