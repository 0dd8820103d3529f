"""Looking for what end users said, beside the pages."""

from __future__ import annotations

import time

import pytest

from review_app.answers import Assessment
from review_app.inbox import Tally
from review_app.pool import Pool
from services.assessments import create_assessment
from services.experiments import experiments_in_scope
from services.inbox import KEPT_MS, Inboxes, first_with_votes
from services.jobs import Job, Jobs
from services.settings import Settings

NOW = 1_800_000_000_000


@pytest.fixture
def inboxes(store):
    return Inboxes(store, Settings(user_feedback=("thumbs",)), Jobs())


def done(job: Job) -> Job:
    until = time.monotonic() + 30
    while job.at_work and time.monotonic() < until:
        time.sleep(0.02)
    return job


def test_what_was_found_is_kept_for_a_while(store, make_campaign, inboxes):
    """A page shows what was found a moment ago; a new look counts the votes of meanwhile."""
    made = make_campaign(store, 3)
    pool = Pool(made.name)
    first = done(inboxes.of(pool, NOW))
    vote = Assessment("thumbs", value=False, source="visitor", rationale="Too late")
    create_assessment(store, made.traces[0], vote)

    assert inboxes.of(pool, NOW + KEPT_MS) is first
    assert first.result.whole == Tally(3)
    again = done(inboxes.again(pool, NOW + 1)).result
    assert again.whole == Tally(3, 0, 1, 1)
    assert inboxes.of(pool, NOW + 2).result is again
    assert done(inboxes.of(pool, NOW + KEPT_MS + 2)) is not first
    assert done(inboxes.of(Pool(made.name, since="2026-01-01"), NOW)).result.whole == Tally(0)


def test_a_look_that_failed_says_why(inboxes):
    """Where the experiment is gone, the page says so."""
    job = done(inboxes.of(Pool("gone"), NOW))
    assert (job.state, job.sentence) == ("failed", "There is no experiment called “gone”.")


def test_a_visit_begins_where_people_voted(store, make_campaign):
    """The inbox opens on an experiment with votes, not on one that only has more traces."""
    quiet, loud = make_campaign(store, 4), make_campaign(store, 2)
    vote = Assessment("thumbs", value=True, source="visitor")
    create_assessment(store, loud.traces[1], vote)
    settings = Settings(user_feedback=("thumbs",))
    both = experiments_in_scope(store, (quiet.name, loud.name))
    assert [one.name for one in both] == [quiet.name, loud.name]
    assert first_with_votes(store, settings, both).name == loud.name
    assert first_with_votes(store, settings, both[:1]).name == quiet.name
