"""Links that do nothing until somebody opens one on purpose.

The address of a link is kept in ``data-href``; the desk asks before it opens it.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from components.hidden_characters import HIDDEN, marked
from components.safe_pieces import joined

_UNSAFE = r"\s\\\"'<>`"
_ADDRESS = re.compile(
    rf"https?://(?P<host>[^{_UNSAFE}@/?#]+)(?:[/?#][^{_UNSAFE}]*)?"
    rf"|mailto:[^{_UNSAFE}@/?#]+@[^{_UNSAFE}@/?#]+(?:\?[^{_UNSAFE}]*)?",
    re.IGNORECASE,
)
_BARE = re.compile(rf"https?://[^{_UNSAFE}|^{{}}“”‘’「」、。\uff0c\uff09]+")
_OPENING = {")": "(", "]": "["}
LINK_OPEN = Markup('<a class="ext" role="link" tabindex="0" data-href="{}">')


def web_address(text: str) -> str | None:
    """The text if it is an address that may be opened on purpose, else None.

    Only http, https and mailto; no user name before the host, no blanks, no hidden characters.
    """
    return text if _ADDRESS.fullmatch(text) and not HIDDEN.search(text) else None


def host_of(address: str) -> str:
    """The host of a web address, "" for mail."""
    found = _ADDRESS.fullmatch(address)
    return (found.group("host") or "") if found else ""


def link(address: str, content: Markup) -> Markup:
    """The content as a link to an address that ``web_address`` let through."""
    return LINK_OPEN.format(address) + content + Markup("</a>")


def linked(text: str) -> Markup:
    """The text, escaped and marked, with its bare web addresses as links."""
    if "://" not in text:
        return marked(text)
    pieces: list[Markup] = []
    done = 0
    for found in _BARE.finditer(text):
        address = web_address(_without_closing_signs(found.group()))
        if address is None:
            continue
        pieces.append(marked(text[done : found.start()]))
        pieces.append(link(address, marked(address)))
        done = found.start() + len(address)
    pieces.append(marked(text[done:]))
    return joined(pieces)


def _without_closing_signs(address: str) -> str:
    end = len(address)
    while end:
        last = address[end - 1]
        if last in ".,;:!?*_~" or (
            last in _OPENING and address.count(last, 0, end) > address.count(_OPENING[last], 0, end)
        ):
            end -= 1
        else:
            break
    return address[:end]
