"""The inbox, drawn on a real store."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.design import Sample
from review_app.people import Person
from review_app.pool import Pool
from services.app import App, services_for
from services.assessments import create_assessment
from services.settings import Settings

ASKED = datetime(2025, 11, 12, 14, 3, tzinfo=UTC)
NOW = datetime(2025, 11, 14, 9, 30, tzinfo=UTC)
_NUMBERS = count()


def _screen(app, builder):
    import streamlit as st

    from pages.inbox import render

    def new_campaign():
        st.session_state["given"] = st.session_state.pop("new_campaign")

    page = st.Page(new_campaign, url_path="new_campaign")
    if builder:
        app.screens["new_campaign"] = page
    st.navigation([st.Page(lambda: render(app), url_path="inbox", default=True), page]).run()


class Shown:
    """The page as a person sees it, and what they do there."""

    def __init__(self, at: AppTest) -> None:
        self.at = at

    @property
    def texts(self) -> str:
        at = self.at
        kinds = (at.title, at.subheader, at.text, at.caption, at.code, at.get("html"))
        return "\n".join(str(getattr(e, "value", None) or e.proto.body) for k in kinds for e in k)

    @property
    def votes(self) -> str:
        """The list of votes; "" where there is none."""
        lists = [e.proto.body for e in self.at.get("html") if 'class="i-votes"' in e.proto.body]
        return "".join(lists)

    @property
    def buttons(self) -> list[str]:
        return [button.label for button in self.at.button]

    def press(self, label: str) -> Shown:
        (button,) = (b for b in self.at.button if b.label == label)
        button.click()
        self.at.run()
        return self

    def choose(self, key: str, value: object) -> Shown:
        """Choose what a filter of that key shows."""
        kinds = (self.at.toggle, self.at.selectbox, self.at.get("button_group"))
        (found,) = (e for kind in kinds for e in kind if e.key == key)
        found.set_value(value)
        self.at.run()
        return self


@pytest.fixture
def open_inbox(store):
    """Open the page for a person."""

    def show(
        *, lead: bool = True, builder: bool = True, now: datetime = NOW, **address: str
    ) -> Shown:
        settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")
        person = Person("lea", is_lead=lead)
        app = App(settings, person, services_for(settings), UTC, lambda: now, {})
        at = AppTest.from_function(_screen, args=(app, builder), default_timeout=30)
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        until = time.monotonic() + 20
        while "Looking through" in str(at.main) and time.monotonic() < until:
            at.run()
        return Shown(at)

    return show


def vote(made, number: int, *, up: bool, comment: str = "", name: str = "user_feedback") -> None:
    said = Assessment(name, up, f"visitor-{next(_NUMBERS)}", rationale=comment)
    create_assessment(made.store, made.traces[number], said)


def test_votes_are_counted_by_version_and_listed(store, make_campaign, open_inbox):
    """A lead reads how many people voted on each version, and what they said of which answer."""
    made = make_campaign(store, 4, change=lambda r: replace(r, tags={"app_version": "v7"}))
    vote(made, 0, up=False, comment="It names the wrong <b>order</b>.")
    vote(made, 1, up=True)

    page = open_inbox()

    assert "End users voted on 2 of 4 traces: 1 up, 1 down, 1 with a comment." in page.texts
    assert 'data-label="Traces">4<' in page.texts
    assert 'data-label="Voted">2<small>50 %</small><' in page.texts
    assert "12 Nov: 1 up, 1 down, of 4 traces" in page.texts
    assert "as of 09:30" in page.texts
    assert "It names the wrong &lt;b&gt;order&lt;/b&gt;." in page.votes
    assert "Where is order 1?" in page.votes
    assert "Order 1 has left the warehouse." in page.votes
    assert "12 Nov, 14:04" in page.votes
    assert f"selectedEvaluationId={made.traces[0]}" in page.votes
    assert "Where is order 2?" not in page.votes
    assert "Where is order 2?" in page.choose("inbox_votes", "up").votes


def test_a_campaign_of_these(store, make_campaign, open_inbox):
    """The one main button takes the votes that the filters show to the builder."""
    made = make_campaign(store, 3)
    vote(made, 0, up=False)
    vote(made, 1, up=False, comment="Wrong")
    vote(made, 2, up=True)

    page = open_inbox()
    assert page.buttons == [
        "Refresh",
        "Make a campaign of these 2",
        "All 2 thumbs-down plus 60 random",
    ]
    page.press("Make a campaign of these 2")
    time = Pool(made.name, since="2025-10-16")
    assert page.at.session_state["given"] == {
        "pool": replace(time, thumbs="down"),
        "sample": Sample("all"),
    }

    page = open_inbox().choose("inbox_commented", value=True).press("Make a campaign of this one")
    assert page.at.session_state["given"]["pool"] == replace(
        time, thumbs="down", traces=(made.traces[1],)
    )

    page = open_inbox().press("All 2 thumbs-down plus 60 random")
    assert page.at.session_state["given"] == {
        "pool": time,
        "sample": Sample("mixed", n=60, always=("thumbs_down",)),
    }


def test_without_the_builder_there_is_no_button(store, make_campaign, open_inbox):
    """Where campaigns cannot be built, none is offered."""
    made = make_campaign(store, 1)
    vote(made, 0, up=False)
    assert open_inbox(builder=False).buttons == ["Refresh"]


def test_the_address_says_what_is_shown(store, make_campaign, open_inbox):
    """A copied address opens the same votes; what it says wrongly is left out."""
    made = make_campaign(store, 2)
    vote(make_campaign(store, 5), 0, up=False)
    vote(made, 0, up=True, comment="Thanks")
    day = {"since": "2025-11-12", "until": "2025-11-12"}

    page = open_inbox(experiment=made.name, days="90", votes="up", commented="yes", **day)
    assert "Thanks" in page.votes
    assert "12 Nov" in page.buttons
    assert page.at.query_params["votes"] == "up"
    assert "12 Nov" not in page.press("12 Nov").buttons
    assert set(page.at.query_params) == {"experiment", "days", "votes", "commented"}

    wrong = open_inbox(experiment=made.name, days="5", votes="left", version="v", since="x")
    assert "No vote fits these filters." in wrong.texts
    assert set(wrong.at.query_params) == {"experiment"}


def test_fewer_pages_than_before(store, make_campaign, open_inbox):
    """Whoever is on a late page and narrows the list sees what is left."""
    made = make_campaign(store, 41)
    for number in range(41):
        vote(made, number, up=number == 0)
    page = open_inbox(votes="all")
    assert page.votes.count('class="v ') == 20
    page.at.session_state["inbox_page"] = 3
    page.at.run()
    assert page.votes.count('class="v ') == 1
    assert page.choose("inbox_votes", "up").votes.count('class="v ') == 1
    assert page.choose("inbox_votes", "down").votes.count('class="v ') == 20


def test_refresh_counts_anew(store, make_campaign, open_inbox):
    """The page is as of a moment; a button looks again."""
    made = make_campaign(store, 2)
    vote(made, 0, up=False)
    page = open_inbox()
    vote(made, 1, up=True)
    assert "voted on 1 of 2 traces" in open_inbox().texts
    assert "voted on 2 of 2 traces" in page.press("Refresh").texts


def test_nobody_has_voted(store, make_campaign, open_inbox):
    """Without a vote the page shows how an app sends one; without a trace what to choose."""
    make_campaign(store, 2)
    page = open_inbox()
    assert "None of 2 traces holds a vote of an end user." in page.texts
    assert 'name="user_feedback"' in page.texts
    assert "No traces in this time" in open_inbox(now=NOW.replace(year=2027)).texts


def test_an_empty_store(store, open_inbox):
    """Before the first trace the page says what will bring one."""
    for experiment in store.experiment_ids():
        store.tracking.delete_experiment(experiment)
    assert "No traces yet" in open_inbox().texts


def test_reviewers_are_kept_out(store, make_campaign, open_inbox):
    """A reviewer who guesses the address sees no vote."""
    made = make_campaign(store, 1)
    vote(made, 0, up=False, comment="Secret")
    page = open_inbox(lead=False)
    assert "This page is for the leads of the reviews" in page.texts
    assert "Secret" not in page.texts
