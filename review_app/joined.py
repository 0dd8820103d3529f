"""Joined: which of many things belong together, over chains of belonging (union and find)."""

from __future__ import annotations


class Joined:
    """The numbers from 0 to size - 1, each alone at first.

    >>> joined = Joined(3)
    >>> joined.join(0, 2)
    >>> joined.root(2) == joined.root(0) != joined.root(1)
    True
    """

    def __init__(self, size: int) -> None:
        """Begin with every number alone."""
        self._above = list(range(size))

    def root(self, number: int) -> int:
        """Return the number that stands for all that this one is joined with."""
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Put two numbers and all that they are joined with together."""
        self._above[self.root(other)] = self.root(one)
