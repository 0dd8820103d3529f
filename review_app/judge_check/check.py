"""The check of a judge: its four tests, the best constant judge beside it, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from review_app.judge_check.alt_test import EPSILONS, alt_test, duels, guard
from review_app.judge_check.eligible import AGAINST_THE_JUDGE, NO_SCORE, NOT_AGAIN
from review_app.judge_check.items import Asked, CheckItem, constant
from review_app.judge_check.kappas import kappas
from review_app.judge_check.outcomes import alt_row, guard_row, kappa_row, rate_row
from review_app.judge_check.rates import confusion, overall, right_of
from review_app.judge_check.rho import rho_interval
from review_app.judge_check.values import (
    MOST_LEFT_OUT,
    Check,
    Limits,
    Seen,
    TestRow,
    Verdict,
)
from review_app.judge_check.words import in_percent, many
from review_app.judges import JudgeKey

SPENT = 0.05  # one-sided, over all looks together
_ROUNDING = 1e-9


def level(look: int) -> float:
    """Return the one-sided level of a look: .05 / 2^look, so that all looks together spend .05.

    >>> level(1), level(2)
    (0.025, 0.0125)
    """
    return float(SPENT / 2 ** max(1, look))


def check(
    items: Sequence[CheckItem],
    key: JudgeKey,
    asked: Asked,
    limits: Limits,
    look: int = 0,
    left_out: Mapping[str, int] | None = None,
) -> Check:
    """Return the check of a judge.

    Args:
        items: all that may be used, those without a score among them.
        key: names the judge.
        asked: how answers and scores became pass or fail.
        limits: what must be reached.
        look: the how manieth final check on this labeled set it is; 0 while developing.
        left_out: why -> items of the set that are not among ``items``.
    """
    return _found(items, key, asked, (limits, look), dict(left_out or {}))


def _found(
    items: Sequence[CheckItem],
    key: JudgeKey,
    asked: Asked,
    at: tuple[Limits, int],
    out: dict[str, int],
) -> Check:
    limits, look = at
    scored = [one for one in items if one.judged is not None]
    _add(out, "tie", sum(one.label is None for one in scored))
    _add(out, NO_SCORE, len(items) - len(scored))
    counted = sum(one.label is not None for one in scored)
    against = _against(out, counted)
    says = _best_constant(scored)
    rows = _tests(scored, limits, level(look), against)
    beside = _tests(constant(scored, says), limits, level(look), against)
    tests = tuple(_beside(row, other) for row, other in zip(rows, beside, strict=True))
    verdict = verdict_of(tests, against, counted)
    return Check(
        question=key.question,
        source=key.source,
        threshold=asked.threshold,
        limits=limits,
        look=look,
        verdict=verdict,
        sentence=sentence_of(verdict, key, tests, against, counted),
        tests=tests,
        constant=says,
        constant_accuracy=overall(constant(scored, says)).accuracy,
        items=counted,
        left_out=out,
        against=against,
        seen=tuple(map(_seen, items)),
        notes=_notes(items, out),
        **_numbers(scored, against, level(look)),
    )


def _numbers(scored: Sequence[CheckItem], against: int, one_sided: float) -> dict[str, Any]:
    """Return the numbers behind the tests, as fields of a check."""
    fought = duels(scored)
    return {
        "one_sided": one_sided,
        "catches": right_of(scored, against, 2 * one_sided, label=False),
        "accepts": right_of(scored, against, 2 * one_sided, label=True),
        "kappas": kappas(scored, one_sided),
        "alt": tuple(alt_test(fought, e) for e in EPSILONS),
        "alt_design": tuple(alt_test(fought, e, design=True) for e in EPSILONS),
        "guard": tuple(guard(fought, e) for e in EPSILONS),
        "guard_design": tuple(guard(fought, e, design=True) for e in EPSILONS),
        "rho": rho_interval(fought),
        "overall": overall(scored),
        "people": {one.reviewer: len(one.lead) for one in fought},
        "confusion": {cell: tuple(ids) for cell, ids in confusion(scored).items()},
    }


def verdict_of(tests: Sequence[TestRow], against: int, counted: int) -> Verdict:
    """Return the verdict: all tests must hold; one that fails decides; else it is open.

    One that is not possible leaves sorting and pre-screening.

    Args:
        tests: the rows.
        against: ties and missing scores; above a tenth of all nothing is decided.
        counted: items with a label and a score.
    """
    outcomes = {row.outcome for row in tests}
    if _too_many(against, counted):
        return "undecided"
    if "fails" in outcomes:
        return "may not stand in"
    if "undecided" in outcomes:
        return "undecided"
    return "may sort and pre-screen" if "not possible" in outcomes else "may stand in"


def sentence_of(
    verdict: Verdict, key: JudgeKey, tests: Sequence[TestRow], against: int, counted: int
) -> str:
    """Return the verdict in one sentence, with what decides it."""
    name, about = f"“{key.source}”", f"on “{key.question}”"
    if verdict == "may stand in":
        return f"{name} may stand in for an expert {about}: all four tests hold."
    outcome = {
        "may not stand in": "fails",
        "undecided": "undecided",
        "may sort and pre-screen": "not possible",
    }[verdict]
    why = next((row.why for row in tests if row.outcome == outcome), "")
    if verdict == "may not stand in":
        return f"{name} may not stand in for an expert {about}. {why}"
    if verdict == "may sort and pre-screen":
        return f"{name} may sort and pre-screen {about}, but not stand in for an expert. {why}"
    if _too_many(against, counted):
        share = in_percent(against / (against + counted)) if against + counted else "All"
        why = f"{share} of the items are ties or have no score, too many to decide anything."
    return f"It is undecided whether {name} may stand in for an expert {about}. {why}"


def _tests(
    scored: Sequence[CheckItem], limits: Limits, one_sided: float, against: int
) -> tuple[TestRow, ...]:
    catches = right_of(scored, against, 2 * one_sided, label=False)
    accepts = right_of(scored, against, 2 * one_sided, label=True)
    fought = duels(scored)
    return (
        rate_row("catches", catches, limits.tnr, one_sided),
        rate_row("accepts", accepts, limits.tpr, one_sided),
        kappa_row(kappas(scored, one_sided), limits, one_sided),
        alt_row(fought, limits, 2 * one_sided),
        guard_row(fought, limits, 2 * one_sided),
    )


def _beside(row: TestRow, other: TestRow) -> TestRow:
    return replace(row, constant=other.value, constant_outcome=other.outcome)


def _best_constant(scored: Sequence[CheckItem]) -> bool:
    """Return what a constant judge had better always say: what most labels say, by weight."""
    passing = sum(one.weight for one in scored if one.label)
    failing = sum(one.weight for one in scored if one.label is False)
    return passing >= failing


def _too_many(against: int, counted: int) -> bool:
    return against > MOST_LEFT_OUT * (against + counted)


def _against(out: Mapping[str, int], counted: int) -> int:
    """Return how many items count against the judge, for as many as have a label and a score.

    Labels that were read again in a mix stand for the others, which then are not counted: what had
    no label or score stays in the same proportion to them as it was to all.
    """
    stood_for = out.get(NOT_AGAIN, 0)
    part = counted / (counted + stood_for) if counted and stood_for else 1.0
    return ceil(part * sum(out.get(why, 0) for why in AGAINST_THE_JUDGE) - _ROUNDING)


def _add(out: dict[str, int], why: str, count: int) -> None:
    if count:
        out[why] = out.get(why, 0) + count


def _seen(one: CheckItem) -> Seen:
    return Seen(one.trace_id, one.label, one.judged, one.score, one.weight, str(one.cluster))


def _notes(items: Sequence[CheckItem], out: Mapping[str, int]) -> tuple[str, ...]:
    notes = []
    restored = sum(one.restored for one in items)
    if restored:
        notes.append(
            f"In {many(restored, 'item')} an answer was left out that this judge’s disagreement"
            " made be asked; the label that stood before counts."
        )
    notes += [f"{many(n, 'item')} left out: {why}." for why, n in sorted(out.items())]
    return tuple(notes)
