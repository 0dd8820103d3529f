"""What is known of a campaign right now, however much of it has been counted."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.progress import Progress


@dataclass(frozen=True)
class Sight:
    """What is known of a campaign right now.

    Attributes:
        progress: the newest numbers; None before the first are there.
        computed_ms: when they were counted, milliseconds since the epoch.
        whole: False while only the queues have been counted, not the answers.
        counting: whether they are being counted anew.
        done: how much of that is done, in queue items or traces.
        total: out of how many; 0 before that is known.
        trouble: why the last count failed, as a sentence; "" when it did not.
    """

    progress: Progress | None = None
    computed_ms: int = 0
    whole: bool = False
    counting: bool = False
    done: int = 0
    total: int = 0
    trouble: str = ""
