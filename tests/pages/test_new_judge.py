"""A judge is tried before it is registered: what is shown belongs to what was tried."""

from __future__ import annotations

from functools import partial

import pytest

from pages.new_judge import render
from review_app.errors import StoreUnavailable
from review_app.questions import Question
from services.app import services_for
from services.judges import Judges
from services.questions import save_question

GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
ASK = "Ask it about the newest trace"


@pytest.fixture
def open_page(store, judge_stub, screen, make_campaign):
    """Open the page of one question, with a model that judges."""
    services_for.cache_clear()
    made = make_campaign(store, 2)
    save_question(store, made.campaign.experiment_id, GOOD)
    settings = {"judge_base_url": judge_stub.base_url, "judge_models": ("openai:/stub",)}
    at = {"experiment": made.name, "question": "good"}
    return partial(screen, render, store, settings=settings, screens=("judges",), **at)


def test_a_try_speaks_for_exactly_what_was_tried(open_page, judge_stub):
    """What the model said stands there until I change the text, and comes back with it."""
    page = open_page()
    page.press(ASK)
    assert "The stub says" in page.words
    assert len(judge_stub.calls) == 1

    text = page.at.text_area[0].value
    page.at.text_area[0].set_value(f"{text}\nBe strict.")
    page.draw()

    assert "The stub says" not in page.words
    assert "You changed it since it was tried." in page.words
    page.at.text_area[0].set_value(text)
    assert "The stub says" in page.draw().words


def test_the_same_is_registered_once(open_page):
    """Pressed in two windows, one version is there; the other window says that it is."""
    page, other = open_page(), open_page()
    for one in (page, other):
        next(button for button in one.at.button if button.label == "Register version 1").click()
        one.at.run()

    assert "Version 1 is exactly this." in other.draw().words
    store = page.app.services.store
    every = [
        one
        for place in store.tracking.search_experiments()
        for one in page.app.services.judges.every(place.experiment_id)
    ]
    assert [one.version for one in every] == [1]
    assert "Register version" not in str(other.buttons)


def test_what_was_typed_outlives_an_outage(open_page, monkeypatch):
    """MLflow is away for a while: what I wrote and chose stands there when it is back."""
    page = open_page()
    page.at.text_area[0].set_value("My own words {{ inputs }}")
    page.at.radio[0].set_value("answer")
    page.draw()

    def gone(*_):
        raise StoreUnavailable("MLflow does not answer.")

    with monkeypatch.context() as away:
        away.setattr(Judges, "every", gone)
        assert "This did not work" in page.draw().words
        page.draw()

    page.draw()
    assert page.at.text_area[0].value == "My own words {{ inputs }}"
    assert page.at.selectbox[0].value == "good"


def test_a_try_is_seen_where_it_was_made(open_page):
    """In a second window of mine nobody tells me what another text was said about."""
    open_page().press(ASK)
    assert "The stub says" not in open_page().words


def test_a_try_of_a_model_that_hangs_can_be_cancelled(open_page, judge_stub):
    """I cancel while the model does not answer, and can go on at once."""
    judge_stub.always = 20.0
    page = open_page()
    next(button for button in page.at.button if button.label == ASK).click()
    page.at.run()
    assert "Cancel" in page.buttons

    page.press("Cancel")

    assert "Stopped. Nothing of it was kept." in page.words
    assert ASK in page.buttons
