"""Opened traces: what a list of the traces behind a number shows of each."""

from __future__ import annotations

from dataclasses import dataclass

from review_app.answers import Assessment
from review_app.pool import Candidate


@dataclass(frozen=True)
class Opened:
    """One trace of a list.

    Attributes:
        candidate: what was asked and answered, when, by which version.
        said: every valid assessment of the whole trace, the oldest first.
    """

    candidate: Candidate
    said: tuple[Assessment, ...]
