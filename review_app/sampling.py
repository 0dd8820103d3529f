"""Sampling: which items are drawn from a pool, why, and with what probability.

Every design is the same act: sort the sample units into strata, draw from each stratum without
replacement, all of it or a number. The inclusion probability of a unit is n / N of its stratum
(Cochran, Sampling Techniques, 1977, ch. 2 and 5), so weighting by its inverse gives back the means
of the pool (Horvitz and Thompson, 1952). One of a group of near-duplicates is drawn by chance, so
its probability is that of the group divided by the group's size.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from review_app.campaigns import PlanItem
from review_app.design import Problem, Sample
from review_app.duplicates import MOST_TEXTS, groups_of, too_many
from review_app.frames import Stratum
from review_app.pool import Candidate
from review_app.strata import ALL, REST, Unit, sorted_into, units_of

_TOO_MANY = (
    f"Near-duplicates can be found among {MOST_TEXTS:,} different questions at most. "
    "Narrow the pool, or keep them."
)
MANY_STRATA = 50  # more of them than this are a mistake in what makes the strata


@dataclass(frozen=True)
class Drawn:
    """What came of a draw.

    Attributes:
        items: the planned items, in the order of their strata; nobody is assigned yet.
        strata: name -> size and number drawn, in the order of the design.
        group_sizes: size of a group of near-duplicates -> how many groups; {} if not removed.
        left_out: traces that belong to no sample unit (no session where sessions are drawn).
        problems: why this cannot be drawn as asked; then the strata hold what there is.
    """

    items: tuple[PlanItem, ...]
    strata: Mapping[str, Stratum]
    group_sizes: Mapping[int, int]
    left_out: int
    problems: tuple[Problem, ...]


def draw(candidates: Sequence[Candidate], sample: Sample, *, seed: str, frame: str) -> Drawn:
    """Draw the sample; the same candidates in any order and the same seed give the same items.

    Args:
        candidates: the pool.
        sample: how to draw.
        seed: what the random numbers begin with.
        frame: id of the frame that the items carry.

    >>> pool = [Candidate(f"tr-{n}", thumbs=False if n < 2 else None) for n in range(10)]
    >>> mixed = Sample("mixed", n=4, always=("thumbs_down",))
    >>> [(i.reason, i.probability) for i in draw(pool, mixed, seed="1", frame="f").items][1:3]
    [('thumbs down', 1.0), ('random sample', 0.5)]
    """
    chance = random.Random(f"{seed}\n{frame}")
    units = units_of(candidates, sample)
    left_out = len(candidates) - sum(len(unit.traces) for unit in units)
    if sample.kind == "newest":
        units = sorted(units, key=lambda u: (-u.first.requested_at_ms, u.first.trace_id))
        units = units[: sample.n]
    strata = sorted_into(units, sample)
    grouped = {name: _groups(members, sample, chance) for name, members in strata.items()}
    sizes = {name: len(groups) for name, groups in grouped.items()}
    problems = sample_problems(sample, sizes)
    if sample.distinct and too_many(_texts(units)):
        problems.append(Problem("sample.distinct", _TOO_MANY))
    items: list[PlanItem] = []
    sized: dict[str, Stratum] = {}
    for name, groups in grouped.items():
        wanted = min(_quota(sample, name, len(groups)), len(groups))
        items += [
            _planned(group, name, wanted / len(groups), sample, frame)
            for group in chance.sample(groups, wanted)
        ]
        sized[name] = Stratum(len(groups), wanted, len(strata[name]))
    return Drawn(tuple(items), sized, _group_sizes(grouped, sample), left_out, tuple(problems))


def sample_problems(sample: Sample, sizes: Mapping[str, int]) -> list[Problem]:
    """Say what cannot be drawn from strata of these sizes."""
    problems = []
    if not sum(sizes.values()):
        return [Problem("pool", "No trace passes these filters. Widen the pool.")]
    if sample.kind != "all" and sample.n < 1 and not sample.quotas:
        problems.append(Problem("sample.n", "Say how many items to draw; at least 1."))
    if len(sizes) > MANY_STRATA:
        problems.append(
            Problem("sample.by", f"That makes {len(sizes)} strata; {MANY_STRATA} at most.")
        )
    problems += [
        Problem("sample.quotas", f"There is no stratum “{name}” in this pool.")
        for name in sorted(sample.quotas.keys() - sizes.keys())
    ]
    for name, size in sizes.items():
        asked = _quota(sample, name, size)
        if asked > size and sample.kind != "newest":
            where = "The pool" if name in (ALL, REST) else f"“{name}”"
            field = "sample.quotas" if sample.kind == "stratified" else "sample.n"
            problems.append(
                Problem(field, f"{where} holds {size:,} items and {asked:,} were asked for.")
            )
        if asked < 0:
            problems.append(Problem("sample.quotas", f"“{name}” cannot be drawn {asked} times."))
    return problems


def _quota(sample: Sample, stratum: str, size: int) -> int:
    """Return how many are asked for from a stratum."""
    if sample.kind == "all" or (sample.kind == "mixed" and stratum != REST):
        return size
    if sample.kind == "newest":
        return size
    return sample.quotas.get(stratum, sample.n) if sample.kind == "stratified" else sample.n


def _groups(members: list[Unit], sample: Sample, chance: random.Random) -> list[list[Unit]]:
    """Return groups of near-duplicates with the one that stands for them first, by chance."""
    if not sample.distinct:
        return [[unit] for unit in members]
    groups = [[members[i] for i in indices] for indices in groups_of(_texts(members))]
    for group in groups:
        chance.shuffle(group)
    return groups


def _texts(members: Iterable[Unit]) -> list[tuple[str, str]]:
    return [(unit.first.version, "\n".join(t.text for t in unit.traces)) for unit in members]


def _planned(
    group: Sequence[Unit], stratum: str, share: float, sample: Sample, frame: str
) -> PlanItem:
    return PlanItem(
        trace_id=group[0].first.trace_id,
        frame=frame,
        reason=_reason(sample, stratum),
        probability=share / len(group),
        stratum=stratum,
        unit=sample.unit,
        group=len(group),
    )


def _reason(sample: Sample, stratum: str) -> str:
    if sample.kind == "mixed" and stratum != REST:
        return stratum
    reasons = {"all": "all of the pool", "newest": "among the newest"}
    return reasons.get(sample.kind, "random sample")


def _group_sizes(grouped: Mapping[str, list[list[Unit]]], sample: Sample) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for groups in grouped.values() if sample.distinct else ():
        for group in groups:
            sizes[len(group)] = sizes.get(len(group), 0) + 1
    return dict(sorted(sizes.items()))
