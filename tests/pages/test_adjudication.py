"""What a campaign has to settle, question by question, on a real store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.people import Person
from services.app import App, services_for
from services.settings import Settings

LEAD = Person("lea", is_lead=True)


def _screen(app):
    from pages.adjudication import render

    render(app)


@pytest.fixture
def shown(store):
    """Draw the page at an address; returns the page as it stands."""

    def show(person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri)
        app = App(settings, person, services_for(settings), UTC, lambda: datetime.now(UTC), {})
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


def texts(at: AppTest) -> str:
    """Everything that can be read on the page."""
    kinds = (at.title, at.subheader, at.text, at.caption, at.get("html"))
    parts = [getattr(e, "value", None) or e.proto.body for kind in kinds for e in kind]
    return "\n".join(map(str, parts))


def test_it_says_what_there_is_to_settle(store, set_to_work, shown):
    """Each question says what there is and how much of it is settled, and leads to its desk."""
    work = set_to_work(store, 24)
    settling = work.services.adjudication.open(LEAD, work.campaign)
    _, whole = settling.settled("complete")
    at = shown(campaign=work.campaign.name, show="before")

    assert not at.exception
    assert whole > 0
    assert f"0 of {whole} settled" in texts(at)
    assert "question=complete&amp;show=before" in texts(at)
    assert "question=note" not in texts(at)
    at.radio[0].set_value("after").run()
    assert "question=complete&amp;show=after" in texts(at)


def test_it_begins_with_the_campaigns(store, make_campaign, shown):
    """Without a campaign in the address I choose one; one without answers has nothing to settle."""
    assert "No campaign yet" in texts(shown())
    made = make_campaign(store, 2)

    assert made.name in texts(shown())
    assert "Nothing to settle" in texts(shown(campaign=made.name))


def test_it_is_for_leads(store, make_campaign, shown):
    """A reviewer who opens the address is told whom to ask, and sees no answers."""
    made = make_campaign(store, 2)
    at = shown(Person("ana"), campaign=made.name, question="quality")

    assert "for the leads" in texts(at)
    assert made.name not in texts(at)
