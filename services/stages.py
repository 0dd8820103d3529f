"""Stages of pinned steps: only traces in which somebody pinned a step are read, and once."""

from __future__ import annotations

from collections.abc import Iterable

from review_app.quality.stages import Stage, stage_of
from review_app.quality.traffic import Pin
from services.store import Store
from services.traces import AT_ONCE, fetch


class Stages:
    """Knows what sort of step each pin is of; a recorded step never changes."""

    def __init__(self, store: Store) -> None:
        """Bind to the store; nothing is read yet."""
        self._store = store
        self._known: dict[Pin, Stage] = {}

    def of(self, pins: Iterable[Pin]) -> dict[Pin, Stage]:
        """Return the stage of each pin; one whose step is gone is left out.

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        wanted = dict.fromkeys(pins)
        missing = list(dict.fromkeys(p.trace_id for p in wanted if p not in self._known))
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            for trace_id, fetched in fetch(self._store, some).items():
                for span in fetched.record.spans:
                    pin = Pin(trace_id, span.span_id)
                    if pin in wanted:
                        self._known[pin] = stage_of(span)
        return {pin: self._known[pin] for pin in wanted if pin in self._known}
