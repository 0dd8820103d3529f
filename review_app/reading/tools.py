"""One use of a tool as a step: a plain line, and what opens under it.

A tool can be a database (SQL and rows), a search (passages), Genie (a question, SQL, rows, words)
or anything else (its arguments and what it gave back).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from review_app.reading.blocks import block_of, label_of
from review_app.reading.decode import compact, decoded, scalar_text, shortened, strings_in
from review_app.reading.exchange import asked, is_empty
from review_app.reading.genie import genie_parts, is_genie
from review_app.reading.hidden_keys import plain
from review_app.reading.model import Code, Part, Problem, Prose, Table
from review_app.reading.passages import Retrieved, documents_in
from review_app.reading.payloads import failed_message, payload_of, reported_problem, without
from review_app.reading.sql import Findings, Query, find_queries
from review_app.reading.tables import table_in_text

_HEX_TAIL = re.compile(r"_[0-9a-f]{16,}$")
_QUESTION_KEYS = ("query", "question", "content", "message", "prompt", "text", "input", "q")
_STATES = frozenset({"status", "state", "error"})
_TITLE = 90
_RESULT = 40


@dataclass
class ToolUse:
    """What a tool was asked and what it gave back, and how that reads.

    Attributes:
        title: the plain line.
        result: the short text at its right end.
        kind: what sort of step it is.
        parts: what opens when the line is opened.
        problem: what the tool itself reported as an error; None when it did not.
        retrieved: the documents, when it was a search.
        queries: the SQL, when there was any.
        words: the texts that the tool gave back.
        data: its arguments and what it gave back, decoded.
    """

    title: str
    result: str
    kind: Literal["tool", "retrieval", "sql"]
    parts: list[Part]
    problem: Problem | None = None
    retrieved: Retrieved | None = None
    queries: list[Query] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    data: tuple[Any, Any] = (None, None)


def short_name(name: str) -> str:
    """A tool's name without catalog, schema, class and id around it."""
    name = _HEX_TAIL.sub("", name).removeprefix("execute_tool ")
    name = name.rsplit("__", 1)[-1] or name
    return name.removeprefix("Tool.").removesuffix(".__call__") or name


def tool_use(name: str, inputs: Any, outputs: Any, *, retriever: bool = False) -> ToolUse:
    """How one use of a tool reads.

    Args:
        name: the tool's name.
        inputs: its arguments.
        outputs: what it gave back; None when nothing was recorded.
        retriever: True for a retriever, whose outputs are documents in any shape.
    """
    arguments = decoded(inputs)
    payload = payload_of(outputs)
    retrieved = documents_in(payload, expected=retriever)
    if retrieved is not None:
        return _search(arguments, payload, retrieved)
    findings = find_queries([arguments, payload])
    if findings.queries or is_genie(name):
        use = _database(name, arguments, payload, findings)
    else:
        use = _plain_tool(name, arguments, payload, outputs)
    use.data = (arguments, payload)
    return use


def _search(arguments: Any, payload: Any, retrieved: Retrieved) -> ToolUse:
    count = len(retrieved.passages.passages)
    title = (
        f"Looked up {count} passage{'' if count == 1 else 's'}" if count else "Found no passages"
    )
    parts = _search_parts(arguments)
    parts.extend(Part(label, block) for label, block in retrieved.blocks if count)
    others = _beside(payload, retrieved)
    if others:
        parts.append(Part("Also returned", block_of(others)))
    return ToolUse(title, retrieved.best, "retrieval", parts, retrieved=retrieved)


def _search_parts(arguments: Any) -> list[Part]:
    """What was searched for, then how."""
    text = "\n".join(message.text for message in asked(arguments).messages).strip()
    if not text or not isinstance(arguments, dict):
        return _argument_parts(arguments)
    others = {
        key: item
        for key, item in arguments.items()
        if not is_empty(item) and text not in strings_in(item)
    }
    return [Part("Query", Prose(text)), *_argument_parts(others)]


def _beside(payload: Any, retrieved: Retrieved) -> dict[str, Any]:
    """What stands beside the list of documents in a search's result."""
    if not isinstance(payload, dict):
        return {}
    return {
        key: item
        for key, item in payload.items()
        if not isinstance(item, dict | list) and not is_empty(item)
        if not isinstance(item, str) or not retrieved.is_all_in(item)
    }


def _database(name: str, arguments: Any, payload: Any, findings: Findings) -> ToolUse:
    queries = findings.queries
    if len(queries) == 1 and queries[0].table is None and findings.tables:
        found = findings.tables.pop(0)
        queries[0].table, queries[0].truncated = found.table, found.truncated
    if len(queries) == 1 and queries[0].table is None:
        table = _loose_table(payload)
        if table is not None:
            queries[0].table, payload = table, None
    genie = is_genie(name)
    question = _question(arguments) if genie else ""
    parts = [Part("Question", Prose(question))] if question else []
    for number, query in enumerate(queries, start=1):
        mark = f" {number}" if len(queries) > 1 else ""
        parts.extend(_query_parts(query, mark))
    parts.extend(Part("Result", found.table) for found in findings.tables)
    rest = [without(arguments, findings.taken), without(payload, findings.taken)]
    if genie and isinstance(rest[0], dict):
        rest[0] = {key: item for key, item in rest[0].items() if item != question}
    parts.extend(_rest_parts("Arguments", rest[0]))
    problem = reported_problem(payload, states=True)
    if isinstance(rest[1], dict) and problem is not None:
        rest[1] = {key: item for key, item in rest[1].items() if plain(key) not in _STATES}
    if genie:
        parts.extend(genie_parts(rest[1]))
    else:
        parts.extend(_rest_parts("Also returned", rest[1]))
    title = f"Asked Genie: {shortened(question, _TITLE - 13)}" if question else "Asked Genie"
    title = title if genie else "Ran SQL"
    words = {text for text in strings_in(rest[1]) if len(text) > 1}
    kind: Literal["tool", "sql"] = "sql" if genie or queries else "tool"
    return ToolUse(
        title, _query_result(queries), kind, parts, problem, queries=queries, words=words
    )


def _loose_table(payload: Any) -> Table | None:
    """Rows that a database tool gave back without anything around them."""
    if isinstance(payload, str):
        return table_in_text(payload)
    block = block_of(payload) if isinstance(payload, list) else None
    return block if isinstance(block, Table) else None


def _question(arguments: Any) -> str:
    if isinstance(arguments, str):
        return arguments
    if isinstance(arguments, dict):
        for key in _QUESTION_KEYS:
            if isinstance(arguments.get(key), str) and arguments[key]:
                return str(arguments[key])
    return ""


def _query_parts(query: Query, mark: str) -> list[Part]:
    parts = [Part(f"SQL{mark}", Code(query.sql, "sql"))]
    if query.table is not None:
        parts.append(Part(f"Result{mark}", query.table))
        if query.truncated:
            shown, total = len(query.table.rows), query.table.total_rows
            of = f" of {total:,}" if total is not None and total > shown else ""
            note = f"The trace holds {shown:,}{of} rows; the rest was cut at the source."
            parts.append(Part(f"Note{mark}", Prose(note)))
    return parts


def _query_result(queries: Sequence[Query]) -> str:
    if not queries:
        return ""
    name = "SQL" if len(queries) == 1 else f"{len(queries)} queries"
    tables = [query.table for query in queries if query.table is not None]
    if not tables:
        return name
    rows = sum(len(t.rows) if t.total_rows is None else t.total_rows for t in tables)
    return f"{name}, {rows:,} row{'' if rows == 1 else 's'}"


def _rest_parts(label: str, rest: Any) -> list[Part]:
    if is_empty(rest):
        return []
    if isinstance(rest, dict):
        return [Part(label_of(key).capitalize(), block_of(item, key)) for key, item in rest.items()]
    return [Part(label, block_of(rest))]


def _plain_tool(name: str, arguments: Any, payload: Any, outputs: Any) -> ToolUse:
    words = _short_arguments(arguments)
    title = f"Called {short_name(name)}"
    parts = _argument_parts(arguments)
    if outputs is not None:
        parts.append(Part("Result", block_of(payload)))
    problem = reported_problem(payload, states=False) or failed_message(outputs)
    said = {text for text in strings_in(payload) if len(text) > 1}
    return ToolUse(
        shortened(f"{title}: {words}", _TITLE) if words else title,
        _short_result(payload, arguments, parts[-1] if parts else None),
        "tool",
        parts,
        problem,
        words=said,
    )


def _argument_parts(arguments: Any) -> list[Part]:
    if is_empty(arguments):
        return []
    if isinstance(arguments, str):
        return [Part("Query", Prose(arguments))]
    if isinstance(arguments, dict) and len(arguments) == 1:
        key, only = next(iter(arguments.items()))
        if isinstance(only, str):
            return [Part(label_of(key).capitalize(), block_of(only, key))]
    return [Part("Arguments", block_of(arguments))]


def _short_arguments(arguments: Any) -> str:
    if isinstance(arguments, dict):
        pairs = [
            f"{label_of(key)} {shortened(compact(item), _RESULT)}"
            for key, item in list(arguments.items())[:4]
            if not is_empty(item)
        ]
        return ", ".join(pairs)
    return "" if is_empty(arguments) else shortened(compact(arguments), _TITLE)


def _short_result(payload: Any, arguments: Any, part: Part | None) -> str:
    if part is not None and isinstance(part.block, Table):
        rows = len(part.block.rows)
        return f"{rows:,} row{'' if rows == 1 else 's'}"
    if isinstance(payload, str) or not isinstance(payload, dict | list | None):
        text = scalar_text(payload)
        return text if len(text) <= _RESULT and "\n" not in text else ""
    if isinstance(payload, dict) and len(payload) <= 3:
        known = arguments if isinstance(arguments, dict) else {}
        news = {k: v for k, v in payload.items() if k not in known or v != known[k]}
        line = _short_arguments(news)
        return line if len(line) <= _RESULT else ""
    return ""
