"""The whole loop in a real browser: labels, a judge, its check, its scores, the quality of the app.

The model of this test passes everything until it is told what it learned; then it is always right.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from review_app.answers import Assessment
from review_app.design import Design, Sample, Sharing
from review_app.people import Person
from review_app.pool import Pool
from review_app.questions import Question
from review_app.traces import SpanRecord, TraceRecord
from services.app import services_for
from services.assessments import assessments_of, create_assessment
from services.bulk import write_traces
from services.parcels import parcel_from_record
from services.questions import save_question
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings
from tests.judge_stub import GUIDELINE

pytestmark = pytest.mark.browser
LEA = Person("lea", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
PEOPLE = ("ana", "ben", "cy")
SIZE, DRAWN = 90, 75
BAD_EVERY = 3
SLOW = 1.0  # seconds a call, so that there is a middle in which to stop
LONG = 60_000  # milliseconds


def order_of(text: str) -> int:
    """The order that a trace is about: the last one named in a text."""
    return int(re.findall(r"order (\d+)", text)[-1])


def trace_of(number: int) -> TraceRecord:
    """A small trace of one step, asked this morning."""
    start = (time.time_ns() // 1_000_000 - 3_600_000 + number) * 1_000_000
    step = SpanRecord(
        f"{number:016x}",
        None,
        "answer",
        kind="AGENT",
        start_ns=start,
        end_ns=start + 1_000_000_000,
        inputs={"question": f"Where is order {number}?"},
        outputs={"answer": "On its way."},
    )
    return TraceRecord(
        f"tr-{number:032x}",
        "",
        requested_at_ms=start // 1_000_000,
        duration_ms=1000,
        request_preview=f'{{"question": "Where is order {number}?"}}',
        response_preview='{"answer": "On its way."}',
        tags={"app_version": "v1"},
        spans=(step,),
    )


@pytest.fixture
def reviewed(store):
    """A closed campaign on a random part of all traffic; each of three people errs now and then."""
    services, experiment = services_for(Settings(tracking_uri=store.uri)), "bot"
    experiment_id = store.experiment_id(experiment, create=True)
    records = [trace_of(number) for number in range(1, SIZE + 1)]
    write_traces(store, experiment_id, [parcel_from_record(r, experiment_id) for r in records])
    save_question(store, experiment_id, GOOD)
    design = Design(
        "Orders",
        Pool(experiment),
        ("good",),
        PEOPLE,
        sample=Sample("random", n=DRAWN),
        sharing=Sharing(each=3),
    )
    found = services.planning.scan(design.pool, now_ms=time.time_ns() // 1_000_000)
    campaign = services.planning.write(LEA, services.planning.prepare(design, found), found)
    about = {
        "review.campaign": campaign.run_id,
        "review.question_version": campaign.questions[0].version,
        "review.seen": "nothing",
        "review.role": "reviewer",
    }
    for place, person in enumerate(PEOPLE):
        queue = find_queue(store, experiment_id, queue_name("Orders", person, 1)) or ""
        for planned in services.campaigns.plan(campaign):
            number = int(planned.trace_id.removeprefix("tr-"), 16)
            says = (number % BAD_EVERY != 0) is not (number % 21 == 5 * place + 1)
            said = Assessment("good", says, person, metadata=about)
            create_assessment(store, planned.trace_id, said)
            set_status(store, queue, planned.trace_id, "complete", person)
    services.campaigns.set_status(campaign, "closed")
    return store


def said(page: Page, words: str) -> None:
    """Wait for words on the page."""
    expect(page.get_by_text(re.compile(words)).first).to_be_visible(timeout=LONG)


def press(page: Page, name: str) -> None:
    """Press a button by keyboard."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus(timeout=LONG)
    button.press("Enter")


def test_from_labels_to_the_quality_of_the_app(reviewed, programs, judge_stub, visit):
    """Labels make a judge that may stand in for an expert, and no trace is scored twice."""
    store = reviewed
    judge_stub.judge = lambda text, _: GUIDELINE not in text or order_of(text) % BAD_EVERY != 0
    app = programs.app(store.uri, REVIEW_LEADS="lea", **judge_stub.env)
    page = visit(app, "lea").page

    page.goto(f"{app.address}/campaigns?campaign=Orders")
    press(page, "Build a labeled set")
    press(page, "Freeze version 1")
    said(page, "Verified: labels.jsonl")

    page.goto(f"{app.address}/judges?experiment=bot")
    press(page, "New judge")
    press(page, "Register version 1")
    press(page, "Align with a labeled set")
    press(page, "Align with MemAlign")
    press(page, "Register it")
    said(page, "learned from “good” version 1 with MemAlign")

    _scored_in_two_goes(page, store, judge_stub)

    page.get_by_role("link", name="← good@2").click()
    press(page, "Check against people")
    press(page, "Go on")
    press(page, "Store the limits")
    said(page, "It was aligned on these very items")
    press(page, "Final check")
    verdict = page.get_by_test_id("verdict")
    expect(verdict).to_have_text(
        "“good@2” may stand in for an expert on “good”: all four tests hold.", timeout=LONG
    )
    expect(page.locator(".k-out.holds")).to_have_count(5)
    said(page, "A judge that always says pass")

    page.goto(f"{app.address}/quality?experiment={quote('bot')}&time=all")
    mark = page.get_by_role("link", name=re.compile(r"^Combined, v1: 6\d % \(\d+–\d+\), n = \d+"))
    expect(mark).to_be_visible(timeout=LONG)


def _scored_in_two_goes(page: Page, store, stub) -> None:
    """Stop a run in the middle, go on with it; each trace has one score and was asked for once."""
    asked_before = len(stub.calls)
    stub.always = SLOW
    press(page, "Score traces")
    press(page, f"Score {SIZE} traces")
    said(page, r"Scoring, [1-9]\d? of 90")
    press(page, "Cancel")
    said(page, "Stopped")
    written = _scores(store)
    assert 0 < sum(written.values()) < SIZE

    stub.always = 0
    press(page, "Go on with it")
    said(page, "all of them are scored")
    assert _scores(store) == Counter(dict.fromkeys(_traces(store), 1))
    assert len(stub.calls) - asked_before == SIZE


def _traces(store) -> list[str]:
    return [f"tr-{number:032x}" for number in range(1, SIZE + 1)]


def _scores(store) -> Counter[str]:
    """Trace id -> its scores by the second version, overridden ones too."""
    found = ((one, assessments_of(store, one)) for one in _traces(store))
    return Counter(one for one, its in found for a in its if a.source == "good@2")
