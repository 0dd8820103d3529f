"""What MLflow holds after an answer, an undo, a skip, a pin and a changed mind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from review_app.questions import DEFAULT_QUESTIONS, Question

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
TONE = Question(
    "tone",
    "choice",
    options=("Rude", "Plain", "Kind"),
    scale="ordinal",
    pass_cut="Plain",
    ask_why_on_fail=True,
    required=False,
)
SCORE = Question("score", "number", minimum=1, maximum=5, required=False)
EXPECTED = Question("expected", "text", title="Expected answer", expectation=True, comment=False)


def go_back_to(desk, trace_id: str) -> None:
    """Walk back to an item before this one."""
    while desk.trace != trace_id:
        desk.press("ArrowLeft")


def test_an_answer_carries_what_it_must(app, module_store, make_campaign, visit):
    """Each answer says in MLflow who gave it, in which campaign, why, and after seeing what."""
    made = make_campaign(module_store, 2, questions=(QUALITY, NOTE), reason="newest")
    desk = visit(app, "Ana").open(made.name)
    desk.page.wait_for_timeout(1100)
    desk.press("2", "w").type("It has not left.")
    desk.press("Escape", "n").type("Ask Bo.")
    desk.answer("Control+Enter")
    desk.is_saved()
    found = module_store.tracking.get_trace_info(made.traces[0]).assessments
    stored = {a.name: a for a in found}
    assert sorted(a.name for a in found) == ["note", "quality"]
    assert stored["quality"].feedback.value is False
    assert stored["quality"].rationale == "It has not left."
    assert stored["note"].feedback.value == "Ask Bo."
    for question in (QUALITY, NOTE):
        answer = stored[question.name]
        assert (answer.source.source_type, answer.source.source_id) == ("HUMAN", "ana")
        assert {type(value) for value in answer.metadata.values()} == {str}
        assert 1.0 <= float(answer.metadata["review.seconds"]) < 60
        expected = {
            "review.campaign": made.campaign.run_id,
            "review.frame": "all",
            "review.sample_unit": "trace",
            "review.probability": "0.5",
            "review.stratum": "orders",
            "review.reason": "newest",
            "review.round": "1",
            "review.seen": "nothing",
            "review.role": "reviewer",
            "review.question_version": question.version,
        }
        assert expected.items() <= answer.metadata.items()
        assert re.fullmatch(r"[0-9a-f-]{36}:1", answer.metadata["review.submission"])


def test_cannot_judge_is_an_answer_of_its_own(app, module_store, make_campaign, visit):
    """What I cannot judge is stored as that, with my reason, and never as a failure or a text."""
    made = make_campaign(module_store, 1, questions=(QUALITY, EXPECTED))
    desk = visit(app, "ana").open(made.name)
    desk.press("0", "3", "w").type("Which order?")
    desk.press("Escape", "Enter", "0", "1", "Control+Enter")
    desk.is_saved()
    stored = made.answers(made.traces[0])
    assert {(a.value, a.expectation) for a in stored.values()} == {(None, False)}
    whys = {name: a.metadata["review.cannot_judge"] for name, a in stored.items()}
    assert whys == {"quality": "question_unclear", "expected": "not_my_field"}
    assert stored["quality"].rationale == "Which order?"
    assert made.status(made.traces[0]) == "complete"


def test_what_is_missing_is_asked_for(app, module_store, make_campaign, visit):
    """What is required, out of bounds or fails without a reason gets a sentence at its question."""
    made = make_campaign(module_store, 1, questions=(QUALITY, TONE, SCORE, EXPECTED))
    desk = visit(app, "ana").open(made.name)
    desk.press("ArrowDown", "ArrowDown", "Control+Enter").is_at("quality")
    expect(desk.say).to_have_text("“Is this answer good enough?” still needs an answer.")
    desk.press("1", "ArrowDown", "1", "ArrowDown", "9", "Control+Enter").is_at("tone")
    expect(desk.say).to_have_text("Please say why for “tone”.")
    desk.press("Escape", "w").type("It shouts.")
    desk.press("Control+Enter").is_at("score")
    expect(desk.say).to_have_text("“score” takes a number from 1 to 5.")
    desk.press("Escape", "4", "Backspace").type("x")
    desk.press("Control+Enter").is_at("score")
    expect(desk.say).to_have_text("“score” takes a number.")
    desk.press("Escape", "4", "Control+Enter").is_at("expected")
    expect(desk.say).to_have_text("“Expected answer” still needs an answer.")
    assert made.stored(made.traces[0]) == []
    desk.press("Escape", "1").type("It left on Monday.").press("Control+Enter")
    desk.is_saved()
    stored = {name: a.value for name, a in made.answers(made.traces[0]).items()}
    expected = "It left on Monday."
    assert stored == {"quality": True, "tone": "Rude", "score": 4, "expected": expected}


def test_undo_takes_back_a_save(app, module_store, make_campaign, visit):
    """U brings the item back as I left it, open again; saving anew replaces what I had said."""
    made = make_campaign(module_store, 3, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    desk.press("1", "n").type("Fine")
    desk.answer("Control+Enter")
    desk.is_saved()
    desk.press("u").shows_item(made.traces[0])
    expect(desk.say).to_have_text("Taken back. Change it and save again.")
    expect(desk.question("note").locator("textarea")).to_have_value("Fine")
    expect(desk.progress).to_contain_text("0 of 3")
    desk.is_saved()
    first = made.answers(made.traces[0])["quality"]
    assert (first.value, made.status(made.traces[0])) == (True, "pending")
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    second = made.answers(made.traces[0])["quality"]
    assert (second.value, second.overrides) == (False, first.assessment_id)
    assert made.status(made.traces[0]) == "complete"
    assert len(made.stored(made.traces[0])) == 4
    desk.press("u", "u")
    expect(desk.say).to_have_text("There is nothing to undo in this tab.")


def test_skipping_says_why(app, module_store, make_campaign, visit):
    """A skipped item is declined with my reason in MLflow; undoing that opens it again."""
    made = make_campaign(module_store, 3, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    dialog = desk.page.locator("dialog[data-panel=skip]")
    desk.press("1", "s")
    expect(dialog).to_be_visible()
    desk.type("Not my field, 1 of 3").press("Escape")
    expect(dialog).to_be_hidden()
    assert desk.trace == made.traces[0]
    desk.press("s").type("Not my field")
    assert desk.answer("Enter") == made.traces[0]
    desk.press("s")
    assert desk.answer("Enter") == made.traces[1]
    desk.is_saved()
    said = [{n: a.value for n, a in made.answers(t).items()} for t in made.traces]
    assert said == [{"skip_reason": "Not my field"}, {"skip_reason": "no reason given"}, {}]
    assert [made.status(t) for t in made.traces] == ["declined", "declined", "pending"]
    desk.press("u").shows_item(made.traces[1])
    desk.press("u").shows_item(made.traces[0])
    expect(desk.form.get_by_role("radio", name="Pass")).to_have_attribute("aria-checked", "true")
    desk.is_saved()
    assert [made.status(t) for t in made.traces] == ["pending"] * 3
    desk.answer("Control+Enter")
    desk.is_saved()
    answers = made.answers(made.traces[0])
    assert answers["quality"].value is True
    assert answers["skip_reason"].metadata["review.cleared"] == "true"
    assert made.status(made.traces[0]) == "complete"


def test_the_step_that_failed_is_pinned(app, module_store, make_campaign, visit):
    """P pins the step in hand as the first that failed; pinning another, or none, replaces it."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    desk.press("p")
    expect(desk.say).to_have_text("Open the step that failed first, then press P.")
    lines = desk.reader.locator(".held.on .did > .ln[data-span]")
    lines.first.click()
    desk.press("p")
    expect(lines.first).to_have_class(re.compile("pinned"))
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    [trace] = module_store.tracking.batch_get_traces([made.traces[0]])
    [step] = [span for span in trace.data.spans if span.name == "get_order"]
    first = made.answers(made.traces[0])["first_failure"]
    assert (first.value, first.span_id) == (True, step.span_id)
    go_back_to(desk, made.traces[0])
    desk.press("a")
    whole = desk.reader.locator(".held.on .in .ln[data-span]").first
    whole.click()
    desk.press("p")
    desk.press("Control+Enter")
    desk.is_saved()
    second = made.answers(made.traces[0])["first_failure"]
    assert (second.span_id != first.span_id, second.overrides) == (True, first.assessment_id)
    go_back_to(desk, made.traces[0])
    desk.press("p")
    expect(desk.say).to_have_text("The pin is taken off.")
    desk.press("Control+Enter")
    desk.is_saved()
    third = made.answers(made.traces[0])["first_failure"]
    assert (third.value, third.overrides) == (None, second.assessment_id)


def test_a_changed_mind_is_visible_as_a_change(app, module_store, make_campaign, visit):
    """Changing a done item replaces that answer in MLflow, keeps the old one, and nothing else."""
    made = make_campaign(module_store, 2, ("ana", "bo"), questions=(QUALITY, NOTE))
    for person in ("bo", "ana"):
        desk = visit(app, person).open(made.name)
        desk.press("1", "n").type(f"Of {person}")
        desk.answer("Control+Enter")
        desk.answer("2", "Control+Enter")
        desk.is_saved()
    before = made.answers(made.traces[0])
    others = (made.answers(made.traces[0], "bo"), made.stored(made.traces[1]))
    desk.page.reload()
    expect(desk.done).to_be_visible()
    desk.press("l")
    desk.page.locator(".row-item").first.click()
    desk.shows_item(made.traces[0])
    expect(desk.form.get_by_role("button", name="Save the change")).to_be_visible()
    desk.press("2", "ArrowDown", "Backspace", "Control+Enter")
    desk.is_saved()
    after = made.answers(made.traces[0])
    assert (after["quality"].value, after["note"].value) == (False, None)
    assert after["note"].metadata["review.cleared"] == "true"
    assert {a.overrides for a in after.values()} == {a.assessment_id for a in before.values()}
    old = [a for a in made.stored(made.traces[0]) if a.source == "ana" and not a.valid]
    assert {(a.name, a.value) for a in old} == {("quality", True), ("note", "Of ana")}
    assert others == (made.answers(made.traces[0], "bo"), made.stored(made.traces[1]))
    assert made.status(made.traces[0]) == "complete"
    go_back_to(desk, made.traces[0])
    expect(desk.question("note").locator("textarea")).to_have_value("")


def test_a_done_item_can_be_put_back(app, module_store, make_campaign, visit):
    """An item that I put back is open in MLflow again, with my answer as its draft."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert made.status(made.traces[0]) == "complete"
    desk.press("ArrowLeft").shows_item(made.traces[0])
    desk.page.get_by_role("button", name="Menu").click()
    desk.page.get_by_role("menuitem", name="Put back in my list").click()
    expect(desk.say).to_have_text("This item is open again.")
    expect(desk.progress).to_contain_text("0 of 2")
    desk.is_saved()
    assert made.status(made.traces[0]) == "pending"
    assert len(made.stored(made.traces[0])) == 1
    expect(desk.form.get_by_role("radio", name="Pass")).to_have_attribute("aria-checked", "true")


def test_how_far_it_is(app, module_store, make_campaign, visit):
    """I read how many are done, from five items on how long the rest takes, and when I am done."""
    made = make_campaign(module_store, 7, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    for done in range(5):
        expect(desk.progress.locator(".count")).to_have_text(f"{done} of 7")
        expect(desk.progress.locator(".eta")).to_have_text("")
        desk.answer("1")
    expect(desk.progress.locator(".eta")).to_have_text("about 1 min left")
    desk.answer("2")
    desk.answer("1")
    expect(desk.done).to_contain_text("Done. Thank you.")
    expect(desk.progress).to_have_text("7 of 7")
    expect(desk.done).to_contain_text("All 7 items are answered. Everything is saved.")
    desk.press("u").shows_item(made.traces[6])
    expect(desk.done).to_be_hidden()
    expect(desk.progress.locator(".count")).to_have_text("6 of 7")
    desk.answer("2")
    desk.is_saved()
    desk.done.get_by_role("button", name="Look at my answers").click()
    expect(desk.page.locator(".row-item")).to_have_count(7)
    desk.press("Escape")
    desk.done.get_by_role("button", name="Back to my reviews").click()
    expect(desk.page.get_by_role("heading", name="My reviews")).to_be_visible()
    expect(desk.page.get_by_text("7 of 7")).to_be_visible()
