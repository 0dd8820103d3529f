"""The desk's JavaScript in a real Chromium, on an empty page and without Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

DESK = Path(__file__).resolve().parent.parent.parent / "components" / "review_desk"


class Tab:
    """A page with files of the desk's JavaScript."""

    def __init__(self, page: Page, address: str, *names: str) -> None:
        """Open the empty page and load the files, joined as they are for the desk."""
        self.page = page
        text = "\n".join((DESK / f"{name}.js").read_text("utf-8") for name in names)
        self._script = text.replace("export default ", "")
        self._address = address
        self.load()

    def load(self) -> None:
        """Open the page, or open it anew."""
        self.page.goto(self._address)
        self.page.add_script_tag(content=self._script)

    def run(self, body: str, *given: Any) -> Any:
        """Run the body of a function; what is given stands in ``given``."""
        return self.page.evaluate(f"async (given) => {{ {body} }}", list(given))


class Tabs:
    """One browser's tabs, which share its storage."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """No tab is open yet."""
        self._context, self._address = context, address

    def open(self, *names: str) -> Tab:
        """Open a tab with these files."""
        return Tab(self._context.new_page(), self._address, *names)


@pytest.fixture(scope="module")
def blank_page() -> Iterator[str]:
    """Address of an empty page."""

    class Blank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><link rel=icon href='data:,'>")

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def new_tabs(chromium, blank_page) -> Iterator[Callable[[], Tabs]]:
    """Make the tabs of a browser that has stored nothing yet."""
    contexts: list[BrowserContext] = []

    def make() -> Tabs:
        contexts.append(chromium.new_context())
        return Tabs(contexts[-1], blank_page)

    yield make
    for context in contexts:
        context.close()
