"""The reviewers and the questions of a campaign in numbers, each leading to its items."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from components.campaign_links import copy_button, link
from components.campaign_list import progress_bar, quiet
from components.safe_text import marked
from components.words import counted
from review_app.behind import CANNOT_JUDGE, LEFT_OUT, Topic
from review_app.campaigns import Campaign
from review_app.checks import Tally
from review_app.distribution import Bar, QuestionNumbers
from review_app.durations import duration
from review_app.questions import Question
from review_app.reviewer_numbers import ReviewerNumbers

_OPEN = (
    "Every answer once. This campaign is open: version and votes were shown from the start, so its"
    " answers enter no comparison of versions and no check of a judge."
)
_TABLE = Markup(
    '<table class="c-table"><thead><tr><th scope="col">Reviewer</th>'
    '<th scope="col" class="p">Done</th><th scope="col">Items an hour</th>'
    '<th scope="col">Median time</th><th scope="col">Skipped</th><th scope="col">Gold right</th>'
    '<th scope="col">Same answer again</th><th scope="col">Link</th></tr></thead>'
    "<tbody>{}</tbody></table>"
)
_ROW = Markup(
    '<tr><th scope="row">{}</th><td class="p"><span>{}<span>{} of {}{}</span></span></td>'
    '<td data-label="Items an hour">{}</td><td data-label="Median time">{}</td>'
    '<td data-label="Skipped">{}</td><td data-label="Gold right">{}</td>'
    '<td data-label="Same answer again">{}</td><td>{}</td></tr>'
)
_NONE = Markup('<span class="none">– <small>{}</small></span>')
_SHARE = Markup("{}<small>{} % ({:.0f}–{:.0f})</small>")
_QUESTION = Markup(
    '<div class="c-q"><div><div class="t">{}</div>{}</div><div class="c-bars">{}</div></div>'
)
_LINE = Markup("<p>{}</p>")
_BAR = Markup(
    '<span class="l">{}</span><i><b class="{}" style="width:{:.1f}%"></b></i>'
    '<span class="n">{}</span>'
)
_SUM = Markup('<span class="sum">{}</span>')


def reviewers_table(campaign: str, reviewers: tuple[ReviewerNumbers, ...], *, whole: bool) -> None:
    """Draw one row a reviewer; ``whole`` is False while answers are still being counted."""
    rows = [_reviewer(campaign, one, whole=whole) for one in reviewers]
    st.html(str(_TABLE.format(Markup("").join(rows))))


def questions_table(campaign: Campaign, questions: tuple[QuestionNumbers, ...]) -> None:
    """Draw each question with what was answered so far, and say what counts as an answer."""
    quiet(_OPEN if campaign.open else "Every independent answer once. Counts, not rates.")
    st.html(str(Markup("").join(_question(campaign.name, one) for one in questions)))


def _to(campaign: str, topic: Topic, words: str) -> Markup:
    return link(words, {"campaign": campaign, **topic.address})


def _reviewer(campaign: str, one: ReviewerNumbers, *, whole: bool) -> Markup:
    name = one.reviewer
    open_ = _to(campaign, Topic("open", name), f"{len(one.open):,} open") if one.open else ""
    done = _to(campaign, Topic("done", name), f"{len(one.done):,}") if one.done else "0"
    return _ROW.format(
        marked(name),
        progress_bar(len(one.done), one.all),
        done,
        f"{one.all:,}",
        Markup(" · ") + open_ if open_ else "",
        *_pace(campaign, one, whole=whole),
        _number(campaign, Topic("skipped", name), len(one.skipped)),
        _tally(campaign, Topic("gold", name), one.gold, "none yet", whole=whole),
        _tally(campaign, Topic("repeats", name), one.repeats, "none yet", whole=whole),
        copy_button("Copy", {"campaign": campaign}, f"Copy the link for {name}"),
    )


def _pace(campaign: str, one: ReviewerNumbers, *, whole: bool) -> tuple[Markup, Markup]:
    if one.items_an_hour is None or one.median_seconds is None:
        why = "not timed" if one.done else "not started"
        nothing = _NONE.format(why if whole else "being counted")
        return nothing, nothing
    words = _to(campaign, Topic("time", one.reviewer), duration(one.median_seconds))
    return marked(f"{one.items_an_hour:,.0f}"), words


def _number(campaign: str, topic: Topic, n: int) -> Markup:
    return _to(campaign, topic, f"{n:,}") if n else Markup("0")


def _tally(campaign: str, topic: Topic, tally: Tally, why: str, *, whole: bool) -> Markup:
    if not tally.answers:
        return _NONE.format(why if whole else "being counted")
    words = _to(campaign, topic, f"{tally.right:,} of {tally.answers:,}")
    if tally.share is None or tally.interval is None:
        return words
    ends = 100 * tally.interval.low, 100 * tally.interval.high
    return _SHARE.format(words, f"{100 * tally.share:.0f}", *ends)


def _question(campaign: str, one: QuestionNumbers) -> Markup:
    name = one.question.name
    answers, items = counted(len(one.judged), "answer"), counted(one.items, "item")
    lines = [
        f"{answers} on {items}, {one.due:,} asked for",
        *_unjudged(campaign, one),
        *_left_out(campaign, one),
    ]
    tallest = max((bar.n for bar in one.bars), default=0)
    bars = [
        _bar(campaign, Topic("answers", question=name, part=str(place)), bar, tallest)
        for place, bar in enumerate(one.bars)
    ]
    if one.question.kind == "text":
        words = counted(len(one.judged), "text")
        bars = [_to(campaign, Topic("answers", question=name), words)] if one.judged else []
    if not one.judged:
        bars = [_NONE.format("nothing answered yet")]
    head = [_LINE.format(line if isinstance(line, Markup) else marked(line)) for line in lines]
    summed = [_SUM.format(words) for words in _sums(one) if one.judged]
    return _QUESTION.format(
        marked(one.question.heading), Markup("").join(head), Markup("").join(bars + summed)
    )


def _bar(campaign: str, topic: Topic, bar: Bar, tallest: int) -> Markup:
    side = {True: "pass", False: "fail", None: ""}[bar.passes]
    share = 100 * bar.n / tallest if tallest else 0
    n = _to(campaign, topic, f"{bar.n:,}") if bar.n else "0"
    return _BAR.format(marked(bar.words), side if bar.n else "zero", share, n)


def _unjudged(campaign: str, one: QuestionNumbers) -> list[Markup]:
    name, lines = one.question.name, []
    asked = len(one.judged) + one.unjudged
    if one.unjudged:
        why = Markup(", ").join(
            _to(
                campaign,
                Topic("unjudged", question=name, part=part),
                f"{CANNOT_JUDGE.get(part, part)} {len(given)}",
            )
            for part, given in one.cannot_judge.items()
        )
        share = f"{100 * one.unjudged / asked:.0f} %"
        lines.append(
            Markup("Could not be judged: {} of {} ({}): {}").format(one.unjudged, asked, share, why)
        )
    if one.missing:
        topic = Topic("missing", question=name)
        lines.append(
            Markup("Left without an answer: ") + _number(campaign, topic, len(one.missing))
        )
    return lines


def _left_out(campaign: str, one: QuestionNumbers) -> list[Markup]:
    if not one.left_out:
        return []
    name = one.question.name
    parts = [
        _to(
            campaign,
            Topic("left-out", question=name, part=why),
            f"{len(given):,} {LEFT_OUT.get(why, why)}",
        )
        for why, given in one.left_out.items()
    ]
    return [Markup("Not counted: ") + Markup(", ").join(parts)]


def _sums(one: QuestionNumbers) -> list[str]:
    words = []
    if one.question.kind == "number" and one.middle is not None:
        words.append(f"Half of them are at or below {one.middle:g}.")
    if one.question.kind in ("choice", "number") and one.question.pass_cut is not None:
        words.append(_passing(one.question, one.passed or 0, len(one.judged)))
    if one.bounds is not None:
        low, high = (f"{100 * end:.0f}" for end in one.bounds)
        words.append(f"{low} to {high} % of {one.total:,} pass, whatever is not judged comes to.")
    return words


def _passing(question: Question, passed: int, n: int) -> str:
    cut = question.pass_cut
    from_ = f"“{cut}”" if isinstance(cut, str) else f"{cut:g}"
    return f"{passed:,} of {n:,} pass: {from_} and better."
