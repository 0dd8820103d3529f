"""Who agrees with whom: a table of pairs, the darker the more often they say the same."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.safe_pieces import joined
from components.safe_text import marked
from review_app.agreement.pairs import Pair

_MAP = Markup(
    '<div class="a-wide"><table class="a-map"><thead><tr><td></td>{}</tr></thead>'
    "<tbody>{}</tbody></table></div>"
)
_HEAD = Markup('<th scope="{}">{}</th>')
_ROW = Markup("<tr>{}{}</tr>")
_CELL = Markup('<td style="--much:{:.0f}%">{}</td>')
_WORDS = Markup("<b>{:.0f} %</b> <small>of {:,}</small>")
_NEVER = Markup('<td class="never">{}</td>')


def pairs_map(campaign: str, question: str, pairs: Sequence[Pair]) -> None:
    """Draw the lower half of the table of all people; a cell leads to where they went apart."""
    people = sorted({name for pair in pairs for name in pair.people})
    known = {pair.people: pair for pair in pairs}
    head = joined(_HEAD.format("col", marked(name)) for name in people[:-1])
    rows = []
    for number, name in enumerate(people[1:], 1):
        cells = (_cell(campaign, question, known.get((one, name))) for one in people[:number])
        rows.append(_ROW.format(_HEAD.format("row", marked(name)), joined(cells)))
    st.html(str(_MAP.format(head, joined(rows))))


def _cell(campaign: str, question: str, pair: Pair | None) -> Markup:
    if pair is None:
        return _NEVER.format("no common items")
    words = _WORDS.format(100 * pair.share, pair.items)
    to = {"campaign": campaign, "question": question, "one": pair.people[0]}
    to["other"] = pair.people[1]
    much = 10 + 60 * max(0.0, 2 * pair.share - 1)
    return _CELL.format(much, link(words, to) if pair.apart else words)
