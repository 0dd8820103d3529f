"""My reviews, drawn on a real store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.app import App, services_for
from services.assessments import create_assessment
from services.queues import set_status
from services.settings import Settings


def _screen(app):
    from pages.my_reviews import render

    render(app)


@pytest.fixture
def shown(store):
    """Draw the page for a person; returns the page as it stands."""

    def show(person: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri, contact="Lea")
        app = App(
            settings, Person(person), services_for(settings), UTC, lambda: datetime.now(UTC), {}
        )
        return AppTest.from_function(_screen, args=(app,), default_timeout=30).run()

    return show


def texts(at: AppTest) -> str:
    """Everything that can be read on the page."""
    kinds = (at.title, at.header, at.subheader, at.text, at.caption, at.get("html"))
    parts = [getattr(e, "value", None) or e.proto.body for kind in kinds for e in kind]
    return "\n".join(map(str, parts))


def finish(made, person, trace_id, value):
    """Answer an item as the person, through MLflow."""
    create_assessment(made.store, trace_id, Assessment("quality", value, person))
    services = services_for(Settings(tracking_uri=made.store.uri))
    queue = services.campaigns.queue(made.campaign, person, 1)
    set_status(made.store, queue, trace_id, "complete", person)


def test_what_is_left_is_said_first(store, make_campaign, shown):
    """A reviewer reads at the top how many items wait and how long they take, with one button."""
    make_campaign(store, 3)

    at = shown("ana")

    assert "3 items in 1 review, about 6 minutes." in texts(at)
    assert [button.label for button in at.button] == ["Begin"]


def test_nobody_sees_what_is_not_theirs(store, make_campaign, shown):
    """A person who is invited nowhere sees no campaign and reads whom to ask."""
    made = make_campaign(store, 2)

    at = shown("bo")

    assert made.name not in texts(at)
    assert not at.button
    assert "Ask Lea" in texts(at)


def test_finished_answers_can_be_found(store, make_campaign, shown):
    """A reviewer finds an own finished answer by a word, and a link to change it."""
    made = make_campaign(store, 3)
    finish(made, "ana", made.traces[0], value=False)
    at = shown("ana")
    assert "1 of 3" in texts(at)
    assert "Fail" in texts(at)
    assert f"item={made.traces[0]}" in texts(at)

    at.text_input(key="search").set_value("no such word").run()

    assert "No answer of yours contains this." in texts(at)


def test_a_name_cannot_draw(store, make_campaign, shown):
    """A campaign whose name holds HTML is shown by that name, as text."""
    made = make_campaign(store, 1)
    services = services_for(Settings(tracking_uri=store.uri))
    finish(made, "ana", made.traces[0], value=True)
    assert services.campaigns.get(made.name).name == made.name

    at = shown("ana")

    assert "<script" not in texts(at)
    assert "done" in texts(at)


def test_an_unreachable_store_is_said(store, make_campaign, shown, monkeypatch):
    """While MLflow does not answer the page says so and that it tries again."""
    make_campaign(store, 1)
    services = services_for(Settings(tracking_uri=store.uri, contact="Lea"))

    def fail():
        raise StoreUnavailable("MLflow does not answer at the moment.")

    monkeypatch.setattr(services.campaigns, "every", fail)

    at = shown("ana")

    assert "MLflow does not answer at the moment." in texts(at)
    assert "tries again" in texts(at)
