"""Campaigns: the list, one campaign in numbers, and the items behind each, on a real store."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from review_app.behind import Show, Topic, behind
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.app import App, services_for
from services.queues import set_status
from services.settings import Settings

SCRIPT = Path(__file__).parent.parent / "independent_numbers.py"
LEAD = Person("lea", is_lead=True)


def _screen(app):
    from pages.campaigns import render

    render(app)


@pytest.fixture
def shown(store):
    """Draw the page at an address; returns the page as it stands."""

    def show(person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")
        app = App(settings, person, services_for(settings), UTC, lambda: datetime.now(UTC), {})
        for campaign in app.services.campaigns.every():
            app.services.overviews.of(campaign, wait=60)
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


def texts(at: AppTest) -> str:
    """Everything that can be read on the page."""
    kinds = (at.title, at.header, at.subheader, at.text, at.caption, at.get("html"))
    parts = [getattr(e, "value", None) or e.proto.body for kind in kinds for e in kind]
    return "\n".join(map(str, parts))


def independent_numbers(uri: str, name: str):
    """What the script of plain MLflow computes."""
    command = [sys.executable, str(SCRIPT), uri, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def counted(progress):
    """The page's numbers in the script's shape."""
    return {
        "done": progress.done,
        "all": progress.all,
        "reviewers": {one.reviewer: of_reviewer(one) for one in progress.reviewers},
        "questions": {one.question.name: of_question(one) for one in progress.questions},
        "skips": sorted([*one.turn, one.reason] for one in progress.skipped),
        "notes": sorted([*one.turn, one.question] for one in progress.notes),
    }


def of_reviewer(one):
    return {
        "done": len(one.done),
        "open": len(one.open),
        "skipped": len(one.skipped),
        "median_seconds": one.median_seconds and pytest.approx(one.median_seconds),
        "items_an_hour": one.items_an_hour and pytest.approx(one.items_an_hour),
        "gold": of_tally(one.gold),
        "repeats": of_tally(one.repeats),
    }


def of_tally(tally):
    ends = tally.interval and pytest.approx([tally.interval.low, tally.interval.high])
    counts = {"right": tally.right, "answers": tally.answers, "items": tally.items}
    return {**counts, "interval": ends}


def of_question(one):
    values: dict[str, int] = {}
    for bar in one.bars:
        for given in bar.given:
            words = str(given.value) if one.question.kind == "number" else bar.words
            values[words] = values.get(words, 0) + 1
    return {
        "answers": len(one.judged),
        "items": one.items,
        "due": one.due,
        "values": values,
        "cannot_judge": {why: len(given) for why, given in one.cannot_judge.items()},
        "missing": len(one.missing),
        "left_out": {why: len(given) for why, given in one.left_out.items()},
    }


def test_the_numbers_are_those_of_mlflow(store, set_to_work):
    """A script that knows MLflow and the written rules only comes to the same numbers.

    There are repeats, gold, practice, skips, unjudged, revised, reopened, reworded answers and
    answers from elsewhere.
    """
    work = set_to_work(store, 72, share=0.95)

    progress = work.services.overviews.of(work.campaign, wait=60).progress

    told = independent_numbers(store.uri, work.campaign.name)
    assert told == counted(progress)
    assert all(told["reviewers"][name]["repeats"]["answers"] for name in ("bo", "cy"))
    left_out = {why for one in told["questions"].values() for why in one["left_out"]}
    assert left_out >= {"gold", "practice", "repeat", "seen"}
    assert told["skips"]
    assert told["notes"]


def test_every_number_leads_to_as_many_items(store, set_to_work):
    """Behind a number stand as many turns as it says."""
    work = set_to_work(store, 30)
    progress = work.services.overviews.of(work.campaign, wait=60).progress

    def n(show: Show, *which: str) -> int:
        return len(behind(progress, Topic(show, *which)).turns)

    for one in progress.reviewers:
        name = one.reviewer
        assert n("done", name) == len(one.done)
        assert n("open", name) == len(one.open)
        assert n("skipped", name) == len(one.skipped)
        assert n("time", name) == len(one.seconds)
        assert n("gold", name) == one.gold.items
    for one in progress.questions:
        name = one.question.name
        assert n("answers", "", name) == len(one.judged)
        assert n("unjudged", "", name) == one.unjudged
        assert n("missing", "", name) == len(one.missing)
        for place, bar in enumerate(one.bars):
            assert n("answers", "", name, str(place)) == bar.n


def test_the_page_says_how_it_goes(store, set_to_work, shown):
    """A lead reads progress, who is too quick, the reviewers, the questions, skips and notes."""
    work = set_to_work(store, 36)

    at = shown(campaign=work.campaign.name)

    assert not at.exception
    read = texts(at)
    assert "reviews done" in read
    assert "cy answers in" in read
    assert "Skipped" in read
    assert "Not my field" in read
    assert "See what the warehouse wrote." in read
    assert "Computed " in read
    assert [button.label for button in at.button] == ["Pause", "Count again"]


def test_the_items_behind_a_number_are_listed(store, set_to_work, shown):
    """Behind a number stand the items, with what was said and the way to MLflow."""
    work = set_to_work(store, 36)

    at = shown(campaign=work.campaign.name, show="gold", reviewer="cy")

    assert not at.exception
    assert "Gold items of cy" in texts(at)
    assert "Where is order" in texts(at)
    assert "https://mlflow.example.com/#/experiments/" in texts(at)


@pytest.mark.parametrize(
    "address",
    [
        {"show": "gold", "reviewer": "nobody"},
        {"show": "answers", "question": "nothing"},
        {"show": "answers", "question": "quality", "part": "99"},
    ],
    ids=["reviewer", "question", "part"],
)
def test_a_wrong_address_gets_a_sentence(store, set_to_work, shown, address):
    """Who follows a link to something that is not there reads a sentence."""
    work = set_to_work(store, 12)

    at = shown(campaign=work.campaign.name, **address)

    assert not at.exception
    assert "Not here" in texts(at)


def test_the_list_has_every_campaign(store, make_campaign, shown):
    """The list names each campaign with status, experiment, people and progress, newest first."""
    older = make_campaign(store, 2, people=("ana", "bo"))
    newer = make_campaign(store, 3)

    read = texts(shown())

    assert read.index(newer.name) < read.index(older.name)
    assert f"Open · {older.name} · 2 reviewers" in read
    assert "0 of 4" in read
    assert "New campaign" not in read


def test_an_empty_store_says_what_the_page_is_for(store, shown):
    """On the first visit the page says what a campaign is."""
    assert "No campaign yet" in texts(shown())


def test_only_leads_come_in(store, make_campaign, shown):
    """A reviewer who guesses the address sees no campaign and no answer."""
    made = make_campaign(store, 2)

    for address in ({}, {"campaign": made.name}, {"campaign": made.name, "show": "notes"}):
        read = texts(shown(Person("ana"), **address))

        assert "for the leads" in read
        assert made.name not in read


def test_a_campaign_is_paused_and_opened_again(store, make_campaign, shown):
    """The main action pauses an open campaign and opens a paused one."""
    made = make_campaign(store, 2)
    at = shown(campaign=made.name)

    press(at, "Pause")
    assert "Paused" in texts(at)
    assert status(store, made) == "paused"

    press(at, "Open again")
    assert status(store, made) == "open"


def test_closing_is_asked_for_once_more(store, make_campaign, shown):
    """A campaign that is all done offers to close, and stays open until the second yes."""
    made = make_campaign(store, 1)
    services = services_for(Settings(tracking_uri=store.uri))
    queue = services.campaigns.queue(made.campaign, "ana", 1)
    set_status(store, queue, made.traces[0], "complete", "ana")
    at = shown(campaign=made.name)

    press(at, "Close")
    assert status(store, made) == "open"
    assert "You can reopen it" in texts(at)


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def status(store, made) -> str:
    return services_for(Settings(tracking_uri=store.uri)).campaigns.get(made.name).status


def test_names_and_notes_cannot_draw(store, make_campaign, shown):
    """Markup in the name of a person or of a trace is shown as text."""
    made = make_campaign(store, 2, people=("<img src=x onerror=alert(1)>",))

    read = texts(shown(campaign=made.name))

    assert "<img" not in read
    assert "&lt;img" in read


def test_an_unreachable_store_is_said(store, make_campaign, shown, monkeypatch):
    """While MLflow does not answer the page says so and that it tries again."""
    made = make_campaign(store, 1)
    settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")

    def fail(*_):
        raise StoreUnavailable("MLflow does not answer at the moment.")

    shown(campaign=made.name)
    monkeypatch.setattr(services_for(settings).campaigns, "every", lambda: [made.campaign])
    monkeypatch.setattr(services_for(settings).campaigns, "get", fail)

    read = texts(shown(campaign=made.name))

    assert "MLflow does not answer at the moment." in read
    assert "tries again" in read
