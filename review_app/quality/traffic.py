"""Traffic: what is known of every trace of an experiment, in columns that are counted fast.

A trace is one :class:`Seen`; many of them are one :class:`Traffic`, with small numbers instead of
names, so that 100,000 traces are counted in milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from review_app.given import Given
from review_app.judges import JudgeKey
from review_app.pool import Score

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
NO_SCORE = -1


class Scored(NamedTuple):
    """One judge's newest score of a trace."""

    judge: JudgeKey
    value: Score


class Pin(NamedTuple):
    """The step at which a person saw the failure start."""

    trace_id: str
    span_id: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One trace, as far as it is counted.

    Attributes:
        trace_id: MLflow's id.
        time_ms: when the app was asked, milliseconds since the epoch.
        version: what produced it.
        session: its conversation; "" for none.
        thumbs: the newest vote of an end user; None for none.
        scores: of judges, the newest valid one of each.
        loose: what people said of it outside any campaign.
        pins: where people saw the failure start.
        text: what the app was asked, cut; only where somebody said something loose.
    """

    trace_id: str
    time_ms: int
    version: str
    session: str = ""
    thumbs: bool | None = None
    scores: tuple[Scored, ...] = ()
    loose: tuple[Given, ...] = ()
    pins: tuple[Pin, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Column:
    """The scores of one judge.

    Attributes:
        values: the different scores.
        at: for each trace which of them, ``NO_SCORE`` for none.
    """

    values: tuple[Score, ...]
    at: Numbers

    @cached_property
    def there(self) -> Mask:
        """Which traces have a score."""
        return np.asarray(self.at != NO_SCORE)

    def passes(self, judged: Callable[[Score], bool | None]) -> NDArray[np.float64]:
        """Return 1 where a trace passes, 0 where it fails, not a number where there is no score."""
        verdicts = [judged(value) for value in self.values]
        numbers = [np.nan if said is None else float(said) for said in verdicts]
        return np.asarray([*numbers, np.nan])[self.at]  # the last is of NO_SCORE, -1


@dataclass(frozen=True)
class Traffic:
    """Every trace of an experiment, the oldest first.

    Attributes:
        trace_ids: MLflow's ids.
        times: milliseconds since the epoch.
        versions: names, the newest first by when each was first seen.
        version: for each trace which of them.
        session: for each trace a number; those of a conversation share it.
        thumbs: 1 up, 0 down, -1 no vote.
        columns: judge -> its scores.
        loose: what people said outside any campaign.
        pins: trace id -> the steps that people pinned.
        texts: trace id -> what was asked, where somebody said something loose.
        complete: False where there are more, older traces than are held.
    """

    trace_ids: tuple[str, ...]
    times: Numbers
    versions: tuple[str, ...]
    version: Numbers
    session: Numbers
    thumbs: Numbers
    columns: Mapping[JudgeKey, Column]
    loose: tuple[Given, ...] = ()
    pins: Mapping[str, tuple[Pin, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True

    def __len__(self) -> int:
        """Return how many traces there are."""
        return len(self.trace_ids)

    @cached_property
    def place(self) -> dict[str, int]:
        """Trace id -> its row."""
        return {trace_id: row for row, trace_id in enumerate(self.trace_ids)}

    def within(self, since_ms: int, until_ms: int) -> Mask:
        """Return which traces came between two moments, both included; 0 is an open end."""
        inside = self.times >= since_ms
        return np.asarray(inside & (self.times <= until_ms) if until_ms else inside)

    def of_version(self, version: str) -> Mask:
        """Return which traces are of a version."""
        if version not in self.versions:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(self.version == self.versions.index(version))


def traffic_of(seen: Iterable[Seen], *, complete: bool = True) -> Traffic:
    """Put traces into columns; ``complete`` is False where older ones were left out.

    >>> key = JudgeKey("ok", "judge")
    >>> one, two = Seen("a", 5, "v1", scores=(Scored(key, True),)), Seen("b", 9, "v2")
    >>> traffic = traffic_of([two, one])
    >>> traffic.versions, traffic.columns[key].at.tolist()
    (('v2', 'v1'), [0, -1])
    """
    rows = sorted(seen, key=lambda one: (one.time_ms, one.trace_id))
    named = tuple(reversed(dict.fromkeys(one.version for one in rows)))
    sessions = {name: n for n, name in enumerate(dict.fromkeys(one.session for one in rows))}
    alone = iter(range(len(sessions), len(sessions) + len(rows)))
    number = {name: n for n, name in enumerate(named)}
    return Traffic(
        trace_ids=tuple(one.trace_id for one in rows),
        times=_numbers([one.time_ms for one in rows]),
        versions=named,
        version=_numbers([number[one.version] for one in rows]),
        session=_numbers([sessions[s.session] if s.session else next(alone) for s in rows]),
        thumbs=_numbers([-1 if one.thumbs is None else int(one.thumbs) for one in rows]),
        columns=_columns(rows),
        loose=tuple(said for one in rows for said in one.loose),
        pins={one.trace_id: one.pins for one in rows if one.pins},
        texts={one.trace_id: one.text for one in rows if one.loose},
        complete=complete,
    )


def _columns(rows: Sequence[Seen]) -> dict[JudgeKey, Column]:
    """Return a column for each judge; True and 1 are different scores."""
    values: dict[JudgeKey, dict[tuple[type, Any], int]] = {}
    at: dict[JudgeKey, Numbers] = {}
    for row, one in enumerate(rows):
        for judge, value in one.scores:
            if judge not in at:
                values[judge], at[judge] = {}, np.full(len(rows), NO_SCORE)
            known = values[judge]
            at[judge][row] = known.setdefault((type(value), value), len(known))
    return {key: Column(tuple(v for _, v in values[key]), where) for key, where in at.items()}


def _numbers(values: list[int]) -> Numbers:
    return np.asarray(values, dtype=np.int64)
