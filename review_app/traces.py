"""A trace as plain values, as services hand it over and reading understands it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SpanRecord:
    """One recorded step of a trace.

    Attributes:
        span_id: MLflow's id of the span; opaque.
        parent_id: id of the enclosing span; None for a root.
        name: as the app named it, e.g. ``"vector_search"``.
        kind: MLflow's span type in capitals, e.g. ``"TOOL"``; ``"UNKNOWN"`` if none.
        failed: True when the span's status is an error.
        message: the status message of a failed span, else "".
        start_ns: start, nanoseconds since the epoch.
        end_ns: end, nanoseconds since the epoch; None while running.
        inputs: what went in, decoded from JSON; None when nothing was recorded.
        outputs: what came out, decoded from JSON; None when nothing was recorded.
        attributes: all other attributes, decoded from JSON.
        events: span events as plain dicts: ``{"name", "timestamp_ns", "attributes"}``.
    """

    span_id: str
    parent_id: str | None
    name: str
    kind: str = "UNKNOWN"
    failed: bool = False
    message: str = ""
    start_ns: int = 0
    end_ns: int | None = None
    inputs: Any = None
    outputs: Any = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TraceRecord:
    """One trace: what the app was asked, what it did, what it answered.

    Attributes:
        trace_id: MLflow's id; opaque, may hold ``/`` and ``:``.
        experiment_id: the experiment that holds it.
        state: ``"OK"``, ``"ERROR"``, ``"IN_PROGRESS"`` or ``"STATE_UNSPECIFIED"``.
        requested_at_ms: when the app was asked, milliseconds since the epoch.
        duration_ms: how long it took; None while running.
        metadata: trace metadata (session, user, model id, token usage, cost ...).
        tags: trace tags.
        request_preview: MLflow's cut preview; only used when no span says more.
        response_preview: likewise for the answer.
        spans: all spans, in the order they started.
    """

    trace_id: str
    experiment_id: str
    state: str = "OK"
    requested_at_ms: int = 0
    duration_ms: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    request_preview: str = ""
    response_preview: str = ""
    spans: tuple[SpanRecord, ...] = ()

    @property
    def session(self) -> str:
        """The conversation this trace belongs to; "" when none was recorded."""
        return self.metadata.get("mlflow.trace.session", "")
