"""A design as a person says it, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from components.builder_goal import WORDS
from components.builder_sample import ALWAYS, by_in_words
from components.words import counted
from review_app.design import Design, Sample
from review_app.pool_words import in_words
from review_app.questions import Question


def design_in_words(design: Design, questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Return what the design says, as pairs of a term and a sentence."""
    return [
        ("Goal", WORDS[design.goal]),
        ("Pool", _sentence(in_words(design.pool))),
        ("Sample", _sentence(sample_in_words(design.sample))),
        ("Questions", _questions(design, questions)),
        ("Reviewers", _reviewers(design)),
        ("Checks", _checks(design)),
    ]


def sample_in_words(sample: Sample) -> str:
    """Say how the items are drawn.

    >>> sample_in_words(Sample("mixed", n=60, always=("thumbs_down",)))
    'all thumbs-down, and 60 random ones of the others'
    """
    always = " and ".join(ALWAYS[one].lower() for one in sample.always)
    by = " and ".join(by_in_words(one).lower() for one in sample.by) or "nothing"
    drawn = {
        "all": "everything in the pool",
        "random": f"{sample.n:,} at random",
        "newest": f"the {sample.n:,} newest",
        "mixed": f"all {always}, and {sample.n:,} random ones of the others",
        "stratified": f"{sample.n:,} of each stratum by {by}",
    }[sample.kind]
    if sample.kind == "stratified" and sample.quotas:
        drawn += f", but for {len(sample.quotas)} of them"
    drawn += ", whole conversations" if sample.unit == "session" else ""
    return drawn + (", one of each group of near-duplicates" if sample.distinct else "")


def _questions(design: Design, questions: Sequence[Question]) -> str:
    headings = {q.name: q.heading for q in questions}
    asked = [headings.get(name, name) for name in design.questions]
    if not asked:
        return "None yet."
    notes = ["and open notes"] if design.notes else []
    return " · ".join([*asked, *notes])


def _reviewers(design: Design) -> str:
    if design.join == "anyone":
        who = ["Anyone with the link."]
    else:
        who = [f"{', '.join(design.reviewers)}." if design.reviewers else "Nobody yet."]
        sharing = design.sharing
        each = "once" if sharing.each == 1 else f"{sharing.each} times"
        who.append(f"Each item is read {each}.")
        if sharing.common:
            who.append(f"{sharing.common:,} common items are read by {sharing.people} people.")
    if design.time_box_minutes:
        who.append(f"{counted(design.time_box_minutes, 'minute')} each.")
    who.append(
        "They see version, votes and scores from the start."
        if design.open
        else "They see nothing but the question and the answer."
    )
    if design.reveal:
        who.append("The others’ answers are shown after one’s own.")
    return " ".join(who)


def _checks(design: Design) -> str:
    gold = counted(len(design.gold), "gold item") if design.gold else "No gold items"
    if design.gold and design.practice:
        gold += f", {design.practice} of them first as practice"
    repeats = design.repeats
    if not repeats.each:
        return f"{gold}; no repeats."
    source = f" from “{repeats.campaign}”" if repeats.campaign else " from this campaign"
    return f"{gold}; {counted(repeats.each, 'repeat')} for each reviewer{source}."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
