"""What a lead does with a campaign, each asked for once more before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from review_app.campaigns import Campaign, Status
from review_app.changes import Change

Begin = Callable[[Change], object]
SetStatus = Callable[[Status], object]

_MAIN: Mapping[Status, str] = {
    "building": "Pause",
    "open": "Pause",
    "paused": "Open again",
    "closed": "Reopen",
}
_BECOMES: Mapping[str, Status] = {"Pause": "paused", "Open again": "open", "Reopen": "open"}
_ADD, _REMOVE, _SHARE_OUT, _TOP_UP = (
    "Add a reviewer",
    "Remove a reviewer",
    "Share out anew",
    "Top up",
)
_CLOSE, _FILE = "Close", "Show as a file"
BUILD_SET = "Build a labeled set"


def chosen_action(campaign: Campaign, *, finished: bool) -> str:
    """Draw the one main action and a menu of the others; return what was chosen, "" for none."""
    main = _CLOSE if finished and campaign.status == "open" else _MAIN[campaign.status]
    others = [_FILE]
    if campaign.status != "closed":
        others = [_ADD, _REMOVE, _SHARE_OUT, _TOP_UP, _FILE] + [_CLOSE] * (main != _CLOSE)
    with st.container(horizontal=True, width="content", key="overview-actions"):
        chosen = st.menu_button("More", others)
        loud = main in (_CLOSE, "Open again")
        if st.button(main, type="primary" if loud else "secondary"):
            chosen = main
        if campaign.status == "closed" and st.button(BUILD_SET, type="primary"):
            chosen = BUILD_SET
    return chosen or ""


def carry_out(
    action: str, campaign: Campaign, file: Callable[[], str], set_status: SetStatus, begin: Begin
) -> None:
    """Do what was chosen: at once where it is easily taken back, else after asking once more."""
    if action in _BECOMES:
        set_status(_BECOMES[action])
        st.rerun()
    asked: Mapping[str, Callable[[], None]] = {
        _CLOSE: lambda: _ask_close(set_status),
        _ADD: lambda: _ask_add(begin),
        _REMOVE: lambda: _ask_remove(campaign.reviewers, begin),
        _SHARE_OUT: lambda: ask_share_out(begin),
        _TOP_UP: lambda: _ask_top_up(begin),
        _FILE: lambda: _show_file(file()),
    }
    if action in asked:
        asked[action]()


@st.dialog("Close this campaign?")
def _ask_close(set_status: SetStatus) -> None:
    st.text(
        "Nobody can answer any more. Answers that were given before and are still on their way"
        " count. You can reopen it at any time."
    )
    if st.button("Close it", type="primary"):
        set_status("closed")
        st.rerun()


@st.dialog("Add a reviewer")
def _ask_add(begin: Begin) -> None:
    st.text("They get practice and gold items, and a fair share of what nobody has begun.")
    name = st.text_input("Name or e-mail", key="new-reviewer", max_chars=250)
    if st.button("Add", type="primary") and name.strip():
        begin(Change("add", name))
        st.rerun()


@st.dialog("Remove a reviewer")
def _ask_remove(people: Sequence[str], begin: Begin) -> None:
    st.text("What they have not begun goes to the others. Their answers stay and count.")
    name = st.selectbox("Reviewer", people, key="old-reviewer", index=None)
    if st.button("Remove", type="primary") and name is not None:
        begin(Change("remove", name))
        st.rerun()


@st.dialog("Share out anew")
def ask_share_out(begin: Begin) -> None:
    st.text(
        "Items that nobody has begun move from long lists to short ones. Common items, gold items"
        " and the next few of everybody stay."
    )
    if st.button("Share out", type="primary"):
        begin(Change("share out"))
        st.rerun()


@st.dialog("Top up")
def _ask_top_up(begin: Begin) -> None:
    new, more = "What came in since the last draw", "More of what there was"
    chosen = st.radio("Draw more items by the same rule", [new, more], key="top-up")
    n = None
    if chosen == more:
        n = int(st.number_input("How many", 1, 100_000, 20, key="top-up-n"))
    if st.button("Draw", type="primary"):
        begin(Change("top up", more=n))
        st.rerun()


@st.dialog("The campaign as a file", width="medium")
def _show_file(text: str) -> None:
    if not text:
        st.text("This campaign was made by a program, not from a file or in the builder.")
        return
    st.text("“campaign create” makes a campaign from such a file.")
    st.code(text, language="yaml")


def unfinished_row(campaign: Campaign, begin: Begin) -> None:
    """Draw a campaign that is being written, and what can be done with it."""
    key = campaign.run_id
    with st.container(key=f"unfinished-{key}", horizontal=True, vertical_alignment="center"):
        words = f"“{campaign.name}” is being written. If nobody is at it, finish or discard it."
        st.text(words, width="stretch")
        if st.button("Finish", key=f"finish-{key}"):
            begin(Change("finish"))
            st.rerun()
        if st.button("Discard", key=f"discard-{key}"):
            _ask_discard(campaign.name, begin)


@st.dialog("Discard this campaign?")
def _ask_discard(name: str, begin: Begin) -> None:
    st.text(f"“{name}” was not written to the end and nobody has seen it. Its traces stay.")
    if st.button("Discard it", type="primary"):
        begin(Change("discard"))
        st.rerun()


def change_at_work(words: str, done: int, total: int) -> bool:
    """Draw how far a change is; return True to stop it."""
    far = f" {done:,} of {total:,}" if total else ""
    with st.container(key="change-at-work", horizontal=True, vertical_alignment="center"):
        st.progress(min(done / total, 1.0) if total else 0.0, text=f"{words} …{far}")
        return total > 0 and st.button("Stop", key="stop-change")
