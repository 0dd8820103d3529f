"""Near-duplicates: the same question asked again in all but the same words.

Texts are alike when they are the same after case, accents of typing and punctuation are taken away,
or when the cosine of their TF-IDF weights over runs of 3 to 5 characters is at least .95.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from review_app.joined import Joined

ALIKE = 0.95
MOST_TEXTS = 20_000  # different texts that are compared with each other; more take minutes
_ROWS = 500  # compared with all others at a time
_NO_WORD = re.compile(r"[\W_]+")

Text = tuple[str, str]  # what keeps texts apart, e.g. the version; and the text


def groups_of(texts: Sequence[Text], most: int = MOST_TEXTS) -> list[list[int]]:
    """Return the groups of alike texts as lists of indices; each index is in one group.

    Texts whose first part differs are never alike. Groups are joined over chains of likeness. With
    more than ``most`` different texts only those that are the same are put together.

    >>> groups_of([("v1", "Where is my order?"), ("v1", "where is my ORDER"), ("v1", "A refund")])
    [[0, 1], [2]]
    """
    return [list(group) for group in _groups_of(tuple(texts), most)]


def too_many(texts: Sequence[Text]) -> bool:
    """Tell whether there are more different texts than can be compared."""
    return len({(apart, _plain(text)) for apart, text in texts}) > MOST_TEXTS


@lru_cache(maxsize=8)
def _groups_of(texts: tuple[Text, ...], most: int) -> tuple[tuple[int, ...], ...]:
    same: dict[Text, list[int]] = {}
    for index, (apart, text) in enumerate(texts):
        same.setdefault((apart, _plain(text)), []).append(index)
    heads = list(same)
    joined = Joined(len(heads))
    by_part: dict[str, list[int]] = {}
    for number, (apart, text) in enumerate(heads):
        if text:
            by_part.setdefault(apart, []).append(number)
    if len(heads) <= most:
        for numbers in by_part.values():
            for one, other in _alike([heads[n][1] for n in numbers]):
                joined.join(numbers[one], numbers[other])
    groups: dict[int, list[int]] = {}
    for number, head in enumerate(heads):
        groups.setdefault(joined.root(number), []).extend(same[head])
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip()


def _alike(texts: list[str]) -> list[tuple[int, int]]:
    """Return the pairs of alike texts."""
    if len(texts) < 2:
        return []
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights: Any = TfidfVectorizer(analyzer="char", ngram_range=(3, 5)).fit_transform(
        [f" {text} " for text in texts]
    )
    pairs = []
    for start in range(0, len(texts), _ROWS):
        likeness = (weights[start : start + _ROWS] @ weights.T).tocoo()
        close = likeness.data >= ALIKE
        rows, columns = likeness.row[close] + start, likeness.col[close]
        pairs += [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if r < c]
    return pairs
