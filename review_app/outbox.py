"""What the browser sends: entries of the outbox, read with distrust.

An entry is one submit, skip, undo or reopen of one item. The browser keeps it until it is told
that MLflow holds it, and may send it many times; its id makes applying it twice harmless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from review_app.errors import InvalidAnswer

EntryKind = Literal["submit", "skip", "undo", "reopen"]
CannotJudge = Literal["not_my_field", "source_missing", "question_unclear"]

KINDS = ("submit", "skip", "undo", "reopen")
CANNOT_JUDGE = ("not_my_field", "source_missing", "question_unclear")
SEEN = ("facts", "others", "judge")
MAX_ENTRIES = 500  # of one message; a browser offline for a whole campaign stays below
MAX_PINS = 100  # of one entry: one a turn of a session
MAX_TRACE_ID = 250  # characters
MAX_SECONDS = 24 * 3600
MAX_TIME_MS = 8_640_000_000_000_000  # the latest moment that a browser's clock can show
MAX_RATIONALE = 20_000  # characters
_MOST = 1e300  # larger, endless and no numbers at all are damage
_ID = re.compile(r"[0-9a-f-]{36}:[0-9]{1,9}")
_UNREADABLE = "An answer arrived damaged and could not be read. Please answer this item again."


@dataclass(frozen=True)
class Answer:
    """A person's answer to one question.

    Attributes:
        question: the question's name.
        value: as the question's kind takes it; None when the person cannot judge.
        rationale: why; "" when nothing was said.
        cannot_judge: why it cannot be judged; None when it was.
    """

    question: str
    value: Any = None
    rationale: str = ""
    cannot_judge: CannotJudge | None = None


@dataclass(frozen=True)
class Pin:
    """A step pinned as the first that failed in its trace.

    Attributes:
        span_id: the step.
        trace_id: the trace that holds it; "" for the item's own.
    """

    span_id: str
    trace_id: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing a person did on the desk.

    Attributes:
        id: the submission id, ``"<tab's uuid>:<seq>"``.
        campaign: run id of the campaign.
        item: key of the item.
        kind: what was done.
        answers: for a submit, what was answered.
        pins: for a submit, the pinned steps: one, or in a session one of each turn.
        skip_reason: for a skip, why; "" when nothing was said.
        seconds: visible, active seconds spent on the item.
        answered_at_ms: the browser's clock when it was done.
        base: assessment name -> token of the own answer that the person saw.
        seen: what had been shown beside the trace before this was done.
    """

    id: str
    campaign: str
    item: str
    kind: EntryKind
    answers: tuple[Answer, ...] = ()
    pins: tuple[Pin, ...] = ()
    skip_reason: str = ""
    seconds: float = 0.0
    answered_at_ms: int = 0
    base: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()

    @property
    def tab(self) -> str:
        """The browser session that made it; entries of one tab apply in order of ``seq``."""
        return self.id.partition(":")[0]

    @property
    def seq(self) -> int:
        """The running number within the tab."""
        return int(self.id.partition(":")[2])


def entry_id(data: object) -> str | None:
    """Return the id of a raw entry when it is a well-formed one, else None."""
    found = data.get("id") if isinstance(data, Mapping) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def read_entry(data: Mapping[str, Any]) -> Entry:
    """Return the entry of a raw message.

    Raises:
        InvalidAnswer: when a field is missing, of a wrong type, or out of bounds.
    """
    kind = data.get("kind")
    if entry_id(data) is None or kind not in KINDS:
        raise InvalidAnswer(_UNREADABLE)
    return Entry(
        id=data["id"],
        campaign=_text(data, "campaign", 64),
        item=_text(data, "item", 64),
        kind=kind,
        answers=tuple(_answer(a) for a in _list(data, "answers", 64)),
        pins=_pins(data),
        skip_reason=_text(data, "skip_reason", MAX_RATIONALE).strip(),
        seconds=_seconds(data.get("seconds", 0)),
        answered_at_ms=int(min(max(_number(data.get("answered_at", 0)), 0.0), MAX_TIME_MS)),
        base=_base(data.get("base", {})),
        seen=frozenset(s for s in _list(data, "seen", 8) if s in SEEN),
    )


def _pins(data: Mapping[str, Any]) -> tuple[Pin, ...]:
    """Read the pinned steps; entries of browsers that know only one call it ``failure_span``."""
    before = _text(data, "failure_span", 64)
    found = [_pin(pin) for pin in _list(data, "failure_spans", MAX_PINS)]
    return tuple(found) or ((Pin(before),) if before else ())


def _pin(data: object) -> Pin:
    if not isinstance(data, Mapping) or not _text(data, "span", 64):
        raise InvalidAnswer(_UNREADABLE)
    return Pin(_text(data, "span", 64), _text(data, "trace", MAX_TRACE_ID))


def _answer(data: object) -> Answer:
    if not isinstance(data, Mapping):
        raise InvalidAnswer(_UNREADABLE)
    why = data.get("cannot_judge")
    if why is not None and why not in CANNOT_JUDGE:
        raise InvalidAnswer("“Cannot judge” takes: not my field, source missing, question unclear.")
    return Answer(
        question=_text(data, "question", 250),
        value=None if why else data.get("value"),
        rationale=_text(data, "rationale", MAX_RATIONALE).strip(),
        cannot_judge=why,
    )


def _text(data: Mapping[str, Any], name: str, longest: int) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise InvalidAnswer(_UNREADABLE)
    if len(value) > longest:
        raise InvalidAnswer(f"A text is too long: at most {longest:,} characters can be stored.")
    return value.encode("utf-8", "replace").decode()


def _list(data: Mapping[str, Any], name: str, longest: int) -> list[Any]:
    value = data.get(name) or []
    if not isinstance(value, list) or len(value) > longest:
        raise InvalidAnswer(_UNREADABLE)
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidAnswer(_UNREADABLE)
    if not -_MOST <= value <= _MOST:
        raise InvalidAnswer(_UNREADABLE)
    return float(value)


def _seconds(value: object) -> float:
    return round(min(max(_number(value), 0.0), MAX_SECONDS), 1)


def _base(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 64 + MAX_PINS:
        raise InvalidAnswer(_UNREADABLE)
    return {str(k): str(v) for k, v in value.items() if v}
