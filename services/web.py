"""What the server adds to Streamlit: security headers, a health answer, the local sign-in."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from review_app.errors import InvalidSetting, ReviewError
from services.settings import Settings
from services.sign_in import COOKIE, COOKIE_DAYS, cookie_value

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def content_security_policy(index_html: str, frame_ancestors: str) -> str:
    """Return the policy under which nothing remote loads and no trace text can run.

    ``blob:`` is how Streamlit loads component code; each inline script of its own page is allowed
    by its hash, computed from the installed file because it changes with Streamlit.
    """
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"
        for script in _INLINE_SCRIPT.findall(index_html)
    ]
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' blob: 'wasm-unsafe-eval' " + " ".join(hashes),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


class SecurityHeaders:
    """Pure ASGI middleware that puts the headers on every answer."""

    def __init__(self, app: Any, headers: dict[str, str]) -> None:
        """Wrap the app; header names and values are encoded once."""
        self.app = app
        self.headers = [(k.lower().encode(), v.encode()) for k, v in headers.items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass everything on; add the headers where an answer starts."""

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self.headers]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class OnlyThisMachine:
    """Pure ASGI middleware of local mode: refuses who names another host or comes from elsewhere.

    A web page elsewhere can point its own name at 127.0.0.1; the browser then sends that name. A
    page on another port of this machine can open a websocket here, and the browser sends the
    cookie along: only the page itself may.
    """

    def __init__(self, app: Any) -> None:
        """Wrap the app."""
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer only to names of this machine."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        stranger = scope["type"] == "websocket" and origin and _netloc(origin) != host
        if is_loopback(_hostname(host)) and not stranger:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            answer = PlainTextResponse("This app answers on this machine only.", 403)
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host name stands for this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("example.com")
    (True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def require_loopback(settings: Settings, address: str | None) -> None:
    """Refuse to serve local mode to other machines.

    Raises:
        InvalidSetting: when the server listens on anything but this machine.
    """
    if settings.sign_in == "local" and not is_loopback(address or ""):
        raise InvalidSetting(
            "With local sign-in anybody can take any name, so the app serves this machine only."
            " Start it with --server.address=127.0.0.1, or set REVIEW_SIGN_IN."
        )


def middleware(settings: Settings, index_html: Path) -> list[Middleware]:
    """Return what every answer passes through."""
    policy = content_security_policy(
        index_html.read_text(encoding="utf-8"), settings.frame_ancestors
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    local = [Middleware(OnlyThisMachine)] if settings.sign_in == "local" else []
    return [Middleware(SecurityHeaders, headers=headers), *local]


def routes(settings: Settings, is_warm: Callable[[], bool]) -> list[Route]:
    """Return the health answer and, in local mode, signing in and out."""

    async def health(_: Request) -> Response:
        if is_warm():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "starting"}, 503)

    found = [Route("/healthz", health)]
    if settings.sign_in == "local":
        found += [
            Route("/sign-in", _sign_in, methods=["POST"]),
            Route("/sign-out", _sign_out, methods=["POST"]),
        ]
    return found


def _same_origin(request: Request) -> bool:
    origin = _netloc(request.headers.get("origin", ""))
    return origin == request.headers.get("host", "") != ""


async def _sign_in(request: Request) -> Response:
    if not _same_origin(request):
        return PlainTextResponse("Please sign in on the page itself.", 403)
    try:
        value = cookie_value((await request.body()).decode("utf-8", "replace"))
    except ReviewError as error:
        return PlainTextResponse(error.sentence, 400)
    answer = PlainTextResponse("signed in")
    answer.set_cookie(
        COOKIE, value, max_age=COOKIE_DAYS * 86_400, httponly=True, samesite="strict", path="/"
    )
    return answer


async def _sign_out(request: Request) -> Response:
    if not _same_origin(request):
        return PlainTextResponse("Please sign out on the page itself.", 403)
    answer = PlainTextResponse("signed out")
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
    return answer
