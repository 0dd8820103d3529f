"""Whatever cannot be stored gets a sentence, and nothing that was given is lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from review_app.answers import Assessment
from review_app.campaigns import items_of
from review_app.questions import DEFAULT_QUESTIONS, Question
from services.assessments import create_assessment
from services.campaigns import Campaigns

pytestmark = pytest.mark.browser

QUALITY, NOTE = DEFAULT_QUESTIONS
TONE = Question("tone", "choice", options=("Kind", "Rude"), required=False)
PUT = """(entries) => new Promise((resolve, reject) => {
  const opened = indexedDB.open("review-desk", 1);
  opened.onupgradeneeded = () => {
    const where = { keyPath: "id" };
    for (const name of ["entries", "notes"]) opened.result.createObjectStore(name, where);
  };
  opened.onerror = reject;
  opened.onsuccess = () => {
    const writing = opened.result.transaction("entries", "readwrite");
    for (const entry of entries) writing.objectStore("entries").put(entry);
    writing.oncomplete = () => { opened.result.close(); resolve(); };
  };
})"""

SEND = """(entry) => {
  const { wire } = document.querySelector("[data-testid=desk-host]").shadowRoot.reviewDesk;
  return wire.outbox.add(entry).then(() => wire.send());
}"""


def keys(made, person: str = "ana") -> list[str]:
    """The person's items, in reading order."""
    plan = Campaigns(made.store).plan(made.campaign)
    return list(items_of(person, made.campaign.run_id, plan))


def entry(
    made, item: str, *answers: tuple[str, Any], seq: int = 1, **changed: Any
) -> dict[str, Any]:
    """An entry as the desk leaves it in the browser."""
    fields = {"rationale": "", "cannot_judge": None}
    return {
        "id": f"{uuid4()}:1",
        "kind": "submit",
        "campaign": made.campaign.run_id,
        "item": item,
        "person": "ana",
        "answers": [{"question": name, "value": value, **fields} for name, value in answers],
        "failure_spans": [],
        "skip_reason": "",
        "seconds": 3.0,
        "answered_at": int(time.time() * 1000),
        "base": {},
        "seen": [],
        **changed,
    }


def leave_in(desk, *entries: dict[str, Any]) -> None:
    """Put entries into this browser's storage, as if an earlier visit had left them there."""
    desk.page.goto(f"{desk.address}/healthz")
    desk.page.evaluate(PUT, list(entries))


@contextmanager
def away(made, table: str) -> Iterator[None]:
    """MLflow fails at everything that needs the table."""
    with closing(sqlite3.connect(made.store.uri.removeprefix("sqlite:///"), timeout=30)) as other:
        other.execute(f"ALTER TABLE {table} RENAME TO away")
        yield
        other.execute(f"ALTER TABLE away RENAME TO {table}")


def test_a_forged_value_is_refused_and_shown(app, module_store, make_campaign, visit):
    """An answer outside of what is allowed is told, not stored, and back in the form."""
    made = make_campaign(module_store, 2, questions=(QUALITY, TONE, NOTE))
    desk = visit(app, "ana")
    answers = (("quality", False), ("tone", "Furious"), ("note", "Keep this"))
    leave_in(desk, entry(made, keys(made)[0], *answers))
    desk.open(made.name)
    expect(desk.say).to_have_text("Item 1: “tone” takes one of: Kind, Rude.")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")
    expect(desk.question("note").locator("textarea")).to_have_value("Keep this")
    desk.is_saved()
    assert made.stored(made.traces[0]) == []
    assert made.status(made.traces[0]) == "pending"
    desk.press("ArrowDown", "2")
    desk.answer("Control+Enter")
    desk.is_saved()
    stored = {name: a.value for name, a in made.answers(made.traces[0]).items()}
    assert stored == {"quality": False, "tone": "Rude", "note": "Keep this"}


def refused(made, others) -> list[tuple[dict[str, Any], str]]:
    """Entries that nobody could have made on the desk, and what is said about them."""
    mine, reload = keys(made)[0], "Please reload the page."
    own, theirs = ("quality", True), keys(made, "bo")[0]
    return [
        (entry(made, theirs, own), "This item is not in your list."),
        (entry(made, mine, own, ("mood", 1)), f"This campaign does not ask “mood”. {reload}"),
        (entry(made, mine), "“Is this answer good enough?” still needs an answer."),
        (entry(made, mine, ("quality", "Pass")), "takes Pass or Fail."),
        (entry(made, mine, own, campaign=others.campaign.run_id), "invited people only"),
        (entry(made, mine, own, campaign="0" * 32), "no longer in MLflow"),
        (entry(made, mine, own, kind="approve"), "arrived damaged"),
        (entry(made, mine, own, seconds="long"), "arrived damaged"),
        (entry(made, mine, answers=None, skip_reason=None), "still needs an answer."),
        (entry(made, mine, answers=None, base=None, seen=None), "arrived damaged"),
    ]


def test_what_nobody_could_have_made_is_refused(app, module_store, make_campaign, visit):
    """A forged or damaged entry changes nothing in MLflow, says why, and does not stop the desk."""
    made = make_campaign(module_store, 2, ("ana", "bo"))
    others = make_campaign(module_store, 1, ("bo",))
    desk = visit(app, "ana")
    desk.open(made.name)
    for forged, sentence in refused(made, others):
        desk.page.evaluate(SEND, forged)
        expect(desk.say).to_contain_text(sentence)
        desk.is_saved()
    for one in (made, others):
        assert [one.stored(trace_id) for trace_id in one.traces] == [[]] * len(one.traces)
        assert {one.status(trace_id, "bo") for trace_id in one.traces} == {"pending"}
    desk.answer("1", "Control+Enter")
    desk.is_saved()
    assert len(made.answers(made.traces[0])) == 1


def test_a_closed_campaign_takes_what_came_before(app, module_store, make_campaign, visit):
    """What I answered before the campaign was closed counts; what came later is told."""
    made = make_campaign(module_store, 2)
    Campaigns(module_store).set_status(made.campaign, "closed")
    desk = visit(app, "ana")
    first, second = keys(made)
    before = entry(made, first, ("quality", True), answered_at=int(time.time() * 1000) - 60_000)
    after = entry(made, second, ("quality", True), answered_at=int(time.time() * 1000) + 60_000)
    leave_in(desk, before, after)
    desk.page.goto(f"{app.address}/")
    expect(desk.page.get_by_text("This campaign was closed before you answered.")).to_be_visible()
    assert made.answers(made.traces[0])["quality"].value is True
    assert made.stored(made.traces[1]) == []


def test_a_trace_deleted_meanwhile_leaves_the_list(app, module_store, make_campaign, visit):
    """Where a trace was deleted in MLflow, I am told, and can finish the others."""
    made = make_campaign(module_store, 4, advance="on choice")
    desk = visit(app, "ana").open(made.name)
    desk.page.wait_for_timeout(1000)
    experiment = made.campaign.experiment_id
    module_store.tracking.delete_traces(experiment, trace_ids=[made.traces[0], made.traces[2]])
    desk.press("1").shows_item(made.traces[1])
    expect(desk.say).to_contain_text("deleted")
    expect(desk.progress.locator(".count")).to_have_text("0 of 3")
    desk.answer("1")
    desk.shows_item(made.traces[2])
    desk.answer("1")
    desk.shows_item(made.traces[3])
    expect(desk.progress.locator(".count")).to_have_text("1 of 2")
    desk.answer("2")
    desk.is_saved()
    expect(desk.done).to_contain_text("All 2 items are answered. Everything is saved.")
    stored = [made.answers(made.traces[n])["quality"].value for n in (1, 3)]
    assert stored == [True, False]


def test_a_question_deleted_meanwhile_still_takes_answers(app, module_store, make_campaign, visit):
    """Where a question was deleted in MLflow meanwhile, my answer to it is stored all the same."""
    made = make_campaign(module_store, 2)
    desk = visit(app, "ana").open(made.name)
    module_store.tracking.delete_label_schema(made.campaign.questions[0].schema_id)
    desk.answer("2", "Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[0])["quality"].value is False
    assert made.status(made.traces[0]) == "complete"


def test_a_newer_answer_from_elsewhere_stands(app, module_store, make_campaign, visit):
    """When I answer what I answered elsewhere meanwhile, I am told and see the newer answer."""
    made = make_campaign(module_store, 2, questions=(QUALITY, NOTE))
    desk = visit(app, "ana").open(made.name)
    create_assessment(
        module_store, made.traces[0], Assessment("quality", value=False, source="ana")
    )
    desk.press("1", "Control+Enter")
    desk.press("ArrowLeft").shows_item(made.traces[0])
    expect(desk.say).to_contain_text("That newer answer stands")
    desk.shows_item(made.traces[0])
    expect(desk.reader.locator(".held.on")).to_contain_text("Where is order 1?")
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")
    desk.is_saved()
    assert made.answers(made.traces[0])["quality"].value is False
    assert [a.value for a in made.stored(made.traces[0]) if not a.valid] == [True]


def test_where_i_may_not_answer_i_read_why(app, module_store, make_campaign, visit):
    """Not invited, closed, paused or unknown: one sentence says so and whom to ask."""
    paused, closed = make_campaign(module_store, 1), make_campaign(module_store, 1)
    foreign = make_campaign(module_store, 1, ("bo",))
    Campaigns(module_store).set_status(paused.campaign, "paused")
    Campaigns(module_store).set_status(closed.campaign, "closed")
    desk = visit(app, "ana")
    for name, sentence in (
        (foreign.name, "ana is not one of them. Please ask lea to add you."),
        (
            closed.name,
            f"“{closed.name}” is closed. Thank you for your help. Ask lea.",
        ),
        ("Nothing like it", "There is no campaign called “Nothing like it”."),
    ):
        desk.page.goto(f"{app.address}/review?campaign={quote(name)}")
        expect(desk.page.get_by_text(sentence)).to_be_visible()
        expect(desk.page.get_by_role("link", name="My reviews").last).to_be_visible()
        assert desk.reader.count() == 0
    desk.open(paused.name)
    told = "This campaign is paused. What you saved is kept. Questions: lea."
    expect(desk.page.locator(".notice")).to_have_text(told)
    desk.press("1", "Control+Enter")
    expect(desk.say).to_have_text(told)
    assert paused.stored(paused.traces[0]) == []


def test_an_unreachable_store_is_said_and_waited_for(app, module_store, make_campaign, visit):
    """While MLflow does not answer the page says so, and shows my item by itself once it does."""
    made = make_campaign(module_store, 1)
    desk = visit(app, "ana")
    with away(made, "runs"):
        desk.page.goto(f"{app.address}/review?campaign={quote(made.name)}")
        expect(desk.page.get_by_text("MLflow does not answer at the moment.")).to_be_visible()
        expect(desk.page.get_by_text("This page tries again every few seconds.")).to_be_visible()
    desk.shows_item(made.traces[0])
    desk.press("1", "Control+Enter")
    desk.is_saved()
