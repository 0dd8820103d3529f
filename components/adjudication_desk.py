"""What the review desk is told when a lead settles one question on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from components.review_desk import BUILD
from components.review_desk.introduction import instructions_html, question_html
from review_app.adjudication import asks_one, desk_of
from review_app.campaigns import Campaign
from review_app.desk import advances_on_choice, question_card
from review_app.questions import Question


def settle_frame(
    person: str, campaign: Campaign, question: Question, address: Mapping[str, str], led: str = ""
) -> dict[str, Any]:
    """Return what stays the same over a visit.

    ``address`` is that of this desk; ``led`` is the trace to which a judge's disagreement led.
    """
    alone = asks_one(campaign, question)
    asked = alone.questions[0]
    return {
        "build": BUILD,
        "person": person,
        "campaign": desk_of(campaign.run_id, led),
        "name": f"Adjudication · {campaign.name}",
        "status": alone.status,
        "notice": "",
        "questions": [{**question_card(asked), "about": question_html(asked)}],
        "advance": advances_on_choice(alone),
        "instructions": instructions_html(alone),
        "intro": "",
        "link": "/adjudication?" + urlencode(address, quote_via=quote),
        "time_box_minutes": alone.time_box_minutes,
        "over": {
            "title": "That was the last one",
            "next": "Next: freeze a labeled set from the answers and your decisions.",
            "back": "Back to what there is to settle",
        },
    }
