"""All labeled sets as rows, the top of one version, and the versions beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.campaign_list import quiet
from components.safe_text import marked
from components.words import counted, moment
from review_app.frozen_sets import Frozen

_LIST = Markup('<div class="c-list">{}</div>')
_LINE = Markup(
    '<div class="c-row">{}<div class="c-quiet c-words">{}</div><div class="c-side">{}</div></div>'
)
_BETWEEN = Markup(" · ")


def set_lines(sets: Sequence[Sequence[Frozen]], zone: tzinfo) -> None:
    """Draw one row a set; each holds its versions, the newest first."""
    rows = [
        _LINE.format(
            link(versions[0].name, {"set": versions[0].name}),
            marked(_about(versions[0])),
            marked(_frozen(versions[0], zone)),
        )
        for versions in sets
    ]
    st.html(str(_LIST.format(Markup("").join(rows))))


def version_words(frozen: Frozen, newest: int, zone: tzinfo) -> str:
    """Return which version it is, when it was frozen and by whom."""
    which = f"Version {frozen.version}" + (", the newest" if frozen.version == newest else "")
    frozen_at = f"frozen {moment(frozen.frozen_ms, zone)} by {frozen.owner}"
    return f"{which} · {frozen.question} · {counted(frozen.items, 'item')} · {frozen_at}"


def version_links(versions: Sequence[Frozen], shown: int) -> None:
    """Draw a link to each version but the one that is shown."""
    if len(versions) > 1:
        links = [
            link(f"version {one.version}", {"set": one.name, "version": str(one.version)})
            for one in versions
            if one.version != shown
        ]
        quiet(Markup("Also: ") + _BETWEEN.join(links))


def _about(newest: Frozen) -> str:
    published = f" · published as {newest.title}" if newest.dataset_id else ""
    return f"{newest.question} · {counted(newest.items, 'item')}{published}"


def _frozen(newest: Frozen, zone: tzinfo) -> str:
    return f"Version {newest.version}, {moment(newest.frozen_ms, zone)}, {newest.owner}"
