"""The first visit by a link: the introduction, shown once, and trying a campaign out."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from review_app.questions import DEFAULT_QUESTIONS, Question
from services.campaigns import Campaigns

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
EXPLAINED = replace(
    QUALITY,
    passed_example="It says **where** the parcel is.",
    failed_example="It says *soon*.",
)
TONE = Question("tone", "choice", options=("Kind", "Rude"), instruction="How did it sound?")


def introduction(desk) -> Locator:
    """What a person reads before the first item."""
    return desk.page.locator("dialog[data-panel=intro]")


def invited(module_store, make_campaign, **fields):
    """A campaign that begins with an introduction."""
    told = {"introduce": True, "questions": (EXPLAINED, TONE), **fields}
    return make_campaign(module_store, 3, **told)


def test_the_first_visit_tells_what_it_is_about(app, module_store, make_campaign, visit):
    """I read who asks, why, how long it takes, what happens to my answers, and what is meant."""
    why = "To find out **why** people call us."
    made = invited(module_store, make_campaign, purpose=why, instructions="Judge the *answer*.")
    desk = visit(app, "ana").open(made.name)
    told = introduction(desk)
    expect(told.get_by_role("heading", name=made.name)).to_be_visible()
    for sentence in (
        "Lea asks for your judgement. 3 items, about 6 minutes in all.",
        "every answer is saved at once, and you go on where you left off.",
        "To find out why people call us.",
        "Judge the answer.",
        "Would you be content if this answer had been sent in your name?",
        "It says where the parcel is.",
        "It says soon.",
        "How did it sound?",
    ):
        expect(told).to_contain_text(sentence)
    expect(told.locator(".example.p")).to_contain_text("Passes")
    expect(told.locator(".example.f")).to_contain_text("Fails")


def test_what_happens_to_the_answers_is_always_told(app, module_store, make_campaign, visit):
    """Where the lead gave no purpose I still read what my answers are for."""
    made = invited(module_store, make_campaign)
    desk = visit(app, "ana").open(made.name)
    expect(introduction(desk)).to_contain_text("stored with each trace in MLflow, under your name")


def test_keys_wait_for_the_beginning(app, module_store, make_campaign, visit):
    """While I read the introduction no key answers anything, and Enter begins."""
    made = invited(module_store, make_campaign, advance="on choice", questions=(QUALITY,))
    desk = visit(app, "ana").open(made.name)
    expect(introduction(desk)).to_be_visible()
    desk.press("1", "2", "s", "Control+Enter")
    expect(desk.progress.locator(".count")).to_have_text("0 of 3")
    assert desk.trace == made.traces[0]
    desk.press("Enter")
    expect(introduction(desk)).to_be_hidden()
    expect(desk.form.locator("[aria-checked=true]")).to_have_count(0)
    desk.answer("1")
    desk.is_saved()
    assert [len(made.stored(trace_id)) for trace_id in made.traces] == [1, 0, 0]


def test_it_is_shown_once(app, module_store, make_campaign, visit):
    """Once I have begun the introduction does not come again, and stays one key away."""
    made = invited(module_store, make_campaign)
    desk = visit(app, "ana").open(made.name)
    introduction(desk).get_by_role("button", name="Begin").click()
    expect(introduction(desk)).to_be_hidden()
    desk.open(made.name)
    desk.is_saved()
    expect(introduction(desk)).to_be_hidden()
    desk.press("i")
    instructions = desk.page.get_by_role("dialog", name="Instructions")
    expect(instructions).to_contain_text("How did it sound?")
    desk.press("Escape")
    expect(instructions).to_be_hidden()


def test_who_has_answers_needs_none(app, module_store, make_campaign, visit):
    """In another browser, where I come with answers, the introduction is not in the way."""
    made = invited(module_store, make_campaign, questions=(QUALITY,))
    desk = visit(app, "ana").open(made.name)
    desk.press("Enter")
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    elsewhere = visit(app, "ana").open(made.name)
    elsewhere.is_saved()
    expect(introduction(elsewhere)).to_be_hidden()
    assert elsewhere.trace == made.traces[1]


def test_a_question_explains_itself(app, module_store, make_campaign, visit):
    """Beside each question a click shows what it means, with an example that passes and fails."""
    made = invited(module_store, make_campaign, introduce=False)
    desk = visit(app, "ana").open(made.name)
    desk.page.get_by_role("button", name="What “Is this answer good enough?” means").click()
    panel = desk.page.locator("dialog[data-panel=text]")
    expect(panel).to_contain_text("It says where the parcel is.")
    expect(panel).not_to_contain_text("How did it sound?")
    desk.press("Escape", "1")
    expect(desk.form.get_by_role("radio", name="Pass")).to_have_attribute("aria-checked", "true")


def test_whoever_has_the_link_can_try(app, module_store, make_campaign, visit):
    """A campaign for everybody is offered on My reviews, and one click begins it."""
    made = make_campaign(module_store, 4, (), join="anyone")
    desk = visit(app, "newcomer")
    desk.page.goto(app.address)
    row = desk.page.locator("[class*=st-key-campaign-]").filter(has_text=made.name)
    expect(row).to_contain_text("4 items, about 8 minutes, open to everybody")
    row.get_by_role("button", name="Try it").click()
    desk.shows_item()
    expect(desk.progress.locator(".count")).to_have_text("0 of 4")
    answered = desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert made.answers(answered, "newcomer")["quality"].value is True
    assert made.status(answered, "newcomer") == "complete"
    assert "newcomer" in Campaigns(module_store).get(made.name).reviewers


def test_my_reviews_leads_on_and_back(app, module_store, make_campaign, visit):
    """My reviews shows what is left, leads to where I was, and to every answer I have given."""
    made = make_campaign(module_store, 3, ("eva",))
    desk = visit(app, "eva").open(made.name)
    desk.answer("2", "w", *"late", "Control+Enter")
    desk.is_saved()
    desk.page.get_by_role("button", name="Back to my reviews").click()
    row = desk.page.locator("[class*=st-key-campaign-]").filter(has_text=made.name)
    expect(row).to_contain_text("1 of 3")
    finished = desk.page.locator(".finished").filter(has_text="Where is order 1?")
    expect(finished).to_contain_text("Fail (late)")
    row.get_by_role("button", name="Continue").click()
    desk.shows_item(made.traces[1])
    desk.page.goto(app.address)
    finished.click()
    desk.shows_item(made.traces[0])
    expect(desk.page).to_have_url(
        f"{app.address}/review?campaign={quote(made.name)}&item={made.traces[0]}"
    )
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[0], "eva")["quality"].value is True
