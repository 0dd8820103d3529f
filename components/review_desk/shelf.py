"""The shelf: what was rendered, kept for the next reviewer within a budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

BUDGET = 128_000_000  # characters of HTML; at the usual 60,000 an item about two thousand items
Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """Keeps what was used last; safe for several threads."""

    def __init__(self, size_of: Callable[[Kept], int], budget: int = BUDGET) -> None:
        """Start empty; ``size_of`` says how much of the budget a thing takes."""
        self._size_of = size_of
        self._budget = budget
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, name: Hashable) -> Kept | None:
        """Return the thing of that name; None when it is not kept."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def put(self, name: Hashable, thing: Kept) -> None:
        """Keep a thing; the least used ones make room."""
        with self._lock:
            if name in self._kept:
                self._size -= self._size_of(self._kept.pop(name))
            self._kept[name] = thing
            self._size += self._size_of(thing)
            while self._size > self._budget and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._size -= self._size_of(gone)
