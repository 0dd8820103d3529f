"""What a judge is told, what changed in it, and what it said of one trace."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import streamlit as st
from markupsafe import Markup

from components.campaign_list import quiet
from components.safe_text import marked
from components.words import counted
from review_app.judge_scores import Scored

_STYLE = Path(__file__).parent / "judges.css"
_TOLD = Markup('<div class="j-told">{}</div>')
_VARIABLE = re.compile(r"(\{\{\s*\w+\s*\}\})")
_DIFF = Markup('<div class="j-diff">{}</div>')
_LINE = Markup('<div class="{}"><span aria-label="{}">{}</span>{}</div>')
_SAID = Markup('<p class="j-said">{}</p><p class="j-why">{}</p>')
_FACTS = Markup('<p class="j-facts">{}</p>')
_SIGNS: dict[str, tuple[str, str, str]] = {
    "+": ("new", "new", "+"),
    "-": ("gone", "gone", "−"),  # noqa: RUF001 - the minus sign is as wide as the plus
    " ": ("kept", "kept", ""),
}


def judge_style() -> None:
    """Bring the style of all that is drawn of judges."""
    st.html(_STYLE)


def told(instructions: str) -> None:
    """Draw what a judge is told; what it fills in itself stands out."""
    parts = [
        Markup("<b>{}</b>").format(marked(part)) if n % 2 else marked(part)
        for n, part in enumerate(_VARIABLE.split(instructions))
    ]
    st.html(str(_TOLD.format(Markup("").join(parts))))


def difference(lines: list[tuple[Literal["-", "+", " "], str]]) -> None:
    """Draw both texts as one: lines that are gone, new and kept."""
    if all(sign == " " for sign, _ in lines):
        quiet("The text is the same.")
        return
    drawn = [
        _LINE.format(*_SIGNS[sign], Markup("<p>{}</p>").format(marked(text)))
        for sign, text in lines
    ]
    st.html(str(_DIFF.format(Markup("").join(drawn))))


def said(scored: Scored, value: str) -> None:
    """Draw what a judge said of one trace, in words, with its reason and what that cost."""
    if scored.trouble:
        st.text(scored.sentence)
    else:
        st.html(str(_SAID.format(marked(value), marked(scored.rationale or "No reason given."))))
    quiet(" · ".join(filter(None, [f"{scored.seconds:.1f} s", _tokens(scored), _cost(scored)])))


def facts(sentence: str) -> None:
    """Draw a sentence of numbers."""
    st.html(str(_FACTS.format(marked(sentence))))


def _tokens(scored: Scored) -> str:
    if scored.input_tokens is None or scored.output_tokens is None:
        return ""
    return f"{counted(scored.input_tokens, 'token')} read, {scored.output_tokens:,} written"


def _cost(scored: Scored) -> str:
    return f"${scored.cost_usd:.5f} at list prices" if scored.cost_usd is not None else ""
