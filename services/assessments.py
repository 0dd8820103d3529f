"""Assessments of MLflow as plain values, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from review_app.answers import Assessment
from services.store import Store, plain_errors

# MLflow loses both of an expectation, and over REST its validity too: they are kept as metadata.
_RATIONALE, _OVERRIDES = "review.rationale", "review.overrides"


def assessments_from(entities: Iterable[Any] | None) -> list[Assessment]:
    """Return all feedback and expectations of one trace as plain values, overridden ones too."""
    found = [from_mlflow(entity) for entity in entities or () if entity.issue is None]
    overridden = {one.overrides for one in found if one.overrides}
    return [replace(one, valid=one.valid and one.assessment_id not in overridden) for one in found]


def from_mlflow(entity: Any) -> Assessment:
    """Return MLflow's feedback or expectation as a plain value."""
    expectation = entity.expectation is not None
    value = entity.expectation.value if expectation else entity.feedback and entity.feedback.value
    metadata = {k: str(v) for k, v in (entity.metadata or {}).items()}
    rationale, overrides = metadata.pop(_RATIONALE, ""), metadata.pop(_OVERRIDES, "")
    return Assessment(
        name=entity.name,
        value=value,
        source=(entity.source.source_id or "").lower(),
        source_type=entity.source.source_type,
        expectation=expectation,
        rationale=entity.rationale or rationale,
        span_id=entity.span_id or "",
        metadata=metadata,
        assessment_id=entity.assessment_id or "",
        created_ms=entity.create_time_ms or 0,
        valid=entity.valid is not False,
        overrides=entity.overrides or overrides,
    )


def to_mlflow(assessment: Assessment, trace_id: str) -> Any:
    """Return the assessment as MLflow's entity, ready to be created on the trace."""
    from mlflow.entities import AssessmentSource, Expectation, Feedback

    kept = {_RATIONALE: assessment.rationale, _OVERRIDES: assessment.overrides}
    kept = {k: v for k, v in kept.items() if v and assessment.expectation}
    shared = {
        "name": assessment.name,
        "value": assessment.value,
        "source": AssessmentSource(assessment.source_type, assessment.source),
        "trace_id": trace_id,
        "metadata": {**assessment.metadata, **kept} or None,
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
    return assessments_from(info.assessments)


def assessments_by_trace(store: Store, trace_ids: Iterable[str]) -> dict[str, list[Assessment]]:
    """Return all assessments of the traces by id, in one call; traces that are gone are left out.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    wanted = list(trace_ids)
    infos = store.trace_infos(wanted) if wanted else []
    return {info.trace_id: assessments_from(info.assessments) for info in infos}


def create_assessment(store: Store, trace_id: str, assessment: Assessment) -> None:
    """Create the assessment under its own id.

    Raises:
        NotFound: when the trace, or the assessment it overrides, is gone.
        StoreUnavailable: when MLflow did not answer, or the id exists already (it answers 500).
    """
    with plain_errors():
        store.tracking.create_assessment(to_mlflow(assessment, trace_id))
