"""Candidates: what MLflow's list of traces tells of each, as plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from review_app.answers import Assessment
from review_app.judges import JudgeKey
from review_app.pool import Candidate, Score
from review_app.questions import RESERVED_NAMES
from services.assessments import assessments_from
from services.versions import Versions

PREVIEW = 1000  # characters of a preview that are kept
_NOTHING: dict[str, Any] = {}  # shared by all that have none: it halves what a candidate takes
Counts = Callable[[Assessment], bool]


def _always(_: Assessment) -> bool:
    """Let every score count."""
    return True


@dataclass(frozen=True)
class Candidates:
    """Makes candidates of the traces of one store.

    Attributes:
        versions: names the version of a trace.
        user_feedback: names of the assessments that are votes of end users.
        counts: tells whether a score is that of the judge it names.
    """

    versions: Versions
    user_feedback: tuple[str, ...]
    counts: Counts = _always

    def of(self, info: Any) -> Candidate:
        """Return what MLflow's TraceInfo tells.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        metadata, tags = info.trace_metadata or {}, info.tags or {}
        stored = [a for a in assessments_from(info.assessments) if a.valid]
        stored.sort(key=lambda a: (a.created_ms, a.assessment_id))
        votes = [a for a in stored if a.name in self.user_feedback and isinstance(a.value, bool)]
        others = [a for a in stored if a.name not in self.user_feedback and not a.span_id]
        return Candidate(
            trace_id=info.trace_id,
            requested_at_ms=info.request_time or 0,
            version=intern(self.versions.name(metadata, tags)),
            session=intern(metadata.get("mlflow.trace.session", "")),
            state=intern(str(getattr(info.state, "value", info.state))),
            duration_ms=info.execution_duration,
            cost_usd=_cost(metadata.get("mlflow.trace.cost", "")),
            user=intern(metadata.get("mlflow.trace.user", "")),
            text=(info.request_preview or "")[:PREVIEW],
            answer=(info.response_preview or "")[:PREVIEW],
            tags=_own_tags(tags),
            thumbs=votes[-1].value if votes else None,
            comment=votes[-1].rationale if votes else "",
            scores=_by_column(scores_in(others, self.counts)),
            answers=_answers(others),
        )


def _own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    own = {intern(k): intern(v) for k, v in tags.items() if not k.startswith("mlflow.")}
    return own or _NOTHING


def _cost(text: str) -> float | None:
    try:
        total = json.loads(text)["total_cost"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return float(total) if _is_number(total) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def scores_in(stored: Iterable[Assessment], counts: Counts = _always) -> dict[JudgeKey, Score]:
    """Return the newest score of each judge; what is no pass/fail, number or word is none.

    Args:
        stored: what was said of one trace as a whole, the oldest first.
        counts: tells whether a score is that of the judge it names.
    """
    found = {
        JudgeKey(a.name, a.source): a.value
        for a in stored
        if a.source_type in ("LLM_JUDGE", "CODE") and not a.expectation and counts(a)
    }
    return {k: v for k, v in found.items() if isinstance(v, bool | str) or _is_number(v)}


def _by_column(scores: Mapping[JudgeKey, Score]) -> dict[str, Score]:
    return {intern(key.column): score for key, score in scores.items()} or _NOTHING


def _answers(stored: Iterable[Assessment]) -> dict[str, Any]:
    """Return the newest answer to each question by any person."""
    found = {
        intern(a.name): a.value
        for a in stored
        if a.source_type == "HUMAN" and a.name not in RESERVED_NAMES and not a.says_nothing
    }
    return found or _NOTHING
