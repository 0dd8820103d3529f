"""Both sides of an item: what people said about it, and what the judge said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review_app.desk import first_words
from review_app.judge_check.items import Asked
from review_app.judge_check.rates import Cell
from review_app.labeled_rows import LabeledRow
from review_app.pool import Score


@dataclass(frozen=True)
class Spoken:
    """What one judge said about one trace.

    Attributes:
        score: True, False, a number or a word.
        rationale: why; "" when it gave no reason.
        created_ms: when MLflow stored it.
    """

    score: Score
    rationale: str
    created_ms: int


@dataclass(frozen=True)
class Voice:
    """What one person, or the judge, said about an item.

    Attributes:
        who: the person; "" for the judge.
        passed: as pass or fail; None where it is neither.
        value: as it was said; None where nothing was.
        rationale: why; "" when nothing was said.
    """

    who: str
    passed: bool | None
    value: object
    rationale: str


@dataclass(frozen=True)
class BothSides:
    """An item with what people and the judge said about it.

    Attributes:
        row: the item.
        title: first words of what the app was asked.
        people: what each of them said.
        judge: what the judge said.
    """

    row: LabeledRow
    title: str
    people: tuple[Voice, ...]
    judge: Voice


def both_sides_of(
    rows: Sequence[LabeledRow], asked: Asked, said: Mapping[str, Spoken]
) -> list[BothSides]:
    """Return both sides of the items.

    Args:
        rows: the items.
        asked: how answers and scores become pass or fail.
        said: trace id -> what the judge said.
    """
    return [
        BothSides(
            row,
            first_words(row.text),
            tuple(Voice(v.reviewer, asked.passed(v.value), v.value, v.rationale) for v in row.who),
            _judge(asked, said.get(row.trace_id)),
        )
        for row in rows
    ]


def _judge(asked: Asked, said: Spoken | None) -> Voice:
    if said is None:
        return Voice("", None, None, "")
    return Voice("", asked.judged(said.score), said.score, said.rationale)


def apart_and_same(
    cells: Mapping[Cell, Sequence[str]], rows: Sequence[LabeledRow], only: str = ""
) -> tuple[list[LabeledRow], list[LabeledRow]]:
    """Return the items on which judge and people disagree, and those on which they agree.

    Args:
        cells: cell of the confusion -> trace ids.
        rows: the items.
        only: of the disagreements only this trace; "" for all.
    """
    by_id = {row.trace_id: row for row in rows}

    def of(*names: Cell) -> list[LabeledRow]:
        return [by_id[one] for name in names for one in cells.get(name, ()) if one in by_id]

    apart = of("missed", "rejected")
    chosen = [row for row in apart if row.trace_id == only]
    return chosen or apart, of("caught", "accepted")
