"""Campaigns: the list, one campaign in numbers, and the items behind each, on a real store."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pages.campaigns import render
from review_app.behind import Show, Topic, behind
from review_app.errors import StoreUnavailable
from review_app.people import Person
from services.campaigns import Campaigns
from services.queues import set_status

SCRIPT = Path(__file__).parent.parent / "independent_numbers.py"


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


def test_the_page_says_how_it_goes(store, set_to_work, screen):
    """A lead reads progress, who is too quick, the reviewers, the questions, skips and notes."""
    work = set_to_work(store, 36)

    page = screen(render, store, campaign=work.campaign.name)

    read = page.read
    assert "reviews done" in read
    assert "cy answers in" in read
    assert "Skipped" in read
    assert "Not my field" in read
    assert "See what the warehouse wrote." in read
    assert "Computed " in read
    assert page.buttons == ["Pause", "Count again"]


def test_the_items_behind_a_number_are_listed(store, set_to_work, screen):
    """Behind a number stand the items, with what was said and the way to MLflow."""
    work = set_to_work(store, 36)

    page = screen(render, store, campaign=work.campaign.name, show="gold", reviewer="cy")

    assert "Gold items of cy" in page.read
    assert "Where is order" in page.read
    assert "https://mlflow.example.com/#/experiments/" in page.read


@pytest.mark.parametrize(
    "address",
    [
        {"show": "gold", "reviewer": "nobody"},
        {"show": "answers", "question": "nothing"},
        {"show": "answers", "question": "quality", "part": "99"},
    ],
    ids=["reviewer", "question", "part"],
)
def test_a_wrong_address_gets_a_sentence(store, set_to_work, screen, address):
    """Who follows a link to something that is not there reads a sentence."""
    work = set_to_work(store, 12)

    page = screen(render, store, campaign=work.campaign.name, **address)

    assert "Not here" in page.read


def test_the_list_has_every_campaign(store, make_campaign, screen):
    """The list names each campaign with status, experiment, people and progress, newest first."""
    older = make_campaign(store, 2, people=("ana", "bo"))
    newer = make_campaign(store, 3)

    read = screen(render, store).read

    assert read.index(newer.name) < read.index(older.name)
    assert f"Open · {older.name} · 2 reviewers" in read
    assert "0 of 4" in read
    assert "New campaign" not in read


def test_an_empty_store_says_what_the_page_is_for(store, screen):
    """On the first visit the page says what a campaign is."""
    assert "No campaign yet" in screen(render, store).read


def test_only_leads_come_in(store, make_campaign, screen):
    """A reviewer who guesses the address sees no campaign and no answer."""
    made = make_campaign(store, 2)

    for address in ({}, {"campaign": made.name}, {"campaign": made.name, "show": "notes"}):
        read = screen(render, store, Person("ana"), **address).read

        assert "for the leads" in read
        assert made.name not in read


def test_a_campaign_is_paused_and_opened_again(store, make_campaign, screen):
    """The main action pauses an open campaign and opens a paused one."""
    made = make_campaign(store, 2)
    page = screen(render, store, campaign=made.name)

    page.press("Pause")
    assert "Paused" in page.read
    assert status(store, made) == "paused"

    page.press("Open again")
    assert status(store, made) == "open"


def test_closing_is_asked_for_once_more(store, make_campaign, screen):
    """A campaign that is all done offers to close, and stays open until the second yes."""
    made = make_campaign(store, 1)
    queue = Campaigns(store).queue(made.campaign, "ana", 1)
    set_status(store, queue, made.traces[0], "complete", "ana")
    page = screen(render, store, campaign=made.name)

    page.press("Close")
    assert status(store, made) == "open"
    assert "You can reopen it" in page.read


def status(store, made) -> str:
    return Campaigns(store).get(made.name).status


def test_names_and_notes_cannot_draw(store, make_campaign, screen):
    """Markup in the name of a person or of a trace is shown as text."""
    made = make_campaign(store, 2, people=("<img src=x onerror=alert(1)>",))

    read = screen(render, store, campaign=made.name).read

    assert "<img" not in read
    assert "&lt;img" in read


def test_an_unreachable_store_is_said(store, make_campaign, screen, monkeypatch):
    """While MLflow does not answer the page says so and that it tries again."""
    made = make_campaign(store, 1)

    def fail(*_):
        raise StoreUnavailable("MLflow does not answer at the moment.")

    campaigns = screen(render, store, campaign=made.name).app.services.campaigns
    monkeypatch.setattr(campaigns, "every", lambda: [made.campaign])
    monkeypatch.setattr(campaigns, "get", fail)

    read = screen(render, store, campaign=made.name).read

    assert "MLflow does not answer at the moment." in read
    assert "tries again" in read
