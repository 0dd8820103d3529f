"""What the desk is told about an item and its questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.desk import advances_on_choice, first_words, own_answers, question_card
from review_app.questions import DEFAULT_QUESTIONS, Question

QUALITY, NOTE = DEFAULT_QUESTIONS
CAMPAIGN = Campaign("Orders", DEFAULT_QUESTIONS, run_id="run-1")
ITEM = Item("key", PlanItem("tr-1", "all", "random"), 1, 1)


def stored(name, value, source="ana", at=1, **more) -> Assessment:
    return Assessment(name, value, source, assessment_id=f"{name}-{at}", created_ms=at, **more)


def test_a_form_is_filled_with_my_own_current_answer():
    """I see what I answered last, whoever's tab wrote it, and nobody else's answer."""
    rows = [
        stored("quality", value=True, at=1, valid=False),
        stored("quality", value=False, at=2, rationale="late", source="Ana"),
        stored("quality", value=True, at=3, source="bo"),
        stored("quality", value=True, at=4, source_type="LLM_JUDGE"),
        stored("quality", value=True, at=5, span_id="span-1"),
        stored("other", "x", at=6),
    ]
    own = own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": rows})
    assert own == {
        "answers": {"quality": {"value": False, "rationale": "late", "cannot_judge": None}},
        "failure_spans": {},
        "skip_reason": "",
        "base": {"quality": "quality-2"},
    }


def test_a_repeat_is_never_filled():
    """The second time I meet an item the form is empty, so that I judge afresh."""
    rows = [stored("quality", value=True, metadata={"review.round": "1"})]
    assert own_answers(CAMPAIGN, replace(ITEM, round=2), "ana", {"tr-1": rows})["answers"] == {}
    again = [*rows, stored("quality", value=False, at=2, metadata={"review.round": "2"})]
    assert (
        own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": again})["answers"]["quality"]["value"] is True
    )


def test_pin_skip_and_cannot_judge_come_back():
    """What I pinned, why I skipped and that I could not judge is there when I come back."""
    rows = [
        stored("quality", None, metadata={"review.cannot_judge": "not_my_field"}),
        stored("first_failure", value=True, span_id="span-7"),
        stored("skip_reason", "broken", metadata={"review.submission": "tab:3"}),
        stored("note", None, metadata={"review.cleared": "true"}),
    ]
    own = own_answers(CAMPAIGN, ITEM, "ana", {"tr-1": rows})
    assert own["answers"]["quality"]["cannot_judge"] == "not_my_field"
    assert "note" not in own["answers"]
    assert (own["failure_spans"], own["skip_reason"]) == ({"": "span-7"}, "broken")
    assert own["base"]["skip_reason"] == "tab:3"
    assert "note" in own["base"]


def test_a_card_tells_which_options_fail():
    """The form asks why exactly where an option lies below the pass cut."""
    scale = Question("tone", "choice", options=("Rude", "Plain", "Kind"), pass_cut="Plain")
    assert question_card(scale)["failing"] == ["Rude"]
    assert question_card(QUALITY)["heading"] == "Is this answer good enough?"


@pytest.mark.parametrize(
    "questions, advance, goes_on",
    [
        (DEFAULT_QUESTIONS, "on choice", True),
        (DEFAULT_QUESTIONS, "on save", False),
        ((QUALITY, replace(NOTE, required=True)), "on choice", False),
        ((replace(QUALITY, ask_why_on_fail=True),), "on choice", False),
        ((Question("flaws", "choices", options=("a", "b")),), "on choice", False),
        ((NOTE,), "on choice", False),
    ],
)
def test_a_digit_goes_on_only_where_nothing_else_is_asked(questions, advance, goes_on):
    """One key saves only where the only required question is one choice."""
    campaign = Campaign("Orders", questions, advance=advance)
    assert advances_on_choice(campaign) is goes_on


@pytest.mark.parametrize(
    "preview, words",
    [
        ('{"question": "Where is order 7?"}', "Where is order 7?"),
        ('{"n": 1, "text": "Hi\\n there"}', "Hi there"),
        ('{"question": "Where", "model": "gpt', ""),
        ("{" * 5000, ""),
        ("plain words", "plain words"),
        ("x" * 91, "x" * 89 + "…"),
        ("", ""),
    ],
    ids=["question", "text", "cut", "deep", "plain", "long", "empty"],
)
def test_items_are_told_apart_by_their_first_words(preview, words):
    """The item list shows how each item begins, whatever MLflow kept of it."""
    assert first_words(preview) == words
