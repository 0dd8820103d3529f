"""Hostile traces in a real Chromium, without the second wall: nothing loads and nothing runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, sync_playwright

from components.review_desk.item_html import render_facts, render_item, render_markdown
from review_app.reading.model import (
    Block,
    Code,
    Facts,
    Fields,
    Media,
    Part,
    Passage,
    Passages,
    Problem,
    Prose,
    Reading,
    Step,
    Table,
    ToolCall,
    Turn,
)

pytestmark = pytest.mark.browser

EMPTY_PAGE = b"<!doctype html><link rel=icon href='data:,'><div id=host></div>"
SHOW = """([html, parts]) => {
  const root = document.getElementById("host").attachShadow({ mode: "open" });
  root.innerHTML = html;
  for (let waiting; (waiting = root.querySelector("[data-part]")); ) {
    const template = document.createElement("template");
    template.innerHTML = parts[waiting.dataset.part];
    waiting.closest(".rest, .later").replaceWith(template.content);
  }
  for (const folded of root.querySelectorAll("[hidden]")) folded.hidden = false;
}"""
DANGEROUS = (
    "script, style, link, img, iframe, object, embed, video, audio, svg, math, form, base, meta, "
    "input, details, [src], [srcset], [srcdoc], [href], [style], [id], [background], [action]"
)
FOUND = """(dangerous) => {
  const root = document.getElementById("host").shadowRoot;
  const handled = (e) => e.getAttributeNames().some((name) => name.startsWith("on"));
  const all = [...root.querySelectorAll("*")];
  return {
    ran: window.ran ?? 0,
    text: root.textContent,
    articles: root.querySelectorAll("article").length,
    dangerous: all.filter((e) => e.matches(dangerous) || handled(e)).map((e) => e.outerHTML),
  };
}"""


@dataclass
class Listener:
    """A server on this machine that remembers whatever is fetched from it."""

    address: str = ""
    fetched: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path != "/":
                heard.fetched.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(EMPTY_PAGE)

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


@pytest.fixture
def page(listener) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(listener.address)
        yield page
        browser.close()


def hostile_texts(address: str) -> list[str]:
    hit = f"{address}/hit"
    return [
        f"<script>window.ran = 1; fetch('{hit}')</script><script src={hit}></script>",
        f"<img src='{hit}' onerror='window.ran = 1'><img srcset='{hit} 2x'>",
        f"<svg onload='window.ran = 1'><image href='{hit}'/><use href='{hit}#x'/></svg>",
        f"<style>@import '{hit}'; * {{ background: url({hit}) }}</style>",
        f"<p style='background:url({hit})'><table background='{hit}'><tr><td>",
        f"<iframe src='{hit}' srcdoc='<script>parent.ran = 1</script>'></iframe>",
        f"<video src='{hit}' poster='{hit}' autoplay></video><audio src='{hit}'></audio>",
        f"<link rel=stylesheet href='{hit}'><meta http-equiv=refresh content='0;url={hit}'>",
        f"<object data='{hit}'></object><embed src='{hit}'><body background='{hit}'>",
        f"<base href='{hit}/'><form action='{hit}'><button autofocus onfocus='window.ran = 1'>",
        f"<math><mtext><table><mglyph><style><img src='{hit}' onerror='window.ran = 1'>",
        f"</code></pre></td></tr></table></dd></dl></div></article><img src='{hit}'>",
        "<details open ontoggle='window.ran = 1'><input autofocus onfocus='window.ran = 1'>",
        f"![picture]({hit}) ![x][1] [![y]({hit})]({hit}) <{hit}> {hit}\n\n[1]: {hit}",
        "[a](javascript:window.ran=1) [b](JAVASCRIPT:window.ran=1) <javascript:window.ran=1>",
        "[c](java\tscript:window.ran=1) [d](&#106;avascript:window.ran=1) [e](data:text/html,x)",
        f'[f]({hit} "onclick=window.ran=1") [g](<{hit}" onmouseover="window.ran=1>)',
        f"```html\" onload=window.ran=1\n<img src='{hit}'>\n```",
        f"|<img src='{hit}'>|b|\n|-|-|\n|<script>window.ran = 1</script>|![z]({hit})|",
        f"$\\href{{{hit}}}{{x}}$ \\(\\includegraphics{{{hit}}}\\) :red[x] :material/home:",
        f"\u202e<img src='{hit}'>\u202c\x00\ud800\u200b<img\x00src='{hit}'>\x0b<img/src='{hit}'>",
        "' onerror='window.ran=1 \" onload=\"window.ran=1 ` {{ 7*7 }} {% raw %} ${window.ran=1}",
        f"<!--><img src='{hit}'>--> <![CDATA[<img src='{hit}'>]]> <?xml-stylesheet href='{hit}'?>",
        f"<template><img src='{hit}'></template><noscript><img src='{hit}'></noscript><plaintext>",
        f"+ADw-img src='{hit}'+AD4- &lt;img src='{hit}'&gt; &#60;img src='{hit}'&#62; *x*",
    ]


def reading_of(text: str) -> Reading:
    """The text in every place that a trace has."""
    blocks: tuple[Block, ...] = (
        *(Prose(text), Code(text, text), Code(text, "sql"), Code(text, "json"), Media(text, text)),
        Table((text, "b"), (*((("x", "1"),) * 55), (text, "1"))),
        Passages((Passage(1, text, text, text, text, 0.5),)),
        ToolCall(text, Fields(((text, Prose(text)), (text, Fields(((text, Code(text)),)))))),
    )
    turn = Turn("other", blocks, text)
    problem = Problem(text, text, text)
    parts = tuple(Part(text, block) for block in blocks)
    steps = (
        Step(text, text, text, "tool", 5, None, parts),
        Step(text, text, text, "tool", 5, problem, parts),
    )
    return Reading(
        *(text, 0, False, text, (turn,), (turn,), turn, steps, turn, problem, steps, text, 0, 5)
    )


def test_the_listener_and_the_flag_notice_what_is_not_made_safe(page, listener):
    """The trap works: the same strings, put into a page as they are, do load and do run."""
    page.evaluate(SHOW, ["".join(hostile_texts(listener.address)[:3]), {}])
    page.wait_for_timeout(500)
    assert listener.fetched
    assert page.evaluate(FOUND, DANGEROUS)["ran"]


def test_a_hostile_trace_loads_nothing_and_runs_nothing(page, listener):
    """Every hostile string in every place of a trace is text on the screen, and nothing else."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for number, text in enumerate(hostile_texts(listener.address)):
        item = render_item(reading_of(f"{text} END{number}."), zone=UTC)
        page.goto(listener.address)
        requests.clear()
        page.evaluate(SHOW, [item.html, dict(item.parts)])
        page.wait_for_timeout(100)
        found = page.evaluate(FOUND, DANGEROUS)
        assert found["text"].count(f"END{number}.") > 60
        assert (found["ran"], found["dangerous"], found["articles"]) == (0, [], 1)
        assert requests == []
    assert listener.fetched == []


def test_links_do_nothing_by_themselves(page, listener):
    """A click or Enter on a link of a trace leaves the page where it is."""
    item = render_item(reading_of(f"[go]({listener.address}/hit) END"), zone=UTC)
    page.evaluate(SHOW, [item.html, dict(item.parts)])
    link = page.locator("a.ext", has_text="go").first
    link.click()
    link.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == f"{listener.address}/"
    assert listener.fetched == []


def test_instructions_and_facts_are_as_harmless(page, listener):
    """What leads write and what the facts line shows goes through the same door."""
    texts = hostile_texts(listener.address)
    facts = [Facts(text, text, text, text, thumbs=((False, text),)) for text in texts]
    lines = [render_facts(each, reason="x", mlflow_url=listener.address) for each in facts]
    html = "".join([f"<article>{''.join(lines)}</article>", *map(render_markdown, texts)])
    page.evaluate(SHOW, [html, {}])
    page.wait_for_timeout(200)
    found = page.evaluate(FOUND, DANGEROUS)
    assert (found["ran"], found["dangerous"], found["articles"]) == (0, [], 1)
    assert listener.fetched == []


def test_folded_rows_come_back_into_their_table(page):
    """The rest of a long table joins the rows that were shown, in order."""
    table = Table(("number",), tuple((str(number),) for number in range(4_000)))
    turn = Turn("assistant", (table,))
    reading = Reading("t", 0, False, "", (), (), None, (), turn, None, (), "", 0, None)
    item = render_item(reading, zone=UTC)
    page.evaluate(SHOW, [item.html, dict(item.parts)])
    numbers = page.locator("table td").all_inner_texts()
    assert page.locator("table").count() == 1
    assert numbers == [str(number) for number in range(4_000)]
