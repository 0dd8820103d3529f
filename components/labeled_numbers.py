"""What a labeled set holds in numbers: splits, what labels stand on, what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from components.campaign_list import heading, quiet
from components.safe_text import markdown, marked, without_hidden
from review_app.set_numbers import Difference, in_short

_TABLE = Markup(
    '<table class="c-table"><thead><tr><th scope="col">{}</th>{}</tr></thead>'
    "<tbody>{}</tbody></table>"
)
_HEAD = Markup('<th scope="col">{}</th>')
_ROW = Markup('<tr><th scope="row">{}</th>{}</tr>')
_CELL = Markup('<td data-label="{}">{}</td>')
_PROSE = Markup('<p class="c-count">{}</p>')
WORDS_OF: Mapping[str, str] = {
    "adjudicated": "settled by a lead",
    "known answer": "known answer of a sampled gold item",
    "single": "one person’s answer",
    "unanimous": "all say the same",
    "majority": "more than half say the same",
}
SPLITS: Mapping[str, str] = {
    "train": "Train, to learn from",
    "test": "Test, to check on",
}


def set_numbers(numbers: Mapping[str, Any], left_out: Mapping[str, int]) -> None:
    """Draw how many items are in each split, what labels stand on, and what was left out.

    Args:
        numbers: as in set.json: items, bases, labels, base_rate, dissent.
        left_out: why -> items.
    """
    labels = sorted({label for found in numbers["labels"].values() for label in found})
    rows = [
        (words, [numbers["labels"][name].get(label, 0) for label in labels])
        for name, words in SPLITS.items()
    ]
    _table("Split", labels, rows)
    if numbers["base_rate"] is not None:
        share = f"{100 * numbers['base_rate']:.0f} % of {numbers['items']:,} items pass."
        quiet(f"{share} In {numbers['dissent']:,} somebody said otherwise; every vote is kept.")
    heading("What the labels stand on")
    _table("Basis", ["items"], [(_first_up(WORDS_OF[k]), [n]) for k, n in numbers["bases"].items()])
    heading("Left out")
    if left_out:
        _table("Why", ["items"], [(_first_up(why), [n]) for why, n in left_out.items()])
    else:
        quiet("Nothing: every item has a label.")


def missing(sentences: Sequence[str]) -> None:
    """Say what a judge verdict still lacks."""
    heading("For a judge verdict")
    if not sentences:
        quiet("The test split holds enough failed and passed items, read by enough people.")
    for sentence in sentences:
        st.html(str(_PROSE.format(marked(sentence))))


def changes(found: Difference, before: int) -> None:
    """Draw what is different from the version before, and each label that changed."""
    heading(f"What changed since version {before}")
    words = f"{len(found.added):,} added, {len(found.removed):,} removed"
    quiet(f"{words}, {len(found.changed):,} with another label, {found.same:,} as before.")
    if found.changed:
        rows = [
            (
                one.after.text or one.after.trace_id,
                [in_short(one.before.label), in_short(one.after.label)],
            )
            for one in found.changed[:MOST_CHANGES]
        ]
        _table("Item", ["before", "now"], rows)


MOST_CHANGES = 20  # shown; the files hold all


def sheet(text: str) -> None:
    """Draw a datasheet, Markdown."""
    st.html(str(Markup('<div class="c-quiet">{}</div>').format(markdown(text))))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _table(first: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Any]]]) -> None:
    head = Markup("").join(_HEAD.format(marked(one)) for one in columns)
    body = [
        _ROW.format(
            marked(name[:200]),
            Markup("").join(
                _CELL.format(without_hidden(one), f"{v:,}" if isinstance(v, int) else marked(v))
                for one, v in zip(columns, values, strict=True)
            ),
        )
        for name, values in rows
    ]
    st.html(str(_TABLE.format(first, head, Markup("").join(body))))
