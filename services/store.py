"""The door to MLflow: one store object, and the one seam where its errors become ours."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from requests.exceptions import RequestException

from review_app.errors import Conflict, NotAllowed, NotFound, ReviewError, StoreUnavailable

LOG = logging.getLogger(__name__)

# MLflow reads these when a call is made: a click must not hang for minutes (facts: 7 retries of
# every 500 by default). They are set only where the operator has not.
CALL_LIMITS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",  # a command says itself how far it is
}
IDS_AT_ONCE = 200  # traces named in one search
_PLAIN_ID = re.compile(r"[\w-]+")
NOT_THERE = "This is no longer in MLflow. It may have been deleted meanwhile."
NO_ANSWER = "MLflow does not answer at the moment. Nothing is lost; this is tried again by itself."


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn whatever MLflow and its transports raise into one of our sentences.

    Raises:
        NotFound: the thing is not there, or no longer.
        Conflict: a name is taken or somebody was faster.
        NotAllowed: the app's own credentials do not suffice.
        ReviewError: MLflow refuses the values; trying again will not help.
        StoreUnavailable: everything else; the details go to the log only.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except MlflowException as error:
        raise _translated(error) from error
    except (SQLAlchemyError, RequestException, OSError, TimeoutError) as error:
        LOG.warning("MLflow failed: %s", type(error).__name__, exc_info=error)
        raise StoreUnavailable(NO_ANSWER) from error


def _translated(error: Any) -> ReviewError:
    code = error.error_code
    LOG.info("MLflow answered %s: %s", code, error)
    if code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
        return NotFound(NOT_THERE)
    if code in ("RESOURCE_ALREADY_EXISTS", "RESOURCE_CONFLICT"):
        return Conflict("Something of this name exists already. Please choose another name.")
    if code in ("PERMISSION_DENIED", "UNAUTHENTICATED"):
        return NotAllowed("MLflow does not let this app do that. Please tell whoever runs it.")
    if code in ("INVALID_PARAMETER_VALUE", "BAD_REQUEST"):
        return ReviewError("MLflow did not accept this. Please tell whoever runs this app.")
    return StoreUnavailable(NO_ANSWER)


@dataclass(frozen=True)
class Store:
    """MLflow at one tracking URI.

    Attributes:
        uri: the tracking URI, e.g. ``sqlite:////path/mlflow.db`` or ``http://host:5000``.
    """

    uri: str

    @property
    def is_sqlite(self) -> bool:
        """SQLite takes one writer at a time."""
        return self.uri.startswith("sqlite:")

    @property
    def account(self) -> str:
        """The app's own name at a server where accounts sign in; "" elsewhere."""
        from mlflow.utils.credentials import read_mlflow_creds

        return (read_mlflow_creds().username or "") if self.uri.startswith("http") else ""

    @cached_property
    def tracking(self) -> Any:
        """MLflow's store object for this URI: the same methods on SQLite and over REST.

        Raises:
            StoreUnavailable: when it cannot be opened.
        """
        for name, value in CALL_LIMITS.items():
            os.environ.setdefault(name, value)
        from mlflow.tracking._tracking_service.utils import _get_store

        with plain_errors():
            if not self.is_sqlite:
                return _get_store(self.uri, None)
            store = _get_store(self.uri, str(self._file.parent / "mlruns"))
            self._let_readers_and_the_writer_work_at_once()
            return store

    @property
    def _file(self) -> Path:
        """The SQLite file; artifacts lie beside it, where ``mlflow ui`` looks for them too."""
        return Path(self.uri.removeprefix("sqlite:///")).resolve()

    def _let_readers_and_the_writer_work_at_once(self) -> None:
        """Switch the file to a write-ahead log, for good; a file that is read-only stays as it is.

        Measured: an answer is written in 4.3 ms where it took 6.2 (decision 0006).
        """
        with closing(sqlite3.connect(self._file)) as file, suppress(sqlite3.OperationalError):
            file.execute("PRAGMA journal_mode=WAL")

    def trace_infos(self, trace_ids: list[str]) -> list[Any]:
        """Return MLflow's infos of those traces that are there.

        A database is searched for them: its call for many ids asks three more questions about each
        (measured: 200 traces take 16 ms instead of 220).

        Raises:
            StoreUnavailable: when MLflow did not answer.
        """
        if not self.uri.startswith("http") and all(map(_PLAIN_ID.fullmatch, trace_ids)):
            return [info for some in _batches(trace_ids) for info in self._searched(some)]
        try:
            with plain_errors():
                return list(self.tracking.batch_get_trace_infos(trace_ids))
        except NotAllowed:  # a server with sign-in refuses them all when one is not there
            found = (self._trace_info(trace_id) for trace_id in trace_ids)
            return [info for info in found if info is not None]

    def _searched(self, trace_ids: list[str]) -> list[Any]:
        named = ", ".join(f"'{trace_id}'" for trace_id in trace_ids)
        with plain_errors():
            infos, _ = self.tracking.search_traces(
                filter_string=f"request_id IN ({named})", max_results=len(trace_ids)
            )
        return sorted(infos, key=lambda info: trace_ids.index(info.trace_id))

    def _trace_info(self, trace_id: str) -> Any:
        try:
            with plain_errors():
                return self.tracking.get_trace_info(trace_id)
        except (NotFound, NotAllowed):
            return None

    def write_artifact(self, run_id: str, name: str, text: str) -> None:
        """Write a text as an artifact of the run.

        Raises:
            StoreUnavailable: when MLflow did not take it.
        """
        from mlflow import MlflowClient

        with plain_errors():
            MlflowClient(tracking_uri=self.uri).log_text(run_id, text, name)

    def read_artifact(self, run_id: str, name: str) -> str:
        """Return a text artifact of the run.

        Raises:
            NotFound: when the run has no such artifact.
            StoreUnavailable: when MLflow did not answer.
        """
        from mlflow.artifacts import download_artifacts

        with plain_errors(), TemporaryDirectory() as folder:
            path = download_artifacts(
                run_id=run_id, artifact_path=name, tracking_uri=self.uri, dst_path=folder
            )
            return Path(path).read_text(encoding="utf-8")

    def experiment_id(self, name: str, *, create: bool = False) -> str:
        """Return the id of the experiment of that name, or with that id.

        Raises:
            NotFound: when there is none and ``create`` is False.
        """
        with plain_errors():
            found = self.tracking.get_experiment_by_name(name)
            if found is not None and found.lifecycle_stage == "active":
                return str(found.experiment_id)
            if create:
                return str(self.tracking.create_experiment(name, None, []))
        raise NotFound(f"There is no experiment called “{name}”.")

    def experiment_ids(self, narrow_to: tuple[str, ...] = ()) -> list[str]:
        """Return the ids of all active experiments, or of those named (by name or id)."""
        from mlflow.entities import ViewType

        found: list[str] = []
        token = None
        with plain_errors():
            while True:
                page = self.tracking.search_experiments(
                    ViewType.ACTIVE_ONLY, 1000, page_token=token
                )
                found += [
                    str(e.experiment_id)
                    for e in page
                    if not narrow_to or e.name in narrow_to or str(e.experiment_id) in narrow_to
                ]
                token = page.token
                if not token:
                    return found


def _batches(trace_ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(trace_ids), IDS_AT_ONCE):
        yield trace_ids[start : start + IDS_AT_ONCE]
