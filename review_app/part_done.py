"""Part-done campaigns: the chance that an item was drawn and has been worked on by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from review_app.campaigns import PlanItem
from review_app.gathered import Gathered
from review_app.given import Given

ENDED = ("complete", "declined")


def plan_so_far(source: Gathered, answers: Iterable[Given]) -> tuple[PlanItem, ...]:
    """Return the plan with the chance of each item to have been drawn and worked on by now.

    Orders are random within strata, so a part-done campaign is a smaller sample: the chance of the
    plan times done / planned of the stratum. Gold is known from the start and keeps its chance.

    Args:
        source: what is known of the campaign.
        answers: those of it that count; an item that somebody passed over is done, too.
    """
    ended = {(one.turn.trace_id, one.turn.unit) for one in answers}
    ended |= {
        (turn.trace_id, turn.unit)
        for turn, status in source.turns.items()
        if turn.round == 1 and status in ENDED
    }
    read = [one for one in source.plan if one.role == "reviewer"]
    planned = Counter((one.frame, one.stratum) for one in read)
    done = Counter((one.frame, one.stratum) for one in read if one.place in ended)
    share = {part: done[part] / n for part, n in planned.items() if 0 < done[part] < n}
    return tuple(
        replace(one, probability=one.probability * share[one.frame, one.stratum])
        if one.role == "reviewer" and one.probability and (one.frame, one.stratum) in share
        else one
        for one in source.plan
    )
