"""The design of a campaign: all that a lead decides before anything is drawn or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from review_app.pool import FILE_RULES, Pool

Goal = Literal["find failures", "rate of a version", "compare two versions", "judge"]
SampleKind = Literal["all", "random", "stratified", "newest", "mixed"]
Always = Literal["thumbs_down", "thumbs_up", "errors", "commented"]


@dataclass(frozen=True)
class Sample:
    """How items are drawn from the pool.

    Attributes:
        kind: ``all``; ``random``: n of the pool; ``stratified``: n of each stratum; ``newest``:
            the latest n; ``mixed``: all that ``always`` names, and n random ones of the others.
        n: see kind; not used by ``all``.
        by: what makes the strata: ``version``, ``state``, ``thumbs``, ``day``, ``week``,
            ``tag:KEY``, ``score:NAME@SOURCE``; several make combinations.
        quotas: stratum -> how many, where it is not n.
        always: what ``mixed`` takes all of, in this order.
        unit: whether an item is a trace or a whole session.
        distinct: True draws one of each group of near-duplicates.
    """

    __pydantic_config__ = FILE_RULES

    kind: SampleKind = "random"
    n: int = 60
    by: tuple[str, ...] = ()
    quotas: Mapping[str, int] = field(default_factory=dict)
    always: tuple[Always, ...] = ()
    unit: Literal["trace", "session"] = "trace"
    distinct: bool = False


@dataclass(frozen=True)
class Sharing:
    """How items are shared out among the reviewers.

    Attributes:
        each: independent reviews per item.
        common: how many items are reviewed by ``people`` reviewers instead, the same ones in
            blocks of at least 30; 0 for none.
        people: how many reviewers read a common item.
    """

    __pydantic_config__ = FILE_RULES

    each: int = 1
    common: int = 0
    people: int = 3


@dataclass(frozen=True)
class Gold:
    """An item whose answers are known.

    Attributes:
        trace_id: the trace.
        answers: question name -> right answer.
        why: the reason, shown after a practice item.
    """

    __pydantic_config__ = FILE_RULES

    trace_id: str
    answers: Mapping[str, Any]
    why: str = ""


@dataclass(frozen=True)
class Repeats:
    """Items that the same reviewer answered before, asked again to see how steady they are.

    Attributes:
        each: how many per reviewer.
        campaign: name of the campaign they come from; "" plants them in this one, at least 50
            items after the first time.
    """

    __pydantic_config__ = FILE_RULES

    each: int = 0
    campaign: str = ""


@dataclass(frozen=True)
class Design:
    """Everything that a campaign file or the builder says.

    Attributes:
        name: of the campaign; unique.
        pool: what items may come from.
        questions: names of questions of the experiment, in the order they are asked.
        reviewers: their names; () with ``join`` = "anyone".
        goal: what the campaign must decide.
        sample: how items are drawn.
        sharing: how they are shared out.
        purpose: why it is done, Markdown.
        instructions: how to judge, Markdown.
        gold: items with known answers, given to every reviewer.
        practice: how many of the gold items come first, show the right answer and do not count.
        repeats: what is asked a second time.
        open: True shows version, thumbs and the like from the start.
        reveal: True shows the others' answers after one's own.
        notes: True asks for open notes beside the questions.
        advance: see ``Campaign``.
        join: see ``Campaign``.
        time_box_minutes: see ``Campaign``.
        seed: what the random numbers begin with; the same seed draws the same plan.
    """

    __pydantic_config__ = FILE_RULES

    name: str
    pool: Pool
    questions: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    goal: Goal = "find failures"
    sample: Sample = field(default_factory=Sample)
    sharing: Sharing = field(default_factory=Sharing)
    purpose: str = ""
    instructions: str = ""
    gold: tuple[Gold, ...] = ()
    practice: int = 0
    repeats: Repeats = field(default_factory=Repeats)
    open: bool = False
    reveal: bool = False
    notes: bool = True
    advance: Literal["on save", "on choice"] = "on save"
    join: Literal["invited", "anyone"] = "invited"
    time_box_minutes: int | None = None
    seed: str = "1"


@dataclass(frozen=True)
class Problem:
    """Why a design cannot be written yet: the field it belongs to, and a sentence."""

    field: str
    sentence: str
