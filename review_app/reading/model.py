"""The shapes of a reading: blocks of content, turns, steps, facts.

All text is exactly what the trace holds, uncut: cutting and escaping belong to the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Prose:
    """Text that a person or a model wrote; may be Markdown."""

    text: str


@dataclass(frozen=True)
class Code:
    """Text in a fixed-width face; language is ``"sql"``, ``"json"``, ``"python"`` ... or ""."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of a result. ``total_rows`` is what the source said; None when it said nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total_rows: int | None = None


@dataclass(frozen=True)
class Passage:
    """One retrieved document, in retrieval order (number starts at 1).

    source, title and chunk_id are "" and score is None where the trace says nothing.
    """

    number: int
    text: str
    source: str = ""
    title: str = ""
    chunk_id: str = ""
    score: float | None = None


@dataclass(frozen=True)
class Passages:
    """Retrieved documents, best first as the retriever gave them."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Media:
    """An image, sound or file of the conversation: described, never loaded.

    kind is ``"image"``, ``"audio"``, ``"video"`` or ``"file"``.
    """

    kind: str
    description: str


@dataclass(frozen=True)
class ToolCall:
    """A model's request to use a tool, as part of its message."""

    name: str
    arguments: Block


@dataclass(frozen=True)
class Fields:
    """A dict made readable: label and content, in the order recorded."""

    rows: tuple[tuple[str, Block], ...]


Block = Prose | Code | Table | Passages | Media | ToolCall | Fields


@dataclass(frozen=True)
class Turn:
    """One message; ``name`` is the tool's or agent's own where the role says too little."""

    role: Literal["user", "assistant", "system", "tool", "other"]
    blocks: tuple[Block, ...]
    name: str = ""


@dataclass(frozen=True)
class Problem:
    """An error: the sentence to show, its type, and the stack trace shown on demand only."""

    message: str
    kind: str = ""
    stack: str = ""


@dataclass(frozen=True)
class Part:
    """A labelled piece of an opened step, e.g. ("SQL", Code) or ("Result", Table)."""

    label: str
    block: Block


@dataclass(frozen=True)
class Step:
    """One thing the app did.

    Attributes:
        span_id: the span it stands for (a folded poll stands for its query's span).
        title: a plain line, e.g. ``'Asked Genie: contracts expiring before March'``.
        result: the short text at the right end, e.g. ``"SQL, 4 rows"``; "" when there is none.
        kind: what sort of step it is.
        duration_ms: None while running or unknown.
        problem: the error, when it failed; else None.
        parts: what opens when the line is opened.
        depth: how deep it lies in the tree, for "all steps".
        plumbing: True for chains, parsers and graph nodes that did not fail.
        hidden_fields: how many fields are kept back until the answer is given.
    """

    span_id: str
    title: str
    result: str
    kind: Literal["model", "tool", "retrieval", "sql", "agent", "other"]
    duration_ms: int | None
    problem: Problem | None
    parts: tuple[Part, ...]
    depth: int = 0
    plumbing: bool = False
    hidden_fields: int = 0


@dataclass(frozen=True)
class Facts:
    """What is shown only after the person's own answer (or at once in an open campaign).

    Everything is "" or None where the trace says nothing. ``thumbs`` are end users' votes with
    their comments, newest first.
    """

    version: str = ""
    model: str = ""
    session: str = ""
    user: str = ""
    duration_ms: int | None = None
    total_tokens: int | None = None
    cost_usd: float | None = None
    thumbs: tuple[tuple[bool, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """A trace as a person reads it.

    Attributes:
        trace_id: the trace.
        requested_at_ms: when the app was asked, milliseconds since the epoch.
        running: True while the trace has not ended.
        instructions: the system prompt, "" if none; shown folded.
        session_turns: turns of earlier traces of the session, oldest first; shown folded.
        earlier: turns of this trace before the question under review, oldest first.
        question: the turn the answer replies to; None when nothing was asked.
        steps: what the app did in between, in order, polls folded, plumbing left out.
        answer: the turn under review; None when there is none (failed, running or empty).
        problem: why there is no answer, when the trace failed as a whole.
        all_steps: every span, depth first.
        raw: the span data as pretty JSON, without the hidden fields when blind.
        hidden_fields: how many fields of the raw data are kept back.
        duration_ms: None while running.
    """

    trace_id: str
    requested_at_ms: int
    running: bool
    instructions: str
    session_turns: tuple[Turn, ...]
    earlier: tuple[Turn, ...]
    question: Turn | None
    steps: tuple[Step, ...]
    answer: Turn | None
    problem: Problem | None
    all_steps: tuple[Step, ...]
    raw: str
    hidden_fields: int
    duration_ms: int | None


@dataclass(frozen=True)
class SessionReading:
    """A whole session as a person reads it.

    Attributes:
        turns: a reading of each of its traces, oldest first; what an earlier one has told is in no
            later one's ``earlier`` or ``instructions``.
        is_cut: True when the session has more turns than are read.
    """

    turns: tuple[Reading, ...]
    is_cut: bool = False

    @property
    def requested_at_ms(self) -> int:
        """When the first turn was asked, milliseconds since the epoch."""
        return self.turns[0].requested_at_ms
