"""What a campaign has to settle, question by question, and how the lead wants to see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.campaign_list import progress_bar
from components.safe_text import marked
from components.words import counted
from review_app.adjudication import Case
from review_app.campaigns import Campaign
from review_app.questions import Question

_LINE = Markup(
    '<div class="c-row">{}<div class="c-quiet c-words">{}</div><div class="c-side">{}{}</div></div>'
)
_LIST = Markup('<div class="c-list">{}</div>')
SHOWN: Mapping[str, str] = {
    "after": "Decide first, then see the answers",
    "before": "See the answers while deciding",
}


@dataclass(frozen=True)
class Line:
    """What there is to settle of one question, or a campaign to choose.

    Attributes:
        heading: the question as people read it, or the campaign's name.
        why: how many cases need a lead for which reason, or about the campaign, in words.
        done: how many are settled.
        all: how many there are.
        to: where it leads; {} for nowhere.
    """

    heading: str
    why: str
    to: Mapping[str, str]
    done: int = 0
    all: int = 0


def choose_shown(shown: str) -> str:
    """Let the lead choose when the answers are shown; returns the choice."""
    options = list(SHOWN)
    chosen = st.radio(
        "When do you want to see what the reviewers said?",
        options,
        index=options.index(shown) if shown in options else 0,
        format_func=SHOWN.__getitem__,
        horizontal=True,
        key="adjudication_shown",
    )
    return chosen or options[0]


def settle_line(
    question: Question, cases: Iterable[Case], settled: tuple[int, int], to: Mapping[str, str]
) -> Line:
    """Return the line of one question.

    Args:
        question: which.
        cases: those that need a lead.
        settled: how many of them are decided, and how many there are.
        to: the address of its desk.
    """
    why = Counter(case.why for case in cases)
    words = [
        counted(why["tie"], "tie") if why["tie"] else "",
        counted(why["disagreement"], "disagreement") if why["disagreement"] else "",
        f"{why['cannot judge']:,} not judged by somebody" if why["cannot judge"] else "",
        f"{why['hasty']:,} answered in a hurry" if why["hasty"] else "",
    ]
    told = " · ".join(filter(None, words)) or "Nothing to settle"
    return Line(question.heading, told, to if settled[1] else {}, *settled)


def campaign_line(campaign: Campaign, experiment: str) -> Line:
    """Return the line of a campaign to choose."""
    about = f"{campaign.status.capitalize()} · {experiment}"
    return Line(campaign.name, about, {"campaign": campaign.name})


def settle_lines(lines: Iterable[Line]) -> None:
    """Draw the lines; each name leads on."""
    rows = [
        _LINE.format(
            link(line.heading, line.to) if line.to else marked(line.heading),
            marked(line.why),
            progress_bar(line.done, line.all) if line.all else "",
            f"{line.done:,} of {line.all:,} settled" if line.all else "",
        )
        for line in lines
    ]
    st.html(str(_LIST.format(Markup("").join(rows))))
