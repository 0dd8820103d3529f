"""The design while it is being made: where it begins, and what a goal changes in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from review_app.design import Design, Sample, Sharing
from review_app.pool import Pool

_NUMBER = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True)
class Draft:
    """A design, and what its goal suggested last.

    Attributes:
        design: as far as it is made.
        sample: the sample that was suggested; one that is still the same may be suggested anew.
        sharing: likewise.
    """

    design: Design
    sample: Sample | None = None
    sharing: Sharing | None = None

    def suggested(self, sample: Sample, sharing: Sharing) -> Draft:
        """Return the draft with this sample and sharing, where the person left the last ones."""
        design = self.design
        if sample != self.sample and replace(design.sample, quotas={}) == self.sample:
            design = replace(design, sample=sample)
        if design.sharing == self.sharing:
            design = replace(design, sharing=sharing)
        return Draft(design, sample, sharing)


def begun(given: Mapping[str, Any], experiment: str, today: datetime) -> Draft:
    """Return where a new campaign begins.

    Args:
        given: what another screen asked for: ``pool``, ``sample`` and ``goal``; ``experiment``,
            ``question`` and ``traces``; or the ``design`` of a campaign to copy.
        experiment: where to look when nothing was given.
        today: names the campaign, and is what its random numbers begin with: two campaigns on one
            pool draw independently.
    """
    seed = f"{today:%Y%m%d%H%M%S}"
    if "design" in given:
        copied: Design = given["design"]
        return Draft(replace(copied, name=next_name(copied.name), seed=seed))
    pool = given.get("pool") or Pool(
        given.get("experiment", experiment), traces=tuple(given.get("traces", ()))
    )
    design = Design(name=f"{pool.experiment}, {today.day} {today:%b}", pool=pool, seed=seed)
    design = replace(design, goal=given.get("goal", design.goal))
    if "question" in given:
        design = replace(design, questions=(given["question"],))
    if "sample" in given:
        return Draft(replace(design, sample=given["sample"]), sharing=design.sharing)
    if pool.traces:
        return Draft(replace(design, sample=Sample("all")), sharing=design.sharing)
    return Draft(design, design.sample, design.sharing)


def next_name(name: str) -> str:
    """Return a name for the campaign after this one.

    >>> next_name("Contracts"), next_name("Contracts 2")
    ('Contracts 2', 'Contracts 3')
    """
    numbered = _NUMBER.match(name)
    return f"{numbered[1]}{int(numbered[2]) + 1}" if numbered else f"{name} 2"
