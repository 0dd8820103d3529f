"""What came of a person's answers: labeled sets, judges that learned, decisions that were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.safe_text import marked
from components.words import moment
from review_app.effects import Decided, Effect, Taught

TITLE = "What your labels did"
NOTHING_YET = (
    "Nothing yet. Once your answers are frozen into a labeled set, you see here which judges learn"
    " from them and what was decided with them."
)
_STYLE = """<style>
.e-list { display: grid; max-width: 704px; }
.e-list > div { padding: 12px 0; border-bottom: 1px solid light-dark(#E6E6E1, #2A2E31); }
.e-list p { margin: 0; font-size: 15px; line-height: 22px; overflow-wrap: anywhere; }
.e-list p.t { font-size: 16px; line-height: 24px; font-weight: 600; }
.e-list p.q { color: light-dark(#5A5E64, #A8ACB0); font-size: 14px; line-height: 20px; }
</style>"""
_LIST = Markup('<div class="e-list">{}</div>')
_EFFECT = Markup("<div>{}</div>")
_LINE = Markup('<p class="{}">{}</p>')


def my_effects(effects: Sequence[Effect], zone: tzinfo) -> None:
    """Draw what came of one's own answers."""
    st.header(TITLE, anchor=False)
    if not effects:
        st.text(NOTHING_YET)
        return
    _draw(_EFFECT.format(_lines(one, "your", zone)) for one in effects)


def their_effects(by_person: Mapping[str, Sequence[Effect]], zone: tzinfo) -> None:
    """Draw what came of the answers of each of several people."""
    drawn = []
    for person, effects in by_person.items():
        lines = [_LINE.format("t", marked(person))]
        lines += [_plain(one, zone) for one in effects]
        if not effects:
            lines.append(_LINE.format("q", "No answer is in a labeled set yet."))
        drawn.append(_EFFECT.format(Markup("").join(lines)))
    _draw(drawn)


def _draw(parts: Iterable[Markup]) -> None:
    st.html(_STYLE + str(_LIST.format(Markup("").join(parts))))


def _lines(effect: Effect, whose: str, zone: tzinfo) -> Markup:
    """Return the set as a title, and below it what came of it."""
    title = f"{_in_set(effect, whose)}, frozen {moment(effect.frozen.frozen_ms, zone)}"
    said = list(_said(effect, whose, zone))
    if not said:
        said = ["No judge has learned from it or was checked on it yet."]
    lines = [_LINE.format("t", marked(f"{title}.")), *(_LINE.format("", marked(s)) for s in said)]
    return Markup("").join(lines)


def _plain(effect: Effect, zone: tzinfo) -> Markup:
    said = [f"{_in_set(effect, 'their')}.", *_said(effect, "their", zone)]
    return Markup("").join(_LINE.format("q" if n else "", marked(s)) for n, s in enumerate(said))


def _in_set(effect: Effect, whose: str) -> str:
    frozen = effect.frozen
    verb = "is" if effect.used.all == 1 else "are"
    held = f"{effect.used.all:,} of {whose} answers {verb}"
    return f"{held} in “{frozen.name}” version {frozen.version}"


def _said(effect: Effect, whose: str, zone: tzinfo) -> Iterator[str]:
    yield from (_taught(one, whose) for one in effect.taught)
    yield from (_decided(one, zone) for one in effect.decided)


def _taught(one: Taught, whose: str) -> str:
    how = f" ({one.judge.aligned_by})" if one.judge.aligned_by else ""
    return f"The judge {one.judge.source} learned from {one.answers:,} of {whose} answers{how}."


def _decided(one: Decided, zone: tzinfo) -> str:
    checked = one.checked
    return (
        f"{one.answers:,} of them helped to decide about the judge {checked.source}"
        f" ({moment(checked.checked_ms, zone)}): {checked.sentence}"
    )
