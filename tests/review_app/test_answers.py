"""Which answers of an item are a person's own current ones, and what they say."""

from __future__ import annotations

from typing import Any

import pytest

from review_app.answers import Assessment, answer_words, assessment_id, own_of_item
from review_app.campaigns import Item, PlanItem
from review_app.questions import Question

QUALITY = Question("quality", "pass_fail", options=("Pass", "Fail"))
SESSION: dict[str, Any] = {"review.sample_unit": "session"}
TRACE = Item("key", PlanItem("tr-1", "all", "random"), 1, 1)
WHOLE = Item("key", PlanItem("tr-1", "all", "random", unit="session"), 1, 1)


def pin(span: str, at: int = 1, source: str = "ana", **metadata: Any) -> Assessment:
    return Assessment("first_failure", True, source, span_id=span, created_ms=at, metadata=metadata)


def test_each_turn_of_a_session_has_a_pin_of_its_own():
    """In a conversation my newest pin of each turn stands, and pins of single items stay apart."""
    stored = {
        "tr-1": [pin("s1", **SESSION), pin("s2", 2, **SESSION), pin("s9", 3)],
        "tr-2": [pin("s3", **SESSION), pin("s4", 2, source="bo", **SESSION)],
    }
    own = own_of_item(stored, "ana", WHOLE)
    found = {place: (a.span_id, a.trace_id) for place, a in own.items()}
    assert found == {
        "first_failure tr-1": ("s2", "tr-1"),
        "first_failure tr-2": ("s3", "tr-2"),
    }
    alone = own_of_item({"tr-1": stored["tr-1"]}, "ana", TRACE)
    assert {place: a.span_id for place, a in alone.items()} == {"first_failure": "s9"}


def test_answers_of_a_session_are_those_on_its_first_trace():
    """What I say about a conversation stands on its first trace; other traces hold pins only."""
    said = Assessment("quality", True, "ana", metadata=SESSION)
    stored = {"tr-1": [said], "tr-2": [Assessment("quality", False, "ana", metadata=SESSION)]}
    assert own_of_item(stored, "ana", WHOLE)["quality"].value is True
    assert own_of_item(stored, "ana", TRACE) == {}


def test_pins_of_one_submission_have_ids_of_their_own():
    """Two turns pinned in one go are two answers, also where their steps have the same id."""
    ids = {assessment_id("tab:1", "first_failure", "s1", trace) for trace in ("", "tr-1", "tr-2")}
    assert len(ids) == 3
    assert assessment_id("tab:1", "first_failure", "s1") in ids


@pytest.mark.parametrize(
    "value, metadata, words",
    [
        (True, {}, "Pass"),
        (None, {"review.cannot_judge": "not_my_field"}, "Can’t judge"),
        (None, {"review.cleared": "true"}, ""),
    ],
)
def test_an_answer_in_words(value, metadata, words):
    """An answer is told as a person says it, and one that says nothing is no text at all."""
    assert answer_words(QUALITY, Assessment("quality", value, "ana", metadata=metadata)) == words
