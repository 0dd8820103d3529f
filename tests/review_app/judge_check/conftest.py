"""MT-RAG's human answers and its three automatic judges, as items of a check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from review_app.demo.responses import responses
from review_app.judge_check.items import CheckItem

DATA = Path(__file__).resolve().parents[3] / "examples" / "data" / "mtrag" / "conversations.json"
ALWAYS = "always"  # the judge that passes everything


@pytest.fixture(scope="session")
def mt_rag():
    """Return the items as a judge scored them: faithfulness, from .5 on they pass."""
    found = responses(json.loads(DATA.read_text("utf-8")))

    def items(judge, *, clustered=False, tie=None):
        return [_item(response, judge, clustered=clustered, tie=tie) for response in found]

    return items


def _item(response, judge, *, clustered, tie):
    values = {one.annotator: one.values[-1] for one in response.ratings}
    votes = {name: value >= 3 for name, value in values.items() if value is not None}
    passing, trace_id = sum(votes.values()), response.trace_id("x")
    score = 1.0 if judge == ALWAYS else response.scores[judge]
    return CheckItem(
        trace_id=trace_id,
        label=tie if 2 * passing == len(votes) else 2 * passing > len(votes),
        votes=votes,
        judged=score >= 0.5,
        score=score,
        cluster=response.conversation if clustered else trace_id,
    )
