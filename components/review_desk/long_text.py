"""Long texts: the beginning is shown, the rest waits in parts; nothing is cut away."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from markupsafe import Markup

from components.review_desk.amounts import size_words
from components.review_desk.block_text import LONGEST_TEXT
from components.review_desk.parts import Branch, Series

PIECE = 20_000
_LONGEST_HTML = 500_000
_LOOK_BACK = 4_000
_LONGEST_CLUSTER = 64
_CLINGS = "\u200d\ufe0e\ufe0f"


def long_text(
    text: str,
    branch: Branch,
    first: Callable[[str], Markup],
    further: Callable[[str], Markup],
) -> Markup:
    """The whole text, or its beginning and a button for the rest.

    first draws the text or its beginning, further draws each following piece of the rest.
    """
    if len(text) <= LONGEST_TEXT:
        html = first(text)
        if len(html) <= _LONGEST_HTML:
            return html
    cuts = _cuts(text)

    def draw(number: int, _: Branch) -> Markup:
        show = further if number else first
        return show(text[cuts[number] : cuts[number + 1]])

    def offer(shown: int) -> str:
        if shown == 1:
            return f"Show all ({size_words(len(text))})"
        return f"Show the rest ({size_words(len(text) - cuts[shown])})"

    return Series(len(cuts) - 1, draw, offer).start(branch, 1)


def _cuts(text: str) -> list[int]:
    cuts = [0]
    while cuts[-1] < len(text):
        cuts.append(_cut(text, cuts[-1] + PIECE))
    return cuts


def _cut(text: str, wish: int) -> int:
    """Where to cut: after a paragraph, line or word, else never inside of a written character."""
    if wish >= len(text):
        return len(text)
    for sign in ("\n\n", "\n", " "):
        found = text.rfind(sign, wish - _LOOK_BACK, wish)
        if found >= 0:
            return found + len(sign)
    at = wish
    while at < min(len(text), wish + _LONGEST_CLUSTER) and _belongs_together(text, at):
        at += 1
    return at


def _belongs_together(text: str, at: int) -> bool:
    return (
        text[at] in _CLINGS
        or text[at - 1] == "\u200d"
        or unicodedata.combining(text[at]) > 0
        or unicodedata.category(text[at]) in ("Mn", "Mc", "Me", "Sk")
    )
