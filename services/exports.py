"""Files of frozen labeled sets, written piece by piece: a large set never lies in memory twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from review_app.frozen_sets import Content, labels_jsonl
from review_app.labeled_rows import LabeledRow
from review_app.set_files import COLUMNS, FORMATS, Format, csv_lines, flat, openai_line
from services.publishing import told
from services.store import Store

AT_ONCE = 1_000  # rows a piece
PIECE = 1 << 16  # bytes
Tell = Callable[[int, int], None]


def export(store: Store, content: Content, kind: Format, tell: Tell) -> Iterator[bytes]:
    """Yield a verified version of a set as a file, piece by piece.

    Args:
        store: where its traces are; only OpenAI's shape reads them.
        content: what the version holds.
        kind: the shape of the file.
        tell: is called with the rows done and all rows.

    Raises:
        StoreUnavailable: when MLflow did not answer.
    """
    makers: dict[Format, Callable[[], Iterator[bytes]]] = {
        "jsonl": lambda: _jsonl(content.rows, tell),
        "csv": lambda: _csv(content.rows, tell),
        "parquet": lambda: _parquet(content.rows, tell),
        "openai": lambda: _openai(store, content.rows, tell),
    }
    yield from makers[kind]()
    tell(len(content.rows), len(content.rows))


def file_name(title: str, kind: Format) -> str:
    """Return a name for the file that every system takes.

    >>> file_name("Faith: all@v2", "csv")
    'Faith-all-v2.csv'
    """
    words = "".join(c if c.isalnum() else " " for c in title).split()
    return f"{'-'.join(words) or 'labeled-set'}.{FORMATS[kind][1]}"


def _jsonl(rows: Sequence[LabeledRow], tell: Tell) -> Iterator[bytes]:
    for some in _pieces(rows, tell):
        yield labels_jsonl(some).encode("utf-8")


def _csv(rows: Sequence[LabeledRow], tell: Tell) -> Iterator[bytes]:
    for number, line in enumerate(csv_lines(rows)):
        if number % AT_ONCE == 0:
            tell(number, len(rows))
        yield line.encode("utf-8")


def _openai(store: Store, rows: Sequence[LabeledRow], tell: Tell) -> Iterator[bytes]:
    for one in told(store, rows, tell):
        yield openai_line(one.row, one.inputs, one.outputs).encode("utf-8")


def _parquet(rows: Sequence[LabeledRow], tell: Tell) -> Iterator[bytes]:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

    schema = _schema(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "set.parquet"
        with pq.ParquetWriter(path, schema) as writer:
            for some in _pieces(rows, tell):
                lines = [_typed(flat(row), schema) for row in some]
                writer.write_table(pa.Table.from_pylist(lines, schema=schema))
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _schema(rows: Sequence[LabeledRow]) -> Any:
    """Return the columns' types; a label is a truth value or a number where all of them are."""
    import pyarrow as pa

    def label_type(labels: list[Any]) -> Any:
        if all(isinstance(one, bool) for one in labels):
            return pa.bool_()
        numbers = all(isinstance(one, (int, float)) for one in labels)
        return pa.float64() if numbers else pa.string()

    types = {
        "label": label_type([row.label for row in rows]),
        "label_raw": label_type([row.label_raw for row in rows if row.label_raw is not None]),
        "share": pa.float64(),
        "probability": pa.float64(),
        "cannot_judge": pa.int64(),
    }
    return pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])


def _typed(values: dict[str, Any], schema: Any) -> dict[str, Any]:
    import pyarrow as pa

    return {
        name: str(value) if schema.field(name).type == pa.string() and value is not None else value
        for name, value in values.items()
    }


def _pieces(rows: Sequence[LabeledRow], tell: Tell) -> Iterator[Sequence[LabeledRow]]:
    for start in range(0, len(rows), AT_ONCE):
        tell(start, len(rows))
        yield rows[start : start + AT_ONCE]
