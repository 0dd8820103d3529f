"""Code with a few colours: keywords, strings, numbers, comments and the names of JSON fields."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.sql import SqlLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from components.hidden_characters import marked
from components.safe_pieces import joined

LONGEST_COLOURED = 50_000

# Only lexers that stay linear on hostile code: those for YAML and JavaScript take 8 to 14 s on
# 50,000 characters of it.
_LEXERS: dict[str, Lexer] = {
    "sql": SqlLexer(),
    "json": JsonLexer(),
    "python": PythonLexer(),
}
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Keyword, "kw"),
    (Operator.Word, "kw"),
    (Name.Tag, "name"),
    (String, "str"),
    (Number, "num"),
    (Comment, "com"),
)
_STARTS = {css_class: Markup('<span class="{}">').format(css_class) for _, css_class in _CLASSES}
_END = Markup("</span>")


def coloured(text: str, language: str) -> Markup:
    """The code, escaped and marked, with coloured words where the language is a known one."""
    lexer = _LEXERS.get(language.strip().lower())
    if lexer is None or len(text) > LONGEST_COLOURED:
        return marked(text)
    runs = list(_runs(lexer, text))
    if "".join(run for _, run in runs) != text:
        return marked(text)
    return joined(_span(css_class, marked(run)) for css_class, run in runs)


def _runs(lexer: Lexer, text: str) -> Iterator[tuple[str, str]]:
    tokens = (
        (_css_class(kind), value) for _, kind, value in lexer.get_tokens_unprocessed(text) if value
    )
    for css_class, run in groupby(tokens, key=lambda token: token[0]):
        yield css_class, "".join(value for _, value in run)


def _css_class(kind: _TokenType) -> str:
    for parent, css_class in _CLASSES:
        if kind[: len(parent)] == parent:
            return css_class
    return ""


def _span(css_class: str, content: Markup) -> Markup:
    return _STARTS[css_class] + content + _END if css_class else content
