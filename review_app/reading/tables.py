"""Rows of a result as a table, from the many ways to write rows down."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review_app.reading.decode import ABSENT, compact, scalar_text
from review_app.reading.model import Table

_ROWS = ("data_array", "data_typed_array", "rows", "data", "records", "values", "result", "results")
_HOLDERS = frozenset((*_ROWS, "manifest"))
_TOTALS = ("total_row_count", "total_rows", "totalRows", "row_count", "rowCount", "rowcount")
_CELLS = ("string_value", "str", "v", "value", "number_value", "bool_value")
_LONG_CELL = 300
_LONGEST_PRINT = 200_000
_MAX_COLUMNS = 200


@dataclass(frozen=True)
class FoundTable:
    """A table, the keys of its dict that it used up, and whether the source cut it."""

    table: Table
    used: tuple[str, ...]
    truncated: bool


def cell(value: Any) -> str:
    """One cell as text; a dash for null."""
    if isinstance(value, dict):
        if not value or value == {"null_value": value.get("null_value")}:
            return ABSENT
        if len(value) == 1:
            key, inner = next(iter(value.items()))
            if key in _CELLS and not isinstance(inner, dict | list):
                return scalar_text(inner)
    return compact(value) if isinstance(value, dict | list) else scalar_text(value)


def table_of_dicts(rows: Sequence[Any]) -> Table | None:
    """A table of dicts that share a shape; None when they do not, or hold long texts."""
    if not rows or not all(isinstance(row, dict) and row for row in rows):
        return None
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))
    filled = sum(len(row) for row in rows)
    if len(columns) > _MAX_COLUMNS or filled * 2 < len(columns) * len(rows):
        return None
    if any(_is_unfit(value) for row in rows for value in row.values()):
        return None
    cells = tuple(tuple(cell(row[key]) if key in row else "" for key in columns) for row in rows)
    return Table(tuple(columns), cells)


def table_in_text(text: str) -> Table | None:
    """The table that a text holds: Markdown, or Python's own print of rows."""
    head = text[:50].lstrip()
    if head.startswith("|"):
        return _markdown_table(text)
    if head.startswith("[(") and len(text) <= _LONGEST_PRINT:
        try:
            rows = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
        return _table(list(rows), ()) if isinstance(rows, list) else None
    return None


def _markdown_table(text: str) -> Table | None:
    lines = [line.strip() for line in text.strip().split("\n")]
    cells = [[part.strip() for part in line.strip("|").split("|")] for line in lines]
    is_rule = len(lines) > 1 and all(set(part) <= set(":-") and part for part in cells[1])
    if not is_rule or not all(len(row) == len(cells[0]) for row in cells):
        return None
    return Table(tuple(cells[0]), tuple(tuple(row) for row in cells[2:]))


def _is_unfit(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > _LONG_CELL
    return isinstance(value, dict | list) and len(compact(value)) > _LONG_CELL


def found_table(value: Any) -> FoundTable | None:
    """The table that a dict holds: rows with column names, in a result or beside it."""
    if not isinstance(value, dict) or _HOLDERS.isdisjoint(value):
        return None
    for key in _ROWS:
        rows = value.get(key)
        if isinstance(rows, dict):
            inner = found_table(rows)
            if inner is not None and "manifest" in value:
                return _with_manifest(value, key, inner)
        elif isinstance(rows, list):
            names = _names(value)
            table = _table(rows, names)
            if table is not None:
                return _sized(value, key, table)
    return _empty_result(value)


def _empty_result(value: dict[str, Any]) -> FoundTable | None:
    """A result without rows still has its columns."""
    names = _names(value)
    if names and any(value.get(key) in ([], None) and key in value for key in _ROWS):
        return _sized(value, next(key for key in _ROWS if key in value), Table(names, ()))
    if names and "manifest" in value and _total(value) == 0:
        return _sized(value, "manifest", Table(names, ()))
    return None


def _with_manifest(value: dict[str, Any], key: str, inner: FoundTable) -> FoundTable:
    names = _names(value)
    table = inner.table
    if names and len(names) == len(table.columns):
        table = Table(names, table.rows)
    return _sized(value, key, table)


def _sized(value: dict[str, Any], key: str, table: Table) -> FoundTable:
    total = _total(value)
    manifest = value.get("manifest")
    cut = any(
        holder.get(flag) is True
        for holder in (value, manifest if isinstance(manifest, dict) else {})
        for flag in ("truncated", "is_truncated", "isTruncated")
    )
    cut = cut or (total is not None and total > len(table.rows))
    used = (key, "manifest", "columns", "column_names", "schema", "truncated", *_TOTALS)
    return FoundTable(Table(table.columns, table.rows, total), used, cut)


def _total(value: dict[str, Any]) -> int | None:
    manifest = value.get("manifest")
    for holder in (manifest if isinstance(manifest, dict) else {}, value):
        for key in _TOTALS:
            total = holder.get(key)
            if isinstance(total, str) and total.isdecimal() and len(total) < 20:
                return int(total)
            if isinstance(total, int) and not isinstance(total, bool):
                return total
    return None


def _names(value: Any) -> tuple[str, ...]:
    """Column names beside the rows, in a schema or in a manifest."""
    if not isinstance(value, dict):
        return ()
    for key in ("columns", "column_names", "fields", "headers"):
        columns = value.get(key)
        if isinstance(columns, list) and columns:
            names = [c.get("name", c.get("label")) if isinstance(c, dict) else c for c in columns]
            if all(isinstance(name, str) for name in names):
                return tuple(str(name) for name in names)
    for key in ("schema", "manifest"):
        names_inside = _names(value.get(key))
        if names_inside:
            return names_inside
    return ()


def _table(rows: list[Any], names: tuple[str, ...]) -> Table | None:
    plain_rows = [_unwrapped(row) for row in rows]
    if plain_rows and all(isinstance(row, list) for row in plain_rows):
        width = max(len(row) for row in plain_rows)
        if width == 0:
            return None
        if len(names) < width:
            names = (*names, *(f"column {n}" for n in range(len(names) + 1, width + 1)))
        cells = tuple(
            tuple(cell(value) for value in row) + ("",) * (len(names) - len(row))
            for row in plain_rows
        )
        return Table(names, cells)
    if plain_rows and all(isinstance(row, dict) for row in plain_rows):
        return table_of_dicts(plain_rows)
    if plain_rows and names and len(names) == 1:
        return Table(names, tuple((cell(row),) for row in plain_rows))
    return None


def _unwrapped(row: Any) -> Any:
    """Rows of ``{"values": [...]}`` (Databricks) and ``{"f": [{"v": ...}]}`` (BigQuery)."""
    if isinstance(row, dict) and len(row) == 1:
        inner = row.get("values", row.get("f"))
        if isinstance(inner, list):
            return inner
    return list(row) if isinstance(row, tuple) else row
