"""The page of labeled sets: built with a preview, frozen, compared, published on a real store."""

from __future__ import annotations

import pytest

from pages.labeled_sets import render
from review_app.answers import Assessment
from review_app.people import Person
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status


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


def test_without_a_set_the_page_says_what_one_is(screen, made, store):
    """Who comes first reads what a labeled set is for, and has the one button to begin."""
    page = screen(render, store)
    assert "No labeled set yet" in page.read
    assert page.buttons == ["New labeled set"]


def test_a_set_is_built_frozen_and_published(screen, made, store):
    """The preview counts what would be frozen, the version shows it, and it is published."""
    page = screen(render, store, campaign=made.name)
    read = page.read
    assert "6 items would have a label" in read
    assert "One person’s answer" in read
    assert "A judge verdict needs" in read

    assert page.press("Freeze version 1").at.query_params["set"] == "quality"
    read = page.read
    assert "Version 1, the newest" in read
    assert "Verified" in read
    assert "Reopen" in read
    assert "<img" not in read

    assert "Published as quality@v1: 6 records." in page.press("Publish").read.replace("\\", "")
    assert "published as quality@v1" in screen(render, store).read


def test_the_next_version_tells_what_changed(screen, made, store):
    """A lead's decision makes the next version, which names the label that changed."""
    screen(render, store, campaign=made.name).press("Freeze version 1")
    say(made, 1, True, "lea", "adjudication", 1_763_000_000_001)

    page = screen(render, store, new="1", set="quality")
    assert "Version 2 of “quality”" in page.read
    read = page.press("Freeze version 2").read
    assert "What changed since version 1" in read
    assert "0 added, 0 removed, 1 with another label, 5 as before." in read
    assert "Version 1" in screen(render, store, set="quality", version="1").read


def test_a_set_that_was_changed_is_not_shown(screen, made, store):
    """Labels that are no longer what was frozen are not shown, and the page says why."""
    screen(render, store, campaign=made.name).press("Freeze version 1")
    (frozen,) = LabeledSets(Campaigns(store)).every()
    store.write_artifact(frozen.run_id, "set.json", "{}")

    read = screen(render, store, set="quality").read
    assert "no longer what was frozen" in read
    assert "Reopen" not in read


def test_the_page_is_for_leads(screen, made, store):
    """A reviewer who guesses the address sees nothing of it."""
    read = screen(render, store, Person("ana"), set="quality").read
    assert "for the leads" in read
    assert "There is no version" in screen(render, store, set="nothing").read
