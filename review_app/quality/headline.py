"""The headline of the quality page: what changed, what to do, and which changes are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import erfc, sqrt

from review_app.estimate.multiplicity import marked_as_changed
from review_app.judge_check.words import in_percent, many
from review_app.quality.cells import interval_of
from review_app.quality.values import Cell, Headline, Rate
from review_app.quality.windows import Window, day_name

FIRST_SAMPLE = 30  # random answers that a version without labels is checked on first
MOST_ASKED = 400  # labels that the headline asks for at once
NO_VERSION = "unknown"  # of traces that do not say which version answered
_URGENCY = ("worse", "better", "")
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Place:
    """Where the page is.

    Attributes:
        experiment: its name.
        window: the time it speaks of.
        traffic: version -> its traces in the window, the newest version first.
        questions: name -> heading.
        reviewed: versions of which a random part was reviewed in another time.
        at_once: versions that were at work in the time of the version before, mostly.
    """

    experiment: str
    window: Window
    traffic: Mapping[str, int]
    questions: Mapping[str, str]
    reviewed: frozenset[str] = frozenset()
    at_once: frozenset[str] = frozenset()


def with_changes(cells: Sequence[Cell], versions: Sequence[str]) -> tuple[Cell, ...]:
    """Return the cells with a mark where one differs from that of the version before.

    All questions and versions are tested together (Benjamini and Yekutieli 2001), so that not more
    than 5 % of the marks are expected to be false, however the rates hang together.
    """
    known = {(cell.question, cell.version): cell for cell in cells}
    before = version_before(versions)
    tests: dict[tuple[str, str], float] = {}
    for (question, version), cell in known.items():
        other = known.get((question, before.get(version, "")))
        p = chance_of_difference(cell, other) if other else None
        if p is not None:
            tests[question, version] = p
    marks = zip(tests, marked_as_changed(list(tests.values())), strict=True)
    marked = {place for place, changed in marks if changed}
    return tuple(
        _marked(cell, known[cell.question, before[cell.version]])
        if (cell.question, cell.version) in marked
        else cell
        for cell in cells
    )


def version_before(versions: Sequence[str]) -> dict[str, str]:
    """Return version -> the one before; what names no version is no version.

    >>> version_before(("v3", "unknown", "v2"))
    {'v3': 'v2'}
    """
    return dict(pairwise(one for one in versions if one != NO_VERSION))


def chance_of_difference(one: Cell, other: Cell) -> float | None:
    """Return how often two equal versions look as different as these; None where it is unknown.

    A two-sided z-test with the standard errors that the intervals stand for.
    """
    first, second = interval_of(one), interval_of(other)
    mine, theirs = best_rate(one).value, best_rate(other).value
    if first is None or second is None or mine is None or theirs is None:
        return None
    errors = [(end.high - end.low) / (2 * _Z_95) for end in (first, second)]
    whole = sqrt(sum(error**2 for error in errors))
    return erfc(abs(mine - theirs) / whole / sqrt(2)) if whole else None


def best_rate(cell: Cell) -> Rate:
    """Return the mark that counts."""
    return {"human": cell.human, "judge": cell.judge, "combined": cell.combined}[cell.best]


def headline_of(cells: Sequence[Cell], place: Place) -> Headline:
    """Return the first line of the page: the newest version, by the question that says most.

    Traces that name no version count where there are no others. The question is one that got worse,
    else one that got better, else the one with the lowest rate.
    """
    versions = tuple(place.traffic)
    if not versions:
        return Headline("No traces yet. Quality begins with what your app logs to MLflow.")
    newest = next((one for one in versions if one != NO_VERSION), NO_VERSION)
    mine = [cell for cell in cells if cell.version == newest]
    rated = [cell for cell in mine if cell.best != "judge"]
    if not rated:
        return _unchecked(newest, mine, place)
    shown = min(rated, key=lambda c: (_URGENCY.index(c.changed), best_rate(c).value or 0))
    others = {(cell.question, cell.version): cell for cell in cells if cell.best != "judge"}
    before = version_before(versions).get(newest, "")
    return _compared(shown, others.get((shown.question, before)), place)


def _unchecked(newest: str, cells: Sequence[Cell], place: Place) -> Headline:
    if newest in place.reviewed:
        sentence = f"“{newest}” was reviewed, but not for all of this time ({place.window.words})."
        address = {"experiment": place.experiment, "time": "reviewed"}
        return Headline(sentence, "See the time last reviewed", "quality", address)
    scored = any(cell.judge.value is not None for cell in cells)
    answers = place.traffic[newest]
    said = "only judges have scored" if scored else "nobody has labeled a random part of"
    sentence = (
        f"Nobody knows yet how good “{newest}” is: {said} its {many(answers, 'answer')}"
        f" ({place.window.words})."
    )
    asked = (cell.question for cell in cells if cell.judge.value is not None or not scored)
    to = _to_review(newest, next(asked, ""), min(FIRST_SAMPLE, answers), place)
    return Headline(sentence, *to)


def _compared(cell: Cell, other: Cell | None, place: Place) -> Headline:
    heading = place.questions.get(cell.question, cell.question)
    now = f"“{cell.version}” passes {in_words(best_rate(cell))} by “{heading}”"
    if other is None:
        return Headline(f"{now}.", *_more(cell, place))
    against = f"“{other.version}” {in_words(best_rate(other))}"
    if cell.changed:
        sentence = f"{now}, {against}: {_changed(cell, place)}"
        address = {
            "experiment": place.experiment,
            "first": cell.version,
            "second": other.version,
            "question": cell.question,
        }
        return Headline(sentence, "Compare the two", "versions", address)
    return Headline(f"{now}, {against}: no sure difference.", *_more(cell, place))


def _changed(cell: Cell, place: Place) -> str:
    if cell.version in place.at_once:
        return f"{cell.changed} by more than chance."
    often = "more" if cell.changed == "better" else "less"
    return f"{often} often by more than chance, but in different weeks, which is no proof."


def _more(cell: Cell, place: Place) -> tuple[str, str, Mapping[str, str]]:
    if not cell.more or cell.running:
        return "", "", {}
    free = place.traffic[cell.version] - cell.labels
    wanted = min(cell.more, MOST_ASKED, free)
    return _to_review(cell.version, cell.question, wanted, place) if wanted > 0 else ("", "", {})


def _to_review(
    version: str, question: str, n: int, place: Place
) -> tuple[str, str, Mapping[str, str]]:
    asked = {"question": question} if question else {}
    address = {
        "experiment": place.experiment,
        "version": version,
        "n": str(n),
        "since": day_name(place.window.since_ms),
        "until": day_name(place.window.until_ms),
        **asked,
    }
    words = f"Have {n} random ones reviewed" if n > 1 else "Have one reviewed"
    return words, "new_campaign", address


def in_words(rate: Rate) -> str:
    """Return a rate as the pages write it.

    >>> in_words(Rate(0.81, None, 412))
    '81 %, n = 412'
    >>> from review_app.intervals import Interval
    >>> in_words(Rate(0.998, Interval(0.991, 0.9996), 1000))
    '99.8 % (99–99.9), n = 1,000'
    """
    if rate.value is None:
        return "–"
    ends = ""
    if rate.interval is not None:
        both = (rate.interval.low, rate.interval.high)
        low, high = (in_percent(end).removesuffix(" %") for end in both)
        ends = f" ({low}–{high})"
    return f"{in_percent(rate.value)}{ends}, n = {rate.n:,}"


def _marked(cell: Cell, other: Cell) -> Cell:
    better = (best_rate(cell).value or 0) > (best_rate(other).value or 0)
    return replace(cell, changed="better" if better else "worse")
