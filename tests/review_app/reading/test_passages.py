"""Retrieved documents are read with source, title, chunk and score from any retriever."""

from __future__ import annotations

import pytest

from review_app.reading.model import Passage
from review_app.reading.passages import documents_in

TEXT = "Bees fly."


@pytest.mark.parametrize(
    "value",
    [
        [{"page_content": TEXT, "metadata": {"doc_uri": "b.md", "chunk_id": "c1", "score": 0.5}}],
        [{"text": TEXT, "source": "b.md", "id": "c1", "score": 0.5}],
        [{"chunk_text": TEXT, "url": "b.md", "chunk_id": "c1", "relevance_score": "0.5"}],
        [{"node": {"text": TEXT, "id_": "c1", "metadata": {"file_path": "b.md"}}, "score": 0.5}],
        [{"document": {"content": TEXT, "meta": {"uri": "b.md"}, "id": "c1"}, "_score": 0.5}],
        [{"_id": "c1", "_score": 0.5, "_source": {"body": TEXT, "path": "b.md"}}],
        [{"id": "c1", "score": 0.5, "payload": {"page_content": TEXT, "source": "b.md"}}],
        {"documents": [{"content": TEXT, "meta": {"file_name": "b.md"}, "id": "c1", "score": 0.5}]},
        {"matches": [{"id": "c1", "score": 0.5, "metadata": {"text": TEXT, "source": "b.md"}}]},
        [[{"page_content": TEXT, "metadata": {"source": "b.md"}, "id": "c1"}, 0.5]],
        '[{"page_content": "Bees fly.", "metadata": {"source": "b.md"}, "id": "c1", "score": 0.5}]',
        [{"lc": 1, "kwargs": {"page_content": TEXT, "metadata": {"source": "b.md"}, "id": "c1",
                              "score": 0.5}}],
    ],
)  # fmt: skip
def test_documents_of_every_retriever(value):
    """Vector stores, search engines and frameworks give the same passage."""
    found = documents_in(value, expected=False)
    assert found.passages.passages == (Passage(1, TEXT, "b.md", "", "c1", 0.5),)
    assert found.best == "best 0.50"


def test_distances_are_named_as_such():
    """Where nearer is better, the smallest distance is told."""
    chroma = {
        "documents": [["one", "two"]],
        "distances": [[0.3, 0.12]],
        "metadatas": [[{"source": "a"}, {"source": "b", "page": 7}]],
        "ids": [["i", "j"]],
    }
    found = documents_in(chroma, expected=True)
    assert found.best == "nearest 0.12"
    assert [passage.source for passage in found.passages.passages] == ["a", "b"]
    assert found.details.rows == (("1", ""), ("2", "7"))


def test_no_documents():
    """Messages, rows and settings are not taken for documents; an empty search is one."""
    for value in (
        [{"role": "user", "content": "Hi"}],
        [{"type": "text", "text": "Hi"}],
        [{"name": "x", "content": "y"}],
        ["a", "b"],
        [1.0, 2.0],
        {"a": 1},
        "words",
        [],
    ):
        assert documents_in(value, expected=False) is None
    assert documents_in([], expected=True).passages.passages == ()
    assert documents_in(["a", "b"], expected=True).passages.passages[1].text == "b"
