"""What a judge said about one trace, or why it said nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

LONGEST = 10_000  # characters of what a judge said or why: what every database of MLflow takes
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
Said = bool | int | float | str | list[str]
Trouble = Literal[
    "no answer", "rate limit", "not allowed", "unknown model", "too long", "unreadable answer",
    "failed",
]  # fmt: skip
TROUBLES: Mapping[Trouble, str] = {
    "no answer": "The model did not answer in time, or its server failed.",
    "rate limit": "The model’s server takes no more calls for now. Please go on later.",
    "not allowed": "The model’s server refused the key. Please tell whoever runs this app.",
    "unknown model": "The model’s server knows no model of that name.",
    "too long": "The trace is too long for this model.",
    "unreadable answer": "The model answered, but not in the form that was asked for.",
    "failed": "The judge could not be run on this trace.",
}


@dataclass(frozen=True)
class Scored:
    """One run of a judge over one trace.

    Attributes:
        value: what the judge said; None where it said nothing.
        rationale: why; "" when it gave no reason.
        seconds: how long it took.
        input_tokens: what it read; None where the model did not tell.
        output_tokens: what it wrote; None where the model did not tell.
        cost_usd: at the list price of the model; None where that is not known.
        trouble: why there is no value, by kind; "" where there is one.
    """

    value: Said | None
    rationale: str = ""
    seconds: float = 0.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    trouble: Trouble | Literal[""] = ""

    @property
    def sentence(self) -> str:
        """Why there is no value, in words; "" where there is one."""
        return TROUBLES[self.trouble] if self.trouble else ""


def readable(value: Any, schema: Mapping[str, Any]) -> Said | None:
    """Return what a model said as the judge's kind of value; None where it is none.

    MLflow stores whatever came back, also "maybe" where pass or fail was asked for.

    Args:
        value: what came back.
        schema: JSON schema of the judge's values, as MLflow stores it.

    >>> readable("true", {"type": "boolean"}), readable("maybe", {"type": "boolean"})
    (True, None)
    >>> readable("yes", {"enum": ["No", "Yes"], "type": "string"}), readable(3, {"type": "integer"})
    ('Yes', 3)
    """
    if "enum" in schema or "const" in schema:
        return _option(value, schema.get("enum") or [schema["const"]])
    if schema.get("type") == "boolean":
        return value if isinstance(value, bool) else _BOOLEANS.get(str(value).strip().lower())
    if schema.get("type") in ("integer", "number"):
        return _number(value, whole=schema["type"] == "integer")
    if schema.get("type") == "array":
        return _several(value)
    return written(value) or None if isinstance(value, str) else None


def written(given: Any) -> str:
    r"""Return what a model wrote as a text that can be stored: whole letters only, not endless.

    Models are asked for a text, and some give null, a list, or half of a letter that was cut.

    >>> written(" Sent. "), written(None), written(["No order.", "Late."]), written("Good \ud83d")
    ('Sent.', '', 'No order.\nLate.', 'Good \ufffd')
    """
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        text = "\n".join(given)
    else:
        text = given if isinstance(given, str) else _as_json(given)
    text = _UNWRITABLE.sub("\ufffd", text).strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _as_json(given: Any) -> str:
    return "" if given is None else json.dumps(given, ensure_ascii=False, default=str)


_BOOLEANS = {"true": True, "false": False}


def _option(value: Any, options: Sequence[Any]) -> Said | None:
    plain = str(value).strip().casefold()
    return next((one for one in options if str(one).casefold() == plain), None)


def _number(value: Any, *, whole: bool) -> float | int | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(number) or (whole and not number.is_integer()):
        return None
    return int(number) if whole else number


def _several(value: Any) -> list[str] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    found = [written(one) for one in value]
    return found if sum(map(len, found)) <= LONGEST else None
