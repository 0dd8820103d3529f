"""What a person typed, kept while MLflow does not answer and the form is not on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

PREFIX = "typed "


def typed(name: str, value: Any, options: Sequence[Any] | None = None) -> str:
    """Return the key of a field; where nothing was typed, or no option of now, it begins anew.

    Args:
        name: of the field, unlike all others.
        value: what it begins with.
        options: what can be chosen; None where all can be typed.
    """
    key = PREFIX + name
    if key not in st.session_state or (
        options is not None and st.session_state[key] not in options
    ):
        st.session_state[key] = value
    return key


def keep_typed() -> None:
    """Keep all of it for the next time that its form is drawn."""
    for key in _keys():
        st.session_state[key] = st.session_state[key]


def forget_typed() -> None:
    """Let all of it begin anew: it is stored."""
    for key in _keys():
        del st.session_state[key]


def _keys() -> list[str]:
    return [str(key) for key in st.session_state if str(key).startswith(PREFIX)]
