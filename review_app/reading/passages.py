"""Retrieved documents, in the shapes in which retrievers write them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_app.reading.decode import compact, from_json, names, scalar_text
from review_app.reading.hidden_keys import plain
from review_app.reading.model import Block, Passage, Passages, Table

_TEXTS = names(
    "page_content chunk_text chunk text content passage body document snippet chunk_content "
    "text_content page_text"
)
_SURE_TEXTS = frozenset({"page_content", "chunk_text", "chunk", "passage", "chunk_content"})
_SCORES = names(
    "score similarity_score relevance_score _score @search.score similarity rerank_score relevance"
)
_DISTANCES = ("distance", "_distance", "vector_distance", "cosine_distance")
_SOURCES = names(
    "doc_uri source url file_path uri path file_name filename document_uri source_uri link "
    "href source_url file"
)
_TITLES = names("title doc_title document_title heading name section_title")
_CHUNK_IDS = names("chunk_id id id_ doc_id document_id node_id chunkId _id uid")
_HOLDERS = names("document node text_resource doc entity payload fields _source record data")
_META = ("metadata", "meta", "extra_info", "payload", "attributes")
_LISTS = names(
    "documents source_nodes nodes docs results passages matches hits chunks sources context "
    "contexts data value retrieved_documents source_documents search_results result output "
    "points retrievalResults"
)
_LIST_KEYS = frozenset(_LISTS)
_NO_DETAIL = frozenset(
    names(
        "relationships embedding classname excludedembedmetadatakeys excludedllmmetadatakeys"
        " metadatatemplate metadataseparator texttemplate startcharidx endcharidx mimetype vector"
        " hash type dataframe blob sparseembedding"
    )
)


@dataclass(frozen=True)
class Retrieved:
    """Documents with what else was recorded about each of them.

    Attributes:
        passages: the documents, in the order given.
        details: further metadata, one row per document; None when there is none.
        nearer_is_lower: True when the scores are distances.
    """

    passages: Passages
    details: Table | None
    nearer_is_lower: bool

    @property
    def best(self) -> str:
        """The best score in words, e.g. ``"best 0.83"``; "" when there are no scores."""
        scores = [passage.score for passage in self.passages.passages if passage.score is not None]
        if not scores:
            return ""
        if self.nearer_is_lower:
            return f"nearest {_short(min(scores))}"
        return f"best {_short(max(scores))}"

    def is_all_in(self, text: str) -> bool:
        """Whether a text holds every document word for word."""
        return all(passage.text in text for passage in self.passages.passages)

    @property
    def blocks(self) -> list[tuple[str, Block]]:
        """The documents and their details, labelled."""
        parts: list[tuple[str, Block]] = [("Passages", self.passages)]
        if self.details is not None:
            parts.append(("Details", self.details))
        return parts


def _short(score: float) -> str:
    return f"{score:.2f}" if abs(score) < 100 else f"{score:.0f}"


def documents_in(value: Any, *, expected: bool) -> Retrieved | None:
    """The documents that a value consists of; None when it is something else.

    Args:
        value: outputs of a span, or a list out of any data.
        expected: True for outputs of a retriever, where a bare text is a document too.
    """
    value = from_json(value) if isinstance(value, str) else value
    found = _list_of_documents(value, expected=expected)
    if found is None:
        return None
    read = [_document(entry, number) for number, entry in enumerate(found, start=1)]
    rows = [extra for _, extra, _ in read]
    nearer = any(distance for _, _, distance in read)
    return Retrieved(Passages(tuple(passage for passage, _, _ in read)), _details(rows), nearer)


def _list_of_documents(value: Any, *, expected: bool) -> Sequence[Any] | None:
    if isinstance(value, dict):
        if not expected and _LIST_KEYS.isdisjoint(value):
            return None
        columns = _columns_of_lists(value)
        if columns is not None:
            return columns
        for key in _LISTS:
            inner = value.get(key)
            if isinstance(inner, dict | list) and inner:
                found = _list_of_documents(inner, expected=expected)
                if found is not None and _only_list(value, key, expected=expected):
                    return found
        return [value] if expected and _document_text(value) is not None else None
    if not isinstance(value, list) or not value:
        return value if expected and value == [] else None
    if len(value) == 1 and isinstance(value[0], list) and not _is_scored_pair(value[0]):
        return _list_of_documents(value[0], expected=expected)
    if all(_is_document(entry, expected=expected) for entry in value):
        return value
    return None


def _only_list(value: Mapping[str, Any], key: str, *, expected: bool) -> bool:
    """Whether the list is what the dict is about: nothing else in it but counts and ids."""
    if expected:
        return True
    others = (item for name, item in value.items() if name != key)
    return not any(isinstance(item, dict | list) and item for item in others)


def _columns_of_lists(value: Mapping[str, Any]) -> list[Any] | None:
    """Chroma's shape: one list of texts, one of metadata, one of distances."""
    texts = value.get("documents", value.get("docs"))
    if isinstance(texts, list) and texts and isinstance(texts[0], list):
        texts = texts[0]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return None
    if not any(isinstance(value.get(key), list) for key in ("metadatas", "distances")):
        return None
    rows: list[Any] = [{"text": text} for text in texts]
    for key, name in (("metadatas", "metadata"), ("distances", "distance"), ("ids", "id")):
        column = value.get(key)
        if isinstance(column, list) and len(column) == 1 and isinstance(column[0], list):
            column = column[0]
        if isinstance(column, list) and len(column) == len(rows):
            for row, entry in zip(rows, column, strict=True):
                row[name] = entry
    return rows


def _is_document(entry: Any, *, expected: bool) -> bool:
    if isinstance(entry, str):
        return expected
    if isinstance(entry, list | tuple):
        return _is_scored_pair(entry) and _is_document(entry[0], expected=expected)
    if not isinstance(entry, dict) or "role" in entry:
        return False
    text = _document_text(entry)
    if text is None:
        return False
    if expected or not _SURE_TEXTS.isdisjoint(entry) or "lc" in entry:
        return True
    flat = _flat(entry)
    has_score = any(key in flat for key in (*_SCORES, *_DISTANCES))
    has_origin = any(key in flat for key in (*_SOURCES[:12], "title", "chunk_id", "doc_id"))
    return has_score or (has_origin and "type" not in entry)


def _is_scored_pair(entry: Sequence[Any]) -> bool:
    return len(entry) == 2 and isinstance(entry[1], int | float) and isinstance(entry[0], dict)


def _document_text(entry: Mapping[str, Any]) -> str | None:
    flat = _flat(entry)
    for key in _TEXTS:
        text = flat.get(key)
        if isinstance(text, str) and text:
            return text
    text = flat.get("content")
    if isinstance(text, dict) and isinstance(text.get("text"), str):
        return str(text["text"])
    return None


def _flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A document's fields and its metadata in one dict, the document's own fields first."""
    flat = dict(entry)
    kwargs = entry.get("kwargs")
    if "lc" in entry and isinstance(kwargs, dict):
        flat = dict(kwargs)
    for key in (*_HOLDERS, *_META):
        inner = flat.get(key)
        if isinstance(inner, dict):
            flat.pop(key)
            for name, item in _flat(inner).items():
                flat.setdefault(name, item)
    return flat


def _document(entry: Any, number: int) -> tuple[Passage, dict[str, Any], bool]:
    if isinstance(entry, str):
        return Passage(number, entry), {}, False
    score: Any = None
    if isinstance(entry, list | tuple):
        entry, score = entry[0], entry[1]
    if not isinstance(entry, dict):
        return Passage(number, compact(entry), score=_number(score)), {}, False
    flat = _flat(entry)
    text = _document_text(entry)
    taken = {next((key for key in _TEXTS if flat.get(key) == text), "content")}
    score = score if score is not None else _take(flat, _SCORES, taken)
    distance = None if _number(score) is not None else _take(flat, _DISTANCES, taken)
    source, title, chunk = (_take(flat, keys, taken) for keys in (_SOURCES, _TITLES, _CHUNK_IDS))
    passage = Passage(
        number,
        text if text is not None else compact(entry),
        source=_words(source),
        title=_words(title),
        chunk_id=_words(chunk),
        score=_number(score if _number(score) is not None else distance),
    )
    shown = (None, "", passage.source, passage.title, passage.chunk_id)
    extra = {
        key: item
        for key, item in flat.items()
        if key not in taken and plain(str(key)) not in _NO_DETAIL and item not in shown
    }
    return passage, extra, distance is not None


def _take(flat: Mapping[str, Any], keys: Sequence[str], taken: set[str]) -> Any:
    for key in keys:
        if key not in taken and not isinstance(flat.get(key), dict | list | None):
            taken.add(key)
            return flat[key]
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else None


def _words(value: Any) -> str:
    return "" if value is None else scalar_text(value)


def _details(rows: list[dict[str, Any]]) -> Table | None:
    columns = list(dict.fromkeys(key for row in rows for key, item in row.items() if item != []))
    columns = [key for key in columns if any(row.get(key) not in ([], {}) for row in rows)]
    if not columns:
        return None
    cells = tuple(
        (str(number), *(compact(row[key]) if key in row else "" for key in columns))
        for number, row in enumerate(rows, start=1)
    )
    return Table(("passage", *columns), cells)
