"""Labels with what they were drawn from: what a rate is counted on, item by item.

An item's value is the mean of its independent answers, 1 for a pass and 0 for a fail. Practice,
repeats, look-alikes and what was said after a reveal never come here; a gold item that was sampled
counts by its known answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from review_app.adjudication import decisions
from review_app.campaigns import PlanItem
from review_app.frames import Frame
from review_app.gathered import Gathered
from review_app.given import UNKNOWN, Given, independent
from review_app.labeled_rows import counted_votes
from review_app.passing import passes
from review_app.questions import Question

Place = tuple[str, str]  # trace id, unit
FrameKey = tuple[str, str]  # run id of the campaign, id of the frame
FINISHED = ("complete", "declined")
ONE_BY_ONE = "chosen one by one, so nobody knows what they stand for"


@dataclass(frozen=True)
class Source:
    """A campaign as it is known now, with the frames of its plan."""

    gathered: Gathered
    frames: Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class LabeledItem:
    """One item of one campaign that people have worked on.

    Attributes:
        trace_id: the trace; of a session its first one.
        unit: whether it is one trace or a whole session.
        version: what produced it.
        by: reviewer -> 1 passed, 0 failed; who could not judge is not among them.
        unjudged: answers that say "cannot judge", and turns that ended without an answer.
        known: the right answer of a gold item that was sampled; None for none.
        decided: what a lead decided; None for nothing, or because a judge had said otherwise: to
            settle only such items would bend the rate.
        frame: what it was drawn from.
        stratum: the part of the frame.
        probability: the chance of being drawn and having been worked on by now; None: not known.
    """

    trace_id: str
    unit: str
    version: str
    by: Mapping[str, float]
    unjudged: int
    frame: FrameKey
    stratum: str = ""
    probability: float | None = None
    known: float | None = None
    decided: float | None = None

    @property
    def place(self) -> Place:
        """What it is, whatever campaign asked."""
        return self.trace_id, self.unit

    @property
    def mean(self) -> float | None:
        """What people say of it: the known answer, else the mean of the answers; None for none."""
        if self.known is not None:
            return self.known
        return sum(self.by.values()) / len(self.by) if self.by else None


@dataclass
class _Work:
    votes: list[Given] = field(default_factory=list)
    ended: int = 0


def labeled_items(question: Question, source: Source) -> list[LabeledItem]:
    """Return the items of a campaign that somebody has finished, with their chances.

    A campaign that is part done is a smaller sample, because orders are random within strata: each
    chance is multiplied with the share of the stratum's items that are done. Gold items that were
    sampled are known from the start and chosen by a lead, so they are a part of their own: they
    keep their chance, and wait until somebody has begun with the others of their stratum.
    """
    gathered = source.gathered
    work = _work(question.name, gathered)
    counted = [p for p in gathered.plan if _counts(question.name, p)]
    planned = Counter((p.frame, p.stratum, p.role) for p in counted)
    done = Counter((p.frame, p.stratum, p.role) for p in counted if _ended(p, work))
    waiting = {key[:2] for key in planned if key[2] == "reviewer" and not done[key]}
    ended = [p for p in counted if _ended(p, work) and (p.frame, p.stratum) not in waiting]
    decided = {
        spot[1:]: one for spot, one in decisions(gathered).items() if spot[0] == question.name
    }
    found = []
    for one in ended:
        key = one.frame, one.stratum, one.role
        chance = None if one.probability is None else one.probability * done[key] / planned[key]
        theirs = work.get(one.place, _Work())
        found.append(_item(question, gathered, one, theirs, chance, decided.get(one.place)))
    return found


def _work(question: str, gathered: Gathered) -> dict[Place, _Work]:
    """Return what was said and how many turns ended, by item."""
    work: dict[Place, _Work] = {}
    for one in counted_votes(question, gathered):
        work.setdefault((one.turn.trace_id, one.turn.unit), _Work()).votes.append(one)
    for turn, status in gathered.turns.items():
        if turn.round == 1 and status in FINISHED:
            work.setdefault((turn.trace_id, turn.unit), _Work()).ended += 1
    return work


def _counts(question: str, planned: PlanItem) -> bool:
    """Tell whether a line of the plan may enter a rate: a reviewer's, or gold that was sampled."""
    if planned.role == "reviewer":
        return True
    return planned.role == "gold" and planned.probability is not None and question in planned.right


def _ended(planned: PlanItem, work: Mapping[Place, _Work]) -> bool:
    theirs = work.get(planned.place)
    return planned.role == "gold" or (theirs is not None and bool(theirs.votes or theirs.ended))


def _item(
    question: Question,
    gathered: Gathered,
    planned: PlanItem,
    work: _Work,
    chance: float | None,
    decided: Given | None,
) -> LabeledItem:
    said = {one.turn.reviewer: passes(question, one.value) for one in work.votes}
    by = {name: float(value) for name, value in sorted(said.items()) if value is not None}
    known = passes(question, planned.right.get(question.name)) if planned.role == "gold" else None
    ruled = passes(question, decided.value) if decided and not decided.because else None
    about = gathered.about.get(planned.trace_id)
    return LabeledItem(
        trace_id=planned.trace_id,
        unit=planned.unit,
        version=about.version if about else "",
        by=by,
        unjudged=0 if known is not None else max(work.ended, len(said)) - len(by),
        frame=(gathered.campaign.run_id, planned.frame),
        stratum=planned.stratum,
        probability=chance,
        known=None if known is None else float(known),
        decided=None if ruled is None else float(ruled),
    )


def loose_items(question: Question, said: Iterable[Given]) -> dict[str, dict[str, float]]:
    """Return trace id -> reviewer -> 1 or 0, of what people said outside any campaign.

    It is read as in campaigns: the newest independent answer of the first round. What is said of a
    whole session says nothing of one of its traces.
    """
    asked = (one for one in said if one.question == question.name and one.turn.unit == "trace")
    found: dict[str, dict[str, float]] = {}
    for one in independent(asked, frozenset({UNKNOWN})).values():
        value = passes(question, one.value)
        if one.role == "reviewer" and value is not None:
            found.setdefault(one.turn.trace_id, {})[one.turn.reviewer] = float(value)
    return found
