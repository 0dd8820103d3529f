"""Reading a trace: find, jump, unfold, and links that open only on purpose."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from review_app.traces import SpanRecord

pytestmark = pytest.mark.browser

HITS = "() => CSS.highlights.get('desk-find')?.size ?? 0"
IN_SIGHT = """(text) => {
  const [range] = CSS.highlights.get("desk-find-here") ?? [];
  if (range?.toString().toLowerCase() !== text) return false;
  const { top, bottom } = range.getBoundingClientRect();
  const pane = range.startContainer.parentElement.closest(".read").getBoundingClientRect();
  return top >= pane.top && bottom <= pane.bottom;
}"""
STACK = 'Traceback (most recent call last):\n  File "/srv/billing.py", line 12\nValueError: late'


def span(number: int, parent: SpanRecord, name: str, kind: str, **more) -> SpanRecord:
    """A step inside of another."""
    at = parent.start_ns + number * 100_000_000
    fields = {"start_ns": at, "end_ns": at + 50_000_000, **more}
    return SpanRecord(f"{number:016x}", parent.span_id, name, kind=kind, **fields)


def rich(address: str):
    """Turn a trace into one with passages, a failed step, a long step and a long answer."""

    def change(record):
        whole, step = record.spans
        passages = [
            {
                "page_content": f"Passage {n}. " + "All about parcels. " * 60 + f"needle-{n}",
                "metadata": {"doc_uri": f"guide-{n}.md"},
            }
            for n in range(1, 6)
        ]
        failure = {"exception.type": "ValueError", "exception.message": "The bill is late."}
        events = ({"name": "exception", "attributes": {**failure, "exception.stacktrace": STACK}},)
        answer = f"Look at {address}/healthz for more.\n\n" + ("A sentence. " * 250 + "\n\n") * 50
        spans = (
            replace(whole, outputs={"answer": answer + "needle-late"}),
            step,
            span(2, whole, "search", "RETRIEVER", inputs={"query": "x"}, outputs=passages),
            span(3, whole, "get_log", "TOOL", outputs={"log": "A line. " * 11_000 + "needle-deep"}),
            span(
                *(4, whole, "get_bill", "TOOL"),
                inputs={"order": 1},
                failed=True,
                message="The bill is late.",
                events=tuple({**event, "timestamp_ns": whole.start_ns} for event in events),
            ),
            span(5, whole, "RunnableSequence", "CHAIN", outputs={"state": "needle-plumbing"}),
        )
        return replace(record, spans=spans)

    return change


@pytest.fixture(scope="module")
def made(app, module_store, make_campaign):
    """A campaign of two rich traces."""
    return make_campaign(module_store, 2, change=rich(app.address))


@pytest.fixture
def desk(app, made, visit):
    """Ana at the first of them."""
    desk = visit(app, "ana").open(made.name, made.traces[0])
    desk.shows_item(made.traces[0])
    return desk


def shown(desk, text: str):
    """The first of the innermost elements of the item on screen that hold a text."""
    return desk.reader.locator(f".held.on :text('{text}')").first


def the_end(desk):
    """The last words of the answer."""
    return desk.reader.locator(".held.on .ans :text('needle-late')")


def test_find_leads_to_every_hit(desk):
    """Find marks all hits and jumps to each, also into folds and cut passages, round and round."""
    hits = desk.page.locator(".findbar .hits")
    expect(shown(desk, "needle-5")).to_be_hidden()
    desk.press("f").type("NEEDLE-5")
    expect(hits).to_have_text("1 of 2")
    desk.page.wait_for_function(IN_SIGHT, arg="needle-5")
    desk.press("Control+a").type("order 1")
    expect(hits).to_have_text("1 of 6")
    for number in (2, 3, 4, 5, 6, 1):
        desk.press("Enter")
        expect(hits).to_have_text(f"{number} of 6")
        desk.page.wait_for_function(IN_SIGHT, arg="order 1")
    desk.press("Shift+Enter")
    expect(hits).to_have_text("6 of 6")
    desk.press("Control+a").type("no such word")
    expect(hits).to_have_text("Not found")
    desk.press("Escape")
    expect(desk.page.locator(".findbar")).to_be_hidden()
    assert desk.page.evaluate(HITS) == 0
    desk.press("2")
    expect(desk.form.get_by_role("radio", name="Fail")).to_have_attribute("aria-checked", "true")


def test_find_looks_into_what_is_not_sent_yet(desk):
    """Find also finds what the server has kept back: a long step, the end of a long answer."""
    hits = desk.page.locator(".findbar .hits")
    for text in ("needle-plumbing", "needle-deep", "needle-late"):
        desk.press("f").type(text)
        expect(hits).to_have_text(re.compile(r"1 of \d"))
        desk.page.wait_for_function(IN_SIGHT, arg=text)
        desk.press("Escape")


def test_a_key_opens_everything_and_closes_it(desk):
    """E opens every fold, whole passages and the long answer too, and E again closes the folds."""
    places = [shown(desk, f"needle-{n}") for n in (1, 5)]
    for place in places:
        expect(place).to_be_hidden()
    desk.press("e")
    for place in (*places, shown(desk, "needle-deep"), the_end(desk)):
        expect(place).to_be_visible()
    desk.press("e")
    for place in places:
        expect(place).to_be_hidden()


def test_all_steps_and_raw_data_are_one_key_away(desk):
    """A opens the tree of all steps, plumbing too; J the raw data; both close again."""
    plumbing = shown(desk, "RunnableSequence")
    desk.press("a")
    expect(plumbing).to_be_visible()
    desk.press("a")
    expect(plumbing).to_be_hidden()
    raw = desk.reader.locator(".held.on .later[data-part=raw]")
    desk.press("j")
    expect(raw).to_contain_text('"name": "answer_question"')
    expect(raw).to_be_visible()
    desk.press("j")
    expect(raw).to_be_hidden()


def test_a_long_answer_is_folded_and_not_cut(desk):
    """Of a very long answer the beginning is shown, and all of it for whoever asks for it."""
    end = the_end(desk)
    expect(shown(desk, "Look at")).to_be_visible()
    assert end.count() == 0
    desk.reader.locator(".held.on .ans button.more").click()
    expect(end).to_be_visible()
    whole = desk.reader.locator(".held.on .ans").text_content() or ""
    assert whole.count("A sentence.") == 12_500


def test_an_error_is_told_and_its_stack_is_on_demand(desk):
    """What failed says so in its line; the stack trace is there for whoever opens it."""
    line = desk.reader.locator(".held.on .did > .ln.bad")
    expect(line).to_contain_text("The bill is late.")
    expect(shown(desk, "billing.py")).to_be_hidden()
    line.click()
    expect(shown(desk, "billing.py")).to_be_hidden()
    desk.reader.get_by_role("button", name="Technical details").first.click()
    expect(shown(desk, "billing.py")).to_be_visible()


def test_a_link_opens_on_purpose_only(app, desk):
    """A link asks first, with its address in sight; then it opens in a tab that knows nothing."""
    link, page = desk.reader.locator(".held.on a.ext").first, desk.page
    address = f"{app.address}/healthz"
    dialog = page.locator("dialog[data-panel=link]")
    link.click()
    expect(dialog.locator(".address")).to_have_text(address)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert len(page.context.pages) == 1
    link.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert len(page.context.pages) == 1
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Open 127.0.0.1").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == address
    told = opened.value.evaluate("[document.referrer, window.opener === null]")
    assert told == ["", True]
    assert page.url.startswith(f"{app.address}/review")


def test_reading_asks_nobody_else(app, made, visit):
    """While I open, read and answer, the browser asks this app alone."""
    desk = visit(app, "ana")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.on("websocket", lambda socket: asked.append(socket.url))
    desk.open(made.name, made.traces[1])
    desk.press("e", "a", "j", "l", "Escape", "2", "Control+Enter")
    desk.is_saved()
    host = app.address.removeprefix("http://")
    ours = (f"http://{host}/", f"ws://{host}/", f"blob:http://{host}/", "data:")
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(ours)] == []


def test_a_running_trace_can_be_read(app, module_store, make_campaign, visit):
    """A trace whose app has not answered yet says so, shows what is known, and can be judged."""

    def running(record):
        whole, step = record.spans
        spans = (replace(whole, end_ns=None, outputs=None), step)
        return replace(record, state="IN_PROGRESS", duration_ms=None, spans=spans)

    made = make_campaign(module_store, 1, change=running)
    desk = visit(app, "ana").open(made.name)
    expect(desk.reader).to_contain_text("The app was still running when this was recorded.")
    expect(desk.reader).to_contain_text("Where is order 1?")
    desk.press("2", "Control+Enter")
    desk.is_saved()
    assert made.answers(made.traces[0])["quality"].value is False
