"""The rows of "My reviews": campaigns to go on with, and finished items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked


@dataclass(frozen=True)
class CampaignRow:
    """One campaign: its progress (all is 0 before joining), what is left, what the buttons say.

    ``second`` is a quieter action beside the first; "" where there is none.
    """

    name: str
    done: int
    all: int
    words: str
    action: str
    main: bool
    second: str = ""


@dataclass(frozen=True)
class Chosen:
    """The campaign of the row whose button was pressed, and whether it was the second one."""

    name: str
    second: bool = False


@dataclass(frozen=True)
class FinishedRow:
    """One finished item: where it belongs, what it was, what was said and when."""

    campaign: str
    trace_id: str
    title: str
    said: str
    when: str


_NAME = Markup('<div class="row-name">{}</div><div class="row-words">{}{}</div>')
_PROGRESS = Markup('<i><b style="width:{:.1f}%"></b></i>{} of {} · ')
_FINISHED = Markup(
    '<a class="finished" href="{}" target="_self"><span class="t">{}</span><span class="when">{}'
    '</span><span class="said">{}</span></a>'
)


def campaign_rows(rows: list[CampaignRow]) -> Chosen | None:
    """Draw the campaigns; return the one that the person goes on with."""
    chosen = None
    for index, row in enumerate(rows):
        with st.container(
            key=f"campaign-{index}", horizontal=True, vertical_alignment="center", gap="medium"
        ):
            share = 100 * row.done / row.all if row.all else 0
            progress = _PROGRESS.format(share, row.done, row.all) if row.all else ""
            st.html(_NAME.format(marked(row.name), progress, row.words), width="stretch")
            first = row.main and not any(r.main for r in rows[:index])
            kind: Literal["primary", "secondary"] = "primary" if first else "secondary"
            if row.second and st.button(row.second, key=f"second-{index}"):
                chosen = Chosen(row.name, second=True)
            if st.button(row.action, key=f"open-{index}", type=kind, width=112):
                chosen = Chosen(row.name)
    return chosen


def finished_rows(rows: list[FinishedRow]) -> None:
    """Draw finished items; each is a link to the item on the desk."""
    links = [
        _FINISHED.format(
            f"/review?campaign={quote(row.campaign, safe='')}&item={quote(row.trace_id, safe='')}",
            marked(row.title or "An item without a question"),
            row.when,
            marked(row.said),
        )
        for row in rows
    ]
    st.html(str(Markup('<div class="finished-list">{}</div>').format(Markup("").join(links))))
