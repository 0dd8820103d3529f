"""The HTML of each kind of block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from components.review_desk.block_text import SHOWN_AT_FIRST, as_json
from components.review_desk.long_text import long_text
from components.review_desk.macros import macro
from components.review_desk.parts import Branch, Series
from components.review_desk.sql_layout import laid_out
from components.safe_pieces import joined
from components.safe_text import coloured, linked, markdown, marked
from components.words import counted
from review_app.reading.model import (
    Block,
    Code,
    Fields,
    Media,
    Passage,
    Passages,
    Prose,
    Table,
    ToolCall,
    Turn,
)

_DEEPEST = 6
_SHORT_CELL = 40
_LONG_CELL = 300
_LONG_PASSAGE = 600
_LONG_LINES = 6
_SHORT_VALUE = 120
_LONGEST_LAID_OUT = 50_000
_PART_ROWS = Markup('<tr class="rest"><td colspan="{columns}">{{}}</td></tr>')
_PART_ENTRIES = Markup('<li class="rest">{}</li>')
_NUMBER = re.compile(r"[-+\u2212]?[$€£]?\d[\d.,]*(?:e[-+]?\d+)?\s?%?", re.IGNORECASE)
_NUMERIC_CLASS = Markup(' class="n"')
_WIDE_CLASS = Markup(' class="w"')

_CALL = macro("blocks.html", "call")
_CLIPPED = macro("blocks.html", "clipped")
_CODE = macro("blocks.html", "code")
_FIELD = macro("blocks.html", "field")
_FIELDS = macro("blocks.html", "fields")
_MEDIA = macro("blocks.html", "media")
_NOTE = macro("folds.html", "note")
_PASSAGE = macro("blocks.html", "passage")
_PASSAGES = macro("blocks.html", "passages")
_PLAIN = macro("blocks.html", "plain")
_PROSE = macro("blocks.html", "prose")
_ROW = macro("blocks.html", "row")
_TABLE = macro("blocks.html", "table")
_TURN = macro("blocks.html", "turn")


def blocks_html(blocks: Sequence[Block], branch: Branch) -> Markup:
    """Blocks one under the other; a sentence when there are none."""
    if not blocks:
        return _NOTE("Nothing was recorded here.")
    return joined(block_html(block, branch) for block in blocks)


def block_html(block: Block, branch: Branch, depth: int = 0) -> Markup:
    """One block. What is nested deeper than six levels is shown as JSON."""
    if depth > _DEEPEST:
        return code_html(as_json(block), "json", branch)
    match block:
        case Prose(text):
            return prose_html(text, branch)
        case Code(text, language):
            return code_html(text, language, branch)
        case Table():
            return _table(block, branch)
        case Passages(passages):
            return _passages(passages, branch)
        case Media(kind, description):
            return _MEDIA(_media_name(kind), linked(description))
        case ToolCall(name, arguments):
            return _CALL(marked(name), block_html(arguments, branch, depth + 1))
        case Fields(rows):
            return _fields(rows, branch, depth)


def turn_html(turn: Turn, branch: Branch) -> Markup:
    """One message of the conversation under the name of who said it."""
    return _TURN(turn.role, turn_name(turn), blocks_html(turn.blocks, branch))


def turn_name(turn: Turn) -> Markup:
    """Who speaks: the role in plain words, with the tool's or agent's own name."""
    names = {"user": "User", "assistant": "App", "system": "Instructions", "tool": "Tool"}
    role = names.get(turn.role, "")
    return marked(" · ".join(name for name in (role, turn.name) if name) or "Someone")


def prose_html(text: str, branch: Branch) -> Markup:
    """Text that may be Markdown."""
    if not text.strip(" \t\n"):
        return _NOTE("Empty text.")
    return long_text(text, branch, lambda shown: _PROSE(markdown(shown)), _plain)


def plain_html(text: str, branch: Branch) -> Markup:
    """Text as it is, line by line."""
    return long_text(text, branch, _plain, _plain)


def code_html(text: str, language: str, branch: Branch) -> Markup:
    """Code in a fixed-width face; SQL on one line is broken before its clauses."""
    shown = laid_out(text) if language == "sql" and len(text) <= _LONGEST_LAID_OUT else text
    return long_text(
        shown,
        branch,
        lambda piece: _CODE(coloured(piece, language)),
        lambda piece: _CODE(marked(piece), " next"),
    )


def _plain(text: str) -> Markup:
    return _PLAIN(linked(text))


def _media_name(kind: str) -> str:
    names = {"image": "Image", "audio": "Sound", "video": "Video"}
    return names.get(kind, "File")


def _clip(content: Markup, text: str, longest: int) -> Markup:
    is_long = len(text) > longest or text.count("\n") > _LONG_LINES
    return _CLIPPED(content) if is_long else content


def _table(table: Table, branch: Branch) -> Markup:
    width = max([len(table.columns), *(len(row) for row in table.rows)])
    classes = [_column_class(table, column) for column in range(width)]
    names = [*table.columns, *[""] * (width - len(table.columns))] if table.columns else []

    def draw(number: int, where: Branch) -> Markup:
        row = table.rows[number]
        cells = [_cell(text, where) for text in row] + [Markup()] * (width - len(row))
        looks = [_WIDE_CLASS if len(text) > _SHORT_CELL else "" for text in row]
        looks += [""] * (width - len(row))
        return _ROW([(c, css or look) for c, css, look in zip(cells, classes, looks, strict=True)])

    def offer(shown: int) -> str:
        if shown == SHOWN_AT_FIRST:
            return f"Show all {len(table.rows):,} rows"
        return f"Show the other {counted(len(table.rows) - shown, 'row')}"

    series = Series(len(table.rows), draw, offer, _PART_ROWS.format(columns=width))
    rows = series.start(branch, SHOWN_AT_FIRST)
    columns = [(marked(name), css) for name, css in zip(names, classes, strict=False)]
    return _TABLE(columns, rows) + _about_rows(table)


def _about_rows(table: Table) -> Markup:
    if table.total_rows is not None and table.total_rows > len(table.rows):
        received = f"{len(table.rows):,} of {counted(table.total_rows, 'row')}"
        return _NOTE(f"The app received {received}.")
    return Markup() if table.rows else _NOTE("No rows.")


def _column_class(table: Table, column: int) -> Markup:
    cells = (row[column].strip() for row in table.rows[:SHOWN_AT_FIRST] if column < len(row))
    filled = [cell for cell in cells if cell]
    numeric = filled and all(_NUMBER.fullmatch(cell) for cell in filled)
    return _NUMERIC_CLASS if numeric else Markup()


def _cell(text: str, branch: Branch) -> Markup:
    if len(text) <= _LONG_CELL:
        return linked(text)
    return _clip(plain_html(text, branch), text, _LONG_CELL)


def _passages(passages: Sequence[Passage], branch: Branch) -> Markup:
    if not passages:
        return _NOTE("No passage was found.")
    series = Series(
        len(passages),
        lambda number, where: _passage(passages[number], where),
        lambda shown: f"Show the other {counted(len(passages) - shown, 'passage')}",
        _PART_ENTRIES,
    )
    return _PASSAGES(series.start(branch, SHOWN_AT_FIRST))


def _passage(passage: Passage, branch: Branch) -> Markup:
    name = passage.title or passage.source or "No source recorded"
    source = passage.source if passage.title and passage.source != passage.title else ""
    facts = [
        linked(source),
        Markup("score {}").format(f"{passage.score:.3g}") if passage.score is not None else "",
        Markup("chunk {}").format(marked(passage.chunk_id)) if passage.chunk_id else "",
    ]
    body = _clip(prose_html(passage.text, branch), passage.text, _LONG_PASSAGE)
    return _PASSAGE(passage.number, linked(name), [fact for fact in facts if fact], body)


def _fields(rows: Sequence[tuple[str, Block]], branch: Branch, depth: int) -> Markup:
    if not rows:
        return _NOTE("Empty.")
    series = Series(
        len(rows),
        lambda number, where: _field(*rows[number], where, depth),
        lambda shown: f"Show the other {counted(len(rows) - shown, 'field')}",
    )
    return _FIELDS(series.start(branch, SHOWN_AT_FIRST * 4))


def _field(label: str, value: Block, branch: Branch, depth: int) -> Markup:
    text = value.text if isinstance(value, Prose | Code) else None
    if text is not None and len(text) <= _SHORT_VALUE and "\n" not in text:
        shown = linked(text) if text.strip() else Markup('<span class="note">empty</span>')
        return _FIELD(marked(label), shown, is_short=True)
    return _FIELD(marked(label), block_html(value, branch, depth + 1), is_short=False)
