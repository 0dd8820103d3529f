"""Stages of pinned steps, read from the traces they are in."""

from __future__ import annotations

from review_app.quality.traffic import Pin
from services import stages
from services.stages import Stages
from services.traces import fetch


def test_a_pinned_step_is_read_once(store, make_campaign, monkeypatch):
    """The pinned tool of a trace is a tool, one that is gone is left out; nothing is read twice."""
    made = make_campaign(store, 2)
    found = fetch(store, made.traces[:1])[made.traces[0]].record
    tool = next(span for span in found.spans if span.kind == "TOOL")
    pins = [Pin(made.traces[0], tool.span_id), Pin("tr-gone", "1")]
    known = Stages(store)
    assert known.of(pins) == {pins[0]: "tool"}
    monkeypatch.setattr(stages, "fetch", lambda *_: {})
    assert known.of(pins) == {pins[0]: "tool"}
