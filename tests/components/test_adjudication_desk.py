"""What the lead's desk is told: to which item a judge's disagreement led."""

from __future__ import annotations

from components.adjudication_desk import settle_frame
from review_app.adjudication import desk_of, run_of
from review_app.campaigns import Campaign
from review_app.questions import Question

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("Orders", (OK,), run_id="run")


def test_the_browser_sends_which_item_a_judge_led_to():
    """Answers of such a desk name that item; a link to another item is an ordinary one."""
    usual = settle_frame("lea", CAMPAIGN, OK, {"campaign": "Orders"})
    led = settle_frame("lea", CAMPAIGN, OK, {"campaign": "Orders"}, "tr-1")

    assert (usual["campaign"], led["campaign"]) == (desk_of("run"), desk_of("run", "tr-1"))
    assert run_of(led["campaign"]) == run_of(usual["campaign"]) == "run"
    assert led["link"] == usual["link"] == "/adjudication?campaign=Orders"
