"""A whole session as a person reads it: the readings of its traces, told once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from review_app.reading.model import Block, Reading, SessionReading, Turn
from review_app.reading.reading import read_trace
from review_app.traces import TraceRecord


def read_session(
    traces: Iterable[TraceRecord], *, blind: bool, is_cut: bool = False
) -> SessionReading:
    """A session as a person reads it.

    Args:
        traces: the traces of the session, at least one; in any order.
        blind: True until the person has answered, as for a single trace.
        is_cut: whether the session has more traces than these.

    Returns:
        The reading; apps that send the whole conversation along with each question do not make the
        person read it again at each turn.
    """
    told: set[tuple[Block, ...]] = set()
    instructions = ""
    turns: list[Reading] = []
    for trace in sorted(traces, key=lambda record: record.requested_at_ms):
        reading = read_trace(trace, blind=blind)
        news = tuple(turn for turn in reading.earlier if turn.blocks not in told)
        same = reading.instructions == instructions
        turns.append(
            replace(reading, earlier=news, instructions="" if same else reading.instructions)
        )
        instructions = reading.instructions or instructions
        told |= {turn.blocks for turn in _told(reading)}
    return SessionReading(tuple(turns), is_cut)


def _told(reading: Reading) -> list[Turn]:
    return [turn for turn in (*reading.earlier, reading.question, reading.answer) if turn]
