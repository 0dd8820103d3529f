"""Secrets stay out of the log."""

from __future__ import annotations

import io
import logging
import threading

import pytest

from services.log_secrets import hide_secrets

ADDRESS = "http://bot:hunter2hunter2@mlflow.example.com:5000/api"


@pytest.fixture
def log():
    """A log that says everything, with secrets hidden as the app hides them."""
    before, ends = logging.getLogRecordFactory(), threading.excepthook
    hide_secrets({"MLFLOW_TRACKING_PASSWORD": "correct-horse", "OPENAI_API_KEY": "sk-123456"})
    stream = io.StringIO()
    logger = logging.getLogger("a library")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)
    threading.excepthook = ends


def test_a_message_holds_no_password(log):
    """A password in an address, and a key of the environment, are never logged."""
    logger, stream = log
    logger.info("Called %s with %s", ADDRESS, "sk-123456")
    assert stream.getvalue() == ("Called http://bot:***@mlflow.example.com:5000/api with ***\n")


def test_a_traceback_holds_no_password(log):
    """The text of an exception, and of what caused it, is cleaned too."""
    logger, stream = log
    error = RuntimeError(f"Failed: {ADDRESS}")
    error.__cause__ = OSError(f"{ADDRESS} refused correct-horse")
    logger.error("It failed", exc_info=error)
    said = stream.getvalue()
    assert "RuntimeError: Failed: http://bot:***@mlflow.example.com:5000/api" in said
    assert "hunter2" not in said
    assert "correct-horse" not in said


def test_a_wrong_call_is_logged_all_the_same(log):
    """A line that was logged with the wrong number of values is not lost."""
    logger, stream = log
    too_few = ("sk-123456",)
    logger.info("%s and %s, key sk-123456", *too_few)
    assert "and %s, key ***" in stream.getvalue()


def test_a_thread_that_ends_in_an_error_prints_no_password(log, capsys):
    """What ends a thread is logged like everything else, not printed as it is."""

    def fail() -> None:
        raise RuntimeError(f"Failed: {ADDRESS}")

    _, stream = log
    own = logging.getLogger("services.log_secrets")
    handler = logging.StreamHandler(stream)
    own.addHandler(handler)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    own.removeHandler(handler)

    assert "RuntimeError: Failed: http://bot:***@" in stream.getvalue()
    assert "hunter2" not in stream.getvalue() + capsys.readouterr().err
