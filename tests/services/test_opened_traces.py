"""Traces of a list, with all that was said of each."""

from __future__ import annotations

import pytest

from review_app.answers import Assessment
from review_app.errors import NotAllowed
from review_app.people import Person
from services.assessments import create_assessment
from services.opened_traces import open_traces
from services.settings import Settings

LEAD = Person("lea", is_lead=True)


def test_traces_in_order_with_what_counts(store, make_campaign):
    """A list shows its traces in its own order, with what is said of the whole trace and valid."""
    made = make_campaign(store, 3)
    first, second, _ = made.traces
    create_assessment(store, second, Assessment("quality", True, "ana", created_ms=2))
    create_assessment(store, second, Assessment("quality", 0.5, "j@1", "LLM_JUDGE", created_ms=1))

    found = open_traces(
        LEAD, store, Settings(tracking_uri=store.uri), [second, "tr-" + "0" * 32, first]
    )

    assert [one.candidate.trace_id for one in found] == [second, first]
    assert [(a.source, a.value) for a in found[0].said] == [("j@1", 0.5), ("ana", True)]
    assert found[1].said == ()
    assert "order" in found[1].candidate.text


def test_only_leads_read_what_others_said(store):
    """A reviewer gets no list of traces with everybody's answers."""
    with pytest.raises(NotAllowed):
        open_traces(Person("ana"), store, Settings(tracking_uri=store.uri), [])
