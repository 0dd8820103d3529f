"""Assessments go to MLflow and come back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.answers import Assessment
from review_app.errors import NotFound, StoreUnavailable
from services.assessments import assessments_by_trace, assessments_of, create_assessment

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
values = st.booleans() | st.integers(-9, 9) | words | st.lists(words, min_size=1, max_size=3)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=values, rationale=words, name=words, expectation=st.booleans())
def test_what_was_said_comes_back(store, make_campaign, value, rationale, name, expectation):
    """What a reviewer answers is what MLflow gives back, for any text and kind."""
    (trace,) = make_campaign(store, 1).traces
    said = Assessment(
        name,
        value,
        "ana",
        expectation=expectation,
        rationale=rationale,
        metadata={"review.round": "1", "review.stratum": rationale},
        assessment_id="a-1",
        span_id="00000000000000aa",
    )
    said = Assessment(**{**vars(said), "assessment_id": f"a-{trace[-30:]}"})

    create_assessment(store, trace, said)

    (found,) = assessments_of(store, trace)
    assert found == Assessment(**{**vars(said), "created_ms": found.created_ms})


def test_the_same_id_twice_is_refused(store, make_campaign):
    """MLflow never holds one submission twice."""
    (trace,) = make_campaign(store, 1).traces
    said = Assessment("quality", value=True, source="ana", assessment_id="a-1")
    create_assessment(store, trace, said)

    with pytest.raises(StoreUnavailable):
        create_assessment(store, trace, said)

    assert len(assessments_of(store, trace)) == 1


def test_a_trace_that_is_gone(store):
    """An answer to a deleted trace is a sentence."""
    with pytest.raises(NotFound):
        assessments_of(store, "tr-none")


def test_the_answers_of_several_traces_come_in_one_call(store, make_campaign):
    """Each trace comes with all its answers, overridden ones too; one that is gone is left out."""
    first, second = make_campaign(store, 2).traces
    before = Assessment("quality", value=True, source="ana", assessment_id="a-1")
    create_assessment(store, first, before)
    after = Assessment("quality", value=False, source="ana", assessment_id="a-2", overrides="a-1")
    create_assessment(store, first, after)

    found = assessments_by_trace(store, [first, second, "tr-none"])

    assert found == {first: assessments_of(store, first), second: []}
    assert {(a.assessment_id, a.valid) for a in found[first]} == {("a-1", False), ("a-2", True)}
    assert assessments_by_trace(store, []) == {}
