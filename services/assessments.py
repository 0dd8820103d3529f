"""Assessments of MLflow as plain values, and back."""

from __future__ import annotations

from typing import Any

from review_app.answers import Assessment
from services.store import Store, plain_errors


def from_mlflow(entity: Any) -> Assessment:
    """Return MLflow's feedback or expectation as a plain value."""
    expectation = entity.expectation is not None
    value = entity.expectation.value if expectation else entity.feedback and entity.feedback.value
    return Assessment(
        name=entity.name,
        value=value,
        source=(entity.source.source_id or "").lower(),
        source_type=entity.source.source_type,
        expectation=expectation,
        rationale=entity.rationale or "",
        span_id=entity.span_id or "",
        metadata={k: str(v) for k, v in (entity.metadata or {}).items()},
        assessment_id=entity.assessment_id or "",
        created_ms=entity.create_time_ms or 0,
        valid=entity.valid is not False,
        overrides=entity.overrides or "",
    )


def to_mlflow(assessment: Assessment, trace_id: str) -> Any:
    """Return the assessment as MLflow's entity, ready to be created on the trace."""
    from mlflow.entities import AssessmentSource, Expectation, Feedback

    shared = {
        "name": assessment.name,
        "value": assessment.value,
        "source": AssessmentSource(assessment.source_type, assessment.source),
        "trace_id": trace_id,
        "metadata": dict(assessment.metadata) or None,
        "span_id": assessment.span_id or None,
        "create_time_ms": assessment.created_ms or None,
        "last_update_time_ms": assessment.created_ms or None,
    }
    entity = Expectation(**shared) if assessment.expectation else Feedback(**shared)
    entity.rationale = assessment.rationale or None
    entity.overrides = assessment.overrides or None
    entity.assessment_id = assessment.assessment_id or None
    return entity


def assessments_of(store: Store, trace_id: str) -> list[Assessment]:
    """Return all assessments of the trace, overridden ones included.

    Raises:
        NotFound: when the trace is gone.
        StoreUnavailable: when MLflow did not answer.
    """
    with plain_errors():
        info = store.tracking.get_trace_info(trace_id)
    return [from_mlflow(a) for a in info.assessments if a.issue is None]


def create_assessment(store: Store, trace_id: str, assessment: Assessment) -> None:
    """Create the assessment under its own id.

    Raises:
        NotFound: when the trace, or the assessment it overrides, is gone.
        StoreUnavailable: when MLflow did not answer, or the id exists already (it answers 500).
    """
    with plain_errors():
        store.tracking.create_assessment(to_mlflow(assessment, trace_id))
