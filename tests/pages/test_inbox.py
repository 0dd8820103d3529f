"""The inbox, drawn on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest

from pages.inbox import render
from review_app.answers import Assessment
from review_app.design import Sample
from review_app.people import Person
from review_app.pool import Pool
from services.assessments import create_assessment
from tests.screens import Screen

ASKED = datetime(2025, 11, 12, 14, 3, tzinfo=UTC)
NOW = datetime(2025, 11, 14, 9, 30, tzinfo=UTC)
_NUMBERS = count()


@pytest.fixture
def open_inbox(store, screen):
    """Open the page, from which the builder can be reached."""
    return partial(screen, render, store, now=NOW, screens=("new_campaign",))


def votes(page: Screen) -> str:
    """The list of votes; "" where there is none."""
    lists = [e.proto.body for e in page.at.get("html") if 'class="i-votes"' in e.proto.body]
    return "".join(lists)


def vote(made, number: int, *, up: bool, comment: str = "", name: str = "user_feedback") -> None:
    said = Assessment(name, up, f"visitor-{next(_NUMBERS)}", rationale=comment)
    create_assessment(made.store, made.traces[number], said)


def test_votes_are_counted_by_version_and_listed(store, make_campaign, open_inbox):
    """A lead reads how many people voted on each version, and what they said of which answer."""
    made = make_campaign(store, 4, change=lambda r: replace(r, tags={"app_version": "v7"}))
    vote(made, 0, up=False, comment="It names the wrong <b>order</b>.")
    vote(made, 1, up=True)

    page = open_inbox()

    assert "End users voted on 2 of 4 traces: 1 up, 1 down, 1 with a comment." in page.read
    assert 'data-label="Traces">4<' in page.read
    assert 'data-label="Voted">2<small>50 %</small><' in page.read
    assert "12 Nov: 1 up, 1 down, of 4 traces" in page.read
    assert "as of 09:30" in page.read
    assert "It names the wrong &lt;b&gt;order&lt;/b&gt;." in votes(page)
    assert "Where is order 1?" in votes(page)
    assert "Order 1 has left the warehouse." in votes(page)
    assert "12 Nov, 14:04" in votes(page)
    assert f"selectedEvaluationId={made.traces[0]}" in votes(page)
    assert "Where is order 2?" not in votes(page)
    assert "Where is order 2?" in votes(page.fill(inbox_votes="up"))


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
    assert page.at.session_state["new_campaign"] == {
        "pool": replace(time, thumbs="down"),
        "sample": Sample("all"),
    }

    page = open_inbox().fill(inbox_commented=True).press("Make a campaign of this one")
    assert page.at.session_state["new_campaign"]["pool"] == replace(
        time, thumbs="down", traces=(made.traces[1],)
    )

    page = open_inbox().press("All 2 thumbs-down plus 60 random")
    assert page.at.session_state["new_campaign"] == {
        "pool": time,
        "sample": Sample("mixed", n=60, always=("thumbs_down",)),
    }


def test_without_the_builder_there_is_no_button(store, make_campaign, open_inbox):
    """Where campaigns cannot be built, none is offered."""
    made = make_campaign(store, 1)
    vote(made, 0, up=False)
    assert open_inbox(screens=()).buttons == ["Refresh"]


def test_the_address_says_what_is_shown(store, make_campaign, open_inbox):
    """A copied address opens the same votes; what it says wrongly is left out."""
    made = make_campaign(store, 2)
    vote(make_campaign(store, 5), 0, up=False)
    vote(made, 0, up=True, comment="Thanks")
    day = {"since": "2025-11-12", "until": "2025-11-12"}

    page = open_inbox(experiment=made.name, days="90", votes="up", commented="yes", **day)
    assert "Thanks" in votes(page)
    assert "12 Nov" in page.buttons
    assert page.at.query_params["votes"] == "up"
    assert "12 Nov" not in page.press("12 Nov").buttons
    assert set(page.at.query_params) == {"experiment", "days", "votes", "commented"}

    wrong = open_inbox(experiment=made.name, days="5", votes="left", version="v", since="x")
    assert "No vote fits these filters." in wrong.read
    assert set(wrong.at.query_params) == {"experiment"}


def test_fewer_pages_than_before(store, make_campaign, open_inbox):
    """Whoever is on a late page and narrows the list sees what is left."""
    made = make_campaign(store, 41)
    for number in range(41):
        vote(made, number, up=number == 0)
    page = open_inbox(votes="all")
    assert votes(page).count('class="v ') == 20
    page.at.session_state["inbox_page"] = 3
    page.draw()
    assert votes(page).count('class="v ') == 1
    assert votes(page.fill(inbox_votes="up")).count('class="v ') == 1
    assert votes(page.fill(inbox_votes="down")).count('class="v ') == 20


def test_refresh_counts_anew(store, make_campaign, open_inbox):
    """The page is as of a moment; a button looks again."""
    made = make_campaign(store, 2)
    vote(made, 0, up=False)
    page = open_inbox()
    vote(made, 1, up=True)
    assert "voted on 1 of 2 traces" in open_inbox().read
    assert "voted on 2 of 2 traces" in page.press("Refresh").read


def test_nobody_has_voted(store, make_campaign, open_inbox):
    """Without a vote the page shows how an app sends one; without a trace what to choose."""
    make_campaign(store, 2)
    page = open_inbox()
    assert "None of 2 traces holds a vote of an end user." in page.read
    assert 'name="user_feedback"' in page.read
    assert "No traces in this time" in open_inbox(now=NOW.replace(year=2027)).read


def test_an_empty_store(store, open_inbox):
    """Before the first trace the page says what will bring one."""
    for experiment in store.experiment_ids():
        store.tracking.delete_experiment(experiment)
    assert "No traces yet" in open_inbox().read


def test_reviewers_are_kept_out(store, make_campaign, open_inbox):
    """A reviewer who guesses the address sees no vote."""
    made = make_campaign(store, 1)
    vote(made, 0, up=False, comment="Secret")
    page = open_inbox(person=Person("ana"))
    assert "This page is for the leads of the reviews" in page.read
    assert "Secret" not in page.read
