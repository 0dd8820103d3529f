"""What MLflow itself can filter of a pool, in its own language; the rest is filtered here.

Every clause lets through at least what the pool does. The version is not among them: its name has
four sources (LoggedModel, commit, tag, metadata), and MLflow's filters know no "or".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from review_app.pool import Pool
from review_app.pool_filters import STATES

# What stands between quotes or backticks without a doubt; other texts are compared here only.
_PLAIN = re.compile(r"[\w./:@+-]([\w ./:@+,()=-]{0,198}[\w./:@+-])?")


def clauses(pool: Pool, user_feedback: tuple[str, ...]) -> list[str]:
    """Return the clauses, to be joined by AND; time is not among them."""
    return [*_attributes(pool), *_metadata(pool), *_feedback(pool, user_feedback)]


def _attributes(pool: Pool) -> Iterator[str]:
    if pool.states and set(pool.states) < set(STATES):
        yield f"attributes.status IN ({', '.join(repr(state) for state in pool.states)})"
    if pool.min_seconds is not None and math.isfinite(pool.min_seconds):
        yield f"attributes.execution_time_ms >= {math.floor(pool.min_seconds * 1000)}"
    if pool.max_seconds is not None and math.isfinite(pool.max_seconds):
        yield f"attributes.execution_time_ms <= {math.ceil(pool.max_seconds * 1000)}"


def _metadata(pool: Pool) -> Iterator[str]:
    for key, value in pool.tags.items():
        if _PLAIN.fullmatch(key) and _PLAIN.fullmatch(value) and not key.startswith("mlflow."):
            yield f"tags.`{key}` = '{value}'"
    for key, values in (("session", pool.sessions), ("user", pool.users)):
        if len(values) == 1 and _PLAIN.fullmatch(values[0]):
            yield f"metadata.`mlflow.trace.{key}` = '{values[0]}'"


def _feedback(pool: Pool, user_feedback: tuple[str, ...]) -> Iterator[str]:
    voted = pool.thumbs in ("up", "down") and len(user_feedback) == 1
    if voted and _PLAIN.fullmatch(user_feedback[0]):
        vote = "true" if pool.thumbs == "up" else "false"
        yield f"feedback.`{user_feedback[0]}` = '{vote}'"
    if pool.score and pool.score.judge.count("@") == 1:  # else the name's end is not certain
        name = pool.score.judge.partition("@")[0]
        if _PLAIN.fullmatch(name):
            yield f"feedback.`{name}` IS NOT NULL"
