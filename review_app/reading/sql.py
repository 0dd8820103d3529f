"""SQL in the data of a step, and the rows it brought back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from review_app.reading.hidden_keys import plain
from review_app.reading.model import Table
from review_app.reading.tables import FoundTable, found_table

_CERTAIN = frozenset(
    {
        "sql",
        "sqlquery",
        "generatedsql",
        "sqlstatement",
        "statementtext",
        "querysql",
        "executedsql",
        "sqltext",
        "sqlcode",
    }
)
_DOUBTFUL = frozenset(
    {"query", "statement", "code", "text", "content", "input", "command", "q", "result", "answer"}
)
_IDENT = r"[\w`\"\[\].*$]+"
_SQL_WORDS = r"(?:as|and|or|not|case|when|then|else|end|in|is|null|over|by|distinct|like|between)"
_LEAD = re.compile(r"^(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()+", re.DOTALL)
_STARTS = re.compile(
    r"(?:with\s+(?:recursive\s+)?[\w`\"]+\s*(?:\([^)]*\)\s*)?as\s*(?:not\s+materialized\s*)?\("
    r"|insert\s+(?:into|overwrite)\s+\S+\s*(?:\(|values|select|table)"
    rf"|update\s+{_IDENT}(?:\s+(?:as\s+)?\w+)?\s+set\s+{_IDENT}\s*="
    rf"|delete\s+from\s+{_IDENT}\s*(?:where\b|;|$)"
    rf"|merge\s+into\s+{_IDENT}|truncate\s+table\s|call\s+{_IDENT}\s*\("
    r"|(?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|global\s+)*"
    r"(?:table|view|schema|database|function|index|materialized\s+view|catalog|volume)\s"
    r"|show\s+(?:tables|databases|schemas|columns|catalogs|create|views|functions|grants)\b"
    rf"|(?:describe|desc)\s+(?:table|detail|history|extended|schema)?\s*{_IDENT}\s*;?\s*$"
    r"|explain\s+(?:extended\s+|analyze\s+)?select\b|from\s+\S+\s+select\b|values\s*\(|pragma\s+\w)",
    re.IGNORECASE,
)
_SELECT = re.compile(
    r"select\s+(?:distinct\s+|all\s+|top\s+\(?\d+\)?\s+)*(.*)", re.IGNORECASE | re.DOTALL
)
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_WORDS_IN_A_ROW = re.compile(r"\b[a-z_]\w*(?:\s+[a-z_]\w*){2,}\b", re.IGNORECASE)
_DESCRIBE_ONE = re.compile(r"^desc(?:ribe)?\s+\w+\s*$", re.IGNORECASE)
_MAX_LOOK = 4_000
_MAX_NODES = 20_000


def looks_like_sql(text: str) -> bool:
    """Whether a text is SQL rather than a sentence that starts like SQL."""
    head = _LEAD.sub("", text[:_MAX_LOOK])
    if _STARTS.match(head):
        return _DESCRIBE_ONE.match(head) is None or "." in head
    selected = _SELECT.match(head)
    if selected is None:
        return False
    body = selected.group(1)
    start = _FROM.search(body)
    columns = body[: start.start()] if start else body
    if re.match(r"[\d'\"*`(\[@$]", columns):
        return True
    plain_columns = re.sub(rf"\b{_SQL_WORDS}\b", ",", columns, flags=re.IGNORECASE)
    if _WORDS_IN_A_ROW.search(plain_columns):
        return False
    return start is not None or "(" in columns


def is_sql(key: str, text: Any) -> bool:
    """Whether the value under a key is SQL, judging by the key and, where in doubt, the text."""
    if not isinstance(text, str) or not text.strip():
        return False
    name = plain(key)
    if name in _CERTAIN:
        return len(text.split(None, 2)) > 1 or looks_like_sql(text)
    return name in _DOUBTFUL and looks_like_sql(text)


@dataclass(slots=True)
class Query:
    """One SQL text and its result, as far as recorded."""

    sql: str
    table: Table | None = None
    truncated: bool = False


@dataclass
class Findings:
    """SQL and tables found in a value.

    Attributes:
        queries: in the order found.
        tables: results that stand beside no SQL.
        taken: (id of the dict, key) of everything found, to leave it out of what is shown besides.
    """

    queries: list[Query] = field(default_factory=list)
    tables: list[FoundTable] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)


def find_queries(value: Any) -> Findings:
    """All SQL in a decoded value, each with the result that stands with it, and stray tables."""
    findings = Findings()
    budget = _MAX_NODES
    stack = [value]
    while stack and budget:
        budget -= 1
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            _look_at(item, findings)
            rest = [v for k, v in item.items() if (id(item), k) not in findings.taken]
            stack.extend(reversed([v for v in rest if isinstance(v, dict | list)]))
    return findings


def _look_at(item: dict[str, Any], findings: Findings) -> None:
    for key, text in item.items():
        if is_sql(key, text):
            query = Query(text)
            findings.taken.add((id(item), key))
            found = _take_table(item, findings)
            if found is not None:
                query.table, query.truncated = found.table, found.truncated
            if all(known.sql != text or known.table for known in findings.queries):
                findings.queries.append(query)
    if found_here := _take_here(item, findings):
        findings.tables.append(found_here)


def _take_table(item: dict[str, Any], findings: Findings) -> FoundTable | None:
    """The first table in a dict or below it, taken out of what is shown besides."""
    level = [item]
    for _ in range(5):
        deeper: list[dict[str, Any]] = []
        for holder in level:
            found = _take_here(holder, findings)
            if found is not None:
                return found
            deeper.extend(value for value in holder.values() if isinstance(value, dict))
        level = deeper
    return None


def _take_here(item: dict[str, Any], findings: Findings) -> FoundTable | None:
    if any((id(item), key) in findings.taken for key in ("manifest", "columns", "rows")):
        return None
    found = found_table(item)
    if found is None or (id(item), found.used[0]) in findings.taken:
        return None
    findings.taken.update((id(item), key) for key in found.used if key in item)
    return found
