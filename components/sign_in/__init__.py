"""Signing in and out in local mode: a name, kept in a cookie that scripts cannot read."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def _component(name: str) -> ComponentRenderer:
    html, css, js = (
        (HERE / f"{name}.{ending}").read_text(encoding="utf-8") for ending in ("html", "css", "js")
    )
    return st.components.v2.component(name, html=html, css=css, js=js)


_SIGN_IN = _component("sign_in")
_SIGN_OUT = _component("sign_out")


def sign_in(*, local: bool, contact: str) -> None:
    """Ask for a name in local mode; elsewhere say that nobody is signed in."""
    with st.container(key="welcome"):
        st.title("Review", anchor=False)
        if local:
            st.text("Read what the app answered and say what you think of it.")
            _SIGN_IN(key="sign_in")
        else:
            st.text(
                "You are not signed in. Please open this page from where you sign in,"
                f" or ask {contact}."
            )


def sign_out(name: str) -> None:
    """Show who is signed in, and let another person take over."""
    _SIGN_OUT(key="sign_out", data={"name": name})
