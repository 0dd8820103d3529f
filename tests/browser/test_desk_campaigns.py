"""What a campaign may ask of the desk: practice, others' answers, whole conversations, notes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from review_app.answers import Assessment
from review_app.questions import DEFAULT_QUESTIONS, Question
from services.assessments import create_assessment
from services.traces import fetch

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), required=False)
EXPECTED = Question("expected", "text", title="Expected answer", required=False, comment=False)


def practice(n, planned):
    """The first two items are practice, the third is gold."""
    if n > 3:
        return planned
    role, why = ("gold", "gold reason") if n == 3 else ("practice", f"It is *still packed* {n}.")
    return replace(planned, role=role, right={"quality": False, "tone": "Kind"}, why=why)


def talking(record):
    """A turn of a conversation of three."""
    number = int(re.findall(r"\d+", record.request_preview)[0])
    return replace(record, metadata={"mlflow.trace.session": f"talk {(number - 1) // 3}"})


def conversations(n, planned):
    """Each first turn stands for its conversation."""
    return replace(planned, unit="session") if n % 3 == 1 else None


def step_of(made, number: int) -> str:
    """Id of the step get_order of trace number n, counted from 0."""
    [one] = fetch(made.store, [made.traces[number]]).values()
    return next(s.span_id for s in one.record.spans if s.name == "get_order")


def test_practice_teaches_before_it_counts(app, module_store, make_campaign, visit):
    """After a practice item I stay on it and see my answer beside the right one, and why."""
    made = make_campaign(module_store, 4, questions=(QUALITY, TONE), as_planned=practice)
    desk = visit(app, "ana").open(made.name)
    expect(desk.form).to_contain_text("Practice 1 of 2 · does not count")
    expect(desk.form).not_to_contain_text("Right answer")
    desk.press("1", "ArrowDown", "3", "Control+Enter")
    quality, tone = (desk.form.locator(".compared").nth(n) for n in range(2))
    expect(quality).to_have_text(re.compile("good enough.*Differs.*Pass.*Fail"))
    expect(tone).to_have_text(re.compile("tone.*Agrees.*Kind.*Kind"))
    expect(desk.form).to_contain_text("It is still packed 1.")
    assert desk.trace == made.traces[0]
    desk.is_saved()
    desk.press("2")
    expect(desk.say).to_have_text("This practice item is answered. Ctrl+Enter goes on.")
    expect(desk.form.get_by_role("button", name="Go on")).to_be_visible()
    assert desk.answer("Control+Enter") == made.traces[0]
    expect(desk.form).to_contain_text("Practice 2 of 2 · does not count")
    desk.press("2", "Control+Enter")
    expect(desk.form.locator(".compared").first).to_contain_text("Agrees")
    desk.answer("Control+Enter")
    expect(desk.form.locator(".practice")).to_be_hidden()
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    assert desk.trace == made.traces[3]
    stored = [made.answers(t)["quality"] for t in made.traces[:3]]
    assert [a.value for a in stored] == [True, False, False]
    assert [a.metadata["review.role"] for a in stored] == ["practice", "practice", "gold"]


def test_a_practice_answer_can_be_taken_back(app, module_store, make_campaign, visit):
    """U after a lesson opens the item again; my next answer is compared anew."""
    made = make_campaign(module_store, 3, as_planned=practice, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    desk.press("1")
    expect(desk.form.locator(".lesson")).to_contain_text("You differ")
    desk.press("u")
    expect(desk.form.locator(".lesson")).to_have_text("")
    expect(desk.form.get_by_role("button", name="Save and compare")).to_be_visible()
    desk.press("2")
    expect(desk.form.locator(".lesson")).to_contain_text("You agree")
    desk.is_saved()
    assert made.answers(made.traces[0])["quality"].value is False
    desk.answer("Control+Enter")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    expect(desk.form.locator(".lesson")).to_contain_text("You agree")


def test_others_are_shown_after_mine(app, module_store, make_campaign, visit):
    """Where the lead reveals, I read the others' answers after mine, and a change then says so."""
    made = make_campaign(
        module_store, 2, ("ana", "bo", "cy"), questions=(QUALITY, NOTE), reveal=True
    )
    context = {"review.campaign": made.campaign.run_id}
    for person, name, value in (
        ("bo", "quality", False),
        ("cy", "quality", True),
        ("cy", "note", "Hm"),
    ):
        said = Assessment(
            name, value, person, rationale="late" * (person == "bo"), metadata=context
        )
        create_assessment(module_store, made.traces[0], said)
    desk = visit(app, "ana").open(made.name)
    assert "others" not in desk.reader.inner_text()
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    desk.press("ArrowLeft").shows_item(made.traces[0])
    others = desk.facts.locator(".others")
    expect(others).to_contain_text("2 others answered")
    expect(others.locator("dl").nth(0)).to_have_text(re.compile("bo.*good enough.*Fail.*“late”"))
    expect(others.locator("dl").nth(1)).to_have_text(re.compile("cy.*Pass.*Note.*Hm"))
    blind = made.answers(made.traces[0])["quality"]
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    sighted = made.answers(made.traces[0])["quality"]
    seen = [a.metadata["review.seen"] for a in (blind, sighted)]
    assert (seen, sighted.overrides) == (["nothing", "facts+others"], blind.assessment_id)
    kept = [a for a in made.stored(made.traces[0]) if a.assessment_id == blind.assessment_id]
    assert [(a.value, a.valid) for a in kept] == [(True, False)]
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    desk.press("ArrowLeft").shows_item(made.traces[1])
    expect(desk.facts).to_contain_text("Nobody else has answered")
    desk.press("Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[1])["quality"].metadata["review.seen"] == "facts"


def test_a_conversation_is_one_item(app, module_store, make_campaign, visit):
    """I read a whole conversation turn after turn, find in all of it, and answer it once."""
    made = make_campaign(module_store, 6, change=talking, as_planned=conversations)
    desk = visit(app, "ana").open(made.name)
    expect(desk.progress).to_contain_text("0 of 2")
    reader = desk.reader.locator(".held.on")
    expect(reader).to_contain_text("Conversation of 3 turns")
    turns = reader.locator(".trace")
    expect(turns).to_have_count(3)
    for number in range(3):
        expect(turns.nth(number)).to_contain_text(f"Turn {number + 1} · 12 Nov")
        expect(turns.nth(number)).to_contain_text(f"Where is order {number + 1}?")
        expect(turns.nth(number)).to_contain_text(f"Order {number + 1} has left")
    desk.press("f").type("P-0003")
    expect(desk.page.locator(".hits")).to_have_text(re.compile(r"\d+ of \d+"))
    desk.press("Escape", "Escape", "End", "a")
    expect(turns.nth(2).locator(".later[data-part$=steps]")).to_contain_text("answer_question")
    expect(turns.nth(0).locator(".later[data-part$=steps]")).to_be_hidden()
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    answer = made.answers(made.traces[0])["quality"]
    assert (answer.value, answer.metadata["review.sample_unit"]) == (False, "session")
    assert [made.stored(t) for t in made.traces[1:3]] == [[], []]
    assert made.status(made.traces[0]) == "complete"
    desk.press("ArrowLeft").shows_item(made.traces[0])
    expect(desk.facts).to_contain_text("session talk 0")


def test_each_turn_has_its_failing_step(app, module_store, make_campaign, visit):
    """In a conversation I pin one step of each turn; each is stored on the turn that holds it."""
    made = make_campaign(module_store, 6, change=talking, as_planned=conversations)
    desk = visit(app, "ana").open(made.name)
    lines = desk.reader.locator(".held.on .trace .did > .ln[data-span]")
    for number in (0, 2):
        lines.nth(number).click()
        desk.press("p")
        expect(desk.say).to_have_text("Pinned: this step failed first in its turn.")
        expect(lines.nth(number)).to_have_class(re.compile("pinned"))
    expect(desk.reader.locator(".held.on .pinned")).to_have_count(2)
    desk.page.wait_for_timeout(600)
    desk.page.reload()
    desk.shows_item(made.traces[0])
    expect(desk.reader.locator(".held.on .pinned")).to_have_count(2)
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    pinned = {n: made.answers(made.traces[n]).get("first_failure") for n in range(3)}
    assert pinned[1] is None
    for number in (0, 2):
        found = pinned[number]
        assert (found.value, found.span_id) == (True, step_of(made, number))
        assert found.metadata["review.sample_unit"] == "session"
    desk.press("ArrowLeft").shows_item(made.traces[0])
    lines.nth(2).click()
    desk.press("p")
    expect(desk.say).to_have_text("The pin is taken off.")
    desk.press("Control+Enter")
    desk.is_saved()
    third = made.answers(made.traces[2])["first_failure"]
    assert (third.value, third.overrides) == (None, pinned[2].assessment_id)
    assert made.answers(made.traces[0])["first_failure"].value is True


def test_a_pin_that_is_not_there_comes_back(app, module_store, make_campaign, visit):
    """A pin on a step that MLflow does not hold is refused; my answers are the draft again."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    desk.press("2")
    desk.page.evaluate(
        """() => {
          const { reviewDesk } = document.querySelector("[data-testid=desk-host]").shadowRoot;
          reviewDesk.state.drafts[reviewDesk.item].failure_spans[""] = "nowhere";
        }"""
    )
    desk.answer("Control+Enter")
    expect(desk.say).to_contain_text("The step you pinned is not part of this item.")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    fail = desk.form.get_by_role("radio", name="Fail")
    expect(fail).to_have_attribute("aria-checked", "true")
    assert made.stored(made.traces[0]) == []
    desk.press("p")
    expect(desk.say).to_have_text("The pin is taken off.")
    desk.answer("Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[0]).keys() == {"quality"}


def test_a_note_is_never_in_the_way(app, module_store, make_campaign, visit):
    """N leads to the open note from anywhere, also past other texts; without one I save as well."""
    made = make_campaign(module_store, 3, questions=(QUALITY, EXPECTED, NOTE))
    desk = visit(app, "ana").open(made.name)
    expect(desk.question("note")).to_have_class(re.compile(r"\bnote\b"))
    expect(desk.question("note")).not_to_contain_text("optional")
    desk.press("n").type("The third one this week.")
    desk.is_at("note")
    desk.press("Escape", "ArrowUp", "ArrowUp")
    desk.answer("1", "Control+Enter")
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    said = [{n: a.value for n, a in made.answers(t).items()} for t in made.traces[:2]]
    assert said == [{"quality": True, "note": "The third one this week."}, {"quality": True}]
