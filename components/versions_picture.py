"""How two versions differ: the sentence, a row for each question, and what to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import counted
from review_app.compare.comparing import Compared
from review_app.compare.sentence import points, sentence

_SAYS = Markup('<p class="v-says">{}</p>')
_PANEL = Markup('<div class="v-panel">{}{}</div>')
_ROW = Markup(
    '<div class="v-row"><span class="t">{}</span>{}<span class="v-sum"><b>{}</b><small>{}</small>'
    "</span></div>"
)
_TRACK = Markup('<div class="v-track">{}<i></i>{}{}</div>')
_BAND = Markup('<s style="left:{:.2f}%;width:{:.2f}%"></s>')
_BAR = Markup('<b style="left:{:.2f}%;width:{:.2f}%"></b>')
_DOT = Markup('<em style="left:{:.2f}%"></em>')
_AXIS = Markup(
    '<div class="v-row v-axis"><span></span><div class="v-track"><u>{} better</u>'
    "<u>{} better</u></div><span></span></div>"
)
_CHOSEN = Markup("<b>{}</b>")
_NOTES = Markup('<div class="v-notes">{}</div>')
_NOTE = Markup("<p>{}</p>")
_KEPT_OUT = Markup("{} {} {}.")
BAND = "The grey band reaches {:.0f} points to either side: a difference that would not matter."
NARROWEST = 0.1  # the scale reaches at least that far to each side


def versions_style() -> None:
    """Bring the style of the versions page."""
    st.html(f"<style>{_style()}</style>")


def comparison_sentence(found: Compared, first: str, second: str) -> None:
    """Draw what a comparison comes to, in large type."""
    st.html(str(_SAYS.format(marked(sentence(found, first, second)))))


def comparison_rows(
    found: Sequence[Compared],
    headings: Mapping[str, str],
    names: tuple[str, str],
    chosen: str,
    here: Mapping[str, str],
) -> None:
    """Draw a row for each question; its name leads to its numbers.

    Args:
        found: the comparisons.
        headings: question name -> how it is called.
        names: of the first and the second version.
        chosen: name of the question that the page is about.
        here: the address of the page.
    """
    ends = [max(abs(i.low), abs(i.high)) for one in found if (i := one.interval)]
    reach = min(1.0, max([NARROWEST, *ends]))
    rows = [_row(one, headings.get(one.question, ""), reach, chosen, here) for one in found]
    # Right of the middle the first version passes more often.
    axis = _AXIS.format(marked(names[1]), marked(names[0])) if ends else Markup("")
    st.html(str(_PANEL.format(joined(rows), axis)))


def comparison_notes(found: Compared, names: tuple[str, str], here: Mapping[str, str]) -> None:
    """Draw what else has to be known, and the labels that were kept out, which open."""
    notes = [marked(note) for note in found.notes]
    if found.interval is not None:
        notes.insert(0, marked(BAND.format(100 * found.margin)))
    if found.unequal:
        read = (
            f"{who} read {first:,} of {names[0]} and {second:,} of {names[1]}"
            for who, (first, second) in found.unequal.items()
        )
        notes.append(marked(f"Not everybody read both in the same parts: {'; '.join(read)}."))
    for number, (why, traces) in enumerate(found.left_out.items()):
        count = link(counted(len(traces), "labeled answer"), {**here, "show": f"out {number}"})
        left = "is left out: they" if len(traces) == 1 else "are left out: they"
        notes.append(_KEPT_OUT.format(count, left, marked(why)))
    if notes:
        st.html(str(_NOTES.format(joined(_NOTE.format(note) for note in notes))))


def _row(
    found: Compared, heading: str, reach: float, chosen: str, here: Mapping[str, str]
) -> Markup:
    name = heading or found.question
    to = {**here, "question": found.question}
    title = _CHOSEN.format(marked(name)) if found.question == chosen else link(name, to)
    if found.difference is None or found.interval is None:
        return _ROW.format(title, Markup("<span></span>"), "–", "no labels to compare")
    low, high = (_place(end, reach) for end in (found.interval.low, found.interval.high))
    edge = _place(-found.margin, reach), _place(found.margin, reach)
    track = _TRACK.format(
        _BAND.format(edge[0], edge[1] - edge[0]),
        _BAR.format(low, high - low),
        _DOT.format(_place(found.difference, reach)),
    )
    return _ROW.format(
        title, track, marked(points(found.difference, found.interval)), marked(_stands_on(found))
    )


def _stands_on(found: Compared) -> str:
    changed = ", differs" if found.marked else ""
    if found.pairs is not None:
        return f"n = {counted(found.pairs.n, 'pair')}{changed}"
    return f"n = {found.first.n:,} and {counted(found.second.n, 'label')}{changed}"


def _place(difference: float, reach: float) -> float:
    """Return where a difference lies on the scale, in percent of its width."""
    return 50 + 50 * min(1.0, max(-1.0, difference / reach))


@cache
def _style() -> str:
    return (Path(__file__).parent / "versions.css").read_text(encoding="utf-8")
