"""Tables of the versions page: every version with what its traces say, and the numbers of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.agreement_words import digits, ends
from components.campaign_links import link
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import moment
from review_app.compare.comparing import OF_FIRST, OF_SECOND, ONLY_FIRST, ONLY_SECOND, Compared
from review_app.compare.versions import Version
from review_app.estimate.share import Share

_TABLE = Markup(
    '<table class="c-table v-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
)
_HEAD = Markup('<th scope="col">{}</th>')
_HEAD_TEXT = Markup('<th scope="col" class="p">{}</th>')
_ROW = Markup('<tr><th scope="row">{}</th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')
_TEXT = Markup('<td class="p" data-label="{}">{}</td>')
SHOW_FIRST, SHOW_SECOND = "first", "second"
SHOW_ONLY_FIRST, SHOW_ONLY_SECOND = "only first", "only second"
GROUPS: Mapping[str, str] = {
    SHOW_FIRST: OF_FIRST,
    SHOW_SECOND: OF_SECOND,
    SHOW_ONLY_FIRST: ONLY_FIRST,
    SHOW_ONLY_SECOND: ONLY_SECOND,
}


def versions_table(versions: Iterable[Version], zone: tzinfo, here: Mapping[str, str]) -> None:
    """Draw every version; counts open their traces."""
    names = ("Traces", "Ended in an error", "First seen", "Last seen", "Registered")
    heads = ["Version", *names]
    rows = [_version(one, zone, here, names) for one in versions]
    head = joined([*map(_HEAD.format, heads), _HEAD_TEXT.format("Prompts")])
    st.html(str(_TABLE.format(head, joined(rows))))


def _version(one: Version, zone: tzinfo, here: Mapping[str, str], names: tuple[str, ...]) -> Markup:
    def opens(number: int, show: str) -> Markup:
        to = {**here, "version": one.name, "show": show}
        return link(f"{number:,}", to) if number else marked("0")

    cells = [
        opens(len(one.traces), "traces"),
        opens(len(one.failed), "failed"),
        marked(moment(one.first_ms, zone) or "–"),
        marked(moment(one.last_ms, zone) or "–"),
        marked(moment(one.created_ms, zone) or "–"),
    ]
    numbers = [_CELL.format(name, cell) for name, cell in zip(names, cells, strict=True)]
    prompts = _TEXT.format("Prompts", marked(", ".join(one.prompts) or "–"))
    return _ROW.format(marked(one.name), joined([*numbers, prompts]))


def comparison_table(found: Compared, names: tuple[str, str], here: Mapping[str, str]) -> None:
    """Draw the numbers of one comparison to four digits; counts open their traces."""
    heads = ("Passes", "95 %", "Labels", "Worth", "Passes where the other fails")
    rows = [
        _side(found.first, names[0], SHOW_FIRST, found, here),
        _side(found.second, names[1], SHOW_SECOND, found, here),
    ]
    if found.difference is not None and found.interval is not None:
        cells = [
            digits(found.difference),
            ends(found.interval),
            "–",
            "–",
            f"p = {_p(found.p_value)}",
        ]
        drawn = [_CELL.format(h, marked(c)) for h, c in zip(heads, cells, strict=True)]
        rows.append(_ROW.format("Difference", joined(drawn)))
    st.html(str(_TABLE.format(joined(map(_HEAD.format, ["Version", *heads])), joined(rows))))


def _side(share: Share, name: str, show: str, found: Compared, here: Mapping[str, str]) -> Markup:
    traces = found.groups.get(GROUPS[show], ())
    apart = ""
    if found.pairs is not None:
        only = show == SHOW_FIRST
        pairs = found.pairs.only_first if only else found.pairs.only_second
        to = {**here, "show": SHOW_ONLY_FIRST if only else SHOW_ONLY_SECOND}
        apart = link(f"{pairs:g}", to) if pairs else "0"
    cells = {
        "Passes": "–" if share.value is None else digits(share.value),
        "95 %": "–" if share.interval is None else ends(share.interval),
        "Labels": link(f"{share.n:,}", {**here, "show": show}) if traces else f"{share.n:,}",
        "Worth": f"{share.effective_n:,.0f} alone" if share.n else "–",
        "Passes where the other fails": apart or "–",
    }
    drawn = [
        _CELL.format(head, cell if isinstance(cell, Markup) else marked(cell))
        for head, cell in cells.items()
    ]
    return _ROW.format(marked(name), joined(drawn))


def _p(value: float) -> str:
    """Return a p-value.

    >>> _p(0.0004), _p(0.0396), _p(1.0)
    ('.0004', '.0396', '1.0000')
    """
    return "below .0001" if value < 0.0001 else digits(value)
