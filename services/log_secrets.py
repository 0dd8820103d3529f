"""What is logged holds no password and no key: not in a message, and not in a traceback.

MLflow's own exceptions quote the address that they called, with the password in it.
"""

from __future__ import annotations

import logging
import re
import threading
import traceback
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
_SECRET_NAME = re.compile(r"(PASSWORD|TOKEN|SECRET|KEY)$")
_PASSWORD = re.compile(r"(?<=://)([^\s/@:]*):\S+(?=@)")  # it may hold / and @ itself
_TOKEN = re.compile(r"(?<=://)[^\s/@:]+(?=@)")
_SHORTEST = 6  # characters; a shorter value would hide words that are none


def without_secrets(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return the text with passwords in addresses, and the secrets, hidden.

    >>> without_secrets("GET http://bot:hun@ter/2@host:5000 refused, key sk-12345", ("sk-12345",))
    'GET http://bot:***@host:5000 refused, key ***'
    >>> without_secrets("GET http://sk-12345@host")
    'GET http://***@host'
    """
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _TOKEN.sub(HIDDEN, _PASSWORD.sub(rf"\1:{HIDDEN}", text))


def hide_secrets(environ: Mapping[str, str]) -> None:
    """Keep secrets out of every log of this process.

    Args:
        environ: whose values under a name that ends in PASSWORD, TOKEN, SECRET or KEY are secrets.
    """
    values = {v for k, v in environ.items() if _SECRET_NAME.search(k) and len(v) >= _SHORTEST}
    secrets = tuple(sorted(values, key=len, reverse=True))
    make = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = make(*args, **kwargs)
        said = _message(made)
        clean = without_secrets(said, secrets)
        if clean != said:  # else the values stay as they are: some formatters read them
            made.msg, made.args = clean, ()
        if made.exc_info and made.exc_info[1]:
            # A formatter takes this text instead of writing the traceback itself.
            told = "".join(traceback.format_exception(made.exc_info[1])).rstrip()
            made.exc_text = without_secrets(told, secrets)
        return made

    logging.setLogRecordFactory(record)
    threading.excepthook = _log_end_of_thread


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    """Log what ended a thread, in place of Python, which would print it as it is."""
    logging.getLogger(__name__).error("A thread ended", exc_info=ended.exc_value)


def _message(made: logging.LogRecord) -> str:
    try:
        return made.getMessage()
    except (TypeError, ValueError):  # logged with the wrong number of values
        return str(made.msg)
