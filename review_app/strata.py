"""Strata: how the sample units of a pool are sorted before some of them are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from review_app.design import Always, Sample
from review_app.pool import Candidate, Score

ALL = "all"  # the one stratum of a design without strata
REST = "the others"
SEVERAL = "several versions"
_ALWAYS: Mapping[Always, str] = {
    "thumbs_down": "thumbs down",
    "thumbs_up": "thumbs up",
    "errors": "error",
    "commented": "with a comment",
}


@dataclass(frozen=True)
class Unit:
    """What is drawn: a trace, or a whole session under the id of its first trace."""

    first: Candidate
    traces: tuple[Candidate, ...]


def units_of(candidates: Iterable[Candidate], sample: Sample) -> list[Unit]:
    """Return the sample units of the candidates, ordered by the id of their first trace."""
    by_id = sorted({c.trace_id: c for c in candidates}.values(), key=lambda c: c.trace_id)
    if sample.unit == "trace":
        return [Unit(c, (c,)) for c in by_id]
    sessions: dict[str, list[Candidate]] = {}
    for candidate in sorted(by_id, key=lambda c: (c.requested_at_ms, c.trace_id)):
        if candidate.session:
            sessions.setdefault(candidate.session, []).append(candidate)
    units = [Unit(turns[0], tuple(turns)) for turns in sessions.values()]
    return sorted(units, key=lambda unit: unit.first.trace_id)


def strata_of(candidate: Candidate, by: Sequence[str]) -> str:
    """Return the stratum of a candidate.

    >>> strata_of(Candidate("t", version="v2", thumbs=False), ("version", "thumbs"))
    'v2 · thumbs down'
    """
    return " · ".join(_trait(candidate, key) for key in by) or ALL


def _trait(candidate: Candidate, key: str) -> str:
    """Return what a candidate is, seen from one side."""
    kind, _, name = key.partition(":")
    if kind == "tag":
        return candidate.tags.get(name, f"no {name}")
    if kind == "score":
        return _in_class(candidate.scores.get(name))
    if kind in ("day", "week"):
        day = datetime.fromtimestamp(candidate.requested_at_ms / 1000, UTC)
        year, week, _ = day.isocalendar()
        return f"{day:%Y-%m-%d}" if kind == "day" else f"{year}-W{week:02d}"
    votes = {True: "thumbs up", False: "thumbs down", None: "no vote"}
    plain = {"version": candidate.version, "state": candidate.state}
    return votes[candidate.thumbs] if kind == "thumbs" else plain.get(kind, ALL)


def _in_class(score: Score | None) -> str:
    """Return the class of a score: its word, pass or fail, or a fifth of the scale 0 to 1."""
    if score is None:
        return "not scored"
    if isinstance(score, bool):
        return "pass" if score else "fail"
    if isinstance(score, str):
        return score
    fifth = min(int(score * 5), 4) if 0 <= score <= 1 else None
    return f"{fifth / 5:.1f} to {(fifth + 1) / 5:.1f}" if fifth is not None else f"{score:g}"


def sorted_into(units: Iterable[Unit], sample: Sample) -> dict[str, list[Unit]]:
    """Return the strata; those that the design names come first and may be empty."""
    named = (*(_ALWAYS[one] for one in sample.always), REST) if sample.kind == "mixed" else ()
    strata: dict[str, list[Unit]] = {name: [] for name in named}
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(_stratum(unit, sample), []).append(unit)
    return strata | {name: found[name] for name in sorted(found)}


def _stratum(unit: Unit, sample: Sample) -> str:
    if sample.kind == "mixed":
        taken = (_ALWAYS[one] for one in sample.always if any(_is(t, one) for t in unit.traces))
        return next(taken, REST)
    if sample.kind != "stratified":
        return ALL
    several = "version" in sample.by and len({t.version for t in unit.traces}) > 1
    return SEVERAL if several else strata_of(_as_one(unit), sample.by)


def _as_one(unit: Unit) -> Candidate:
    """Return the unit as one candidate: a session is as bad as its worst turn."""
    if len(unit.traces) == 1:
        return unit.first
    votes = [t.thumbs for t in unit.traces if t.thumbs is not None]
    states = [t.state for t in unit.traces]
    return replace(
        unit.first,
        thumbs=all(votes) if votes else None,
        state="ERROR" if "ERROR" in states else unit.first.state,
    )


def _is(candidate: Candidate, what: Always) -> bool:
    checks = {
        "thumbs_down": candidate.thumbs is False,
        "thumbs_up": candidate.thumbs is True,
        "errors": candidate.state == "ERROR",
        "commented": bool(candidate.comment),
    }
    return checks[what]
