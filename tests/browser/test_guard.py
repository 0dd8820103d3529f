"""Who may come in: the sign-in, foreign pages, security headers, from the very first request."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from services.sign_in import COOKIE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def asks(app, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str]:
    """Send one request with exactly these headers; return status and text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    try:
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        return answer.status, "" if answer.status == 101 else answer.read().decode()
    finally:
        connection.close()


def heard_by(page) -> list[bytes]:
    """All that the server sends over the page's sockets from now on."""
    heard: list[bytes] = []

    def keep(payload: str | bytes) -> None:
        heard.append(payload.encode() if isinstance(payload, str) else payload)

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return heard


def asks_for_a_name(page):
    """The field in which a person types their name."""
    return page.get_by_label("Your name or e-mail address")


def shows_only_the_sign_in(page) -> None:
    """Nothing is on screen but the sign-in: no menu, no review, no desk."""
    expect(asks_for_a_name(page)).to_be_visible()
    expect(page.get_by_test_id("desk")).to_have_count(0)
    expect(page.get_by_role("link", name="My reviews")).to_have_count(0)
    expect(page.get_by_text("Change name")).to_have_count(0)


@pytest.mark.parametrize("path", ["review", "my_reviews"])
def test_the_very_first_request_is_guarded(module_store, programs, make_campaign, visit, path):
    """Right after a start, the first stranger at any address sees the sign-in and hears nothing."""
    made = make_campaign(module_store, 1, join="anyone")
    desk = visit(programs.app(module_store.uri))
    heard = heard_by(desk.page)
    desk.page.goto(f"{desk.address}/{path}?campaign={quote(made.name)}")
    shows_only_the_sign_in(desk.page)
    everything = b"".join(heard)
    assert b"sign_in" in everything
    assert not [t for t in (made.name, made.traces[0], "warehouse") if t.encode() in everything]


def test_no_page_is_run_by_the_name_of_its_file(module_store, programs, make_campaign, visit):
    """The address of a page's file shows nothing, also as the first request after a start."""
    make_campaign(module_store, 1, join="anyone")
    desk = visit(programs.app(module_store.uri), "ana")
    heard = heard_by(desk.page)
    for path in ("pages/review", "pages/review.py"):
        desk.page.goto(f"{desk.address}/{path}")
        desk.page.wait_for_timeout(1000)
        expect(desk.page.locator("body")).to_have_text(re.compile(r"^\s*$"))
    assert heard == []


def test_a_link_still_leads_there_after_the_sign_in(app, module_store, make_campaign, visit):
    """Whoever opens a link and types their name is at the item of the link, and stays signed in."""
    made = make_campaign(module_store, 2)
    desk = visit(app)
    address = f"{app.address}/review?campaign={quote(made.name)}&item={made.traces[1]}"
    desk.page.goto(address)
    asks_for_a_name(desk.page).fill("  ANA ")
    asks_for_a_name(desk.page).press("Enter")
    desk.shows_item(made.traces[1])
    assert desk.page.url == address
    [cookie] = [c for c in desk.page.context.cookies() if c["name"] == COOKIE]
    assert (cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == ("ana", True, "Strict")
    desk.page.reload()
    desk.shows_item(made.traces[1])


def test_a_name_that_cannot_be_shown_is_refused_on_the_page(app, visit):
    """A name with characters that cannot be seen is refused by a sentence, and can be retyped."""
    page = visit(app).page
    page.goto(app.address)
    asks_for_a_name(page).fill("ana\u200b")
    asks_for_a_name(page).press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Please retype it.")).to_be_visible()
    asks_for_a_name(page).fill("ana")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="My reviews")).to_be_visible()


def test_another_person_takes_over(app, visit):
    """“Change name” signs out, and the page asks for a name again."""
    page = visit(app, "ana").page
    page.goto(app.address)
    expect(page.get_by_text("ana", exact=True)).to_be_visible()
    page.get_by_role("button", name="Change name").click()
    shows_only_the_sign_in(page)
    assert COOKIE not in {c["name"] for c in page.context.cookies()}


def test_headers_of_other_modes_are_ignored(app, visit):
    """Here nobody is signed in by a header that anybody could send."""
    headers = {
        "X-Forwarded-Email": "eve@example.com",
        "X-Forwarded-User": "eve",
        "X-Forwarded-Access-Token": "t",
        "X-Review-Proxy-Secret": "",
    }
    page = visit(app, extra_http_headers=headers).page
    page.goto(app.address)
    shows_only_the_sign_in(page)


def test_every_answer_of_a_visit_has_the_headers(app, module_store, make_campaign, visit):
    """Every page, script and style of a visit forbids remote loads, framing and sniffing."""
    made = make_campaign(module_store, 1)
    desk = visit(app, "ana")
    answers: list[tuple[str, dict[str, str]]] = []
    desk.page.on("response", lambda answer: answers.append((answer.url, answer.headers)))
    desk.open(made.name)
    ours = [(url, found) for url, found in answers if url.startswith(app.address)]
    assert {
        url for url, _ in answers if not url.startswith((app.address, "blob:", "data:"))
    } == set()
    assert len(ours) > 5
    assert any("/static/" in url for url, _ in ours)
    for url, found in ours:
        assert "default-src 'self'" in found.get("content-security-policy", ""), url
        assert found.get("x-content-type-options") == "nosniff", url
        assert found.get("referrer-policy") == "no-referrer", url


@pytest.mark.parametrize("host", ["evil.example.com", "evil.example.com:8501", "10.1.2.3"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/static/x.js", "/sign-in", "/_stcore/stream"])
def test_another_name_for_this_machine_is_refused(app, host, path):
    """A web page elsewhere that points its own name at this machine gets nothing at all."""
    upgrade = SOCKET if path.endswith("stream") else {}
    status, text = asks(app, path, Host=host, **upgrade)
    assert status == 403
    assert "<html" not in text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_another_page_cannot_choose_my_name(app, path):
    """A web page elsewhere cannot sign me in or out behind my back."""
    status, _ = asks(app, path, "POST", "eve", Origin="http://evil.example.com")
    assert status == 403


def test_another_page_cannot_open_the_socket(app):
    """A web page elsewhere cannot talk to the app through my browser."""
    mine = {**SOCKET, "Origin": app.address}
    assert asks(app, "/_stcore/stream", **mine)[0] == 101
    foreign = {**SOCKET, "Origin": "http://evil.example.com"}
    assert asks(app, "/_stcore/stream", **foreign)[0] == 403


def test_it_does_not_start_for_other_machines():
    """With sign-in by name the app refuses to listen to other machines, and says what to do."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    ended = subprocess.run(
        [*command, "--server.address=0.0.0.0", "--server.port=0"],
        cwd=ROOT,
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert ended.returncode != 0
    assert b"so the app serves this machine only." in ended.stdout + ended.stderr
