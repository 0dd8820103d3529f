"""What the lead's desk is told: a desk that a judge's disagreement opened stays one."""

from __future__ import annotations

from components.adjudication_desk import settle_frame
from review_app.adjudication import DISAGREEING, PREFIX, run_of
from review_app.campaigns import Campaign
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("Orders", (OK,), run_id="run")


def test_the_browser_sends_why_it_was_asked():
    """Answers of such a desk carry that a judge led there; its link to an item does, too."""
    usual = settle_frame("lea", CAMPAIGN, OK, {"campaign": "Orders"})
    led = settle_frame("lea", CAMPAIGN, OK, {"campaign": "Orders", "because": "judge_disagreement"})

    assert (usual["campaign"], led["campaign"]) == (f"{PREFIX}run", f"{DISAGREEING}run")
    assert run_of(led["campaign"]) == run_of(usual["campaign"]) == "run"
    assert led["link"] == "/adjudication?campaign=Orders&because=judge_disagreement"
