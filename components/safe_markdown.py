"""Markdown to HTML in which nothing loads, nothing runs and nothing that was written vanishes.

CommonMark with tables and strikethrough, read a little differently where a reviewer would be
misled: HTML, reference definitions and LaTeX stay literal, list numbers stay as written, images
become links, a table row with more cells than its heading keeps the whole table as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from components.coloured_code import coloured
from components.hidden_characters import marked
from components.safe_links import LINK_OPEN, host_of, link, linked, web_address
from components.safe_pieces import joined

_DEEPEST = 40
_MOST_QUOTED_TIMES_LINES = 300_000
_MOST_BRACKETS = 2_000
_MOST_UNCLOSED = 500
_HEADINGS = {"h1": "h4", "h2": "h5"}
_LITERAL = re.compile(
    r"\$\$[^$]{1,800}\$\$|\\\((?:[^\\]|\\[^)]){1,800}\\\)|\\\[(?:[^\\]|\\[^\]]){1,800}\\\]"
    r"|\$(?![\s$])(?:(?!\*\*)[^$\n`]){1,400}(?<!\s)\$(?![\d$])|\\[()\[\]{}\\,;:%&/=]"
)
_IMAGE = re.compile(
    r"!\[(?P<alt>[^\[\]]{0,2000})\]"
    r"\([ ]*(?P<target>[^\s()<>]*)(?:[ ]+\"(?P<title>[^\"]{0,2000})\")?[ ]*\)"
)
_INLINE_SIGN = re.compile(r"[*`~_!\\\]&<]")
_INLINE = re.compile(
    r"[*`~]|!\[|\]\(|\\[!-/:-@\[-`{-~\n]|&#?\w{1,32};|<[^\s<>]{1,200}[:@]"
    r"|(?<![^\W_])_|_(?![^\W_])"
)
_BLOCK = re.compile(
    r"\n(?:[ ]{0,3}\t|[ ]{4}|[ ]*(?:[-=|:>]|(?:\+|\d{1,9}[.)]|#{1,6})(?:[ \t\n]|\Z)))"
)
_QUOTED_LINE = re.compile(r"^[ ]*>", re.MULTILINE)
_BRACKETS = re.compile(r"!\[|\\[(\[]")
_PARAGRAPH, _PARAGRAPH_END = Markup("<p>"), Markup("</p>")
_BREAK = Markup("<br>\n")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")

_KEPT = 1024  # texts whose HTML is kept: a search finds the same passages again and again
_LONGEST_KEPT = 8_000  # characters of such a text

_WALL = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h4", "h5", "h6", "strong", "em", "s", "a", "span", "code", "pre"),
        *("ul", "ol", "li", "blockquote", "div", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"a": {"data-href"}, "span": {"title"}, "li": {"value"}},
    tag_attribute_values={"a": {"role": {"link"}, "tabindex": {"0"}}},
    allowed_classes={
        "a": {"ext"},
        "span": {"mark", "target", "lang", "kw", "str", "num", "com", "name"},
        "div": {"tw"},
        "th": {"n"},
        "td": {"n"},
    },
    attribute_filter=lambda _, name, value: web_address(value) if name == "data-href" else value,
    link_rel=None,
)


def markdown(text: str) -> Markup:
    """The text as HTML blocks: paragraphs, lists, tables, code, headings from h4 down."""
    return _drawn_before(text) if len(text) <= _LONGEST_KEPT else _drawn(text)


@lru_cache(_KEPT)
def _drawn_before(text: str) -> Markup:
    return _drawn(text)


def _drawn(text: str) -> Markup:
    text = text.replace("\r\n", "\n")
    if not _has_markup(text) or _too_tangled(text):
        return _paragraphs(text)
    tokens = _PARSER.parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return _paragraphs(text)
    return Markup(_WALL.clean(_Writer().html(tokens)))  # noqa: S704 - the wall made it safe


def _has_markup(text: str) -> bool:
    """False for the common case that paragraphs and line breaks are all there is."""
    inline = bool(_INLINE_SIGN.search(text)) and bool(_INLINE.search(text))
    return inline or bool(_BLOCK.search("\n" + text))


def _too_tangled(text: str) -> bool:
    """True for text on which the parser's time grows with the square of the length."""
    return (
        len(_QUOTED_LINE.findall(text)) * text.count("\n") > _MOST_QUOTED_TIMES_LINES
        or len(_BRACKETS.findall(text)) > _MOST_BRACKETS
        or text.count("[") - text.count("]") > _MOST_UNCLOSED
    )


def _paragraphs(text: str) -> Markup:
    blocks = _BLANK_LINES.split(text)
    shown = (_lines(linked(block.strip(" \t\n"))) for block in blocks)
    return joined(_PARAGRAPH + block + _PARAGRAPH_END for block in shown if block)


def _lines(content: Markup) -> Markup:
    return content.replace("\n", _BREAK)


class _Writer:
    """Writes the HTML of one text; each piece of text goes through ``marked`` or ``linked``."""

    def __init__(self) -> None:
        self._links = 0
        self._closings: list[Markup] = []
        self._rules: dict[str, Callable[[Token], str]] = {
            "text": self._text,
            "code_inline": lambda token: f"<code>{marked(token.content)}</code>",
            "code_block": lambda token: f"<pre><code>{marked(token.content)}</code></pre>\n",
            "fence": _fence,
            "softbreak": lambda _: "<br>\n",
            "hardbreak": lambda _: "<br>\n",
            "hr": lambda _: "<hr>\n",
            "heading_open": lambda token: f"<{_HEADINGS.get(token.tag, 'h6')}>",
            "heading_close": lambda token: f"</{_HEADINGS.get(token.tag, 'h6')}>\n",
            "list_item_open": _list_item_open,
            "table_open": lambda _: '<div class="tw"><table>\n',
            "table_close": lambda _: "</table></div>\n",
            "th_open": _cell_open,
            "td_open": _cell_open,
            "link_open": self._link_open,
            "link_close": self._link_close,
            "image": self._image,
        }

    def html(self, tokens: Iterable[Token]) -> str:
        return "".join(self._one(token) for token in tokens)

    def _one(self, token: Token) -> str:
        if token.type == "inline":
            return self.html(token.children or ())
        if token.type in self._rules:
            return self._rules[token.type](token)
        if token.hidden:
            return ""
        return f"<{token.tag}>" if token.nesting == 1 else f"</{token.tag}>"

    def _text(self, token: Token) -> str:
        show = marked if self._links else linked
        return _lines(show(token.content))

    def _link_open(self, token: Token) -> str:
        target, title = str(token.attrs["href"]), str(token.attrs.get("title", ""))
        address = web_address(target)
        if address:
            self._closings.append(Markup("</a>") + _aside(title))
            self._links += 1
            return LINK_OPEN.format(address)
        self._closings.append(_aside("" if token.info == "auto" else target) + _aside(title))
        return ""

    def _link_close(self, _: Token) -> str:
        closing = self._closings.pop()
        self._links -= closing.startswith("</a>")
        return closing

    def _image(self, token: Token) -> str:
        alt, target, title = token.meta["alt"], token.meta["target"], token.meta["title"]
        address = web_address(target)
        place = (host_of(address) or target) if address else _described(target)
        name = f"image: {alt} ({place})" if alt else f"image ({place})"
        if address and not self._links:
            return link(address, marked(name)) + _aside(title)
        return marked(name) + _aside(title)


def _fence(token: Token) -> str:
    label = Markup('<span class="lang">{}</span>').format(marked(token.info.strip(" \t")))
    code = coloured(token.content, token.info)
    return f"<pre>{label if token.info else ''}<code>{code}</code></pre>\n"


def _list_item_open(token: Token) -> str:
    return f'<li value="{int(token.info)}">' if token.info else "<li>"


def _cell_open(token: Token) -> str:
    right = token.attrs.get("style") == "text-align:right"
    return f'<{token.tag} class="n">' if right else f"<{token.tag}>"


def _aside(text: str) -> Markup:
    return Markup(' <span class="target">({})</span>').format(marked(text)) if text else Markup()


def _described(target: str) -> str:
    if target[:5].lower() == "data:":
        return f"embedded, {len(target):,} characters"
    return target or "no address"


def _whole_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """A table none of whose rows has more cells than the heading; the extra cells would vanish."""
    tokens_before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    columns = sum(token.type == "th_open" for token in state.tokens[tokens_before:])
    rows = (getLine(state, line).strip(" \t") for line in range(start + 2, state.line))
    if all(_cells(row) <= columns for row in rows):
        return True
    del state.tokens[tokens_before:]
    state.line = start
    return False


def _cells(row: str) -> int:
    cells = escapedSplit(row)
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def _literal(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """LaTeX, and the backslashes that LaTeX and paths need, as they were written."""
    found = _LITERAL.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.append_pending(found.group())
    state.pos = found.end()
    return True


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    found = _IMAGE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("image", "img", 0).meta = found.groupdict(default="")
    state.pos = found.end()
    return True


def _newlines(state: StateCore) -> None:
    state.src = state.src.replace("\r\n", "\n")


class _Markdown(MarkdownIt):
    """Leaves the addresses of links as they were written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        return link


def _parser() -> MarkdownIt:
    parser = _Markdown("js-default", {"html": False, "linkify": False, "maxNesting": _DEEPEST})
    parser.disable(["html_block", "html_inline", "reference", "linkify"])
    parser.core.ruler.at("normalize", _newlines)
    parser.block.ruler.at("table", _whole_table, {"alt": ["paragraph"]})
    parser.inline.ruler.before("escape", "literal", _literal)
    parser.inline.ruler.at("image", _image)
    return parser


_PARSER = _parser()
