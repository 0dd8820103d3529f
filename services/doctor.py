"""The doctor: is every setting right, does MLflow answer, what may the app do there?"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from review_app.errors import InvalidSetting, NotAllowed, ReviewError, StoreUnavailable
from services.campaigns import Campaigns
from services.judge_models import lacks
from services.settings import Settings, read_settings
from services.store import Store, plain_errors

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, as a sentence."""

    ok: bool
    sentence: str


def examine(env: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything that the app needs to start; nothing is written into MLflow.

    Args:
        env: the environment, such as ``os.environ``.
    """
    try:
        settings = read_settings(env)
    except InvalidSetting as error:
        yield Finding(ok=False, sentence=error.sentence)
        return
    yield from _settings(settings, env)
    for lacking in filter(None, (lacks(settings, model) for model in settings.judge_models)):
        yield Finding(ok=False, sentence=lacking)
    if settings.dialect == "databricks":
        yield Finding(ok=False, sentence="Review queues on Databricks are not supported yet.")
        return
    store = Store(settings.tracking_uri)
    if store.is_sqlite and (missing := _missing_file(store)):
        yield missing
        return
    try:
        yield from _connection(store)
        yield from _scope(store, settings)
        yield _rights(store)
    except ReviewError as error:
        yield Finding(ok=False, sentence=error.sentence)


def _settings(settings: Settings, env: Mapping[str, str]) -> Iterator[Finding]:
    for one in fields(settings):
        name = one.metadata["about"].name
        if not env.get(name, "").strip():
            sentence = f"{name} is not set; the default is {one.metadata['about'].default}."
        elif one.repr:
            value = getattr(settings, one.name)
            shown = ", ".join(value) if isinstance(value, tuple) else value
            sentence = f"{name} is “{shown}”."
        else:
            sentence = f"{name} is set."
        yield Finding(ok=True, sentence=sentence)


def _missing_file(store: Store) -> Finding | None:
    """Opening a SQLite store makes its file; looking must not."""
    path = Path(store.uri.removeprefix("sqlite:///"))
    if path.exists():
        return None
    if path.parent.is_dir() and os.access(path.parent, os.W_OK):
        return Finding(ok=True, sentence=f"{path.name} is not there yet; the first start makes it.")
    return Finding(ok=False, sentence=f"{path.name} cannot be made: {path.parent} is not writable.")


def _connection(store: Store) -> Iterator[Finding]:
    with plain_errors():
        store.tracking.search_experiments(max_results=1)
    yield Finding(ok=True, sentence="MLflow answers.")


def _scope(store: Store, settings: Settings) -> Iterator[Finding]:
    count = len(store.experiment_ids())
    for name in settings.experiments:
        if not store.experiment_ids((name,)):
            yield Finding(ok=False, sentence=f"There is no experiment called “{name}”.")
    campaigns = Campaigns(store, settings.experiments).every()
    where = "the named experiments" if settings.experiments else "all experiments"
    yield Finding(
        ok=True,
        sentence=f"Experiments: {count}. Campaigns in {where}: {len(campaigns)}.",
    )


def _rights(store: Store) -> Finding:
    if store.is_sqlite:
        path = Path(store.uri.removeprefix("sqlite:///"))
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            return Finding(ok=True, sentence="The app may write answers: its database is writable.")
        return Finding(ok=False, sentence=f"{path.name} or its folder is not writable.")
    return _may_write(store)


def _may_write(store: Store) -> Finding:
    """Ask for a write that MLflow refuses for its form, after it has looked at the rights."""
    from mlflow.entities import ExperimentTag

    experiment = store.experiment_ids()[0]
    try:
        with plain_errors():
            store.tracking.set_experiment_tag(experiment, ExperimentTag("", ""))
    except NotAllowed:
        return Finding(ok=False, sentence="The app may read, but not write answers into MLflow.")
    except StoreUnavailable:
        raise
    except ReviewError as error:
        LOG.info("MLflow refused the form, as it was meant to: %s", error)
    return Finding(ok=True, sentence="The app may write answers into MLflow.")
