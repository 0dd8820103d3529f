"""Reasons that other tools wrote, however long they are."""

from __future__ import annotations

from components import check_items, quality_traces
from components.words import LONGEST
from review_app.answers import Assessment
from review_app.judge_check.sides import Voice
from review_app.questions import Question

GOOD = Question("good", "pass_fail", options=("Pass", "Fail"))
ENDLESS = "because " * 100_000


def test_a_list_stays_a_list():
    """A reason of a megabyte is cut beside a judge and behind a mark; the page stays readable."""
    beside = check_items._said(Voice("big@1", True, True, ENDLESS), GOOD)
    given = Assessment("good", True, "big@1", source_type="LLM_JUDGE", rationale=ENDLESS)
    behind = quality_traces._said(given, GOOD, named=False)

    assert max(len(beside), len(behind)) < LONGEST + 500
    assert "because…" in beside
    assert "because…" in behind
