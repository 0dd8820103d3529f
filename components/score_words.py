"""What is said about a judge that scores a pool."""

from __future__ import annotations

from components.words import counted
from review_app.judge_scores import TROUBLES
from review_app.scoring import ScoreDesign, ScoreFrame, ScoreRun, Tally

CENT = 0.01
NO_PRICE = "What a call of this judge costs is not known yet; a limit of calls is safe."


def how_far(run: ScoreRun) -> str:
    """Return how far a run is: ``400 new scores, $0.31, 412 of 1,000 traces gone through``."""
    tally = run.tally
    through = f"{tally.taken:,} of {counted(run.wanted, 'trace')} gone through"
    labeled = ", after those that people labeled" if tally.scored > tally.taken else ""
    return f"{so_far(tally)}, {through}{labeled}"


def so_far(tally: Tally) -> str:
    """Return what came so far, and what it cost.

    >>> so_far(Tally(scored=400, calls=400, dollars=0.31))
    '400 new scores, $0.31'
    """
    return ", ".join(filter(None, [counted(tally.scored, "new score"), cost(tally)]))


def cost(tally: Tally) -> str:
    """Return what the calls have cost, as far as that is known; "" where it is not at all.

    >>> cost(Tally(scored=2, dollars=0.0004)), cost(Tally(scored=2, dollars=1.0, unpriced=1))
    ('under $0.01', '$1.00 and 1 call of unknown price')
    """
    if tally.unpriced == tally.scored:
        return ""
    unknown = f" and {counted(tally.unpriced, 'call')} of unknown price" if tally.unpriced else ""
    return dollars(tally.dollars) + unknown


def dollars(amount: float) -> str:
    """Return an amount of US dollars.

    >>> dollars(12.5), dollars(0.001)
    ('$12.50', 'under $0.01')
    """
    return f"${amount:,.2f}" if amount >= CENT or not amount else "under $0.01"


def troubles(tally: Tally) -> list[str]:
    """Return one sentence for each kind of trouble, the most frequent first.

    >>> troubles(Tally(failed={"too long": 2}))
    ['2 traces without a score. The trace is too long for this model.']
    """
    ordered = sorted(tally.failed.items(), key=lambda pair: (-pair[1], pair[0]))
    known = {str(kind): sentence for kind, sentence in TROUBLES.items()}
    return [f"{counted(n, 'trace')} without a score. {known.get(kind, '')}" for kind, n in ordered]


def speaks_for(run: ScoreRun) -> str:
    """Return what the scores of an ended run may be said of."""
    if run.part == "":
        return "Traces without a score are missing, so these scores speak for no pool yet."
    some = "all of them are" if run.part == "whole" else "a random part of them is"
    return f"The scores stand for {run.frame.words}: {some} scored."


def outlook(
    design: ScoreDesign, frame: ScoreFrame, calls: int, labeled: int, usual: float | None
) -> list[str]:
    """Return what starting would do, one sentence each.

    Args:
        design: what is asked for.
        frame: the pool.
        calls: traces that would be scored.
        labeled: those among them that people labeled; they come first.
        usual: US dollars of a call so far; None where that is not known.
    """
    said = [f"{counted(frame.traces, 'trace')}, {calls:,} without a score."]
    if not calls:
        return [f"{counted(frame.traces, 'trace')}. Each has a score of this judge."]
    if usual is not None:
        about = dollars(usual * calls).removeprefix("under ")
        words = "Less than" if usual * calls < CENT else "About"
        said.append(f"{words} {about}, by what its calls have cost so far.")
    else:
        said.append(NO_PRICE)
    part = "a random part of " if design.sample or design.calls or design.dollars else ""
    if design.calls and design.calls <= labeled:
        first = (
            f"First come the {labeled:,} that people labeled, and {counted(design.calls, 'call')}"
        )
        said.append(f"{first} reach no further: the scores will speak for no pool yet.")
    elif frame.whole_traffic:
        said.append(f"The scores will speak for {part}the whole traffic of that time and version.")
    else:
        said.append("Filters beside time and version: the scores speak for these traces only.")
    if not frame.complete:
        said.append("There are more traces than were looked at. Choose a shorter time.")
    return said
