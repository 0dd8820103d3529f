"""Asides: what stands beside an item once its person has answered it, and that it was shown."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.answers import own_of_item
from review_app.errors import NotFound
from review_app.lessons import Lesson, lesson_of
from review_app.others import Other, others_of
from review_app.reading.model import Facts
from services.readings import Readings
from services.sessions import sessions_of
from services.sittings import Sitting


@dataclass(frozen=True)
class Aside:
    """What is shown beside an item.

    Attributes:
        facts: of its trace, or of its whole session.
        reason: why it is in the campaign; "" where that would tell gold items from the others.
        mlflow_url: its address in MLflow's own pages; None when none is set.
        others: what the other reviewers say; None where this is not shown.
        lesson: of an answered practice item; None for every other one.
    """

    facts: Facts
    reason: str
    mlflow_url: str | None
    others: tuple[Other, ...] | None = None
    lesson: Lesson | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """What an answer from now on has seen."""
        return ("facts", "others") if self.others else ("facts",)


def aside_of(readings: Readings, sitting: Sitting, key: str) -> Aside | None:
    """Return what the person may see beside an item, and note in the sitting that it was shown.

    None while the item is not answered (but in an open campaign, which shows the facts from the
    start), and when its trace is gone. Others and the lesson need an answer of one's own: a skip
    shows the facts only.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    item, campaign, status = sitting.items[key], sitting.campaign, sitting.status[key]
    if status == "pending" and not campaign.open:
        return None
    session = sessions_of(readings.store, [item]).get(key)
    if session is None:
        return None
    try:
        facts = readings.facts(session.traces)
    except NotFound:
        return None
    reason = "" if _has_gold(sitting) else item.planned.reason
    url = readings.mlflow_url(campaign.experiment_id, item.trace_id)
    aside = Aside(facts, reason, url)
    if status == "complete":
        stored = session.assessments
        others = others_of(campaign, item, sitting.person, stored[item.trace_id])
        own = own_of_item(stored, sitting.person, item)
        lesson = lesson_of(campaign, item, own)
        aside = Aside(facts, reason, url, others if campaign.reveal else None, lesson)
    sitting.reveal(session.traces, aside.shown)
    return aside


def _has_gold(sitting: Sitting) -> bool:
    return any(item.planned.role == "gold" for item in sitting.items.values())
