"""What was chosen or typed but not sent survives, and belongs to one person."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from review_app.questions import DEFAULT_QUESTIONS

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS


def draft(desk) -> tuple[str, str, str]:
    """What stands in the form: the choice, its reason, the note."""
    chosen = desk.question("quality").locator(".o[aria-checked=true]").all_inner_texts()
    why = desk.question("quality").locator("textarea").input_value()
    note = desk.question("note").locator("textarea").input_value()
    return " ".join(chosen)[-4:], why, note


def has_draft(desk, *wanted: str) -> None:
    """Wait until an item is on screen and compare its draft."""
    desk.shows_item()
    assert draft(desk) == wanted


def write_draft(desk) -> None:
    """Choose, say why and note something, without saving."""
    desk.press("2", "w").type("It is late")
    desk.press("Escape", "n").type("Ask Bo")


def test_a_draft_survives_whatever_the_page_does(app, module_store, make_campaign, visit):
    """What I chose and typed is there after a reload, Back, Forward and a look at my reviews."""
    made = make_campaign(module_store, 3, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    wanted = ("Fail", "It is late", "Ask Bo")
    write_draft(desk)
    desk.page.wait_for_timeout(500)
    desk.page.reload()
    has_draft(desk, *wanted)
    desk.page.goto(f"{app.address}/")
    expect(desk.page.get_by_text("0 of 3")).to_be_visible()
    desk.page.go_back()
    has_draft(desk, *wanted)
    desk.page.go_forward()
    expect(desk.page.get_by_text("0 of 3")).to_be_visible()
    desk.page.go_back()
    has_draft(desk, *wanted)
    desk.page.get_by_role("button", name="Back to my reviews").click()
    expect(desk.page.get_by_text("0 of 3")).to_be_visible()
    desk.page.get_by_role("button", name="Begin").click()
    has_draft(desk, *wanted)
    desk.press("ArrowRight").shows_item(made.traces[1])
    assert draft(desk) == ("", "", "")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    assert draft(desk) == wanted
    assert made.stored(made.traces[0]) == []


def test_the_last_letters_survive_too(app, module_store, make_campaign, visit):
    """Of what I typed in the very moment before the page went away, nothing is lost."""
    made = make_campaign(module_store, 1, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    desk.press("1", "n").type("To the last letter")
    desk.page.reload()
    has_draft(desk, "Pass", "", "To the last letter")


def test_a_draft_survives_a_restart_and_is_saved_then(app, module_store, make_campaign, visit):
    """A draft of yesterday is in the form after the app was restarted, until I save it."""
    made = make_campaign(module_store, 2, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    write_draft(desk)
    desk.page.wait_for_timeout(500)
    desk.page.goto("about:blank")
    app.kill()
    app.start()
    desk.open(made.name)
    has_draft(desk, "Fail", "It is late", "Ask Bo")
    desk.answer("Control+Enter")
    desk.is_saved()
    assert {n: a.value for n, a in made.answers(made.traces[0]).items()} == {
        "quality": False,
        "note": "Ask Bo",
    }
    desk.page.reload()
    desk.shows_item(made.traces[1])
    assert draft(desk) == ("", "", "")


def test_a_repeat_starts_empty(app, module_store, make_campaign, visit):
    """An item that I am given a second time shows nothing of what I said the first time."""
    made = make_campaign(module_store, 2, repeats=1, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    write_draft(desk)
    desk.answer("Control+Enter")
    desk.answer("1", "Control+Enter")
    desk.shows_item(made.traces[0])
    assert draft(desk) == ("", "", "")
    expect(desk.progress.locator(".count")).to_have_text("2 of 3")
    desk.is_saved()
    desk.page.reload()
    has_draft(desk, "", "", "")
    desk.press("1", "Control+Enter")
    desk.is_saved()
    both = [made.answers(made.traces[0], round_=n)["quality"] for n in (1, 2)]
    assert [(a.value, a.overrides) for a in both] == [(False, ""), (True, "")]
    assert [made.status(made.traces[0], round_=n) for n in (1, 2)] == ["complete"] * 2


def test_the_next_person_sees_and_sends_nothing_of_mine(app, module_store, make_campaign, visit):
    """Whoever uses this browser after me sees no draft of mine, and saves no answer in my stead."""
    made = make_campaign(module_store, 3, ("ana", "bo"), questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    desk.press("ArrowRight").shows_item(made.traces[1])
    write_draft(desk)
    desk.press("Escape", "ArrowLeft").shows_item(made.traces[0])
    app.kill()
    desk.press("1", "Control+Enter").shows_item(made.traces[1])
    expect(desk.unsaved).to_have_text("1")
    desk.page.wait_for_timeout(500)
    desk.page.goto("about:blank")
    app.start()
    desk.sign_in("bo").open(made.name)
    assert draft(desk) == ("", "", "")
    expect(desk.saved).to_have_text("Saved · someone else’s answers wait in this browser")
    desk.press("ArrowRight").shows_item(made.traces[1])
    assert draft(desk) == ("", "", "")
    desk.page.wait_for_timeout(3500)
    assert made.stored(made.traces[0]) == []
    desk.sign_in("ana").page.goto(f"{app.address}/")
    expect(desk.page.get_by_text("Everything is saved.")).to_be_visible()
    expect(desk.page.get_by_text("1 of 3")).to_be_visible()
    assert made.answers(made.traces[0])["quality"].value is True
    assert made.answers(made.traces[0], "bo") == {}
    desk.open(made.name)
    has_draft(desk, "Fail", "It is late", "Ask Bo")
    desk.is_saved()
