"""Which votes are shown: the filters above the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.inbox_counts import days_words
from review_app.inbox import Wanted, Which
from review_app.pool_filters import day_of

VOTES: Mapping[Which, str] = {"down": "Thumbs-down", "up": "Thumbs-up", "all": "All votes"}
_OWN = "inbox_"
_ADDRESS = "inbox_address"
_NAMES = ("experiment", "days", "votes", "commented", "version", "page")


def heed_address() -> None:
    """Let the address win where the browser went back or forth, or a link was opened."""
    if st.query_params.to_dict() != st.session_state.get(_ADDRESS):
        for name in _NAMES:
            st.session_state.pop(_OWN + name, None)


def begin(name: str, options: Sequence[str], usual: str) -> None:
    """Let a widget begin with what the address says, where that can be chosen."""
    given = st.session_state.get(_OWN + name, st.query_params.get(name, usual))
    st.session_state[_OWN + name] = given if given in options else usual


def to_address(said: Mapping[str, str]) -> None:
    """Let the address say it, too; "" leaves out what is as usual, so that opening is no step."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in {**before, **said}.items() if value}
    if after != before:
        st.query_params.from_dict(after)
    st.session_state[_ADDRESS] = after


def begin_anew(went: Mapping[str, str]) -> None:
    """Show what a followed link says; what it does not name is not narrowed."""
    to_address({"commented": "", "version": "", "since": "", "until": "", **went})
    for name in ("votes", "commented", "version", "page"):
        st.session_state.pop(_OWN + name, None)


def wanted_votes(versions: Sequence[str], first_day: str) -> Wanted:
    """Return what the filters say, which are drawn later; the address says it, too."""
    begin("votes", list(VOTES), "down")
    begin("version", ["", *versions], "")
    params = st.query_params
    commented = st.session_state.setdefault(_OWN + "commented", params.get("commented") == "yes")
    which: Which = st.session_state[_OWN + "votes"]
    days = [params.get(name, "") for name in ("since", "until")]
    usable = all(day_of(day) for day in days) and days[0] >= first_day
    since, until = days if usable else ("", "")
    version = st.session_state[_OWN + "version"]
    votes = "" if which == "down" else which
    said = {"votes": votes, "version": version, "since": since, "until": until}
    to_address({**said, "commented": "yes" if commented else ""})
    return Wanted(which, commented, version, since, until)


def vote_filters(versions: Sequence[str], wanted: Wanted) -> None:
    """Draw the filters."""
    with st.container(horizontal=True, vertical_alignment="center", key="inbox-filters"):
        st.segmented_control(
            "Votes",
            list(VOTES),
            format_func=VOTES.__getitem__,
            key=_OWN + "votes",
            required=True,
            label_visibility="collapsed",
        )
        st.selectbox(
            "Version",
            ["", *versions],
            format_func=lambda version: version or "Every version",
            key=_OWN + "version",
            label_visibility="collapsed",
            width=240,
        )
        st.toggle("With a comment", key=_OWN + "commented")
        if wanted.since:
            first, last = day_of(wanted.since), day_of(wanted.until)
            words = days_words(first, last) if first and last else ""
            if st.button(words, icon=":material/close:", help="Show the whole time again"):
                to_address({"since": "", "until": ""})
                st.rerun()
