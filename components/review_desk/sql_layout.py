"""SQL recorded on one line, broken before its main clauses so that it can be read."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<kept>'(?:[^']|'')*'?|"[^"]*"?|`[^`]*`?|--[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"|(?P<open>\()|(?P<close>\))|(?P<gap>[ \t]+)|(?P<word>\w+)|(?P<other>.)",
    re.DOTALL,
)
_CLAUSE = re.compile(
    r"(?:SELECT|FROM|WHERE|GROUP\s+BY|HAVING|ORDER\s+BY|LIMIT|UNION|INTERSECT|EXCEPT|QUALIFY"
    r"|(?:(?:LEFT|RIGHT|FULL|INNER|CROSS|NATURAL)\s+(?:OUTER\s+|ANTI\s+|SEMI\s+)?)?JOIN)\b",
    re.IGNORECASE,
)
_JOIN_WORDS = {"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER", "ANTI", "SEMI"}


def laid_out(sql: str) -> str:
    """The SQL with line breaks in place of some blanks; as it was where it has breaks already."""
    if "\n" in sql.strip():
        return sql
    pieces: list[str] = []
    queries = [False]  # for each open bracket: whether a SELECT has been seen in it
    before = ""
    for token in _TOKEN.finditer(sql):
        kind, text = token.lastgroup, token.group()
        if kind == "open":
            queries.append(False)
        elif kind == "close" and len(queries) > 1:
            queries.pop()
        elif kind == "word":
            before = text.upper()
            queries[-1] |= before == "SELECT"
        elif kind == "gap" and _breaks(sql, token.end(), before, in_query=queries[-1]):
            text = "\n" + "  " * min(len(queries) - 1, 8)
        pieces.append(text)
    return "".join(pieces)


def _breaks(sql: str, at: int, before: str, *, in_query: bool) -> bool:
    found = _CLAUSE.match(sql, at)
    if not found:
        return False
    clause = found.group().upper()
    if clause == "JOIN" and before in _JOIN_WORDS:
        return False
    return in_query or clause == "SELECT"
