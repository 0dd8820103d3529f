"""The server: ``streamlit run app.py``.

The environment is set first, then Streamlit gets the one script with our headers, routes and
warm-up around it.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import streamlit as st

from review_app.errors import InvalidSetting
from services.log_secrets import hide_secrets
from services.settings import read_settings
from services.warm_up import is_warm, warm_up
from services.web import middleware, require_loopback, routes

LOG = logging.getLogger("review_app")


def _settings() -> Any:
    try:
        settings = read_settings(os.environ)
        require_loopback(settings, st.get_option("server.address"))
    except InvalidSetting as error:
        sys.exit(f"The app does not start: {error.sentence}")
    return settings


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    """Warm up beside the first requests, then take the collector off what stays for good."""
    warm_up(SETTINGS, then=_freeze)
    yield


def _freeze() -> None:
    gc.collect()
    gc.freeze()


def _on_script_error(error: Exception) -> bool:
    """Log what went wrong; the person reads a sentence, never a traceback."""
    LOG.error("A page failed", exc_info=error)
    st.error("Something went wrong on this page. Please reload it; nothing you saved is lost.")
    return True


hide_secrets(os.environ)
SETTINGS = _settings()
app = st.App(
    ROOT / "pages" / "main.py",
    lifespan=_lifespan,
    routes=routes(SETTINGS, is_warm),
    middleware=middleware(SETTINGS, Path(st.__file__).parent / "static" / "index.html"),
    on_script_error=_on_script_error,
)
