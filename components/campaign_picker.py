"""Which campaign a page is about: the one in the address, else the one that was closed last."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from review_app.campaigns import Campaign


def pick_campaign(campaigns: Sequence[Campaign], chosen: Campaign | None) -> Campaign:
    """Draw the choice and return what is chosen; another choice changes the address.

    Args:
        campaigns: at least one.
        chosen: the one in the address; None where it names none.
    """
    usual = max(campaigns, key=lambda one: one.closed_at_ms)
    here = chosen or usual
    names = [one.name for one in campaigns]
    if here.name not in names:
        names.insert(0, here.name)
    picked = st.selectbox(
        "Campaign",
        names,
        index=names.index(here.name),
        key=f"picked-{here.run_id}",
        width=320,
    )
    if picked and picked != here.name:
        st.query_params.from_dict({"campaign": picked})
        st.rerun()
    return here
