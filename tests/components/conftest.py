"""What the widgets' tests share: the desk's JavaScript in a real Chromium, and values to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from review_app.intervals import Interval
from review_app.judges import JudgeKey
from review_app.quality.values import Cell, Headline, Quality, Rate, StageRow, Votes

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


# --------------------------------------------------------------------- a quality page, made by hand
@pytest.fixture
def example() -> Quality:
    """Three versions, two questions: combined, labels-only, judge only, and what is kept out."""
    return quality_example()


HOSTILE = "v1 <b>#000001</b>"  # a version called like markup, and like a colour of the theme


def quality_example() -> Quality:
    """Return the example: v3 is the newest; v2 has few failed labels; v1 was never reviewed."""
    return Quality(
        experiment="Support bot",
        since_ms=1_795_219_200_000,
        until_ms=1_795_823_999_999,
        window="last full week, 23 to 29 Nov 2026",
        computed_ms=1_796_000_000_000,
        traffic=8_340,
        versions=("v3", "v2", HOSTILE),
        questions={"faithful": "Is the answer faithful?", "complete": "Complete?"},
        judges={"faithful": (JudgeKey("faithful", "faithful@2"),)},
        cells=(*_faithful(), *_complete()),
        weeks=_weeks(),
        headline=Headline(
            "v3 is better than v2 on “Is the answer faithful?”: 85 % (81–89) after 76 %.",
            "Have 62 more reviewed",
            "new_campaign",
            {"version": "v3"},
        ),
        votes=(Votes("v3", 2_340, 60, 12, ("tr-a",)), Votes("v2", 5_100, 0, 0)),
        stages=(
            StageRow("retrieval", {"v3": ("tr-a", "tr-b")}),
            StageRow("not pinned", {"v3": tuple(f"tr-{n}" for n in range(15)), "v2": ("tr-d",)}),
        ),
        failed={"v3": 17, "v2": 1},
        saved=0.36,
    )


def _faithful() -> tuple[Cell, ...]:
    return (
        Cell(
            *("faithful", "v3"),
            traffic=2_340,
            human=_rate(0.86, 0.79, 0.92, 120, "tr-a", "tr-b"),
            judge=_rate(0.88, 0.86, 0.90, 2_340, "tr-a", "tr-b", "tr-c"),
            combined=_rate(0.85, 0.81, 0.89, 120, "tr-a"),
            labels=120,
            failed=17,
            passed=103,
            saved=0.36,
            more=62,
            running=True,
            changed="better",
            by_reviewer={"ana": _rate(0.9, 0.8, 0.95, 60), "bo": _rate(0.82, 0.7, 0.9, 60)},
            notes=("One expert’s view; the interval covers sampling only.",),
        ),
        Cell(
            *("faithful", "v2"),
            traffic=5_100,
            human=_rate(0.97, 0.83, 0.99, 30, "tr-d"),
            judge=_rate(0.81, 0.79, 0.83, 5_100, "tr-d"),
            combined=Rate(why="Judge scores add nothing yet: only 1 of 30 labels failed."),
            labels=30,
            failed=1,
            passed=29,
            unjudged=0.14,
            bounds=Interval(0.83, 0.97),
            more=210,
        ),
        Cell(
            *("faithful", HOSTILE),
            traffic=900,
            human=Rate(why="No labels on this version."),
            judge=_rate(0.42, 0.39, 0.45, 900, "tr-e"),
        ),
    )


def _complete() -> tuple[Cell, ...]:
    return (
        Cell(
            *("complete", "v3"),
            traffic=2_340,
            human=_rate(0.78, 0.7, 0.85, 118),
            labels=118,
            failed=26,
            passed=92,
            settled=_rate(0.8, 0.72, 0.86, 118, "tr-b"),
        ),
        Cell(
            *("complete", "v2"),
            traffic=5_100,
            unusable=14,
            human=Rate(why="They come from a special pool."),
            shown=_rate(0.5, None, None, 14, "tr-d"),
        ),
    )


def _weeks() -> tuple[Cell, ...]:
    return tuple(
        Cell(
            *("faithful", version, f"2026-11-{day:02d}"),
            human=_rate(share, share - 0.08, share + 0.05, 40, f"tr-{version}-{day}"),
            judge=_rate(share - 0.1, share - 0.12, share - 0.08, 400),
        )
        for version, days in (("v2", (2, 9, 16)), ("v3", (9, 16, 23)))
        for day, share in zip(days, (0.8, 0.84, 0.9), strict=True)
    )


def _rate(value: float, low: float | None, high: float | None, n: int, *traces: str) -> Rate:
    interval = None if low is None or high is None else Interval(low, high)
    return Rate(value, interval, n, traces=traces)
