"""The one door for text of a trace or of a person on its way to HTML.

Whatever goes in, what comes out holds only our own tags and classes, loads nothing, runs nothing,
and shows every character: hidden ones as marks. Nothing else in the app makes HTML from such text.

- ``marked``: text as it is, in any element.
- ``linked``: the same, with bare web addresses as links that wait to be opened on purpose.
- ``markdown``: blocks for what a model or a person wrote.
- ``coloured``: code.
- ``without_hidden``: the value of an attribute, to be escaped by the template.
- ``web_address``: an address that may be opened, or None.
"""

from components.coloured_code import coloured
from components.hidden_characters import marked, without_hidden
from components.safe_links import link, linked, web_address
from components.safe_markdown import markdown

__all__ = ["coloured", "link", "linked", "markdown", "marked", "web_address", "without_hidden"]
