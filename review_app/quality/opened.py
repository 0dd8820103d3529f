"""What a mark of the quality page opens: its name in an address, and the traces behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from review_app.quality.values import WHOLE, Cell, Quality, Rate

Show = Literal["human", "judge", "combined", "settled", "shown", "down", "stage"]
_WHAT: Mapping[Show, str] = {
    "human": "Labeled by people",
    "judge": "Scored by the judge",
    "combined": "Labeled by people",
    "settled": "Labeled by people, after adjudication",
    "shown": "Labeled by people, kept out of rates",
    "down": "Thumbs-down of end users",
    "stage": "Failures that start at",
}


@dataclass(frozen=True)
class Topic:
    """What a mark stands for.

    Attributes:
        show: the kind of mark.
        version: of the mark.
        question: "" for what belongs to no question.
        week: Monday of the week; "" for the whole window.
        stage: of a cell of the stages; "" else.
    """

    show: Show
    version: str
    question: str = ""
    week: str = WHOLE
    stage: str = ""

    @property
    def address(self) -> dict[str, str]:
        """The query that names it; what is empty is left out.

        >>> Topic("human", "v3", "faithfulness").address
        {'show': 'human', 'version': 'v3', 'question': 'faithfulness'}
        """
        said = {
            "show": self.show,
            "version": self.version,
            "question": self.question,
            "week": self.week,
            "stage": self.stage,
        }
        return {name: value for name, value in said.items() if value}


def topic_from(address: Mapping[str, str]) -> Topic | None:
    """Return the topic that an address names; None where it names none.

    >>> topic_from({"show": "down", "version": "v3"})
    Topic(show='down', version='v3', question='', week='', stage='')
    >>> topic_from({"show": "else", "version": "v3"}) is None
    True
    """
    show = next((one for one in _WHAT if one == address.get("show")), None)
    if show is None:
        return None
    said = (address.get(name, "") for name in ("version", "question", "week", "stage"))
    return Topic(show, *said)


def topic_words(quality: Quality, topic: Topic) -> str:
    """Return what a mark stands for, in words."""
    if topic.show == "stage":
        return f"{_WHAT['stage']}: {topic.stage}"
    heading = quality.questions.get(topic.question, "")
    week = f", week of {topic.week}" if topic.week else ""
    return f"{_WHAT[topic.show]}{week}" + (f": {heading}" if heading else "")


def traces_of(quality: Quality, topic: Topic) -> tuple[str, ...]:
    """Return ids of the traces behind a mark, failing ones first; () where there are none."""
    if topic.show == "down":
        rows = (one.traces_down for one in quality.votes if one.version == topic.version)
        return next(rows, ())
    if topic.show == "stage":
        stages = (one.failed for one in quality.stages if one.stage == topic.stage)
        return next(stages, {}).get(topic.version, ())
    cell = cell_of(quality, topic)
    if cell is None:
        return ()
    rate: Rate = getattr(cell, topic.show)
    return rate.traces


def cell_of(quality: Quality, topic: Topic) -> Cell | None:
    """Return the cell that a mark is in; None where there is no such cell."""
    wanted = topic.question, topic.version, topic.week
    cells = quality.weeks if topic.week else quality.cells
    return next((one for one in cells if (one.question, one.version, one.week) == wanted), None)
