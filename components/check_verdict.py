"""The verdict on a judge in large type, and its tests as rows beside the best constant judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.campaign_list import heading
from components.safe_pieces import joined
from components.safe_text import marked
from components.words import counted
from review_app.judge_check.paired import Paired, paired
from review_app.judge_check.values import Check, Outcome, TestName, TestRow
from review_app.judge_check.words import decimals, in_percent

_SAYS = Markup('<p class="k-says" data-testid="verdict">{}</p><p class="k-why">{}</p>')
_TESTS = Markup(
    '<div class="k-tests"><div class="k-test k-head"><span>Outcome</span><span>Test</span>'
    "<span>Number, 95 % interval, what is asked</span><span>{}</span></div>{}</div>"
)
_TEST = Markup(
    '<section class="k-test"><p class="k-out {}">{}</p><div><p class="t">{}</p><p>{}</p>'
    '<p class="more">{}</p></div><div>{}</div><p class="k-other" data-always="{}"><b>{}</b> '
    "{}</p></section>"
)
_TRACK = Markup(
    '<div class="k-track" role="img" aria-label="{}">{}<i style="left:{:.2f}%"></i>'
    '<s style="left:{:.2f}%"></s><em style="left:{:.2f}%"></em></div>'
    '<p class="k-ends"><span>{}</span><span>{}</span></p>'
)
_BAR = Markup('<b style="left:{:.2f}%;width:{:.2f}%"></b>')
_LINE = Markup('<p class="c-count">{}</p>')
TITLES: Mapping[TestName, str] = {
    "catches": "Catches bad answers (TNR)",
    "accepts": "Accepts good answers (TPR)",
    "kappa": "Agrees with people as people do with each other (kappa)",
    "alt-test": "Can take a person’s place (alt-test)",
    "guard": "The same with bad and good answers weighing the same (guard)",
}
WORDS: Mapping[Outcome, str] = {
    "holds": "Holds",
    "fails": "Fails",
    "undecided": "Undecided",
    "not possible": "Not possible",
}
SIDE = 0.5  # of a difference of kappas, to either side of 0, on its track


def check_style() -> None:
    """Bring the style of all that is drawn of a check."""
    st.html(f"<style>{_style()}</style>")


def verdict(sentence: str) -> None:
    """Draw the verdict: the first sentence in large type, what decides it below."""
    says, _, why = sentence.partition(". ")
    st.html(str(_SAYS.format(marked(f"{says.removesuffix('.')}."), marked(why))))


def outcome_rows(check: Check, *, developing: bool = False) -> None:
    """Draw each test with its number, interval and outcome, the constant judge beside it.

    While developing nothing is to be settled: the train split decides nothing.
    """
    always = f"A judge that always says {'pass' if check.constant else 'fail'}"
    tests = [replace(one, settle="") if developing else one for one in check.tests]
    rows = joined(_row(one, always) for one in tests)
    st.html(str(_TESTS.format(always, rows)))


def beside_versions(check: Check, others: Mapping[str, Check]) -> None:
    """Say how a judge does against its other versions, on the same items.

    Args:
        check: its own.
        others: source of another version -> its check on the same labeled set.
    """
    if others:
        heading("Against its other versions, on the same items")
    for source, other in others.items():
        bad, good = (paired(other.seen, check.seen, label=label) for label in (False, True))
        _beside(source, "Catches bad answers", bad)
        _beside(source, "Accepts good answers", good)


def _beside(name: str, what: str, one: Paired) -> None:
    if one.difference is None or one.before is None or one.after is None:
        return
    points = f"{100 * one.difference:+.0f}".replace("-", "\N{MINUS SIGN}")
    ends = ""
    if one.interval is not None:
        low, high = (f"{100 * end:+.0f}" for end in (one.interval.low, one.interval.high))
        ends = f" ({low} to {high})".replace("-", "\N{MINUS SIGN}")
    words = (
        f"{what}: {in_percent(one.after)}, {name} {in_percent(one.before)}: {points} points"
        f"{ends}, {len(one.won):,} won and {len(one.lost):,} lost of"
        f" {counted(one.n, 'item')}."
    )
    st.html(str(_LINE.format(marked(words))))


def _row(one: TestRow, always: str) -> Markup:
    return _TEST.format(
        one.outcome.replace(" ", "-"),
        WORDS[one.outcome],
        TITLES[one.name],
        marked(one.why),
        marked(one.settle),
        _track(one),
        f"{always}:",
        "–" if one.constant is None else _number(one, one.constant),
        WORDS[one.constant_outcome].lower(),
    )


def _track(one: TestRow) -> Markup:
    """Return the number with its interval on a scale, with what is asked as a line."""
    if one.value is None:
        return marked("")
    constant = one.value if one.constant is None else one.constant
    said = f"{_number(one, one.value)}, {_number(one, one.limit)} is asked"
    bar = Markup("")
    if one.interval is not None:
        low, high = _place(one, one.interval.low), _place(one, one.interval.high)
        bar = _BAR.format(low, high - low)
    places = [_place(one, value) for value in (one.limit, constant, one.value)]
    ends = (-SIDE, SIDE) if one.name == "kappa" else (0.0, 1.0)
    return _TRACK.format(said, bar, *places, *(_number(one, end) for end in ends))


def _place(one: TestRow, value: float) -> float:
    if one.name == "kappa":
        value = (value + SIDE) / (2 * SIDE)
    return 100 * min(1.0, max(0.0, value))


def _number(one: TestRow, value: float) -> str:
    return decimals(value) if one.name == "kappa" else in_percent(value)


@cache
def _style() -> str:
    return (Path(__file__).parent / "check.css").read_text(encoding="utf-8")
