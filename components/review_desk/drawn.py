"""Items as they were drawn: what a desk keeps of each on its shelf."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from components.review_desk.item_html import RenderedItem, render_item
from components.review_desk.session_html import render_session
from review_app.reading.model import Reading, SessionReading


class Drawn(NamedTuple):
    """An item as HTML, when it was asked, and the traces it had then."""

    page: RenderedItem
    requested_at_ms: int
    traces: tuple[str, ...]


def draw(reading: Reading | SessionReading, traces: tuple[str, ...], zone: tzinfo) -> Drawn:
    """Draw one trace, or a whole session."""
    if isinstance(reading, SessionReading):
        page = render_session(reading, zone=zone)
    else:
        page = render_item(reading, zone=zone)
    return Drawn(page, reading.requested_at_ms, traces)
