"""The traces behind a mark: what was asked and answered, what people and judges said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from markupsafe import Markup

from components.campaign_rows import UNTITLED
from components.safe_pieces import joined
from components.safe_text import marked

_ALL = Markup('<div class="y-traces">{}</div>')
_ONE = Markup(
    '<article><span class="t">{}</span><span class="when">{}</span><span class="say">{}</span>'
    "<dl>{}</dl>{}</article>"
)
_SAID = Markup('<div><dt>{}</dt><dd class="{}">{}</dd></div>')
_GO = Markup('<span class="go">{}</span>')
SIDES: Mapping[bool | None, str] = {True: "pass", False: "fail", None: ""}


@dataclass(frozen=True)
class Said:
    """What a person or a judge said of a trace.

    Attributes:
        who: the question, and for a judge its source.
        words: what was said.
        passes: None where it is neither pass nor fail.
    """

    who: str
    words: str
    passes: bool | None = None


@dataclass(frozen=True)
class OpenedTrace:
    """One trace behind a mark.

    Attributes:
        asked: first words of what the app was asked.
        answered: first words of what it answered.
        when: day, time and version, in words.
        said: labels and scores.
        ways: links to where it can be read.
    """

    asked: str
    answered: str
    when: str
    said: Sequence[Said] = ()
    ways: Sequence[Markup] = field(default=())


def opened_traces(traces: Iterable[OpenedTrace]) -> None:
    """Draw the traces."""
    st.html(str(_ALL.format(joined(_one(trace) for trace in traces))))


def _one(trace: OpenedTrace) -> Markup:
    said = (_SAID.format(marked(s.who), SIDES[s.passes], marked(s.words)) for s in trace.said)
    ways = _GO.format(joined(trace.ways)) if trace.ways else Markup("")
    return _ONE.format(
        marked(trace.asked or UNTITLED),
        marked(trace.when),
        marked(trace.answered),
        joined(said),
        ways,
    )
