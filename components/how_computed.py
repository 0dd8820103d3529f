"""How a number is computed: a section of docs/METHODS.md, opened beside the number."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.safe_text import markdown

_METHODS = Path(__file__).parent.parent / "docs" / "METHODS.md"
_HEADING = re.compile(r"^## (.+?)(?: \(`.*)?$", re.MULTILINE)
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n|\||#| *(?:[-*]|\d+\.) ) *")  # a line that goes on
_STYLE = Path(__file__).parent / "how_computed.css"
_PROSE = Markup('<div class="how-prose">{}</div>')


def how_computed(*headings: str) -> None:
    """Draw the small button that opens sections of docs/METHODS.md.

    Args:
        headings: of the sections, as they stand there, without the path in brackets.

    Raises:
        KeyError: when there is no such section.
    """
    text = "\n\n".join(f"## {heading}\n{method_sections()[heading]}" for heading in headings)
    with st.popover("How is this computed", type="tertiary", icon=":material/function:"):
        st.html(_STYLE)
        st.html(str(_PROSE.format(markdown(text))))


@cache
def method_sections() -> dict[str, str]:
    """Return the sections of docs/METHODS.md: heading -> Markdown below it."""
    _, *rest = _HEADING.split(_METHODS.read_text(encoding="utf-8"))
    texts = (_WRAPPED.sub(" ", text.strip()) for text in rest[1::2])
    return dict(zip(rest[::2], texts, strict=True))
