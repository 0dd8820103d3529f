"""Planning campaigns: look through the pool, prepare the plan, write it, top it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from review_app.access import require_lead
from review_app.assignment import Again
from review_app.campaigns import Campaign, PlanItem, PlanPart
from review_app.design import Design
from review_app.design_file import design_from_json, design_json
from review_app.errors import Conflict, InvalidDesign, NotFound
from review_app.people import Person
from review_app.planning import Known, Prepared, Scan, prepare
from review_app.pool import Pool
from review_app.questions import DEFAULT_QUESTIONS, Question
from review_app.topping_up import last_pool, more_of_the_pool, since_the_last
from services.campaign_writing import CampaignWriting, Revision, Tell
from services.campaigns import Campaigns
from services.pool import scan
from services.questions import questions_of
from services.queues import find_queue, queue_name, statuses
from services.settings import Settings
from services.traces import session_infos

NOTE = DEFAULT_QUESTIONS[1]  # where open notes go


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


class Planning:
    """Plans campaigns in one store."""

    def __init__(self, campaigns: Campaigns, writing: CampaignWriting, settings: Settings) -> None:
        """Bind to the campaigns of one store."""
        self._campaigns = campaigns
        self._store = campaigns.store
        self._writing = writing
        self._settings = settings

    def scan(self, pool: Pool, tell: Tell = _quiet, now_ms: int | None = None) -> Scan:
        """Look through the pool.

        Args:
            pool: the filters.
            tell: is called with the traces looked at; what it raises stops the scan.
            now_ms: when "the last days" end; now when None.

        Raises:
            NotFound: when there is no such experiment.
        """
        now = _now_ms() if now_ms is None else now_ms
        return scan(self._store, self._settings, pool, now_ms=now, tell=tell)

    def prepare(self, design: Design, found: Scan) -> Prepared:
        """Return the plan of a design, or why there is none; nothing is written."""
        return prepare(design, found, self._known(design))

    def write(self, lead: Person, prepared: Prepared, found: Scan, tell: Tell = _quiet) -> Campaign:
        """Write a prepared campaign and open it.

        Raises:
            NotAllowed: when ``lead`` is none.
            InvalidDesign: when the plan has a problem.
            Conflict: when the name was taken meanwhile.
            Cancelled: what ``tell`` raised; nothing stays then.
        """
        require_lead(lead)
        if prepared.problems:
            raise InvalidDesign(prepared.problems[0].sentence)
        design = prepared.design
        experiment_id = self._store.experiment_id(design.pool.experiment)
        campaign = Campaign(
            name=design.name.strip(),
            questions=self._asked(design, experiment_id),
            owner=lead.name,
            experiment_id=experiment_id,
            reviewers=design.reviewers,
            purpose=design.purpose,
            instructions=design.instructions,
            open=design.open,
            advance=design.advance,
            join=design.join,
            time_box_minutes=design.time_box_minutes,
            goal=design.goal,
            reveal=design.reveal,
            each=design.sharing.each,
            file=design_json(design),
        )
        part = self._begun(prepared.part, found, experiment_id, design)
        return self._writing.create(campaign, part, tell)

    def top_up(
        self, lead: Person, campaign: Campaign, more: int | None = None, tell: Tell = _quiet
    ) -> int:
        """Draw more items by the campaign's own rule; return how many came.

        Args:
            lead: who asks.
            campaign: made from a design.
            more: so many more of the pool as it was; None draws what came since the last draw.
            tell: see ``scan``.

        Raises:
            NotAllowed: when ``lead`` is none.
            InvalidDesign: when the campaign has no rule that can be continued.
            Conflict: when it is closed, or there is nothing new.
        """
        require_lead(lead)
        design = _rule(campaign)
        last = last_pool(self._campaigns.frames(campaign))
        window = (last.since_ms, last.until_ms) if more else (last.until_ms + 1, _now_ms())
        found = scan(self._store, self._settings, design.pool, window=window, tell=tell)
        known, counted = self._known(design), list[int]()

        def revise(now: Campaign, plan: list[PlanItem]) -> Revision:
            if last_pool(self._campaigns.frames(now)).id != last.id:
                raise Conflict("Somebody else topped this campaign up just now.")
            number = now.plan_parts + 1
            part = (
                since_the_last(design, found, plan, known, number)
                if more is None
                else more_of_the_pool(design, found, plan, last, more, number)
            )
            part = self._begun(part, found, now.experiment_id, design)
            counted.append(len({item.place for item in part.items} - {i.place for i in plan}))
            if not counted[-1]:
                raise Conflict("There is nothing new to draw from.")
            return Revision(part)

        self._writing.change(campaign, revise)
        return counted[-1]

    def _known(self, design: Design) -> Known:
        """Read what a plan needs to know of what there is already."""
        names = frozenset(run.info.run_name.lower() for run in self._campaigns.runs())
        gold = frozenset(one.trace_id for one in design.gold if one.trace_id.strip())
        try:
            experiment_id = self._store.experiment_id(design.pool.experiment)
        except NotFound:
            return Known((), names, self._earlier(design))
        infos = self._store.trace_infos(sorted(gold)) if gold else []
        there = {i.trace_id for i in infos if str(i.experiment_id) == experiment_id}
        questions = questions_of(self._store, experiment_id)
        return Known(questions, names, self._earlier(design), missing=gold - there)

    def _earlier(self, design: Design) -> dict[str, Sequence[Again]] | None:
        """Return reviewer -> what they answered in the campaign that repeats come from."""
        name = design.repeats.campaign.strip()
        if not name:
            return {}
        try:
            campaign = self._campaigns.get(name)
        except (NotFound, Conflict):
            return None
        plan = self._campaigns.plan(campaign)
        return {person: self._answered(campaign, plan, person) for person in design.reviewers}

    def _answered(
        self, campaign: Campaign, plan: Sequence[PlanItem], person: str
    ) -> tuple[Again, ...]:
        queue = find_queue(
            self._store, campaign.experiment_id, queue_name(campaign.name, person, 1)
        )
        done = statuses(self._store, queue) if queue else {}
        return tuple(
            Again(item.trace_id, item.unit, 2)
            for item in plan
            if item.role == "reviewer" and done.get(item.trace_id) == "complete"
        )

    def _asked(self, design: Design, experiment_id: str) -> tuple[Question, ...]:
        """Return the questions of the campaign, with one for open notes where it wants them."""
        known = {q.name: q for q in questions_of(self._store, experiment_id)}
        asked = tuple(known[name] for name in design.questions)
        return asked if not design.notes or NOTE.name in design.questions else (*asked, NOTE)

    def _begun(self, part: PlanPart, found: Scan, experiment_id: str, design: Design) -> PlanPart:
        """Return the part with every session under its very first trace.

        The pool holds what passes its filters; a conversation may have begun before that.
        """
        if design.sample.unit != "session":
            return part
        named = {c.trace_id: c.session for c in found.candidates}
        items = []
        for item in part.items:
            session = named.get(item.trace_id, "")
            first = session_infos(self._store, experiment_id, session, at_most=1) if session else []
            items.append(replace(item, trace_id=first[0].trace_id) if first else item)
        return replace(part, items=tuple({item.place: item for item in items}.values()))


def _rule(campaign: Campaign) -> Design:
    """Return the design that a campaign was made from, for the reviewers it has now."""
    if campaign.status == "closed":
        raise Conflict(f"“{campaign.name}” is closed. Reopen it first.")
    if not campaign.file:
        raise InvalidDesign("This campaign was not made from a design, so it has no rule.")
    return replace(design_from_json(campaign.file), reviewers=campaign.reviewers)
