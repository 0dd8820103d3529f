"""Rechecks: new blind campaigns over items on which a judge and people disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from review_app.access import require_lead
from review_app.campaigns import Campaign, PlanPart
from review_app.labeled_rows import LabeledRow
from review_app.people import Person
from review_app.rechecks import Recheck, mixed_part, single_part
from services.campaign_writing import CampaignWriting

PURPOSE = "Some items are read once more, by people who have not seen them before."
Tell = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


class Rechecks:
    """Asks people anew, in campaigns of one store."""

    def __init__(self, writing: CampaignWriting) -> None:
        """Bind to what writes campaigns."""
        self._writing = writing

    def mix(
        self,
        person: Person,
        asked: Recheck,
        disagreeing: Sequence[LabeledRow],
        agreeing: Sequence[LabeledRow],
        tell: Tell = _quiet,
    ) -> Campaign:
        """Ask anew about all disagreements and as many random agreements: the valid way.

        Args:
            person: the lead.
            asked: by whom, and how.
            disagreeing: items whose label and score differ.
            agreeing: items whose label and score are the same.
            tell: is called with the steps done and all steps; what it raises stops the writing.

        Raises:
            NotAllowed: when the person is no lead.
            InvalidDesign: when it cannot be done like this.
            Conflict: when a campaign has the name already.
        """
        require_lead(person)
        return self._write(person, asked, mixed_part(asked, disagreeing, agreeing), tell)

    def send(
        self, person: Person, asked: Recheck, rows: Sequence[LabeledRow], tell: Tell = _quiet
    ) -> Campaign:
        """Ask anew about some disagreements alone; their answers stay out of every check.

        Args and errors are those of ``mix``.
        """
        require_lead(person)
        return self._write(person, asked, single_part(asked, rows), tell)

    def _write(self, person: Person, asked: Recheck, part: PlanPart, tell: Tell) -> Campaign:
        campaign = Campaign(
            asked.name.strip(),
            (asked.question,),
            owner=person.name,
            experiment_id=asked.experiment_id,
            reviewers=asked.reviewers,
            purpose=PURPOSE,
            each=asked.each,
        )
        return self._writing.create(campaign, part, tell)
