"""The first visit by link."""

from __future__ import annotations

from components.review_desk.introduction import instructions_html, introduction_html
from review_app.campaigns import Campaign
from review_app.questions import Question

FAITHFUL = Question(
    "faithful",
    "pass_fail",
    title="Is it <b>faithful</b>?",
    instruction="Only what the passages say.",
    options=("Pass", "Fail"),
    passed_example="Names *two* fees.",
    failed_example="Invents a <script>alert(1)</script> fee.",
)
CAMPAIGN = Campaign("Fees & more", (FAITHFUL,), owner="lea", purpose="We **fix** fees.")


def test_a_first_visitor_learns_everything():
    """Who asks, how long it takes, why, and each question with a passed and a failed example."""
    html = introduction_html(CAMPAIGN, 20, "bo")

    for words in ("Fees &amp; more", "Lea asks", "20 items", "about 40 minutes", "<strong>fix"):
        assert words in html
    for words in ("Only what the passages say.", "Passes", "Names", "Fails", "Invents"):
        assert words in html


def test_what_happens_to_the_answers_is_always_said():
    """A campaign without a purpose of its own still says what happens to the answers."""
    html = introduction_html(Campaign("c", ()), 1, "Bo")

    assert "Bo asks" in html
    assert "stored with each trace" in html


def test_no_text_of_a_lead_becomes_markup():
    """A title or example that holds HTML is shown as it was typed."""
    html = introduction_html(CAMPAIGN, 1, "bo") + instructions_html(CAMPAIGN)

    assert "<script" not in html
    assert "<b>faithful" not in html
    assert "&lt;b&gt;faithful" in html
