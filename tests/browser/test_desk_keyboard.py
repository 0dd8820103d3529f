"""Reviewing with the keyboard only, with the mouse only, and with both."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from review_app.questions import DEFAULT_QUESTIONS, Question

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), scale="ordinal")
FLAWS = Question("flaws", "choices", options=("Late", "Wrong", "Long"), required=False)
SCORE = Question("score", "number", minimum=1, maximum=5)
EXPECTED = Question("expected", "text", expectation=True, comment=False, required=False)
EVERY_KIND = (QUALITY, TONE, FLAWS, SCORE, NOTE, EXPECTED)
HEARD = """
  window.heard = [];
  document.addEventListener("keydown", (event) => window.heard.push(event.key));
"""


def values(made, number: int = 0, person: str = "ana"):
    """What MLflow holds of a person's answers to an item."""
    return {name: a.value for name, a in made.answers(made.traces[number], person).items()}


def checked(desk, name: str):
    """The options of a question that are chosen on screen."""
    return desk.question(name).locator(".o[aria-checked=true] span").all_inner_texts()


def test_ten_items_of_every_kind_by_keyboard_alone(app, module_store, make_campaign, visit):
    """I review ten items with every kind of question without the mouse, and all of it is stored."""
    made = make_campaign(module_store, 10, questions=EVERY_KIND)
    desk = visit(app, "ana").open(made.name)
    for number, trace_id in enumerate(made.traces):
        desk.shows_item(trace_id)
        desk.press("2" if number % 2 else "1", "Enter", str(number % 3 + 1), "Enter")
        desk.press("1", "3", "1", "2", "Enter")
        desk.is_at("score")
        desk.press(str(number % 5 + 1), "Escape", "Enter")
        desk.is_at("note")
        desk.press("n").type(f"Note 1, 2 and S of {number}")
        desk.press("Escape", "ArrowDown", "1").type(f"Better {number}")
        assert desk.answer("Control+Enter") == trace_id
    desk.is_saved()
    expect(desk.done).to_contain_text("All 10 items are answered. Everything is saved.")
    assert [values(made, n) for n in range(10)] == [
        {
            "quality": n % 2 == 0,
            "tone": ("Rude", "Plain", "Kind")[n % 3],
            "flaws": ["Wrong", "Long"],
            "score": n % 5 + 1,
            "note": f"Note 1, 2 and S of {n}",
            "expected": f"Better {n}",
        }
        for n in range(10)
    ]
    assert made.answers(made.traces[0])["expected"].expectation
    assert {made.status(t) for t in made.traces} == {"complete"}


def test_one_key_answers_and_goes_on(app, module_store, make_campaign, visit):
    """Where one choice is all that is asked, its digit saves and the next item is there."""
    made = make_campaign(module_store, 3, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    assert [desk.answer(key) for key in "12"] == made.traces[:2]
    desk.shows_item(made.traces[2])
    desk.is_saved()
    assert [values(made, n) for n in range(3)] == [{"quality": True}, {"quality": False}, {}]


def test_a_held_key_answers_one_item(app, module_store, make_campaign, visit):
    """A key that I hold down too long answers the item on screen and not those after it."""
    made = make_campaign(module_store, 4, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    for _ in range(6):
        desk.page.keyboard.down("2")
    desk.page.keyboard.up("2")
    desk.is_saved()
    desk.shows_item(made.traces[1])
    assert [made.status(t) for t in made.traces] == ["complete", *["pending"] * 3]


def test_questions_and_items_are_walked_with_arrows(app, module_store, make_campaign, visit):
    """Up, down and Enter go between questions, left and right between items, never past an end."""
    made = make_campaign(module_store, 3, questions=(QUALITY, TONE, FLAWS))
    desk = visit(app, "ana").open(made.name)
    walk = ["quality", *["tone", "flaws", "flaws", "tone", "flaws", "tone", "quality", "quality"]]
    keys = ["ArrowUp", *["ArrowDown", "Enter", "Enter", "ArrowUp", "ArrowDown"], *["ArrowUp"] * 3]
    for key, name in zip(keys, walk, strict=True):
        desk.press(key).is_at(name)
    desk.press("ArrowLeft").shows_item(made.traces[0])
    for trace_id in (*made.traces[1:], made.traces[2]):
        desk.press("ArrowRight").shows_item(trace_id)
    desk.press("ArrowLeft").shows_item(made.traces[1])
    assert {made.status(t) for t in made.traces} == {"pending"}


def test_zero_then_one_key_says_why_not(app, module_store, make_campaign, visit):
    """0 asks why I cannot judge, 1 to 3 answer that, Esc takes it back, Backspace clears it."""
    made = make_campaign(module_store, 1, questions=(QUALITY, TONE))
    desk = visit(app, "ana").open(made.name)
    zero = desk.question("quality").locator(".zero")
    why_not = desk.question("quality").locator(".why-not")
    desk.press("0")
    expect(desk.say).to_have_text("Why not? Choose one, or press 1, 2 or 3.")
    expect(why_not).to_be_visible()
    desk.press("Escape", "1")
    assert checked(desk, "quality") == ["Pass"]
    desk.press("0", "3")
    expect(zero).to_have_attribute("aria-pressed", "true")
    expect(why_not).to_be_hidden()
    assert checked(desk, "quality") == []
    desk.press("Backspace")
    expect(zero).to_have_attribute("aria-pressed", "false")
    desk.press("0", "2", "Enter", "3", "Backspace", "1", "Control+Enter")
    desk.is_saved()
    stored = made.answers(made.traces[0])
    assert stored["quality"].metadata["review.cannot_judge"] == "source_missing"
    assert values(made) == {"quality": None, "tone": "Rude"}


def test_while_typing_keys_are_letters(app, module_store, make_campaign, visit):
    """While I type, letters and digits are text; Esc leaves the field, Ctrl+Enter saves."""
    made = make_campaign(module_store, 3, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    note = desk.question("note").locator("textarea")
    text = "10 Skips? Use pins: E, F and L + r/c - 2"
    desk.press("1", "n").type(text)
    desk.press("ArrowLeft", "ArrowRight", "Backspace")
    expect(note).to_have_value(text[:-1])
    assert desk.trace == made.traces[0]
    assert checked(desk, "quality") == ["Pass"]
    assert desk.page.locator("dialog[open]").count() == 0
    desk.press("Escape", "ArrowUp", "2", "w").type("Because 1")
    desk.answer("Control+Enter")
    desk.is_saved()
    assert values(made) == {"quality": False, "note": text[:-1]}
    assert made.answers(made.traces[0])["quality"].rationale == "Because 1"


def test_the_next_item_begins_afresh(app, module_store, make_campaign, visit):
    """After I save out of a text field the next item shows none of it, and keys answer again."""
    made = make_campaign(module_store, 2, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    desk.press("1", "n").type("of the first")
    desk.answer("Control+Enter")
    expect(desk.question("note").locator("textarea")).to_have_value("")
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    assert [values(made, n) for n in (0, 1)] == [
        {"quality": True, "note": "of the first"},
        {"quality": False},
    ]


def test_streamlits_own_keys_do_nothing(app, module_store, make_campaign, visit):
    """R and C, which Streamlit takes for itself, never reach it from the desk."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    desk.page.evaluate(HEARD)
    desk.press("r", "c", "x", "1")
    desk.reader.click()
    desk.press("r", "c")
    assert desk.page.evaluate("window.heard") == []
    desk.page.goto(f"{app.address}/healthz")
    desk.page.evaluate(HEARD)
    desk.press("r")
    assert desk.page.evaluate("window.heard") == ["r"]


def test_all_of_it_works_with_the_mouse(app, module_store, make_campaign, visit):
    """I review an item by clicking only: options, cannot judge and why, save, skip, undo."""
    made = make_campaign(module_store, 3, questions=(QUALITY, TONE, FLAWS))
    desk = visit(app, "ana").open(made.name)
    option = desk.form.get_by_role
    option("radio", name="Fail").click()
    desk.question("tone").locator(".zero").click()
    desk.question("tone").get_by_text("Not my field").click()
    option("checkbox", name="Late").click()
    option("checkbox", name="Long").click()
    option("button", name="Save and next").click()
    desk.shows_item(made.traces[1])
    option("button", name="Skip").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Skip").click()
    desk.shows_item(made.traces[2])
    option("button", name="Undo").click()
    desk.shows_item(made.traces[1])
    desk.is_saved()
    assert values(made) == {"quality": False, "tone": None, "flaws": ["Late", "Long"]}
    assert [made.status(t) for t in made.traces] == ["complete", "pending", "pending"]


def test_keys_work_after_a_click(app, module_store, make_campaign, visit):
    """Wherever I have clicked, the next key does what it always does."""
    made = make_campaign(module_store, 3, questions=(QUALITY, TONE))
    desk = visit(app, "ana").open(made.name)
    desk.form.get_by_role("radio", name="Fail").click()
    desk.press("1")
    assert checked(desk, "quality") == ["Pass"]
    desk.form.get_by_role("radio", name="Kind").click()
    desk.press("1")
    assert checked(desk, "tone") == ["Rude"]
    desk.reader.locator(".held.on .ln").first.click()
    desk.press("2", "ArrowUp", "2")
    assert (checked(desk, "quality"), checked(desk, "tone")) == (["Fail"], ["Plain"])
    desk.form.get_by_role("button", name="Save and next").click()
    desk.shows_item(made.traces[1])
    desk.press("1", "Enter", "2")
    assert (checked(desk, "quality"), checked(desk, "tone")) == (["Pass"], ["Plain"])


def test_the_sheet_teaches_every_key(app, module_store, make_campaign, visit):
    """? shows every key that is drawn anywhere on the desk; while it is open no key answers."""
    made = make_campaign(module_store, 2, questions=(QUALITY, TONE))
    desk = visit(app, "ana").open(made.name)
    sheet = desk.page.locator("dialog[data-panel=sheet]")
    desk.press("?")
    expect(sheet).to_be_visible()
    taught = " ".join(
        sheet.locator("dt").all_inner_texts() + sheet.locator("kbd").all_inner_texts()
    )
    outside = desk.page.locator(".bar kbd, .menu kbd, .form kbd").all_text_contents()
    wanted = {part for key in outside for part in key.split()} - {"1", "2", "3"}
    assert wanted >= {"S", "U", "P", "F", "?", "0", "Ctrl", "Enter"}
    assert wanted | {"1", "9", "Esc", "Space", "↑", "→"} <= set(taught.split())
    desk.press("1", "s", "ArrowRight")
    desk.press("Escape")
    expect(sheet).to_be_hidden()
    assert (checked(desk, "quality"), desk.trace) == ([], made.traces[0])
    desk.press("1")
    assert checked(desk, "quality") == ["Pass"]


def test_space_reads_on(app, module_store, make_campaign, visit):
    """Space and the page keys scroll a long item, also right after I answered the one before."""

    def grown(record):
        whole, *others = record.spans
        answer = {"answer": "\n\n".join(f"Paragraph {n}." for n in range(300))}
        return replace(record, spans=(replace(whole, outputs=answer), *others))

    made = make_campaign(module_store, 2, change=grown, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    for key in ("1", ""):
        desk.press("Space")
        desk.page.wait_for_function(
            "(read) => read.scrollTop > 0", arg=desk.reader.element_handle()
        )
        desk.press("Home")
        desk.page.wait_for_function("(read) => !read.scrollTop", arg=desk.reader.element_handle())
        if key:
            desk.answer(key)


def test_the_text_grows_and_stays_so(app, module_store, make_campaign, visit):
    """Plus and minus change the size of the text, and this browser remembers it."""
    made = make_campaign(module_store, 1)
    desk = visit(app, "ana").open(made.name)
    size = "(desk) => getComputedStyle(desk.querySelector('.turn .md, .turn .txt')).fontSize"
    normal = float(desk.reader.evaluate(size).removesuffix("px"))
    desk.press("+", "+")
    larger = float(desk.reader.evaluate(size).removesuffix("px"))
    desk.page.wait_for_timeout(200)
    desk.page.reload()
    desk.shows_item()
    assert float(desk.reader.evaluate(size).removesuffix("px")) == larger > normal
    desk.press("-", "-", "-")
    assert float(desk.reader.evaluate(size).removesuffix("px")) < normal


def test_a_copied_link_leads_to_the_item(app, module_store, make_campaign, visit):
    """The link to an item that I copy opens that item, done or not, in another tab."""
    made = make_campaign(module_store, 3, advance="on choice")
    allowed = ["clipboard-read", "clipboard-write"]
    desk = visit(app, "ana", permissions=allowed).open(made.name)
    desk.answer("1")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    desk.page.get_by_role("button", name="Menu").click()
    desk.page.get_by_role("menuitem", name="Copy link to this item").click()
    expect(desk.say).to_have_text("The link to this item is copied.")
    link = desk.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{app.address}/review?campaign={quote(made.name)}&item={made.traces[0]}"
    other = visit(desk)
    other.page.goto(link)
    other.shows_item(made.traces[0])
    assert checked(other, "quality") == ["Pass"]


def test_the_list_leads_to_any_item(app, module_store, make_campaign, visit):
    """The list shows all my items, open, done and skipped, and each can be jumped to by key."""
    made = make_campaign(module_store, 4, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    desk.answer("1")
    desk.press("s")
    desk.type("Not mine")
    desk.answer("Enter")
    desk.press("l")
    rows = desk.page.locator(".row-item")
    expect(rows).to_have_count(4)
    expect(rows.nth(3)).to_contain_text("Where is order 4?")
    words = [re.sub(r"\s+", " ", row) for row in rows.all_inner_texts()]
    assert [row.split()[-1] for row in words] == ["done", "skipped", "open", "open"]
    rows.nth(3).focus()
    desk.press("Enter").shows_item(made.traces[3])
    desk.press("l")
    rows.nth(0).click()
    desk.shows_item(made.traces[0])


def test_an_address_leads_to_an_item(app, module_store, make_campaign, visit):
    """An address that names an item opens it; one that names no item of mine opens the next."""
    made = make_campaign(module_store, 3, advance="on choice")
    others = make_campaign(module_store, 1, ("bo",))
    desk = visit(app, "ana").open(made.name, made.traces[2])
    desk.shows_item(made.traces[2])
    desk.open(made.name, others.traces[0])
    desk.shows_item(made.traces[0])
