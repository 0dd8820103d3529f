"""The page of labeled sets: built with a preview, frozen, compared, published on a real store."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.people import Person
from services.app import App, services_for
from services.assessments import create_assessment
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEAD = Person("lea", is_lead=True)


def _screen(app):
    from pages.labeled_sets import render

    render(app)


@pytest.fixture
def made(store, make_campaign):
    """Six traces, answered by one person; the last one hostile."""
    found = make_campaign(store, 6, purpose="<script>alert(1)</script>")
    for n in range(6):
        say(found, n, n % 2 == 0)
    return found


def say(made, n, value, person="ana", role="reviewer", created_ms=1_763_000_000_000):
    question = made.campaign.questions[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
        "review.role": role,
    }
    said = Assessment(
        question.name,
        value,
        person,
        rationale="<img src=x onerror=alert(1)>",
        metadata=recorded,
        created_ms=created_ms,
    )
    create_assessment(made.store, made.traces[n], said)
    if role == "reviewer":
        queue = find_queue(
            made.store, made.campaign.experiment_id, queue_name(made.name, person, 1)
        )
        set_status(made.store, queue or "", made.traces[n], "complete", person)


@pytest.fixture
def shown(store):
    """Draw the page at an address; returns the page as it stands."""

    def show(person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri)
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
    assert not at.exception
    kinds = (at.title, at.header, at.subheader, at.text, at.caption, at.success, at.get("html"))
    parts = [getattr(e, "value", None) or e.proto.body for kind in kinds for e in kind]
    return "\n".join(map(str, parts))


def press(at: AppTest, words: str) -> AppTest:
    """Press a button and wait for the work that it starts."""
    at = next(b for b in at.button if b.label.startswith(words)).click().run()
    until = time.monotonic() + 60
    while any(b.label == "Cancel" for b in at.button) and time.monotonic() < until:
        time.sleep(0.3)
        at = at.run()
    return at


def test_without_a_set_the_page_says_what_one_is(shown, made):
    """Who comes first reads what a labeled set is for, and has the one button to begin."""
    at = shown()
    assert "No labeled set yet" in texts(at)
    assert [b.label for b in at.button] == ["New labeled set"]


def test_a_set_is_built_frozen_and_published(shown, made, store):
    """The preview counts what would be frozen, the version shows it, and it is published."""
    at = shown(campaign=made.name)
    read = texts(at)
    assert "6 items would have a label" in read
    assert "One person’s answer" in read
    assert "A judge verdict needs" in read

    at = press(at, "Freeze version 1")
    assert at.query_params["set"] == "quality"
    read = texts(at)
    assert "Version 1, the newest" in read
    assert "Verified" in read
    assert "Reopen" in read
    assert "<img" not in read

    assert "Published as quality@v1: 6 records." in texts(press(at, "Publish")).replace("\\", "")
    assert "published as quality@v1" in texts(shown())


def test_the_next_version_tells_what_changed(shown, made, store):
    """A lead's decision makes the next version, which names the label that changed."""
    press(shown(campaign=made.name), "Freeze version 1")
    say(made, 1, True, "lea", "adjudication", 1_763_000_000_001)

    at = shown(new="1", set="quality")
    assert "Version 2 of “quality”" in texts(at)
    at = press(at, "Freeze version 2")

    read = texts(at)
    assert "What changed since version 1" in read
    assert "0 added, 0 removed, 1 with another label, 5 as before." in read
    assert "Version 1" in texts(shown(set="quality", version="1"))


def test_a_set_that_was_changed_is_not_shown(shown, made, store):
    """Labels that are no longer what was frozen are not shown, and the page says why."""
    press(shown(campaign=made.name), "Freeze version 1")
    (frozen,) = LabeledSets(services_for(Settings(tracking_uri=store.uri)).campaigns).every()
    store.write_artifact(frozen.run_id, "set.json", "{}")

    read = texts(shown(set="quality"))
    assert "no longer what was frozen" in read
    assert "Reopen" not in read


def test_the_page_is_for_leads(shown, made):
    """A reviewer who guesses the address sees nothing of it."""
    read = texts(shown(Person("ana"), set="quality"))
    assert "for the leads" in read
    assert "There is no version" in texts(shown(set="nothing"))
