"""The facts line: which version gave the answer, how long it took, what it cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from review_app.reading.decode import from_json
from review_app.reading.model import Facts
from review_app.traces import SpanRecord, TraceRecord

Amount = TypeVar("Amount", int, float)
_SHORT_COMMIT = 8
_MODEL_KEYS = (
    "mlflow.llm.model",
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "model_name",
    "model",
)


def facts_of(trace: TraceRecord) -> Facts:
    """What a person may know about a trace after their own answer.

    The version is the id of the logged model (services know its name), else the short git commit,
    else the tag ``app_version``, else ``"unknown"``. Thumbs are left empty: they are assessments.
    """
    metadata = trace.metadata
    return Facts(
        version=version_of(trace),
        model=", ".join(dict.fromkeys(_models(trace.spans))),
        session=trace.session,
        user=metadata.get("mlflow.trace.user", ""),
        duration_ms=trace.duration_ms,
        total_tokens=_tokens(trace),
        cost_usd=_cost(trace),
    )


def facts_together(facts: Sequence[Facts]) -> Facts:
    """What a person may know about a whole session: of its traces together, at least one."""
    return Facts(
        version=_each(one.version for one in facts),
        model=_each(one.model for one in facts),
        session=facts[0].session,
        user=_each(one.user for one in facts),
        duration_ms=_sum(one.duration_ms for one in facts),
        total_tokens=_sum(one.total_tokens for one in facts),
        cost_usd=_sum(one.cost_usd for one in facts),
        thumbs=tuple(thumb for one in facts for thumb in one.thumbs),
    )


def _each(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _sum(values: Iterable[Amount | None]) -> Amount | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def version_of(trace: TraceRecord) -> str:
    """What produced the trace: model id, short commit, ``app_version``, or ``"unknown"``."""
    metadata = trace.metadata
    return (
        metadata.get("mlflow.modelId")
        or metadata.get("mlflow.source.git.commit", "")[:_SHORT_COMMIT]
        or trace.tags.get("app_version")
        or metadata.get("app_version")
        or "unknown"
    )


def _models(spans: Iterable[SpanRecord]) -> Iterable[str]:
    for span in spans:
        values = [span.attributes.get(key) for key in _MODEL_KEYS]
        if span.kind in ("CHAT_MODEL", "LLM") and isinstance(span.inputs, dict):
            values.append(span.inputs.get("model"))
        found = next((value for value in values if isinstance(value, str) and value), None)
        if found is not None and span.kind != "EMBEDDING":
            yield found


def _tokens(trace: TraceRecord) -> int | None:
    total = _total_tokens(from_json(trace.metadata.get("mlflow.trace.tokenUsage", "")))
    if total is not None:
        return total
    found = [_total_tokens(usage) for usage in _of_models(trace.spans, "mlflow.chat.tokenUsage")]
    known = [tokens for tokens in found if tokens is not None]
    return sum(known) if known else None


def _cost(trace: TraceRecord) -> float | None:
    total = _total_cost(from_json(trace.metadata.get("mlflow.trace.cost", "")))
    if total is not None:
        return total
    found = [_total_cost(cost) for cost in _of_models(trace.spans, "mlflow.llm.cost")]
    known = [cost for cost in found if cost is not None]
    return sum(known) if known else None


def _of_models(spans: Iterable[SpanRecord], key: str) -> list[Any]:
    """An attribute of all model calls; agents repeat the figures of the calls inside them."""
    return [span.attributes.get(key) for span in spans if span.kind in ("CHAT_MODEL", "LLM")]


def _total_tokens(usage: Any) -> int | None:
    if not isinstance(usage, dict):
        return None
    total = _number(usage.get("total_tokens"))
    if total is not None:
        return int(total)
    halves = [_number(usage.get(key)) for key in ("input_tokens", "output_tokens")]
    known = [half for half in halves if half is not None]
    return int(sum(known)) if known else None


def _total_cost(cost: Any) -> float | None:
    return _number(cost.get("total_cost")) if isinstance(cost, dict) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
