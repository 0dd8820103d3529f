"""What the other reviewers say, for after the own answer."""

from __future__ import annotations

from typing import Any

from review_app.answers import Assessment
from review_app.campaigns import Campaign, Item, PlanItem
from review_app.others import Other, Said, others_of
from review_app.questions import Question

QUALITY = Question("quality", "pass_fail", title="Good?", options=("Pass", "Fail"))
NOTE = Question("note", "text")
CAMPAIGN = Campaign("Orders", (QUALITY, NOTE), run_id="run-1")
ITEM = Item("key", PlanItem("tr-1", "all", "random"), 1, 1)


def said(value: Any, source: str = "bo", at: int = 1, name: str = "quality", **more) -> Assessment:
    metadata = {"review.campaign": "run-1", **more.pop("metadata", {})}
    return Assessment(name, value, source, created_ms=at, metadata=metadata, **more)


def test_the_others_and_what_they_say_now():
    """I read each other reviewer's current answers in words, with their reasons, by name."""
    rows = [
        said(value=True, valid=False),
        said(value=False, at=2, rationale="late"),
        said("Ask.", name="note"),
        said(None, source="cy", metadata={"review.cannot_judge": "not_my_field"}),
        said(value=True, source="ana"),
    ]
    assert others_of(CAMPAIGN, ITEM, "ana", rows) == (
        Other("bo", (Said("Good?", "Fail", "late"), Said("note", "Ask."))),
        Other("cy", (Said("Good?", "Can’t judge"),)),
    )


def test_only_reviewers_of_this_campaign_are_others():
    """Judges, other campaigns, settled labels, whole conversations and pins are none of them."""
    rows = [
        said(value=True, source="judge@1", source_type="LLM_JUDGE"),
        said(value=True, metadata={"review.campaign": "run-2"}),
        said(value=True, source="lea", metadata={"review.role": "adjudication"}),
        said(value=True, metadata={"review.sample_unit": "session"}),
        said(value=True, span_id="s1"),
        said(value=True, name="first_failure"),
        said(None, metadata={"review.cleared": "true"}),
    ]
    assert others_of(CAMPAIGN, ITEM, "ana", rows) == ()


def test_answers_of_mlflows_own_tab_are_shown():
    """What another reviewer answered in MLflow's own tab is an answer like every other one."""
    rows = [Assessment("quality", value=True, source="Bo")]
    assert others_of(CAMPAIGN, ITEM, "ana", rows) == (Other("bo", (Said("Good?", "Pass"),)),)
