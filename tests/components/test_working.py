"""Work that takes a while: what is said of it while it waits, runs and stops."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from services.jobs import STOPPED, Job


@pytest.fixture
def drawn():
    """Draw work; returns Streamlit's page."""

    def draw(job):
        return AppTest.from_function(_script, args=(job,)).run()

    return draw


def _script(job):
    import streamlit as st

    from components.working import working

    if job.at_work:
        working("Scoring", job)
    else:
        st.text(job.sentence)


def _said(at):
    (bar,) = at.get("progress")
    return bar.proto.text


def test_work_says_how_far_it_is(drawn):
    """I see what is at work, and how far it is."""
    job = Job("one")
    job.begin()
    assert _said(drawn(job)) == "Scoring"
    job.tell(1200, 4800)
    assert _said(drawn(job)) == "Scoring, 1,200 of 4,800"


def test_work_that_waits_says_so_and_ends_at_once_when_cancelled(drawn):
    """While others are at work I read that mine waits; cancelled, it is over."""
    job = Job("one")
    at = drawn(job)
    assert _said(at) == "Waiting for other work to end"

    at.button[0].click().run()

    assert [one.value for one in at.text] == [STOPPED]


def test_cancelling_says_at_once_that_it_stops(drawn):
    """After Cancel I read that it stops, also while a call is still under way."""
    job = Job("one")
    job.begin()
    at = drawn(job)

    at.button[0].click().run()

    assert _said(at) == "Stopping …"
    assert at.button[0].disabled
