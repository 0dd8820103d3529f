"""Links from a campaign's numbers to the items behind them, and links to give to others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked

_LINKS = st.components.v2.component(
    "campaign_links",
    html="<span></span>",
    js=(Path(__file__).parent / "links.js").read_text(encoding="utf-8"),
)
_LINK = Markup('<a href="{}" target="_self" data-go="1">{}</a>')
_COPY = Markup('<button type="button" class="copy" data-copy="{}" title="{}">{}</button>')


def followed_link() -> dict[str, str] | None:
    """Return where a link that was followed on this page leads; None when none was."""
    with st.container(key="page-links"):
        went = _LINKS(key="campaign_links", on_go_change=_noted).go
    return dict(parse_qsl(str(went).removeprefix("?"))) if went is not None else None


def go(to: Mapping[str, str]) -> NoReturn:
    """Show another view of this page: the one at that address."""
    st.query_params.from_dict(dict(to))
    st.rerun()


def follow_links() -> None:
    """Go where a link that was followed on this page leads."""
    went = followed_link()
    if went is not None:
        go(went)


def link(words: str | Markup, to: Mapping[str, str]) -> Markup:
    """Return a link to another view of this page; it works in a new tab, too."""
    return _LINK.format(
        "?" + urlencode(to, quote_via=quote), words if isinstance(words, Markup) else marked(words)
    )


def copy_button(words: str, address: Mapping[str, str], hint: str) -> Markup:
    """Return a button that copies a link to the review desk."""
    return _COPY.format("/review?" + urlencode(address, quote_via=quote), hint, words)


def _noted() -> None:
    """Let the trigger's value come back with the next run."""
