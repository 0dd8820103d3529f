"""What a lead can do with a campaign that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["add", "remove", "share out", "top up", "finish", "discard"]


@dataclass(frozen=True)
class Change:
    """A change that somebody wants.

    Attributes:
        kind: ``add`` and ``remove`` a reviewer; ``share out`` anew what nobody has begun;
            ``top up`` with more items; ``finish`` or ``discard`` what was not written to the end.
        person: whom to add or remove.
        more: how many more of the pool as it was; None for what came in since the last draw.
    """

    kind: ChangeKind
    person: str = ""
    more: int | None = None

    @property
    def words(self) -> str:
        """What is going on while it is carried out."""
        return {
            "add": f"Adding {self.person}",
            "remove": f"Removing {self.person}",
            "share out": "Sharing out",
            "top up": "Topping up",
            "finish": "Writing",
            "discard": "Discarding",
        }[self.kind]
