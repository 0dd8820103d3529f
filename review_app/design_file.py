"""A design as a campaign file (YAML), and back.

The file says what differs from the defaults; unknown words are errors with a sentence, so that a
typing mistake never silently changes what is drawn.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.errors import InvalidDesign
from review_app.pool import AnswerFilter, Pool, ScoreFilter

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_KINDS = (Design, Pool, Sample, Sharing, Gold, Repeats, ScoreFilter, AnswerFilter)


def design_from(text: str) -> Design:
    """Return the design that a campaign file describes.

    Raises:
        InvalidDesign: when it is no YAML, or says something that a design does not have.

    >>> text = "{name: Nov, questions: [good], reviewers: [Ana], pool: {experiment: bot}}"
    >>> design_from(text).reviewers
    ('ana',)
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" Look at line {mark.line + 1}." if mark else ""
        raise InvalidDesign(f"This campaign file is no YAML.{where}") from error
    if not isinstance(data, dict):
        raise InvalidDesign("A campaign file begins with “name: …” and “pool: …”.")
    return design_from_json(data)


def design_from_json(data: Mapping[str, Any]) -> Design:
    """Return the design of the values of a campaign file.

    Raises:
        InvalidDesign: when they say something that a design does not have.
    """
    try:
        design: Design = TypeAdapter(Design).validate_python(_without_dates(dict(data)))
    except ValidationError as error:
        slips = sorted(error.errors(), key=lambda e: e["type"] not in _UNKNOWN)
        raise InvalidDesign(_sentence(slips[0])) from error
    return replace(design, reviewers=tuple(" ".join(r.split()).lower() for r in design.reviewers))


def design_yaml(design: Design) -> str:
    """Return the design as a campaign file, without what is as it is by default.

    >>> from review_app.pool import Pool
    >>> print(design_yaml(Design("Nov", Pool("bot", last_days=7), ("good",))), end="")
    name: Nov
    pool:
      experiment: bot
      last_days: 7
    questions:
    - good
    """
    text = yaml.safe_dump(design_json(design), allow_unicode=True, sort_keys=False, width=96)
    return str(text)


def design_json(design: Design) -> dict[str, Any]:
    """Return the design as JSON values, without what is as it is by default."""
    return _written(design)


def rule_of(design: Design) -> dict[str, Any]:
    """Return the part of the file that says what is drawn: pool and sample."""
    whole = _written(design)
    return {key: whole[key] for key in ("pool", "sample") if key in whole}


def _written(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(value):
        now = getattr(value, one.name)
        default = one.default if one.default_factory is MISSING else one.default_factory()
        if now != default:
            found[one.name] = _plain(now)
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _written(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def _without_dates(value: Any) -> Any:
    """Return the values with days as text; YAML reads 2026-11-01 as a date."""
    if isinstance(value, dict):
        return {str(key): _without_dates(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_dates(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _sentence(error: Any) -> str:
    """Say what is wrong with the file, from the first error that was found."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] in _UNKNOWN:
        words = {one.name for kind in _KINDS for one in fields(kind)}
        near = difflib.get_close_matches(str(error["loc"][-1]), sorted(words), 1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        return f"A campaign file does not know “{where}”.{hint}"
    if error["type"] in ("missing", "missing_argument"):
        return f"The campaign file lacks “{where}”."
    if error["type"] == "literal_error":
        return f"“{where}” takes one of: {error['ctx']['expected']}."
    return f"“{where}” cannot be “{error['input']}”."
