"""Planning: from a design and the traces of its pool to the plan that is written.

Pure: the same design, pool and seed give the same plan, on a page, in a script, on any machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from review_app.assignment import REPEAT_AFTER, Again, Extras, assign
from review_app.campaigns import SECONDS_AN_ITEM, PlanItem, PlanPart
from review_app.design import Design, Problem
from review_app.design_checks import design_problems
from review_app.design_file import rule_of
from review_app.frames import Frame, Stratum
from review_app.goals import outlook, time_words
from review_app.pool import Candidate
from review_app.pool_filters import narrows_traffic
from review_app.pool_words import in_words
from review_app.questions import Question
from review_app.sampling import Drawn, draw

FRAME_OF_GOLD = "gold"
EXAMPLES = 10  # items that a preview shows


@dataclass(frozen=True)
class Scan:
    """What was found when the pool was looked through.

    Attributes:
        candidates: the traces that pass the filters.
        since_ms: start of the window, milliseconds since the epoch; 0 when open.
        until_ms: end of the window; 0 when open.
        complete: False when there are more traces than were looked at.
    """

    candidates: Sequence[Candidate]
    since_ms: int = 0
    until_ms: int = 0
    complete: bool = True


@dataclass(frozen=True)
class Known:
    """What a plan needs to know of what there is already.

    Attributes:
        questions: the experiment's questions.
        names: lower-cased names of campaigns.
        earlier: reviewer -> what they answered in the campaign that repeats come from; None when
            there is no such campaign.
        planned: traces that are in the campaign already; they are not drawn again.
        missing: gold items whose trace is not in the experiment.
    """

    questions: Sequence[Question] = ()
    names: frozenset[str] = frozenset()
    earlier: Mapping[str, Sequence[Again]] | None = field(default_factory=dict)
    planned: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Prepared:
    """A plan that is ready to be written, or why it is not.

    Attributes:
        design: what it was made from.
        part: the plan's next part.
        problems: why it cannot be written; () when it can.
        strata: name -> size and number drawn.
        examples: some of the drawn items, as they come.
        items_each: reviewer -> items, gold and repeats included.
        left_out: traces that belong to no session where sessions are drawn.
        can: what can be said at the end.
        cannot: what cannot.
        time: what to know about the time box; "" for nothing.
    """

    design: Design
    part: PlanPart
    problems: tuple[Problem, ...]
    strata: Mapping[str, Stratum]
    examples: tuple[PlanItem, ...]
    items_each: Mapping[str, int]
    left_out: int
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    time: str

    @property
    def seconds_each(self) -> int:
        """How long the longest list takes, in seconds, until the pace was measured."""
        return max(self.items_each.values(), default=0) * SECONDS_AN_ITEM


def prepare(design: Design, scan: Scan, known: Known, *, number: int = 1) -> Prepared:
    """Return the plan of a design.

    Args:
        design: what the lead decided.
        scan: the pool as it is.
        known: questions, names and earlier answers.
        number: of the plan's part, from 1; it names the frame.
    """
    frame = f"pool-{number}"
    fresh = [c for c in scan.candidates if c.trace_id not in known.planned]
    drawn = draw(fresh, design.sample, seed=design.seed, frame=frame)
    problems = (*design_problems(design, known.questions, known.names), *drawn.problems)
    gold, items = _gold(design, drawn.items)
    extras, of_repeats = _extras(design, gold, items, known)
    problems += (*of_repeats, *_of_the_draw(design, len(items), known))
    people = [] if any(p.field == "reviewers" for p in problems) else design.reviewers
    sharing = replace(design.sharing, each=min(design.sharing.each, max(1, len(people))))
    plan = assign(items, people, sharing, extras, f"{design.seed}\n{number}")
    words = outlook(design, items, drawn.strata, whole=not narrows_traffic(design.pool))
    each = _items_each(plan, people)
    return Prepared(
        design=design,
        part=PlanPart(tuple(plan), _frames(design, scan, drawn, frame, gold)),
        problems=problems,
        strata=drawn.strata,
        examples=_examples(items),
        items_each=each,
        left_out=drawn.left_out,
        can=words.can,
        cannot=words.cannot,
        time=time_words(design, each),
    )


def _gold(design: Design, drawn: Sequence[PlanItem]) -> tuple[list[PlanItem], list[PlanItem]]:
    """Return the gold items, and the drawn ones that are not gold.

    A gold item that was drawn too keeps its frame, stratum and probability: it counts by the lead's
    label.
    """
    places = {item.trace_id: item for item in drawn}
    gold = []
    for number, one in enumerate(design.gold):
        drawn_too = places.get(one.trace_id)
        fresh = PlanItem(one.trace_id, FRAME_OF_GOLD, "known answer", unit=design.sample.unit)
        gold.append(
            replace(
                drawn_too or fresh,
                role="practice" if number < design.practice else "gold",
                right=one.answers,
                why=one.why,
            )
        )
    known = {one.trace_id for one in design.gold}
    return gold, [item for item in drawn if item.trace_id not in known]


def _extras(
    design: Design, gold: Sequence[PlanItem], items: Sequence[PlanItem], known: Known
) -> tuple[Extras, tuple[Problem, ...]]:
    """Return what comes beside the sampled items, and why less than was asked for."""
    wanted, name = max(0, design.repeats.each), design.repeats.campaign
    if not wanted:
        return Extras(gold), ()
    if not name:
        return Extras(gold, repeats=wanted), _too_short(design, len(items))
    if known.earlier is None:
        missing = f"There is no campaign called “{name}” to take repeats from."
        return Extras(gold), (Problem("repeats.campaign", missing),)
    taken = {item.trace_id for item in (*gold, *items)}
    again = {}
    for person in design.reviewers:
        free = [a for a in known.earlier.get(person, ()) if a.trace_id not in taken]
        chance = random.Random(f"{design.seed}\nagain\n{person}")
        again[person] = chance.sample(
            sorted(free, key=lambda a: a.trace_id), min(wanted, len(free))
        )
    few = [person for person, asked in again.items() if not asked]
    problems = [
        Problem(
            "repeats.campaign",
            f"{person} has answered nothing in “{name}” that could be asked again.",
        )
        for person in few
    ]
    return Extras(gold, again), tuple(problems) if len(few) == len(again) else ()


def _of_the_draw(design: Design, items: int, known: Known) -> Iterator[Problem]:
    """Yield what does not fit together with what was drawn and what is in MLflow."""
    if design.sharing.common > items > 0 and design.join != "anyone":
        yield Problem(
            "sharing.common",
            f"{design.sharing.common} common items were asked for, and {items} are drawn.",
        )
    for trace_id in sorted(known.missing):
        yield Problem("gold", f"There is no trace {trace_id} in “{design.pool.experiment}”.")


def _too_short(design: Design, items: int) -> tuple[Problem, ...]:
    reviews = items * design.sharing.each
    own = reviews // max(1, len(design.reviewers))
    if own > REPEAT_AFTER:
        return ()
    return (
        Problem(
            "repeats.each",
            f"Asking again takes more than {REPEAT_AFTER} items a reviewer, and they get about"
            f" {own}. Take the repeats from an earlier campaign.",
        ),
    )


def _frames(
    design: Design, scan: Scan, drawn: Drawn, frame: str, gold: Sequence[PlanItem]
) -> tuple[Frame, ...]:
    pool = Frame(
        id=frame,
        pool=in_words(design.pool),
        rule=rule_of(design),
        since_ms=scan.since_ms,
        until_ms=scan.until_ms,
        strata=drawn.strata,
        seed=design.seed,
        group_sizes=drawn.group_sizes,
        complete=scan.complete,
        whole_traffic=not narrows_traffic(design.pool) and design.sample.kind != "newest",
    )
    return (pool, Frame(FRAME_OF_GOLD, "items with known answers")) if gold else (pool,)


def _items_each(plan: Sequence[PlanItem], people: Sequence[str]) -> dict[str, int]:
    counts = dict.fromkeys(people, 0)
    for item in plan:
        for turn in item.assigned:
            counts[turn.reviewer] += 1
    return counts


def _examples(items: Sequence[PlanItem]) -> tuple[PlanItem, ...]:
    """Return some items spread over the strata."""
    step = max(1, len(items) // EXAMPLES)
    return tuple(items[::step][:EXAMPLES])
