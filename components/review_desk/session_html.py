"""The HTML of a whole session: turn after turn, each with its question, steps and answer."""

from __future__ import annotations

from datetime import tzinfo

from markupsafe import Markup

from components.review_desk.item_html import ROOM, RenderedItem, sent_along_html, trace_html
from components.review_desk.macros import macro
from components.review_desk.parts import Branch, Parts, Series
from components.safe_pieces import joined
from components.safe_text import marked, without_hidden
from components.words import counted, moment
from review_app.reading.model import SessionReading

_SIZE = 250_000  # characters of HTML that are sent at once, up to the end of a turn
_SESSION = macro("item.html", "session")
_TURN = macro("item.html", "session_turn")


def render_session(reading: SessionReading, *, zone: tzinfo) -> RenderedItem:
    """Draw a session. zone is where the person is, for the times."""
    parts = Parts()
    count = len(reading.turns)

    def draw(number: int, where: Branch) -> Markup:
        turn = reading.turns[number]
        title = " · ".join(filter(None, [f"Turn {number + 1}", moment(turn.requested_at_ms, zone)]))
        along = sent_along_html(turn.earlier, where)
        body = joined([along, trace_html(turn, where, zone, f"turn{number + 1}-")])
        return _TURN(without_hidden(turn.trace_id), marked(title), body)

    def offer(shown: int) -> str:
        return f"Show the other {counted(count - shown, 'turn')} of this conversation"

    turns = Series(count, draw, offer).start(Branch(parts, "p", room=ROOM), count, _SIZE)
    title = f"Conversation of {counted(count, 'turn')}"
    cut = "The conversation goes on: only its first turns are shown here."
    html = _SESSION(title, cut if reading.is_cut else "", turns)
    size = len(html) + 2 * sum(len(turn.raw) for turn in reading.turns)
    return RenderedItem(str(html), parts, size)
