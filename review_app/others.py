"""Others: what the other reviewers of an item say, shown after the own answer where revealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from review_app.answers import Assessment, answer_words
from review_app.campaigns import Campaign, Item
from review_app.questions import Question


@dataclass(frozen=True)
class Said:
    """One answer of another reviewer, in words."""

    heading: str
    words: str
    rationale: str = ""


@dataclass(frozen=True)
class Other:
    """Another reviewer of an item, and their current answers in the order of the questions."""

    person: str
    said: tuple[Said, ...]


def others_of(
    campaign: Campaign, item: Item, person: str, stored: Iterable[Assessment]
) -> tuple[Other, ...]:
    """Return what the other reviewers currently say to the campaign's questions, by name.

    Answers given in other campaigns and a lead's settled labels are not among them; those of
    MLflow's own tab are. Of a person's rounds the newest answer is shown.

    Args:
        campaign: whose questions; who reads must be allowed to see the others' answers.
        item: the item.
        person: who reads.
        stored: all assessments of the item's trace.
    """
    rows = [a for a in stored if a.source.lower() != person and _counts(a, campaign, item)]
    current: dict[str, dict[str, Assessment]] = {}
    for row in sorted(rows, key=lambda a: a.created_ms):
        current.setdefault(row.source.lower(), {})[row.name] = row
    told = ((name, _said(campaign.questions, current[name])) for name in sorted(current))
    return tuple(Other(name, said) for name, said in told if said)


def _counts(answer: Assessment, campaign: Campaign, item: Item) -> bool:
    return (
        answer.valid
        and answer.source_type == "HUMAN"
        and not answer.span_id
        and answer.unit == item.planned.unit
        and answer.metadata.get("review.campaign", campaign.run_id) == campaign.run_id
        and answer.metadata.get("review.role") not in ("adjudication", "look_alike")
    )


def _said(questions: Iterable[Question], current: dict[str, Assessment]) -> tuple[Said, ...]:
    asked = [(q, current[q.name]) for q in questions if q.name in current]
    said = (Said(q.heading, answer_words(q, a), a.rationale) for q, a in asked)
    return tuple(one for one in said if one.words)
