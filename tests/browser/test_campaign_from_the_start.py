"""A lead makes a campaign on the demo, three people work through it, and the numbers are right."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from review_app.design_file import design_from_json, design_yaml
from services.app import services_for
from services.campaigns import Campaigns
from services.overview import Overviews
from services.settings import read_settings
from services.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
NAME = "Week in review"
READERS = ("annotator-2", "annotator-3", "annotator-6")


@pytest.fixture(scope="module")
def module_store(demo, tmp_path_factory):
    """A copy of the demo."""
    copy = tmp_path_factory.mktemp("copy") / "mlflow.db"
    with (
        closing(sqlite3.connect(demo.uri.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    store = Store(f"sqlite:///{copy}")
    yield store
    store.tracking.engine.dispose()


class Builder:
    """What a lead does on the page of a new campaign."""

    def __init__(self, page) -> None:
        self.page = page

    def settle(self) -> None:
        """Wait until the page has taken in what was done."""
        self.page.wait_for_timeout(250)
        running = self.page.locator("[data-test-script-state=running]")
        expect(running).to_have_count(0)
        self.page.wait_for_timeout(150)

    def choose(self, box, option: str) -> None:
        """Choose an option of a box; a page that is just drawn anew closes the list again."""
        for _ in range(8):
            box.click()
            try:
                self.page.get_by_role("option", name=option).last.click(timeout=1500)
            except Error:
                self.page.keyboard.press("Escape")
                continue
            self.settle()
            return
        raise AssertionError(f"{option} could not be chosen")

    def box(self, label: str):
        """The box of that label."""
        return self.page.get_by_role("combobox", name=label)

    def menu(self, button: str, entry: str) -> None:
        """Choose an entry of a menu."""
        self.page.get_by_role("button", name=button).click()
        self.page.get_by_role("menuitem", name=entry).first.click()
        self.settle()

    def number(self, label: str, value: int) -> None:
        """Type a number."""
        self.write(self.page.get_by_role("spinbutton", name=label), str(value))

    def text(self, label: str, value: str) -> None:
        """Type a text."""
        self.write(self.page.get_by_role("textbox", name=label), value)

    def write(self, field, value: str) -> None:
        """Fill a field and leave it."""
        field.fill(value)
        field.press("Tab")
        self.settle()


def _gold(store):
    """Six traces of the first of the two weeks that nobody has answered."""
    found, _ = store.tracking.search_traces(
        locations=[store.experiment_id("Demo: live traffic")],
        max_results=60,
        order_by=["timestamp_ms ASC"],
    )
    return [info.trace_id for info in found if not info.assessments][:6]


@pytest.fixture(scope="module")
def built(app, module_store, chromium):
    """The campaign, as a lead made it in the browser."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    signed = context.request.post(
        f"{app.address}/sign-in", data="lea", headers={"Origin": app.address}
    )
    assert signed.ok
    page = context.new_page()
    page.goto(f"{app.address}/new_campaign")
    builder = Builder(page)
    expect(page.get_by_role("heading", name="New campaign")).to_be_visible()
    _fill(builder, _gold(module_store))
    page.get_by_role("button", name="Write the campaign").click()
    open_it = page.get_by_role("button", name="Open the campaign page")
    expect(open_it).to_be_visible(timeout=60_000)
    open_it.click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    context.close()
    return Campaigns(module_store).get(NAME)


def _fill(builder: Builder, gold: list[str]) -> None:
    builder.choose(builder.box("Experiment"), "Demo: live traffic")
    builder.menu("Add a filter", "Time")
    builder.page.get_by_role("radio", name="The last days").click(force=True)
    builder.settle()
    builder.number("How many days", 7)
    builder.number("How many random ones of the others", 60)
    for question in ("Is it faithful", "Is everything in it"):
        builder.menu("Add a question", question)
    builder.text("Names or e-mail", "\n".join(READERS))
    builder.number("Common items", 30)
    builder.number("Minutes asked", 30)
    builder.number("Repeats for each", 3)
    builder.choose(builder.box("They come from"), "First look")
    builder.page.get_by_text("Add gold items by trace id").click()
    builder.text("Trace ids, one a line", "\n".join(gold))
    builder.page.get_by_role("button", name="Add these").click()
    builder.settle()
    for number in range(6):
        builder.choose(builder.box("Is it faithful").nth(number), "Yes")
    builder.number("How many of them come first", 2)
    builder.text("Name of the campaign", NAME)


def test_the_plan_is_what_the_lead_asked_for(built, module_store):
    """All thumbs-down and sixty random ones of the week, thirty common, six gold, three repeats."""
    campaigns = Campaigns(module_store)
    plan, frame = campaigns.plan(built), campaigns.frames(built)["pool-1"]
    drawn = [item for item in plan if item.frame == "pool-1"]
    assert frame.strata["thumbs down"].n == frame.strata["thumbs down"].N > 10
    assert frame.strata["the others"].n == 60
    assert len(drawn) == 60 + frame.strata["thumbs down"].n
    assert sum(len(item.assigned) == 3 for item in drawn) == 30
    assert [item.role for item in plan if item.right] == ["practice"] * 2 + ["gold"] * 4
    for person in READERS:
        again = [t for i in plan for t in i.assigned if (t.reviewer, t.round) == (person, 2)]
        assert len(again) == 3
    assert (built.time_box_minutes, built.reviewers, built.owner) == (30, READERS, "lea")


def test_its_file_gives_the_same_plan(built, module_store):
    """The page's campaign as a file draws the same items for the same people in the same order."""
    settings = read_settings({"MLFLOW_TRACKING_URI": module_store.uri})
    services = services_for(settings)
    frame = services.campaigns.frames(built)["pool-1"]
    design = design_from_json(built.file)
    assert "last_days: 7" in design_yaml(design)
    found = services.planning.scan(design.pool, now_ms=frame.until_ms)
    again = services.planning.prepare(design, found)
    assert [p.sentence for p in again.problems] == [
        f"A campaign called “{NAME}” exists already. Choose another name."
    ]
    assert list(again.part.items) == services.campaigns.plan(built)


def test_three_reviewers_work_and_the_numbers_are_right(built, app, module_store, visit):
    """Three people read everything with keys alone; page and independent script count the same."""
    for number, person in enumerate(READERS):
        desk = visit(app, person).open(NAME)
        _work(desk, number)
        desk.is_saved()
    progress = Overviews(module_store, Campaigns(module_store)).of(built, wait=60).progress
    command = [sys.executable, "tests/independent_numbers.py", module_store.uri, NAME]
    told = json.loads(subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout)
    assert (told["done"], told["all"]) == (progress.done, progress.all)
    assert told["done"] == told["all"] > 3 * 50
    for one in progress.reviewers:
        theirs = told["reviewers"][one.reviewer]
        assert theirs["gold"]["answers"] == one.gold.answers == 4
        assert theirs["gold"]["right"] == one.gold.right
        # Of three items and two questions; what nobody answered before cannot be repeated.
        assert theirs["repeats"]["answers"] == one.repeats.answers
        assert 3 <= one.repeats.answers <= 6
    page = visit(app, "lea").page
    page.goto(f"{app.address}/campaigns?campaign={NAME}")
    words = f"{progress.done} of {progress.all} reviews done"
    expect(page.get_by_text(words, exact=False)).to_be_visible(timeout=30_000)


def _work(desk, number: int) -> None:
    """Answer everything: the practice items first, with a look at the right answers."""
    desk.press("Enter")
    for turn in range(300):
        if desk.done.is_visible():
            return
        keys = (str(1 + (turn + number) % 4), "Enter", str(1 + turn % 4), "Control+Enter")
        before = desk.trace
        desk.press(*keys)
        desk.page.wait_for_timeout(60)
        if desk.trace == before and not desk.done.is_visible():
            desk.press("Control+Enter")
            desk.page.wait_for_timeout(150)
    raise AssertionError("the list did not end")
