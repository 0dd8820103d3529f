"""What a person has answered so far, over all their campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review_app.answers import SKIP_REASON, Assessment, own_current
from review_app.campaigns import Campaign, Item
from review_app.desk import first_words
from review_app.questions import in_words
from services.assessments import assessments_from
from services.sittings import Sitting
from services.store import Store

AT_ONCE = 200  # traces a call
LATEST = 200  # finished items of each campaign that a visit shows
MOST = 2000  # and that a search looks through


@dataclass(frozen=True)
class Finished:
    """One item that the person has answered or skipped.

    Attributes:
        campaign: its name.
        trace_id: the trace.
        title: first words of what the app was asked.
        said: the person's answers in one line.
        answered_ms: when the newest of them was given, milliseconds since the epoch.
        skipped: True when the item was skipped.
    """

    campaign: str
    trace_id: str
    title: str
    said: str
    answered_ms: int
    skipped: bool

    def holds(self, text: str) -> bool:
        """Tell whether the text stands in it, compared without case."""
        return text.lower() in f"{self.title}\n{self.said}\n{self.campaign}".lower()


def finished_items(store: Store, sittings: Iterable[Sitting], most: int = MOST) -> list[Finished]:
    """Return what the person of these sittings has finished, newest first.

    Args:
        store: where the answers are.
        sittings: the person's.
        most: how many items of each campaign are read, the last ones of the list.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    found: list[Finished] = []
    for sitting in sittings:
        done = [k for k, status in sitting.status.items() if status != "pending"][-most:]
        infos = _infos(store, [sitting.items[key].trace_id for key in done])
        for key in done:
            item = sitting.items[key]
            if item.trace_id in infos:
                preview, stored = infos[item.trace_id]
                skipped = sitting.status[key] == "declined"
                found.append(_finished(sitting, item, preview, stored, skipped=skipped))
    return sorted(found, key=lambda f: -f.answered_ms)


def _infos(store: Store, trace_ids: list[str]) -> Mapping[str, tuple[str, list[Assessment]]]:
    found: dict[str, tuple[str, list[Assessment]]] = {}
    for start in range(0, len(trace_ids), AT_ONCE):
        for info in store.trace_infos(trace_ids[start : start + AT_ONCE]):
            stored = assessments_from(info.assessments)
            found[info.trace_id] = (info.request_preview or "", stored)
    return found


def _finished(
    sitting: Sitting, item: Item, preview: str, stored: list[Assessment], *, skipped: bool
) -> Finished:
    current = own_current(stored, sitting.person, item.round, item.planned.unit)
    said = _said(sitting.campaign, current)
    if skipped:
        reason = current.get(SKIP_REASON)
        said = f"Skipped: {reason.value}" if reason else "Skipped"
    return Finished(
        campaign=sitting.campaign.name,
        trace_id=item.trace_id,
        title=first_words(preview),
        said=said,
        answered_ms=max((a.created_ms for a in current.values()), default=0),
        skipped=skipped,
    )


def _said(campaign: Campaign, current: Mapping[str, Assessment]) -> str:
    parts = []
    for question in campaign.questions:
        answer = current.get(question.name)
        if answer is None or answer.says_nothing:
            continue
        cannot = "review.cannot_judge" in answer.metadata
        words = "can’t judge" if cannot else in_words(question, answer.value)
        why = f" ({answer.rationale})" if answer.rationale else ""
        parts.append(f"{question.heading} {words}{why}")
    return " · ".join(parts)
