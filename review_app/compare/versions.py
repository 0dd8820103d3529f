"""What the traces say of each version: how many, since when, which failed, with which prompts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from review_app.compare.designs import Asked
from review_app.quality.labels import FrameKey, LabeledItem
from review_app.quality.samples import Reach


class Seen(NamedTuple):
    """One trace, as far as the list of versions looks at it.

    Attributes:
        trace_id: MLflow's id.
        time_ms: when the app was asked, milliseconds since the epoch.
        version: what produced it.
        session: its conversation; "" for none.
        question: a number that equal questions share; 0 where it is not known.
        failed: whether it ended with an error.
        prompts: names with their versions, ``answering@3``.
    """

    trace_id: str
    time_ms: int
    version: str
    session: str = ""
    question: int = 0
    failed: bool = False
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """One version and what its traces say.

    Attributes:
        name: what people call it.
        traces: those of it, the newest first.
        created_ms: when it was registered as a LoggedModel; 0 where it is none.
        failed: traces that ended with an error, the newest first.
        prompts: prompts that its traces name, with their versions.
    """

    name: str
    traces: tuple[Seen, ...] = ()
    created_ms: int = 0
    failed: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()

    @property
    def first_ms(self) -> int:
        """When it was first asked; 0 for never."""
        return self.traces[-1].time_ms if self.traces else 0

    @property
    def last_ms(self) -> int:
        """When it was last asked; 0 for never."""
        return self.traces[0].time_ms if self.traces else 0

    @property
    def asked(self) -> list[Asked]:
        """Its traces as a design looks at them."""
        return [Asked(t.trace_id, t.time_ms, t.session, t.question) for t in self.traces]


def versions_of(seen: Iterable[Seen], registered: Mapping[str, int]) -> tuple[Version, ...]:
    """Return the versions, the newest first by when they were first asked or registered.

    Args:
        seen: traces, in any order.
        registered: name of each LoggedModel -> when it was registered.

    >>> found = versions_of([Seen("a", 5, "v1"), Seen("b", 9, "v2", failed=True)], {"v3": 7})
    >>> [(one.name, len(one.traces), len(one.failed)) for one in found]
    [('v2', 1, 1), ('v3', 0, 0), ('v1', 1, 0)]
    """
    theirs: dict[str, list[Seen]] = {name: [] for name in registered}
    for one in seen:
        theirs.setdefault(one.version, []).append(one)
    found = []
    for name, traces in theirs.items():
        traces.sort(key=lambda one: (-one.time_ms, one.trace_id))
        prompts = sorted({prompt for one in traces for prompt in one.prompts})
        failed = tuple(one.trace_id for one in traces if one.failed)
        created = registered.get(name, 0)
        found.append(Version(name, tuple(traces), created, failed, tuple(prompts)))
    return tuple(sorted(found, key=lambda v: (-(v.first_ms or v.created_ms), v.name)))


def prompts_in(tag: str) -> tuple[str, ...]:
    """Return the prompts that MLflow's tag of a trace names; () where it names none.

    >>> prompts_in('[{"name": "sys_prompt", "version": "1"}]')
    ('sys_prompt@1',)
    >>> prompts_in("no JSON"), prompts_in('{"name": 1}')
    ((), ())
    """
    try:
        listed = json.loads(tag) if tag else []
    except ValueError:
        return ()
    if not isinstance(listed, list):
        return ()
    named = (one for one in listed if isinstance(one, dict) and one.get("name"))
    return tuple(f"{one['name']}@{one.get('version', '')}".rstrip("@") for one in named)


def window_of(labeled: Iterable[LabeledItem], reaches: Mapping[FrameKey, Reach]) -> tuple[int, int]:
    """Return the time that most of the usable labels speak for; (0, 0) where nothing bounds it.

    Traffic goes on after a sample was drawn, and no label speaks for what came later.

    Args:
        labeled: items of the versions that are compared.
        reaches: the frames they were drawn from.
    """
    usable: dict[tuple[int, int], set[str]] = {}
    for item in labeled:
        reach = reaches.get(item.frame)
        if reach is None or reach.why_not or reach.frame is None:
            continue
        time = reach.frame.since_ms, reach.frame.until_ms
        usable.setdefault(time, set()).add(item.trace_id)
    return max(usable, key=lambda time: (len(usable[time]), time), default=(0, 0))
