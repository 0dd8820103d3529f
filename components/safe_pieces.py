"""Pieces of safe HTML put together."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def joined(pieces: Iterable[Markup]) -> Markup:
    """One after the other; many times faster than ``Markup.join``, which escapes each again."""
    return Markup("".join(pieces))  # noqa: S704 - each piece is safe already
