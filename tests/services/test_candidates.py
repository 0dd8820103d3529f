"""What MLflow's list of traces tells of each."""

from __future__ import annotations

import math

import pytest
from mlflow.entities import TraceInfo, TraceLocation, TraceState

from review_app.answers import Assessment
from review_app.pool import Candidate
from services.assessments import to_mlflow
from services.candidates import Candidates
from services.versions import Versions


@pytest.fixture
def candidate(store):
    """What is known of a trace with these assessments and fields of TraceInfo."""
    make = Candidates(Versions(store), ("user_feedback", "thumbs"))

    def known(*stored: Assessment, metadata=None, tags=None, **fields) -> Candidate:
        info = TraceInfo(
            trace_id="tr-1",
            trace_location=TraceLocation.from_experiment_id("1"),
            request_time=7,
            state=TraceState.ERROR,
            trace_metadata=metadata or {},
            tags=tags or {},
            assessments=[to_mlflow(one, "tr-1") for one in stored],
            **fields,
        )
        return make.of(info)

    return known


def vote(value: object, at: int, name: str = "user_feedback", **fields) -> Assessment:
    return Assessment(name, value, "visitor", created_ms=at, assessment_id=f"a-{at}", **fields)


def test_all_that_is_recorded_is_known(candidate):
    """Session, user, cost, duration, texts and the app's own tags are there for the filters."""
    assert candidate(
        metadata={
            "mlflow.trace.session": "s-1",
            "mlflow.trace.user": "u-1",
            "mlflow.trace.cost": '{"input_cost": 1.0, "total_cost": 3}',
        },
        tags={"channel": "web", "mlflow.traceName": "answer"},
        execution_duration=900,
        request_preview="?" * 1500,
        response_preview="!",
    ) == Candidate(
        "tr-1",
        7,
        session="s-1",
        user="u-1",
        cost_usd=3.0,
        state="ERROR",
        duration_ms=900,
        text="?" * 1000,
        answer="!",
        tags={"channel": "web"},
    )


@pytest.mark.parametrize(
    "cost", ["", "3", "[]", "{}", '{"total_cost": "3"}', '{"total_cost": NaN}']
)
def test_a_cost_that_is_none_is_not_known(candidate, cost):
    """A cost that cannot be read is unknown, not zero."""
    assert candidate(metadata={"mlflow.trace.cost": cost}).cost_usd is None


def test_the_newest_valid_vote_counts(candidate):
    """What the end user said last, with the comment given with it, under any of the names set."""
    found = candidate(
        vote(value=True, at=3, name="thumbs", rationale="Fine after all"),
        vote(value=False, at=1, rationale="Wrong"),
        vote(value=False, at=2),
        vote("down", at=4),
        vote(value=False, at=5, name="right"),
    )
    assert (found.thumbs, found.comment) == (True, "Fine after all")
    assert found.answers == {"right": False}
    overridden = [vote(value=False, at=1), vote(value=True, at=2, overrides="a-1")]
    assert candidate(*reversed(overridden)).thumbs is True
    assert candidate(vote("down", at=1)).thumbs is None


def test_scores_and_answers_by_name(candidate):
    """The newest score of each judge and the newest answer of a person, and nothing else."""

    def said(name: str, value: object, at: int, kind: str = "HUMAN", **fields) -> Assessment:
        fields = {"assessment_id": f"b-{name}-{at}", **fields}
        return Assessment(name, value, "Rule" if kind != "HUMAN" else "ana", kind, **fields)

    found = candidate(
        said("faithful", 0.5, 1, "LLM_JUDGE", created_ms=1),
        said("faithful", value=True, at=2, kind="LLM_JUDGE", created_ms=2),
        said("short", "yes", 1, "CODE"),
        said("lost", math.inf, 1, "CODE"),
        said("many", ["a"], 1, "CODE"),
        said("step", value=True, at=1, kind="CODE", span_id="ab"),
        said("right", "No", 1, created_ms=1),
        said("right", None, 2, created_ms=2),
        said("wish", "Ask Bo", 1, expectation=True),
        said("gone", None, 1, metadata={"review.cleared": "true"}),
        said("skip_reason", "too long", 1),
        said("first_failure", value=True, at=1, span_id="ab"),
        said("late_answer", "right", 1),
    )

    assert found.scores == {"faithful@rule": True, "short@rule": "yes"}
    assert found.answers == {"right": None, "wish": "Ask Bo"}
