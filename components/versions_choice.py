"""Which two versions are compared, in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st


def pick_pair(names: Sequence[str], pair: tuple[str, str], here: Mapping[str, str]) -> None:
    """Draw the choice of both versions; another one changes the address.

    Args:
        names: of all versions with traces.
        pair: the two that are compared.
        here: the address of the page, without them.
    """
    first = _pick("Is", names, pair[0], pair[1])
    second = _pick("better than", names, pair[1], pair[0])
    if (first, second) != pair:
        st.query_params.from_dict({**here, "first": first, "second": second})
        st.rerun()


def _pick(words: str, names: Sequence[str], chosen: str, other: str) -> str:
    """Draw one of the two; the other one is not among the choices."""
    options = [name for name in names if name != other]
    picked = st.selectbox(
        words, options, options.index(chosen), key=f"versions {words} {chosen} {other}", width=280
    )
    return str(picked or chosen)
