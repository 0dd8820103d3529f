"""My reviews, drawn on a real store."""

from __future__ import annotations

from pages.my_reviews import render
from review_app.answers import Assessment
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.queues import set_status

ANA = Person("ana")


def finish(made, person, trace_id, value):
    """Answer an item as the person, through MLflow."""
    create_assessment(made.store, trace_id, Assessment("quality", value, person))
    queue = Campaigns(made.store).queue(made.campaign, person, 1)
    set_status(made.store, queue, trace_id, "complete", person)


def test_what_is_left_is_said_first(store, make_campaign, screen):
    """A reviewer reads at the top how many items wait and how long they take, with one button."""
    make_campaign(store, 3)

    page = screen(render, store, ANA)

    assert "3 items in 1 review, about 6 minutes." in page.read
    assert page.buttons == ["Begin"]


def test_nobody_sees_what_is_not_theirs(store, make_campaign, screen):
    """A person who is invited nowhere sees no campaign and reads whom to ask."""
    made = make_campaign(store, 2)

    page = screen(render, store, Person("bo"))

    assert made.name not in page.read
    assert not page.at.button
    assert "Ask Lea" in page.read


def test_finished_answers_can_be_found(store, make_campaign, screen):
    """A reviewer finds an own finished answer by a word, and a link to change it."""
    made = make_campaign(store, 3)
    finish(made, "ana", made.traces[0], value=False)
    page = screen(render, store, ANA)
    assert "1 of 3" in page.read
    assert "Fail" in page.read
    assert f"item={made.traces[0]}" in page.read

    page.fill(search="no such word")

    assert "No answer of yours contains this." in page.read


def test_a_name_cannot_draw(store, make_campaign, screen):
    """A campaign whose name holds HTML is shown by that name, as text."""
    made = make_campaign(store, 1)
    finish(made, "ana", made.traces[0], value=True)
    assert Campaigns(store).get(made.name).name == made.name

    page = screen(render, store, ANA)

    assert "<script" not in page.read
    assert "done" in page.read


def test_an_unreachable_store_is_said(store, make_campaign, screen, monkeypatch):
    """While MLflow does not answer the page says so and that it tries again."""
    make_campaign(store, 1)

    def fail(_):
        raise StoreUnavailable("MLflow does not answer at the moment.")

    monkeypatch.setattr(Campaigns, "every", fail)

    page = screen(render, store, ANA)

    assert "MLflow does not answer at the moment." in page.read
    assert "tries again" in page.read
