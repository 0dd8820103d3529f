"""What the server adds to Streamlit: headers, health, sign-in, and who may call at all."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from review_app.errors import InvalidSetting
from services.settings import read_settings
from services.sign_in import COOKIE
from services.web import (
    OnlyThisMachine,
    content_security_policy,
    middleware,
    require_loopback,
    routes,
)

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
HERE = {"host": "127.0.0.1:8501"}
SAME = {**HERE, "origin": "http://127.0.0.1:8501"}
PROXY = {
    "REVIEW_SIGN_IN": "proxy",
    "REVIEW_PROXY_HEADER": "X-Auth-Email",
    "REVIEW_PROXY_SECRET": "s3cret",
}


class Site:
    """The routes and headers around an app of one page."""

    def __init__(self, env: dict[str, str] | None = None, *, is_warm: bool = True) -> None:
        settings = read_settings(env or {})
        page = Route("/", lambda _: PlainTextResponse("page"))
        others = Mount("/static", PlainTextResponse("file"))
        found = [*routes(settings, lambda: is_warm), page, others]
        self.app = Starlette(routes=found, middleware=middleware(settings, INDEX))

    def call(self, path: str, method="GET", body=b"", **headers) -> tuple[int, dict[str, str], str]:
        """Send one request; header names are written with underscores."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in named.items()],
        }
        sent: list[Any] = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        answer = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return sent[0]["status"], answer, b"".join(m.get("body", b"") for m in sent).decode()


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/a.js", "/nothing"])
def test_every_answer_has_the_security_headers(path):
    """Pages, files, the health answer and errors all forbid remote loads and framing."""
    _, headers, _ = Site().call(path, **HERE)
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert {"permissions-policy", "cross-origin-opener-policy"} <= headers.keys()


def test_a_refusal_has_them_too():
    """Also who is turned away is told so under the same policy."""
    status, headers, _ = Site().call("/", host="evil.example.com")
    assert status == 403
    assert "content-security-policy" in headers


def test_scripts_are_named_by_their_hash():
    """Streamlit's own inline scripts run, and no other inline script does."""
    script = "let x = 1;"
    policy = content_security_policy(f"<script src='a.js'></script><script>{script}</script>", "x")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-{digest}';" in policy
    assert "frame-ancestors x" in policy
    [scripts] = [p for p in policy.split("; ") if p.startswith("script-src")]
    assert "unsafe-inline" not in scripts


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "localhost"])
def test_this_machine_is_answered(host):
    """Whoever sits at this machine gets the page."""
    assert Site().call("/", host=host)[::2] == (200, "page")


@pytest.mark.parametrize(
    "host", ["evil.example.com", "10.0.0.7:8501", "127.0.0.1.evil.com", "", "localhost.evil:1"]
)
def test_another_name_is_refused(host):
    """A web page elsewhere that points its own name at this machine gets nothing."""
    status, _, text = Site().call("/", host=host)
    assert (status, text) == (403, "This app answers on this machine only.")


def test_behind_a_proxy_any_name_is_answered():
    """Where a proxy signs people in, the app answers to the proxy's name."""
    assert Site(PROXY).call("/", host="review.example.com")[0] == 200


def test_a_foreign_websocket_is_closed():
    """A foreign page cannot open the app's socket either."""
    sent: list[Any] = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"evil.example.com")]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers}
    asyncio.run(Site().app(scope, receive, send))
    assert [m["type"] for m in sent] == ["websocket.close"]


def test_health_says_when_it_is_warm():
    """The platform sends people only once the first page would be fast."""
    assert Site().call("/healthz", **HERE)[::2] == (200, '{"status":"ok"}')
    assert Site(is_warm=False).call("/healthz", **HERE)[0] == 503


def test_signing_in_sets_a_cookie_that_scripts_cannot_read():
    """My name is kept in a cookie of this site alone, which no script and no other site gets."""
    status, headers, _ = Site().call("/sign-in", "POST", b"Ana Lopez", **SAME)
    cookie = headers["set-cookie"]
    assert status == 200
    assert cookie.startswith(f"{COOKIE}=ana%20lopez;")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "headers",
    [
        HERE,
        {**HERE, "origin": "http://evil.example.com"},
        {**HERE, "origin": "null"},
        {**HERE, "origin": "http://127.0.0.1:9999"},
        {**HERE, "origin": ""},
    ],
    ids=["none", "foreign", "null", "other port", "empty"],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_another_site_cannot_sign_me_in_or_out(path, headers):
    """A page elsewhere cannot choose under which name I answer."""
    status, answer, text = Site().call(path, "POST", b"eve", **headers)
    assert status == 403
    assert "set-cookie" not in answer
    assert text.endswith("on the page itself.")


@pytest.mark.parametrize("name", [b"", b"   ", b"a" * 300, b"a\x00b", b"\xff\xfe"])
def test_a_name_that_cannot_be_read_is_refused(name):
    """An empty, endless or unreadable name is refused with a sentence."""
    status, headers, text = Site().call("/sign-in", "POST", name, **SAME)
    refused = status == 400 and text.endswith(".") and "set-cookie" not in headers
    assert refused or (name == b"\xff\xfe" and status == 200)


def test_signing_out_takes_the_cookie_away():
    """After signing out nobody is signed in in this browser."""
    _, headers, _ = Site().call("/sign-out", "POST", **SAME)
    assert "Max-Age=0" in headers["set-cookie"]


def test_elsewhere_there_is_no_sign_in_by_name():
    """Where a proxy signs people in, nobody can take a name by asking for it."""
    assert Site(PROXY).call("/sign-in", "POST", b"eve", **SAME)[0] == 404


@pytest.mark.parametrize("address", ["0.0.0.0", "", None, "192.168.1.5", "example.com"])
def test_local_sign_in_serves_this_machine_only(address):
    """The app does not start for other machines where anybody can take any name."""
    with pytest.raises(InvalidSetting, match="serves this machine only"):
        require_loopback(read_settings({}), address)


def test_local_sign_in_starts_here():
    """On this machine, and anywhere behind a real sign-in, it starts."""
    for env, address in (({}, "127.0.0.1"), ({}, "localhost"), ({}, "::1"), (PROXY, "0.0.0.0")):
        require_loopback(read_settings(env), address)
    with pytest.raises(InvalidSetting):
        require_loopback(read_settings({"REVIEW_PERSON": "ana"}), "0.0.0.0")


@pytest.mark.parametrize(
    "origin,taken",
    [
        (b"http://127.0.0.1:8501", True),
        (b"http://127.0.0.1:9000", False),
        (b"http://localhost:8501", False),
        (b"null", False),
        (b"http://[", False),
        (None, True),
    ],
)
def test_only_the_page_itself_opens_the_conversation(origin, taken):
    """A page on another port of this machine cannot read along with a signed-in person."""
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["type"])

    async def send(message):
        sent.append(message["type"])

    headers = [(b"host", b"127.0.0.1:8501")] + ([(b"origin", origin)] if origin else [])
    asyncio.run(OnlyThisMachine(app)({"type": "websocket", "headers": headers}, None, send))

    assert (reached, sent) == ((["websocket"], []) if taken else ([], ["websocket.close"]))
