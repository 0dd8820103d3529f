"""How the builder looks."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_STYLE = (Path(__file__).parent / "builder.css").read_text(encoding="utf-8")


def look() -> None:
    """Put the builder's styles on the page."""
    st.html(f"<style>{_STYLE}</style>")
