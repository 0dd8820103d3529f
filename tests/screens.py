"""A page as one person sees it, drawn without a browser: what can be read there, and done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from review_app.people import Person
from services.app import App, services_for
from services.settings import Settings
from services.store import Store

LEAD = Person("lea", is_lead=True)
WORKS_AT_MOST = 60  # seconds
PLAIN = ("title", "header", "subheader", "text", "caption", "markdown", "code")
MESSAGES = ("info", "success", "warning", "error")
COUNTING = re.compile(r"(Counting|Looking through)[^<\n]*…")


class Screen:
    """What one person sees and does on a page."""

    def __init__(self, at: AppTest, app: App) -> None:
        """Streamlit's page, and what it is given."""
        self.at, self.app = at, app

    def _shown(self, *kinds: str) -> str:
        assert not self.at.exception, "The page failed; the log says why."
        found = [one for kind in kinds for one in self.at.get(kind)]
        said = "\n".join(str(e.proto.body if e.type == "html" else e.value) for e in found)
        return re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)

    @property
    def html(self) -> str:
        """Everything that our own components drew."""
        return self._shown("html")

    @property
    def read(self) -> str:
        """Everything that can be read; what our own components drew is HTML."""
        return self._shown(*PLAIN, *MESSAGES, "html")

    @property
    def words(self) -> str:
        """Everything that can be read, as it is read."""
        return in_words(self.read)

    @property
    def buttons(self) -> list[str]:
        """What the buttons say."""
        return [button.label for button in self.at.button]

    def _is_busy(self) -> bool:
        works = any(button.key == "builder-cancel" for button in self.at.button)
        return works or COUNTING.search(self.read) is not None

    def draw(self) -> Screen:
        """Draw the page, and again until nothing is at work any more."""
        self.at.run()
        until = time.monotonic() + WORKS_AT_MOST
        while self._is_busy():
            assert time.monotonic() < until, self.read
            time.sleep(0.1)
            self.at.run()
        return self

    def press(self, button: str) -> Screen:
        """Press the button of that key, or that begins so, and wait for the work that it starts."""
        next(b for b in self.at.button if b.key == button or b.label.startswith(button)).click()
        return self.draw()

    def field(self, name: str) -> Any:
        """The one field whose key ends so."""
        keys = ((one, str(getattr(one, "key", ""))) for one in self.at.main)
        (found,) = (one for one, key in keys if key == name or key.endswith(f"-{name}"))
        return found

    def fill(self, **values: Any) -> Screen:
        """Give values to fields."""
        for name, value in values.items():
            self.field(name).set_value(value)
        return self.draw()


def in_words(html: str) -> str:
    """Return HTML as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def screen(
    render: Callable[[App], None],
    store: Store,
    person: Person = LEAD,
    *,
    now: datetime | None = None,
    screens: tuple[str, ...] = (),
    settings: Mapping[str, Any] | None = None,
    session: Mapping[str, Any] | None = None,
    wait: bool = True,
    **address: str,
) -> Screen:
    """Draw a page for a person at an address, and wait until it has counted what it shows.

    ``screens`` are the others that it can lead to, ``session`` is what they have left for it.
    """
    given = {"mlflow_ui": "https://mlflow.example.com", "contact": "Lea", **(settings or {})}
    chosen = Settings(tracking_uri=store.uri, **given)
    app = App(chosen, person, services_for(chosen), UTC, lambda: now or datetime.now(UTC), {})
    at = AppTest.from_function(_script, args=(render, app, screens), default_timeout=120)
    at.query_params.update(address)
    for key, value in (session or {}).items():
        at.session_state[key] = value
    page = Screen(at, app)
    if wait:
        return page.draw()
    at.run()
    return page


def _script(render, app, screens):
    import streamlit as st

    for name in screens:
        app.screens[name] = st.Page(lambda: None, url_path=name)
    here = st.Page(lambda: render(app), url_path="here", default=True)
    st.navigation([here, *app.screens.values()]).run()
