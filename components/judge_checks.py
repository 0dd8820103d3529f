"""The checks of one judge against people, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.campaign_list import quiet
from components.safe_text import marked
from components.words import moment
from review_app.judge_check.values import Checked

_ROWS = Markup('<div class="c-rows">{}</div>')
_ROW = Markup(
    '<div><div class="t">{}</div><div class="when">{}</div><div class="of">{}</div></div>'
)
NOT_YET = "Not checked yet. Until it is, nobody knows how far its scores can be trusted."


def check_lines(checks: Sequence[Checked], zone: tzinfo) -> None:
    """Draw one row a final check, the newest first."""
    if not checks:
        quiet(NOT_YET)
        return
    rows = [
        _ROW.format(
            link(one.sentence, address_of_check(one)),
            marked(moment(one.checked_ms, zone)),
            marked(
                f"On “{one.set_name}”, version {one.set_version} · look {one.look}"
                + (f" · {one.owner}" if one.owner else "")
            ),
        )
        for one in checks
    ]
    st.html(str(_ROWS.format(Markup("").join(rows))))


def address_of_check(one: Checked) -> dict[str, str]:
    """Return where a link on the Judges page leads to a check."""
    found = {
        "go": "judge_check",
        "judge": one.source,
        "question": one.question,
        "set": one.set_name,
        "version": str(one.set_version),
    }
    return found if one.threshold is None else {**found, "threshold": repr(one.threshold)}
