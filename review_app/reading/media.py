"""Pictures, sounds and files of a conversation: described in words, never loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from review_app.reading.model import Media

_NAMES = frozenset(
    {"filename", "file_name", "name", "title", "file_id", "fileUri", "file_uri", "url", "uri"}
)
_TYPES = frozenset({"media_type", "mime_type", "mimeType", "mimetype", "format"})
_WORDS = frozenset({"detail", "alt", "transcript", "revised_prompt"})
_ADDRESSES = frozenset({"image_url", "video_url", "audio_url"})
_BYTES = frozenset({"data", "bytes", "file_data", "image", "image_data", "result", "base64"})


def media_of(kind: str, part: Mapping[str, Any]) -> Media:
    """A picture, sound or file: its name or address, its type and its size, but not its bytes.

    Args:
        kind: ``"image"``, ``"audio"``, ``"video"`` or ``"file"``; a recorded type such as
            ``"image/png"`` makes a file what it really is.
        part: the part of the message as recorded.
    """
    words: list[str] = []
    for key, value in _strings(part):
        if key in _NAMES or key in _ADDRESSES:
            words.append(_address(value))
        elif key in _TYPES:
            words.append(value)
            family = value.partition("/")[0]
            kind = family if kind == "file" and family in ("image", "audio", "video") else kind
        elif key in _WORDS:
            words.append(value)
        elif key in _BYTES:
            words.append(_size(value))
    return Media(kind, ", ".join(dict.fromkeys(word for word in words if word)))


def _strings(part: Mapping[str, Any], depth: int = 3) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, dict) and depth:
            yield from _strings(value, depth - 1)


def _address(url: str) -> str:
    if not url.startswith("data:"):
        return url
    kind, _, data = url[5:].partition(",")
    return ", ".join(word for word in (kind.partition(";")[0], _size(data)) if word)


def _size(data: str) -> str:
    return f"{max(1, len(data) * 3 // 4096)} kB, embedded" if data else ""
