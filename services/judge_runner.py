"""Running a judge over a trace: what it said, what that cost, or which kind of trouble it met."""

from __future__ import annotations

import copy
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from review_app.errors import ReviewError
from review_app.judge_scores import Scored, Trouble, readable, written
from review_app.judges import Judge
from services.store import Store, plain_errors

LOG = logging.getLogger(__name__)
Runner = Callable[[Any], Scored]
_BY_STATUS: dict[int, Trouble] = {
    401: "not allowed",
    403: "not allowed",
    404: "unknown model",
    408: "no answer",
    413: "too long",
    429: "rate limit",
}
# What servers say of it differs, and some answer 400 for it as for anything that is wrong.
_TOO_LONG = re.compile(
    r"context (window|length)|maximum context|too many tokens|too (long|large)"
    r"|exceeds the maximum number of tokens"
)
_MISREAD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_TOKENS_IN, _TOKENS_OUT = (
    "mlflow.assessment.judgeInputTokens",
    "mlflow.assessment.judgeOutputTokens",
)
_COST = "mlflow.assessment.judgeCost"


def runner(store: Store, judge: Judge) -> Runner:
    """Return what runs a registered judge over a trace of MLflow and never raises for a model.

    It may be called from several threads at once.

    Raises:
        NotFound: when this version is not registered.
        ReviewError: when it is no judge that can be run here.
    """
    from mlflow.genai.scorers import Scorer

    with plain_errors():
        stored = store.tracking.get_scorer(judge.experiment_id, judge.name, judge.version)
        serialized = stored.serialized_scorer
    if serialized.instructions_judge_pydantic_data is None:
        raise ReviewError(
            f"{judge.source} is not told in words what to judge, so it cannot be run here. Its"
            " scores are read like all others."
        )
    with plain_errors():
        return run_with(Scorer.model_validate(serialized))


def run_with(mlflows: Any) -> Runner:
    """Return what runs a judge of MLflow, registered or not yet."""
    _take_any_reason()
    schema = mlflows.model_dump()["instructions_judge_pydantic_data"]["feedback_value_type"]
    keeps = "expectations" in mlflows.template_variables

    def run(trace: Any) -> Scored:
        started = time.monotonic()
        try:
            feedback = mlflows(trace=blind(trace, expectations=keeps))
            return _scored(feedback, schema, time.monotonic() - started)
        except Exception as error:  # MLflow hands on what any model's client raises
            trouble = trouble_of(error)
            LOG.info("Judge %s: %s", mlflows.name, trouble, exc_info=error)
            return Scored(None, seconds=time.monotonic() - started, trouble=trouble)

    return run


def _take_any_reason() -> None:
    """Let MLflow keep an answer whose reason is no text.

    It takes a piece out of every reason, and throws the whole answer away where that fails.
    """
    from mlflow.genai.judges.adapters import gateway_adapter, litellm_adapter

    adapters: tuple[Any, ...] = (gateway_adapter, litellm_adapter)
    for adapter in adapters:
        adapter._sanitize_justification = _reason  # noqa: SLF001 - MLflow has no other way


def _reason(given: Any) -> str:
    return written(given).removeprefix("Let's think step by step. ")


def blind(trace: Any, *, expectations: bool = False) -> Any:
    """Return the trace without what people and judges said: a judge's tools would show it.

    Args:
        trace: of MLflow.
        expectations: whether to keep what should have been answered.
    """
    from mlflow.entities import Trace

    info = copy.copy(trace.info)
    said = info.assessments or []
    info.assessments = [one for one in said if expectations and one.expectation is not None]
    return Trace(info, trace.data)


def trouble_of(error: BaseException) -> Trouble:
    """Return which kind of trouble a call met, by what caused the error."""
    causes = list(_causes(error))
    told = " ".join(str(cause) for cause in causes).lower()
    too_long = _TOO_LONG.search(told) is not None
    for cause in causes:
        status = getattr(cause, "status_code", None)
        if getattr(cause, "is_context_window_error", False) or (too_long and status == 400):
            return "too long"
        if isinstance(status, int):
            return _BY_STATUS.get(status, "no answer" if status >= 500 else "failed")
    if isinstance(error, _MISREAD) or _any_is(causes, (json.JSONDecodeError, KeyError)):
        return "unreadable answer"
    if _any_is(causes, (OSError,)):
        return "no answer"
    if too_long:
        return "too long"
    return "not allowed" if "api_key" in told else "failed"


def _any_is(causes: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _scored(feedback: Any, schema: dict[str, Any], seconds: float) -> Scored:
    about = feedback.metadata or {}
    value = readable(feedback.value, schema)
    return Scored(
        value=value,
        rationale=written(feedback.rationale),
        seconds=seconds,
        input_tokens=_whole(about.get(_TOKENS_IN)),
        output_tokens=_whole(about.get(_TOKENS_OUT)),
        cost_usd=float(about[_COST]) if about.get(_COST) is not None else None,
        trouble="" if value is not None else "unreadable answer",
    )


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)
