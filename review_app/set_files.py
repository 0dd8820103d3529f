"""Files of a labeled set: one line an item, in the shapes that other tools read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from review_app.labeled_rows import LabeledRow

Format = Literal["jsonl", "csv", "parquet", "openai"]
FORMATS: Mapping[Format, tuple[str, str]] = {  # what it is called, and how its files end
    "jsonl": ("JSON lines", "jsonl"),
    "csv": ("CSV", "csv"),
    "parquet": ("Parquet", "parquet"),
    "openai": ("OpenAI evals", "openai.jsonl"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute
COLUMNS = (
    *("trace_id", "unit", "question", "label", "label_raw", "basis", "votes", "votes_raw"),
    *("share", "split", "probability", "frame", "stratum", "campaign", "session", "duplicates"),
    *("version", "cannot_judge", "wordings", "reviewers", "rationales", "adjudication", "text"),
)


def flat(row: LabeledRow) -> dict[str, Any]:
    """Return the row as one value a column; lists and votes are JSON text.

    Frame, stratum and probability are those of the first campaign that the item was drawn in.
    """
    drawn = row.drawn[0]
    return {
        "trace_id": row.trace_id,
        "unit": row.unit,
        "question": row.question,
        "label": _scalar(row.label),
        "label_raw": _scalar(row.label_raw),
        "basis": row.basis,
        "votes": _json(row.votes),
        "votes_raw": _json(row.votes_raw),
        "share": row.share,
        "split": row.split,
        "probability": drawn.probability,
        "frame": drawn.frame,
        "stratum": drawn.stratum,
        "campaign": drawn.campaign,
        "session": row.session,
        "duplicates": row.duplicates,
        "version": row.version,
        "cannot_judge": row.cannot_judge,
        "wordings": _json(row.wordings),
        "reviewers": _json([one.reviewer for one in row.who]),
        "rationales": _json([one.rationale for one in row.who]),
        "adjudication": row.adjudication,
        "text": row.text,
    }


def csv_lines(rows: Iterable[LabeledRow]) -> Iterator[str]:
    """Yield a CSV file line by line, the header first; no cell is a formula."""
    yield csv_line(COLUMNS)
    for row in rows:
        values = flat(row)
        yield csv_line([csv_cell(values[name]) for name in COLUMNS])


def csv_cell(value: Any) -> str:
    """Return a cell that no spreadsheet computes; numbers stay numbers.

    >>> csv_cell("=1+1"), csv_cell(-1.5), csv_cell(None)
    ("'=1+1", '-1.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULA):
        return f"'{text}"
    return text


def openai_line(row: LabeledRow, inputs: Any, outputs: Any) -> str:
    """Return an item as a line of OpenAI's evals: what was asked, answered, and the label.

    Args:
        row: the item.
        inputs: of the trace's root span; None where it is gone, and then its preview stands in.
        outputs: likewise; None where there are none.
    """
    item = {
        "input": _messages(inputs, row.text),
        "ideal": _json(row.label) if not isinstance(row.label, str) else row.label,
        "output": _words(outputs),
        "question": row.question,
        "label": row.label,
        "votes": row.votes,
        "split": row.split,
        "trace_id": row.trace_id,
    }
    return json.dumps({"item": item}, ensure_ascii=False) + "\n"


def _messages(inputs: Any, text: str) -> list[dict[str, Any]]:
    """Return what was asked as chat messages, as they are where the app takes messages."""
    messages = inputs.get("messages") if isinstance(inputs, dict) else None
    if isinstance(messages, list) and all(
        isinstance(m, dict) and {"role", "content"} <= m.keys() for m in messages
    ):
        return [{"role": m["role"], "content": m["content"]} for m in messages]
    return [{"role": "user", "content": _words(text if inputs is None else inputs)}]


def _words(value: Any) -> str:
    """Return a value as text; that of a single name without the name."""
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return value if isinstance(value, str) else "" if value is None else _json(value)


def _scalar(value: Any) -> Any:
    return _json(value) if isinstance(value, (list, dict)) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as a line of a CSV file, quoted as RFC 4180 says, where it has to be."""
    return ",".join(map(_quoted, cells)) + "\r\n"


def _quoted(cell: str) -> str:
    if any(c in cell for c in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
