"""A store that dies, hangs, answers errors, or loses its answers on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.server]
WAITING = re.compile(r"\d+ answers? (is|are) waiting to be saved\.")
TOLD_WITHIN = 15_000  # milliseconds; after six seconds the desk says that answers wait
SAVED_WITHIN = 45_000


@pytest.fixture(scope="module")
def faults(module_store, module_programs, faulty):
    """A real MLflow server on the file's store, behind a proxy with a switch."""
    database = Path(module_store.uri.removeprefix("sqlite:///"))
    return faulty(module_programs.mlflow(database))


@pytest.fixture(scope="module")
def app(faults, module_programs):
    """The app on that server, through the proxy."""
    return module_programs.app(faults.address)


@pytest.fixture
def review(app, module_store, make_campaign, visit):
    """A campaign of some items, and the desk of the person who is asked."""

    def review(size: int):
        made = make_campaign(module_store, size, advance="on choice")
        return made, visit(app, "ana")

    return review


def waits_and_reads_on(desk, keys) -> None:
    """Answer what is held while nothing can be written, and read what the desk says of it."""
    before = len(keys.taken())
    keys.press("212", gap=0.05)
    expect(desk.saved).to_have_text(WAITING, timeout=TOLD_WITHIN)
    keys.press("1", gap=0.05)
    expect(desk.reader.get_by_text("Where is order")).not_to_have_count(0)
    assert len(keys.taken()) > before


@pytest.mark.parametrize("mode", ["500", "hang", "mute"])
def test_the_store_fails_for_a_while(review, faults, burst, reckoning, mode):
    """While the store fails I answer on, the page says that answers wait, and then saves them."""
    made, desk = review(20)
    keys = burst(desk)
    desk.open(made.name)
    keys.ahead()
    keys.press("12", gap=0.05)
    faults.mode, faults.met = mode, 0
    try:
        waits_and_reads_on(desk, keys)
        assert faults.met > 0
    finally:
        faults.mode = "through"
    expect(desk.unsaved).to_have_text("0", timeout=SAVED_WITHIN)
    keys.to_the_end("2")
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    assert len(reckoning.sent) == 20
    reckoning.settle(made)


def test_the_mlflow_server_is_killed(review, faults, burst, reckoning):
    """When the MLflow server dies while I answer, all is saved once after its restart."""
    made, desk = review(40)
    keys = burst(desk)
    desk.open(made.name)
    keys.ahead()
    keys.press("12" * 5, gap=0.2)
    faults.server.kill()
    try:
        waits_and_reads_on(desk, keys)
    finally:
        faults.server.start()
    expect(desk.unsaved).to_have_text("0", timeout=SAVED_WITHIN)
    keys.to_the_end("1")
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    assert len(reckoning.sent) == 40
    reckoning.settle(made)


def test_answered_in_mlflows_tab_meanwhile(review, faults, burst, reckoning):
    """What I change in MLflow's own tab stands against my desk's older view, and I am told."""
    made, desk = review(10)
    keys = burst(desk)
    desk.open(made.name)
    keys.ahead()
    keys.to_the_end("1")
    desk.is_saved()
    reckoning.add("ana", keys.taken())
    trace_id = made.traces[-1]
    answer_in_the_tab(desk.page, faults.address, made, trace_id, value=False)
    reckoning.add("ana", [(trace_id, False)])
    desk.press("ArrowLeft", "1")
    expect(desk.say).to_have_text(re.compile("answered this item elsewhere meanwhile"))
    desk.is_saved()
    reckoning.settle(made, history=2)
    desk.press("ArrowLeft")
    fails = desk.form.get_by_role("radio", name="Fail")
    expect(fails).to_have_attribute("aria-checked", "true")
    desk.press("1")
    desk.is_saved()
    reckoning.add("ana", [(trace_id, True)])
    reckoning.settle(made, history=3)


def answer_in_the_tab(page, address, made, trace_id, *, value) -> None:
    """Answer as MLflow's Review tab does: a new assessment that overrides the own one."""
    mine = made.answers(trace_id)["quality"].assessment_id
    answer = page.context.request.post(
        f"{address}/api/3.0/mlflow/traces/{trace_id}/assessments",
        data={
            "assessment": {
                "assessment_name": "quality",
                "trace_id": trace_id,
                "source": {"source_type": "HUMAN", "source_id": "ana"},
                "feedback": {"value": value},
                "overrides": mine,
            }
        },
    )
    assert answer.ok, answer.text()
