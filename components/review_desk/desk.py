"""Mounts the desk and reads what it says, with distrust."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError

HERE = Path(__file__).parent
SCRIPTS = ("state", "outbox", "reader", "form", "answering", "panels", "wire", "desk", "keys")
STYLES = ("desk", "form", "reader")
MOST_WISHES = 8  # items or parts a message; the browser asks again for the rest


def _joined(names: tuple[str, ...], ending: str) -> str:
    return "\n".join((HERE / f"{name}.{ending}").read_text(encoding="utf-8") for name in names)


_JS = _joined(SCRIPTS, "js")
_CSS = _joined(STYLES, "css")
_HTML = (HERE / "desk.html").read_text(encoding="utf-8")
_COURIER = st.components.v2.component(
    "review_courier",
    html='<p role="status" hidden></p>',
    css=_joined(("courier",), "css"),
    js=_joined(("state", "outbox", "courier"), "js"),
    isolate_styles=True,
)
BUILD = hashlib.sha256((_JS + _CSS + _HTML).encode()).hexdigest()[:12]
_MOUNT = st.components.v2.component(
    "review_desk", html=_HTML, css=_CSS, js=_JS, isolate_styles=True
)


@dataclass(frozen=True)
class Wishes:
    """What the browser sent: unsaved entries, and what it would like to have.

    Attributes:
        entries: raw outbox entries, not yet checked.
        items: keys of items to send.
        parts: (item key, part id) of folded rests to send.
        facts: keys of answered items beside which facts and more may be shown now.
        titles: whether the list of items is open and wants its titles.
        order: version of the item list that the browser holds; "" for none.
        is_new: True when this session has not heard from the browser before.
    """

    entries: tuple[object, ...] = ()
    items: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    titles: bool = False
    order: str = ""
    is_new: bool = False

    @classmethod
    def read(cls, state: object) -> Wishes:
        """Return the wishes in the component's state; nothing in it is trusted to have a shape."""
        wire = state.get("wire") if isinstance(state, Mapping) else None
        if not isinstance(wire, Mapping):
            return cls(is_new=True)
        parts = [p for p in _list(wire, "parts") if isinstance(p, list) and len(p) == 2]
        return cls(
            entries=tuple(_list(wire, "entries")),
            items=tuple(k for k in _list(wire, "want") if isinstance(k, str))[:MOST_WISHES],
            parts=tuple((str(item), str(part)) for item, part in parts)[:MOST_WISHES],
            facts=tuple(k for k in _list(wire, "facts") if isinstance(k, str))[:MOST_WISHES],
            titles=wire.get("titles") is True,
            order=str(wire.get("order") or ""),
        )


def _list(wire: Mapping[str, Any], name: str) -> list[Any]:
    value = wire.get(name)
    return value if isinstance(value, list) else []


@dataclass(frozen=True)
class DeskAnswer:
    """What the desk says after it was mounted.

    Attributes:
        wishes: its state, also right after a restart, when the session knows nothing yet.
        leave: True when the person wants to go back to their reviews.
    """

    wishes: Wishes
    leave: bool


def wishes_before(key: str = "desk") -> Wishes:
    """Return what the desk said before this run; on a session's first run it has said nothing."""
    return Wishes.read(st.session_state.get(key))


def review_desk(data: Mapping[str, Any], key: str = "desk") -> DeskAnswer:
    """Show the desk with this data and return what it says.

    The data's shape is described where it is read, in wire.js and desk.js.
    """
    result = _MOUNT(
        key=key,
        data=[dict(data)],  # in a list, or Streamlit looks for tables in each of its fields
        on_wire_change=lambda: None,
        on_leave_change=lambda: None,
    )
    return DeskAnswer(Wishes.read(dict(result)), leave=bool(result.get("leave")))


def review_courier(
    person: str, deliver: Callable[[tuple[object, ...]], Sequence[Mapping[str, Any]]]
) -> None:
    """Send what the desk has left unsaved in this browser; draws a line only while there is some.

    ``deliver`` takes raw outbox entries and returns the receipts of those that are settled.
    """
    receipts = deliver(wishes_before("courier").entries)
    data = {"person": person, "receipts": [dict(receipt) for receipt in receipts]}
    _COURIER(key="courier", data=data, on_wire_change=lambda: None)


def turn_again() -> None:
    """Run once more, now knowing what the browser holds: the fragment alone where allowed."""
    try:
        st.rerun(scope="fragment")
    except StreamlitInvalidLayoutContextError:
        st.rerun()
