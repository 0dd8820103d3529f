"""The models behind judges: which may be chosen, whether they can be called, what they cost.

MLflow and LiteLLM read addresses and keys from the environment when a call is made. Keys are never
stored, shown or logged here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any

from review_app.errors import NotAllowed
from services.settings import Settings

TRIES_AGAIN = 2  # after a refused or failed call, with pauses of 1 and 2 seconds
_KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "mistral": "MISTRAL_API_KEY",
}
_ENVIRONMENT = {
    "MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS": "120",  # MLflow would wait five minutes
    "MLFLOW_MODEL_CATALOG_URI": "",  # prices come with MLflow; it would ask the internet for them
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}
_UNLISTED = "This app does not run {}; whoever runs it can add it to REVIEW_JUDGE_MODELS."
NEEDS_DSPY = (
    "Aligning a judge needs a few more packages. Whoever runs this app can add them with"
    " “make align”; everything else works without."
)


@dataclass(frozen=True)
class Price:
    """US dollars for a token, by the price list that comes with MLflow."""

    input_usd: float
    output_usd: float


def make_ready(settings: Settings) -> None:
    """Tell MLflow and LiteLLM where models answer and how long to wait; what is set stays."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if settings.judge_base_url:
        os.environ["OPENAI_API_BASE"] = os.environ["OPENAI_BASE_URL"] = settings.judge_base_url
        os.environ.setdefault("OPENAI_API_KEY", "none")  # MLflow asks for one, a local server not
    _try_less_often()


def _try_less_often() -> None:
    """Let a judge's call be tried three times.

    MLflow tries eleven times, for three minutes, and has no other way to say how often.
    """
    from mlflow.genai.judges import instructions_judge
    from mlflow.genai.judges.utils import invoke_judge_model

    calls: Any = instructions_judge
    calls.invoke_judge_model = partial(invoke_judge_model, num_retries=TRIES_AGAIN)


def require_listed(settings: Settings, model: str) -> None:
    """Let through only models that this app may run.

    Raises:
        NotAllowed: saying who can change that.
    """
    if settings.judge_models and model not in settings.judge_models:
        raise NotAllowed(_UNLISTED.format(model))


def lacks(settings: Settings, model: str) -> str:
    """Return why the model cannot be called from here, as a sentence; "" when nothing is known."""
    try:
        require_listed(settings, model)
    except NotAllowed as error:
        return error.sentence
    provider = model.partition(":/")[0]
    key = _KEYS.get(provider)
    own_server = provider == "openai" and settings.judge_base_url
    if key and not own_server and not os.environ.get(key):
        return f"{key} is not set where this app runs, so {model} cannot be asked."
    return ""


@lru_cache(maxsize=64)
def price_of(model: str) -> Price | None:
    """Return the list price of a model; None where it is not known."""
    os.environ.setdefault("MLFLOW_MODEL_CATALOG_URI", "")
    from mlflow.utils.providers import cost_per_token

    provider, _, name = model.partition(":/")
    each = 1_000_000
    found = cost_per_token(name.lstrip("/"), each, each, custom_llm_provider=provider or None)
    return Price(found[0] / each, found[1] / each) if found and any(found) else None


def can_align() -> bool:
    """Tell whether the packages are there that aligning a judge needs."""
    return find_spec("dspy") is not None
