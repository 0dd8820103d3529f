"""The folded rest of an item: what is too large to be sent with it, drawn when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from components.review_desk.macros import macro
from components.safe_pieces import joined

PART_SIZE = 1_000_000
_REST = macro("folds.html", "rest")
_PIECE_BY_PIECE = Markup('<div class="rest">{}</div>')

Maker = Callable[["Branch"], Markup]


class Parts(Mapping[str, str]):
    """Part names and their HTML. A part is drawn each time it is read, and never kept.

    Names are the same whenever the same reading is drawn, so that a part may be asked for from an
    item that was drawn anew in the meantime. ``p2.1`` is a part that part ``p2`` leads to.
    """

    def __init__(self) -> None:
        self._makers: dict[str, Maker] = {}

    def __getitem__(self, name: str) -> str:
        for end in (at for at, sign in enumerate(name) if sign == "."):
            if name[:end] not in self._makers:
                raise KeyError(name)
            if not self._leads_further(name, end):
                self._draw(name[:end])
        return self._draw(name)

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        while unseen := [name for name in self._makers if name not in seen]:
            for name in unseen:
                seen.add(name)
                self._draw(name)
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def add(self, name: str, make: Maker) -> None:
        self._makers[name] = make

    def _draw(self, name: str) -> str:
        return str(self._makers[name](Branch(self, f"{name}.", room=PART_SIZE)))

    def _leads_further(self, name: str, end: int) -> bool:
        following = name.find(".", end + 1)
        return name[: following if following > 0 else len(name)] in self._makers


class Branch:
    """Where HTML is being drawn: an item or one of its parts. Hands out names for what it defers.

    room is how many characters of folded text may still be drawn along with it.
    """

    def __init__(self, parts: Parts, prefix: str, *, room: int) -> None:
        self._parts = parts
        self._prefix = prefix
        self._room = room
        self._count = 0

    def defer(self, make: Maker, name: str = "") -> str:
        """The name of a new part that ``make`` draws; one with a name of its own keeps it."""
        self._count += 1
        inside = self._prefix[: self._prefix.rfind(".") + 1]
        name = f"{inside}{name}" if name else f"{self._prefix}{self._count}"
        self._parts.add(name, make)
        return name

    def takes(self, weight: int) -> bool:
        """True, and the room gets less, when so many characters of text still fit."""
        if weight > self._room:
            return False
        self._room -= weight
        return True


@dataclass(frozen=True)
class Series:
    """Things drawn one after the other, of which the first are shown and the rest deferred.

    Attributes:
        count: how many there are.
        draw: draws number i.
        offer: the words that offer the rest, after the first i.
        around: what stands around the button that offers the rest; it is replaced by the rest.
    """

    count: int
    draw: Callable[[int, Branch], Markup]
    offer: Callable[[int], str]
    around: Markup = _PIECE_BY_PIECE

    def start(self, branch: Branch, at_most: int, size: int = PART_SIZE) -> Markup:
        """The first ones, and a button for the rest when there is one."""
        return self._from(0, min(at_most, self.count), size, branch)

    def _from(self, first: int, stop: int, size: int, branch: Branch) -> Markup:
        drawn: list[Markup] = []
        at = first
        while at < stop and size > 0:
            drawn.append(self.draw(at, branch))
            size -= len(drawn[-1])
            at += 1
        if at < self.count:
            part = branch.defer(lambda further: self._from(at, self.count, PART_SIZE, further))
            drawn.append(self.around.format(_REST(part, self.offer(at))))
        return joined(drawn)
