"""The four tests of a judge: each with its number, its outcome, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal

from review_app.judge_check.alt_test import (
    ITEMS_EACH,
    OF_EACH_CLASS,
    AltTest,
    Duel,
    alt_test,
    guard,
)
from review_app.judge_check.forecast import (
    NO_NUMBER,
    items_for_difference,
    items_for_share,
    times_for_omega,
)
from review_app.judge_check.kappas import Kappas
from review_app.judge_check.rates import RightOf
from review_app.judge_check.rho import rho_interval
from review_app.judge_check.values import Limits, Outcome, TestName, TestRow
from review_app.judge_check.words import decimals, in_percent, many, share_of

PEOPLE = 3  # whom the alt-test and the guard need
FEWEST = 10  # items of a label; with fewer nothing is decided
HALF = 0.5  # of the people


def rate_row(
    name: Literal["catches", "accepts"], found: RightOf, floor: float, one_sided: float
) -> TestRow:
    """Return test 1 for one label: the lower bound of the share must reach the floor.

    Args:
        name: ``catches`` is about bad answers, ``accepts`` about good ones.
        found: how often the judge is right.
        floor: what the lower bound must reach.
        one_sided: the level of this look.
    """
    does, kind = ("catches", "bad") if name == "catches" else ("accepts", "good")
    share, n = found.share, found.share.n
    if share.value is None or found.bounds is None or n < FEWEST:
        seen = f"only {many(n, f'{kind} answer')}" if n else f"no {kind} answer"
        why = f"The judge was shown {seen}, so nobody knows how many it {does}."
        settle = f"Label more items until at least {_enough(floor, one_sided)} {kind} ones are in."
        return TestRow(
            name, share.value, share.interval, None, None, floor, n, "undecided", why, settle
        )
    low, high = found.bounds.low, found.bounds.high
    outcome = _side(low, high, floor)
    said = share_of(share.value, share.interval, n, f"the {kind} answers")
    why = f"It {does} {said}; " + {
        "holds": f"surely at least {in_percent(low)}, and {in_percent(floor)} is asked.",
        "fails": f"surely less than the {in_percent(floor)} that are asked.",
    }.get(outcome, f"surely only {in_percent(low)}, and {in_percent(floor)} is asked.")
    settle = ""
    if outcome == "undecided":
        settle = _more_items(share.value, share.effective_n / n, floor, one_sided / 2, kind, n)
    return TestRow(name, share.value, share.interval, low, high, floor, n, outcome, why, settle)


def kappa_row(found: Kappas, limits: Limits, one_sided: float) -> TestRow:
    """Return test 2: the judge agrees with people nearly as well as people with each other.

    Args:
        found: both kappas.
        limits: the margin of their difference.
        one_sided: the level of this look.
    """
    limit = -limits.margin
    if found.difference is None or found.lower is None or found.upper is None:
        why = (
            "Nobody answered the same item as somebody else, so it is not known how well people"
            " agree with each other."
            if not found.items
            else "Too few sessions, or too little variation, to say how sure a kappa is."
        )
        settle = "Have a random part of the items read by three people."
        return TestRow(
            "kappa", found.difference, None, None, None, limit, found.items, "not possible", why,
            settle,
        )  # fmt: skip
    outcome = _side(found.lower, found.upper, limit)
    at_most = outcome == "fails"
    bound = (
        f"at most {decimals(found.upper, 3)}" if at_most else f"at least {decimals(found.lower, 3)}"
    )
    why = (
        f"Its kappa with people is {decimals(found.judge or 0)}, that of people with each other"
        f" {decimals(found.people or 0)}. The difference is surely {bound},"
        f" and {decimals(limit)} or more is asked."
    )
    settle = _more_pairs(found, limit, one_sided) if outcome == "undecided" else ""
    return TestRow(
        "kappa", found.difference, found.interval, found.lower, found.upper, limit, found.items,
        outcome, why, settle,
    )  # fmt: skip


def _more_pairs(found: Kappas, limit: float, one_sided: float) -> str:
    both = _at_next_look(found, one_sided)
    wanted = items_for_difference(found.difference or 0.0, *both, limit, found.items)
    if wanted is None:
        return NO_NUMBER
    more = many(max(1, wanted - found.items), "more item")
    return f"About {more} that two people answer, if all goes on as it is."


def _at_next_look(found: Kappas, one_sided: float) -> tuple[float, float]:
    """Return the bounds of the difference as they would be at the level of the next look."""
    normal, point = NormalDist(), found.difference or 0.0
    wider = normal.inv_cdf(one_sided / 2) / normal.inv_cdf(one_sided)
    low, high = (point + wider * ((end or 0.0) - point) for end in (found.lower, found.upper))
    return low, high


def alt_row(found: Sequence[Duel], limits: Limits, q: float) -> TestRow:
    """Return test 3: the judge can replace at least half of the people."""
    fought = [one for one in found if one.enough]
    n = sum(len(one.lead) for one in fought)
    if len(fought) < PEOPLE:
        why = (
            f"It needs {PEOPLE} people with {ITEMS_EACH} items each that others answered, too; here"
            f" {_are(len(fought))}."
        )
        settle = f"Have {ITEMS_EACH} random items or more read by the same {PEOPLE} people."
        return TestRow("alt-test", None, None, None, None, HALF, n, "not possible", why, settle)
    plain = alt_test(fought, limits.epsilon, q=q)
    strict = alt_test(fought, limits.epsilon, q=q, design=True)
    return _omega_row("alt-test", (plain, strict), fought, limits, q)


def guard_row(found: Sequence[Duel], limits: Limits, q: float) -> TestRow:
    """Return test 4: the same with failing and passing items weighing the same."""
    fought = [one for one in found if one.enough_of_each]
    n = sum(len(one.lead) for one in fought)
    if len(fought) < PEOPLE:
        why = (
            f"It needs {PEOPLE} people with {OF_EACH_CLASS} failing and {OF_EACH_CLASS} passing"
            f" items each, by what the others say; here {_are(len(fought))}."
        )
        settle = "More failing items that the same people read would make it possible."
        return TestRow("guard", None, None, None, None, HALF, n, "not possible", why, settle)
    plain = guard(fought, limits.epsilon, q=q)
    strict = guard(fought, limits.epsilon, q=q, design=True)
    return _omega_row("guard", (plain, strict), fought, limits, q)


def _omega_row(
    name: TestName,
    both: tuple[AltTest, AltTest],
    fought: Sequence[Duel],
    limits: Limits,
    q: float,
) -> TestRow:
    """Return the row of a share of people whom the judge can replace.

    It holds where the published test and the one that counts weights and clusters both say so.
    """
    plain, strict = both
    lowest = min(plain.omega or 0.0, strict.omega or 0.0)
    outcome: Outcome = "undecided"
    if lowest >= HALF:
        outcome = "holds"
    elif strict.worse > HALF:
        outcome = "fails"
    people = round(lowest * len(fought))
    balanced = " when bad and good answers weigh the same" if name == "guard" else ""
    why = (
        f"It can take the place of {people} of {len(fought)} people{balanced}; it must be half of"
        f" them (epsilon {limits.epsilon:g}). On {_wins(strict, fought, name)} of the items it is"
        " as near to the others as a person, or nearer."
    )
    settle = ""
    if outcome == "undecided":
        times = times_for_omega(list(fought), limits.epsilon, q / 2, balanced=name == "guard")
        settle = (
            "Even ten times as many items would hardly settle it."
            if times is None
            else f"About {times:g} times as many items by the same people, if all goes on as it is."
        )
    return TestRow(
        name, lowest, None, lowest, 1 - strict.worse, HALF, sum(len(one.lead) for one in fought),
        outcome, why, settle,
    )  # fmt: skip


def _wins(strict: AltTest, fought: Sequence[Duel], name: TestName) -> str:
    """Return rho with its interval, both counting weights and clusters."""
    found = rho_interval(fought, balanced=name == "guard")
    ends = "" if found is None else f" ({100 * found.low:.0f}–{100 * found.high:.0f})"
    return in_percent(strict.rho or 0.0) + ends


def _side(low: float, high: float, limit: float) -> Outcome:
    if low >= limit:
        return "holds"
    return "fails" if high < limit else "undecided"


def _enough(floor: float, one_sided: float) -> int:
    """Return a number of items with which a judge that is well above the floor can show it."""
    likely = min(0.95, floor + 0.15)
    return max(FEWEST, items_for_share(likely, 1.0, floor, one_sided) or FEWEST)


def _more_items(
    share: float, worth: float, floor: float, one_sided: float, kind: str, n: int
) -> str:
    wanted = items_for_share(share, worth, floor, one_sided)
    if wanted is None:
        return NO_NUMBER
    goes = f"it would then be {'above' if share > floor else 'below'} the floor"
    more = many(max(1, wanted - n), f"more {kind} answer")
    return f"About {more}; as it looks, {goes}."


def _are(count: int) -> str:
    return "nobody has that" if not count else f"{count} of them" if count > 1 else "one person has"
