"""What all commands share: a store to work on, progress on stderr, and sentences for errors."""

from __future__ import annotations

import functools
import getpass
import json
import logging
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec

import click

from review_app.errors import ReviewError
from review_app.people import Person, normal_name
from services.app import Services, services_for
from services.settings import Settings, read_settings
from services.store import Store

P = ParamSpec("P")
_SQLITE_FIRST = "Making the database, some seconds …"


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command end with a sentence instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ReviewError as error:
            raise click.ClickException(error.sentence) from error

    return run


def open_store(settings: Settings) -> Store:
    """Return the store of the settings; a first SQLite database takes some seconds, and says so."""
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
    store = Store(settings.tracking_uri)
    if store.is_sqlite and not Path(store.uri.removeprefix("sqlite:///")).exists():
        progress(_SQLITE_FIRST)
    return store


def services_here() -> tuple[Settings, Services]:
    """Return the settings of this environment and the services of their store."""
    settings = read_settings(os.environ)
    open_store(settings)
    return settings, services_for(settings)


def lead_here(settings: Settings) -> Person:
    """Return who runs this command: whoever may use the store from here may lead."""
    return Person(settings.person or normal_name(getpass.getuser()), is_lead=True)


def json_text(found: Any) -> str:
    """Return what was found as JSON; a number that is none, or endless, is null.

    >>> json_text({"omega": float("nan"), "people": ["ana"]})
    '{"omega": null, "people": ["ana"]}'
    """
    return json.dumps(_finite(found), ensure_ascii=False)


def _finite(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _finite(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [_finite(value) for value in found]
    return None if isinstance(found, float) and not math.isfinite(found) else found


def progress(line: str) -> None:
    """Write a line of progress to stderr."""
    click.echo(line, err=True)


def counted(number: int, noun: str) -> str:
    """Return a count with its noun: ``1 item``, ``3 items``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
