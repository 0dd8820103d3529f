"""Goals: what a campaign must decide, what that asks of its design, and what it can say at the end.

The sentences promise nothing that the plan cannot deliver (MEASUREMENT.md, goal first). The rate is
not known yet: where a formula needs one, four of five answers are taken to pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review_app.assignment import BLOCK
from review_app.campaigns import SECONDS_AN_ITEM, PlanItem
from review_app.design import Design, Goal, Sample, Sharing
from review_app.frames import Stratum
from review_app.sample_size import difference, half_width, surely_seen
from review_app.strata import REST

PASSING = 0.8  # taken to pass, until it is known
JUDGE_PEOPLE = 3  # reviewers on the same items that a verdict on a judge needs
JUDGE_COMMON = 60  # of those items
JUDGE_FAILED = 70  # failed items, for a lower bound of .81 (63 of 70)
COUNTS_BELOW = 10  # gold and consistency are counts below this

GOALS: Mapping[Goal, str] = {
    "find failures": "Read what went wrong, and learn how often it does.",
    "rate of a version": "How many answers of a version are good enough, with an interval.",
    "compare two versions": "Whether one version is better than another.",
    "judge": "Whether an automatic judge may stand in for an expert.",
}


@dataclass(frozen=True)
class Outlook:
    """What can be said at the end (``can``) and what cannot (``cannot``), as sentences."""

    can: tuple[str, ...]
    cannot: tuple[str, ...]


def defaults(goal: Goal, pool_size: int, versions: Sequence[str]) -> tuple[Sample, Sharing]:
    """Return a sensible sample and sharing for the goal.

    Args:
        goal: what must be decided.
        pool_size: traces in the pool; 0 when that is not known yet.
        versions: versions in the pool.
    """
    most = pool_size or 10_000
    if goal == "find failures":
        return Sample("mixed", n=min(60, most), always=("thumbs_down",)), Sharing()
    if goal == "rate of a version":
        if len(versions) > 1:
            return Sample("stratified", n=60, by=("version",)), Sharing()
        return Sample("random", n=min(100, most)), Sharing()
    if goal == "compare two versions":
        return Sample("stratified", n=100, by=("version",)), Sharing()
    return Sample("random", n=min(350, most)), Sharing(common=min(JUDGE_COMMON, most))


def outlook(
    design: Design, items: Sequence[PlanItem], strata: Mapping[str, Stratum], *, whole: bool
) -> Outlook:
    """Say what the plan can and cannot show.

    Args:
        design: what the lead decided.
        items: the sampled items, without gold and repeats.
        strata: sizes and numbers drawn.
        whole: whether the pool is the whole traffic of its versions in its window.
    """
    can: list[str] = []
    cannot: list[str] = []
    _goal_words(design, items, strata, can, cannot)
    if not whole:
        cannot.append(
            "The rate of all traffic: filters narrow this pool, so a rate is that of the pool only."
        )
    if design.sample.kind == "newest":
        cannot.append("A rate of more than these items: the newest are no random sample.")
    _sharing_words(design, len(items), can, cannot)
    _check_words(design, can, cannot)
    if design.open:
        cannot.append(
            "Comparisons of versions and checks of judges: in an open campaign people see which"
            " version they judge."
        )
    return Outlook(tuple(can), tuple(cannot))


def _goal_words(
    design: Design,
    items: Sequence[PlanItem],
    strata: Mapping[str, Stratum],
    can: list[str],
    cannot: list[str],
) -> None:
    n = len(items)
    drawn = {name: stratum for name, stratum in strata.items() if stratum.n}
    if design.goal == "find failures":
        at_random = drawn.get(REST, Stratum(0, 0)).n if design.sample.kind == "mixed" else n
        if at_random:
            can.append(
                f"A kind of failure that hits {_percent(surely_seen(at_random))} of the pool or"
                " more is seen at least once, almost surely (95 %)."
            )
    if design.goal == "rate of a version" and n:
        can += [
            f"The rate of {_named(name)} to about ± {100 * half_width(s.n, PASSING):.0f} points."
            if s.n < s.N
            else f"The rate of {_named(name)} exactly, as far as one expert's view goes."
            for name, s in drawn.items()
        ]
    if design.goal == "compare two versions":
        _comparison_words(design, drawn, can, cannot)
    if design.goal == "judge":
        _judge_words(design, n, can, cannot)


def _comparison_words(
    design: Design, drawn: Mapping[str, Stratum], can: list[str], cannot: list[str]
) -> None:
    arms = sorted((s.n for s in drawn.values()), reverse=True)
    if "version" not in design.sample.by or len(arms) < 2:
        cannot.append("A comparison: draw the sample by version, with at least two in the pool.")
        return
    points = 100 * difference(arms[1], PASSING)
    can.append(
        f"Differences from about {points:.0f} points up, with {arms[1]} items for each version."
    )


def _judge_words(design: Design, n: int, can: list[str], cannot: list[str]) -> None:
    sharing = design.sharing
    common = n if sharing.each >= JUDGE_PEOPLE else sharing.common
    people = sharing.each if sharing.each >= JUDGE_PEOPLE else sharing.people
    if common < JUDGE_COMMON or people < JUDGE_PEOPLE or len(design.reviewers) < JUDGE_PEOPLE:
        cannot.append(
            f"A verdict that a judge may stand in: that needs {JUDGE_PEOPLE} reviewers on the same"
            f" {JUDGE_COMMON} items and about {JUDGE_FAILED} failed ones. It may sort and"
            " pre-screen at best."
        )
        return
    failed = round(n * (1 - PASSING))
    if failed < JUDGE_FAILED:
        cannot.append(
            f"A sure verdict on a judge: about {failed} of {n} items would fail if one in five"
            f" does, and {JUDGE_FAILED} failed ones are needed."
        )
    else:
        can.append("Whether a judge may stand in for an expert, or may not.")


def _sharing_words(design: Design, n: int, can: list[str], cannot: list[str]) -> None:
    sharing = design.sharing
    common = n if sharing.each > 1 else min(sharing.common, n)
    if design.join == "anyone":
        can.append("How far those who take part agree, on the items that they share.")
    elif not common:
        cannot.append("How far experts agree: nobody reads the same item. It is one expert's view.")
    elif common < BLOCK:
        cannot.append(
            f"How far experts agree, with any certainty: that takes {BLOCK} common items, and these"
            f" are {common}."
        )
    else:
        can.append(f"How far experts agree, on {common} items that they share.")


def _check_words(design: Design, can: list[str], cannot: list[str]) -> None:
    counted = len(design.gold) - design.practice
    if counted >= COUNTS_BELOW:
        can.append("How often each reviewer meets the known answers.")
    elif counted > 0:
        cannot.append(
            f"A rate of right answers per reviewer: with {counted} gold"
            f" {'item' if counted == 1 else 'items'} there are counts; from {COUNTS_BELOW} on, over"
            " all campaigns, an interval."
        )
    if 0 < design.repeats.each < COUNTS_BELOW:
        cannot.append(
            "How steady a reviewer is, as a rate: the items asked again are shown as counts until"
            f" there are {COUNTS_BELOW}."
        )


def time_words(design: Design, items_each: Mapping[str, int]) -> str:
    """Say when the time box is too short for what a reviewer gets; "" when it is not."""
    box, most = design.time_box_minutes, max(items_each.values(), default=0)
    needed = most * SECONDS_AN_ITEM / 60
    if box is None or needed <= box:
        return ""
    fit = max(1, int(box * 60 / SECONDS_AN_ITEM))
    return (
        f"{box} minutes are enough for about {fit} of the {most} items that a reviewer gets; the"
        " campaign then says that it is enough, and what is answered by then is a smaller valid"
        " sample."
    )


def _named(stratum: str) -> str:
    return "the pool" if stratum in ("all", REST) else stratum


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.1f} %"
