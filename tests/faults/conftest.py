"""What the fault tests share: keys in a burst, a store that fails on demand, and the reckoning."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest

from services.assessments import assessments_of
from services.queues import find_queue, queue_name, statuses
from services.store import Store

HANGS = 8.0  # seconds
BODILESS = (204, 304)
FIGURES = pytest.StashKey[dict[str, tuple[int, ...]]]()

# Notes each key with the item on screen and the count of finished ones, before the desk hears it.
NOTE_KEYS = """
  window.pressed = [];
  window.look = () => {
    const root = document.querySelector("[data-testid=desk-host]")?.shadowRoot;
    const trace = root?.querySelector("[data-testid=desk-trace]")?.dataset.traceId;
    return { trace, count: root?.querySelector(".count")?.textContent };
  };
  window.addEventListener("keydown", ({ key }) => window.pressed.push({ key, ...look() }), true);
"""
ALL_AT_ONCE = """(keys) => {
  const desk = document.querySelector("[data-testid=desk-host]").shadowRoot.querySelector(".desk");
  const how = { bubbles: true, composed: true, cancelable: true };
  for (const key of keys) desk.dispatchEvent(new KeyboardEvent("keydown", { key, ...how }));
}"""


class Burst:
    """Presses keys on a desk without waiting, and knows which of them the desk took."""

    def __init__(self, desk: Any) -> None:
        """Note keys in every page that this tab opens from now on."""
        self.desk = desk
        desk.page.add_init_script(NOTE_KEYS)

    def press(self, keys: Sequence[str], gap: float = 0.0) -> None:
        """Press real keys; ``gap`` is the pause between two, in seconds."""
        for key in keys:
            self.desk.page.keyboard.press(key)
            if gap:
                self.desk.page.wait_for_timeout(gap * 1000)

    def press_at_once(self, keys: Sequence[str]) -> None:
        """Press all keys in one turn of the browser: no time at all lies between them."""
        self.desk.page.evaluate(ALL_AT_ONCE, list(keys))

    def ahead(self) -> None:
        """Wait until the browser holds the next items."""
        self.desk.page.wait_for_timeout(1500)

    def to_the_end(self, key: str) -> None:
        """Press the key, at a person's pace, until everything is done."""
        until = time.monotonic() + 60
        while not self.desk.done.is_visible():
            assert time.monotonic() < until, self.desk.say.inner_text()
            self.press(key, gap=0.05)

    def taken(self) -> list[tuple[str, bool]]:
        """Return (trace, whether it passed) of each key that finished the item on screen."""
        seen = self.desk.page.evaluate("[...window.pressed, { key: '', ...look() }]")
        return [
            (now["trace"], now["key"] == "1")
            for now, then in pairwise(seen)
            if now["key"] in ("1", "2") and now["count"] != then["count"]
        ]


@pytest.fixture
def burst() -> type[Burst]:
    """Bursts of keys; made before the desk is opened."""
    return Burst


class Reckoning:
    """Compares what people saved on screen with what MLflow holds."""

    def __init__(self, name: str, config: pytest.Config) -> None:
        """Nothing was sent yet."""
        self.sent: dict[tuple[str, str], bool] = {}
        self._name, self._config = name, config

    def add(self, person: str, taken: Sequence[tuple[str, bool]]) -> None:
        """Note what a person saved: trace and value."""
        self.sent |= {(person, trace_id): value for trace_id, value in taken}

    def settle(self, made: Any, store: Store | None = None, history: int = 0) -> None:
        """Count in the store; exactly one valid answer per person and item, and no other.

        ``history`` is how many answers were sent that must be kept as history only.
        """
        store = store or made.store
        rows = [(t, a) for t in made.traces for a in assessments_of(store, t)]
        answers = [(t, a) for t, a in rows if a.name == "quality"]
        valid = [((a.source, t), a.value) for t, a in answers if a.valid]
        past = len([a for _, a in answers if not a.valid])
        keys = [key for key, _ in valid]
        lost = [key for key in self.sent if key not in keys] + [""] * max(0, history - past)
        doubled = len(keys) - len(set(keys)) + max(0, past - history)
        sent, found = len(self.sent) + history, len(valid) + past
        self._tell(sent, found, len(lost), doubled)
        ids = [a.assessment_id for _, a in rows]
        assert (lost, doubled, len(ids)) == ([], 0, len(set(ids)))
        assert dict(valid) == self.sent
        for person in {person for person, _ in self.sent}:
            assert self._finished(made, store, person) == {t for p, t in self.sent if p == person}

    def _finished(self, made: Any, store: Store, person: str) -> set[str]:
        name = queue_name(made.name, person, 1)
        queue = find_queue(store, made.campaign.experiment_id, name)
        return {t for t, status in statuses(store, queue or "").items() if status == "complete"}

    def _tell(self, *figures: int) -> None:
        """Keep the figures for the end; a later reckoning of the same test counts them all anew."""
        self._config.stash.setdefault(FIGURES, {})[self._name] = figures


def _line(figures: Iterable[int]) -> str:
    words = ("sent", "found", "lost", "doubled")
    return ", ".join(f"{word} {figure}" for word, figure in zip(words, figures, strict=True))


@pytest.fixture
def reckoning(request: pytest.FixtureRequest) -> Reckoning:
    """The reckoning of this test; its line is printed at the end of the run."""
    return Reckoning(request.node.name, request.config)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was sent, found, lost and doubled."""
    found = config.stash.get(FIGURES, {})
    if found:
        terminalreporter.section("answers under faults")
        for name, figures in found.items():
            terminalreporter.write_line(f"{_line(figures)}: {name}")
        terminalreporter.write_line(f"{_line(map(sum, zip(*found.values(), strict=True)))}: in all")


class Faults:
    """A small proxy in front of an MLflow server, with a switch.

    Attributes:
        mode: ``through``; ``500`` answers an error to everything; ``hang`` waits before passing on;
            ``mute`` passes writes on, and answers an error all the same.
        met: how many requests met the fault.
        server: the server behind it; while it is down, connections end without an answer.
    """

    def __init__(self, server: Any) -> None:
        """Stand in front of the server; nothing fails yet."""
        self.mode, self.met, self.server = "through", 0, server
        faults = self

        class Pass(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = faults.answer(server.port, self, body)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, text = answer
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                if status not in BODILESS:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that gave up is what is tested here."""

        self._server = Server(("127.0.0.1", 0), Pass)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(
        self, port: int, request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return the server's answer, or the fault's; None while the server is down."""
        mode = self.mode
        self.met += mode != "through"
        if mode == "hang":
            time.sleep(HANGS)
        found = None if mode == "500" else self._ask(port, request, body)
        if mode == "500" or (mode == "mute" and request.command != "GET"):
            return 500, [("Content-Type", "application/json")], b'{"error_code": "INTERNAL_ERROR"}'
        return found

    def _ask(
        self, port: int, request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {k: v for k, v in request.headers.items() if k.lower() != "connection"}
            server.request(request.command, request.path, body or None, headers)
            answer = server.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except OSError:
            return None
        finally:
            server.close()

    def end(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def faulty() -> Iterator[Callable[[Any], Faults]]:
    """Put a proxy with a switch in front of a server."""
    made: list[Faults] = []

    def put_before(server: Any) -> Faults:
        made.append(Faults(server))
        return made[-1]

    yield put_before
    for one in made:
        one.end()
