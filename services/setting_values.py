"""What the text of each setting may be, and the value that it becomes.

A ``ValueError`` says what would be right, so that it reads after "SETTING must be".
"""

from __future__ import annotations

import difflib
import re
import zoneinfo
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from review_app.errors import ReviewError
from review_app.people import normal_name

PROJECT_FOLDER = Path(__file__).resolve().parent.parent
SignIn = Literal["local", "databricks", "proxy"]
WAYS_TO_SIGN_IN: tuple[SignIn, ...] = get_args(SignIn)

_SQLITE = "sqlite:///"
_DATABASES = ("postgresql", "mysql", "mssql", "databricks")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a comma list, in order, without empty ones."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


def person(text: str) -> str:
    """Return one person's name as MLflow stores it, lower-cased."""
    try:
        name = normal_name(text)
    except ReviewError as error:
        raise ValueError("a name or an e-mail address") from error
    if "," in name:
        raise ValueError("one name without a comma")
    return name


def people(text: str) -> tuple[str, ...]:
    """Return the people of a comma list, lower-cased."""
    return tuple(person(word) for word in words(text))


def line(text: str) -> str:
    """Return a text that can stand inside a sentence or a header."""
    if not text.isprintable():
        raise ValueError("one line of plain text")
    return text


def sign_in(text: str) -> SignIn:
    """Return one of the ways to sign in."""
    for way in WAYS_TO_SIGN_IN:
        if text == way:
            return way
    raise ValueError(f"one of {', '.join(WAYS_TO_SIGN_IN)}")


def store(text: str) -> str:
    """Return a tracking URI that MLflow knows; a relative SQLite file gets its whole path."""
    if text.startswith(_SQLITE) and len(text) > len(_SQLITE):
        path = Path(text.removeprefix(_SQLITE))
        return text if path.is_absolute() else f"{_SQLITE}{PROJECT_FOLDER / path}"
    if text.startswith(("http://", "https://")) and web_address(text):
        return text
    if text == "databricks" or ("://" in text and re.split(r"\+|://", text)[0] in _DATABASES):
        return text
    raise ValueError(
        "sqlite:/// and a file, the http(s) address of an MLflow server, the address of its "
        "database, or databricks; a folder of files cannot hold review queues"
    )


def web_address(text: str) -> str:
    """Return an address for links: no slash at the end, no name or password in it."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not text.isprintable():
        raise ValueError("an address that starts with http:// or https://")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def models(text: str) -> tuple[str, ...]:
    """Return the models of a comma list, each named as MLflow does."""
    found = words(text)
    if not all(re.fullmatch(r"[a-z][a-z0-9_-]*:/[^\s:/][^\s]*", one) for one in found):
        raise ValueError("models such as openai:/gpt-4o-mini")
    return found


def header(text: str) -> str:
    """Return the name of an HTTP header."""
    if not re.fullmatch(r"[A-Za-z0-9-]+", text):
        raise ValueError("the name of a header: letters, digits and hyphens")
    return text


def frame_ancestors(text: str) -> str:
    """Return the sites of a Content-Security-Policy's frame-ancestors; nothing else gets in."""
    if text.strip("'") in {"none", "self"}:
        word = text.strip("'")
        return f"'{word}'"
    site = r"('self'|https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?)"
    if not re.fullmatch(rf"{site}( +{site})*", text):
        raise ValueError("none, self, or addresses such as https://portal.example.com")
    return text


def time_zone(text: str) -> str:
    """Return the IANA name of a time zone that this machine knows."""
    known = zoneinfo.available_timezones()
    if text not in known:
        near = difflib.get_close_matches(text, known, n=1) or ["Europe/Berlin"]
        raise ValueError(f"the name of a time zone, such as {near[0]}")
    return text
