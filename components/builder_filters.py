"""The filters of a pool: each draws its fields and returns the pool that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from components.builder_choices import Choices
from components.builder_form import begin
from review_app.pool import AnswerFilter, Pool, ScoreFilter, Thumbs

_THUMBS: dict[Thumbs, str] = {
    "down": "Thumbs-down",
    "up": "Thumbs-up",
    "none": "No vote",
    "any": "Any",
}
_WHEN = ("All time", "The last days", "From day to day")


@dataclass(frozen=True)
class Filter:
    """One filter of a pool.

    Attributes:
        label: what it is called.
        fields: the pool's fields that it sets.
        draw: draws it and returns the pool with what was chosen.
    """

    label: str
    fields: tuple[str, ...]
    draw: Callable[[Pool, Choices], Pool]

    def used(self, pool: Pool) -> bool:
        """Tell whether it narrows the pool."""
        return any(getattr(pool, field) != getattr(_OPEN, field) for field in self.fields)

    def without(self, pool: Pool) -> Pool:
        """Return the pool as this filter never was."""
        return replace(pool, **{field: getattr(_OPEN, field) for field in self.fields})


_OPEN = Pool("")


def _time(pool: Pool, _choices: Choices) -> Pool:
    now = _WHEN[1] if pool.last_days else _WHEN[2] if pool.since or pool.until else _WHEN[0]
    when = st.segmented_control(
        "Time", _WHEN, key=begin("pool-when", now), required=True, label_visibility="collapsed"
    )
    if when == _WHEN[1]:
        days = st.number_input(
            "How many days", 1, 3650, step=1, key=begin("pool-days", pool.last_days or 7), width=160
        )
        return replace(pool, last_days=int(days), since="", until="")
    if when == _WHEN[2]:
        with st.container(horizontal=True):
            since = st.date_input(
                "From", value=None, key=begin("pool-since", _day(pool.since)), width=160
            )
            until = st.date_input(
                "To and with", value=None, key=begin("pool-until", _day(pool.until)), width=160
            )
        return replace(pool, last_days=None, since=_iso(since), until=_iso(until))
    return replace(pool, last_days=None, since="", until="")


def _several(
    field: str, label: str, found: Callable[[Choices], Mapping[str, int]]
) -> Callable[[Pool, Choices], Pool]:
    def draw(pool: Pool, choices: Choices) -> Pool:
        chosen = _choose(field, label, getattr(pool, field), found(choices))
        changes: dict[str, Any] = {field: chosen}
        return replace(pool, **changes)

    return draw


def _choose(
    field: str, label: str, chosen: tuple[str, ...], counts: Mapping[str, int]
) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label,
            list(dict.fromkeys((*counts, *chosen))),
            key=begin(f"pool-{field}", list(chosen)),
            format_func=lambda one: f"{one} ({counts[one]:,})" if one in counts else one,
            accept_new_options=True,
            placeholder="Choose or type",
            label_visibility="collapsed",
        )
    )


def _tags(pool: Pool, choices: Choices) -> Pool:
    chosen = tuple(f"{key}={value}" for key, value in pool.tags.items())
    pairs = [
        one.partition("=") for one in _choose("tags", "Tags, all of these", chosen, choices.tags)
    ]
    return replace(pool, tags={key.strip(): value.strip() for key, _, value in pairs})


def _text(pool: Pool, _choices: Choices) -> Pool:
    text = st.text_input(
        "Text in the question or the answer",
        key=begin("pool-text", pool.text),
        placeholder="A word or a sentence of the question or the answer",
        label_visibility="collapsed",
    )
    return replace(pool, text=text.strip())


def _between(low: str, high: str, words: str, step: float) -> Callable[[Pool, Choices], Pool]:
    def draw(pool: Pool, _choices: Choices) -> Pool:
        bounds: dict[str, Any] = {}
        with st.container(horizontal=True):
            for field, label in ((low, f"{words} at least"), (high, f"{words} at most")):
                bounds[field] = st.number_input(
                    label,
                    min_value=0.0,
                    value=None,
                    step=step,
                    format="%g",
                    key=begin(f"pool-{field}", getattr(pool, field)),
                    width=200,
                )
        return replace(pool, **bounds)

    return draw


def _thumbs(pool: Pool, choices: Choices) -> Pool:
    thumbs = st.selectbox(
        "End users’ votes",
        list(_THUMBS),
        key=begin("pool-thumbs", "down" if pool.thumbs == "any" else pool.thumbs),
        format_func=lambda one: _counted(_THUMBS[one], choices.thumbs.get(one)),
        label_visibility="collapsed",
    )
    return replace(pool, thumbs=thumbs)


def _score(pool: Pool, choices: Choices) -> Pool:
    old = pool.score or ScoreFilter("")
    judges = list(dict.fromkeys(filter(None, (old.judge, *choices.judges))))
    judge = st.selectbox(
        "Judge",
        judges,
        index=None,
        key=begin("pool-judge", old.judge or (judges[0] if judges else None)),
        placeholder="Choose a judge" if judges else "No judge has scored these traces",
        disabled=not judges,
    )
    if judge is None:
        return replace(pool, score=None)
    words = choices.judges.get(judge, {})
    if words or old.equals:
        said = st.selectbox(
            "It said",
            list(dict.fromkeys(filter(None, ("", *words, old.equals)))),
            index=None,
            key=begin("pool-said", old.equals or None),
            format_func=lambda one: _counted(one, words.get(one)),
            placeholder="Anything",
        )
        return replace(pool, score=ScoreFilter(judge, equals=said or ""))
    with st.container(horizontal=True):
        least = _bound("Score at least", "pool-least", old.at_least)
        most = _bound("Score at most", "pool-most", old.at_most)
    return replace(pool, score=ScoreFilter(judge, least, most))


def _bound(label: str, name: str, value: float | None) -> float | None:
    number: float | None = st.number_input(
        label, value=None, step=0.1, format="%g", key=begin(name, value), width=160
    )
    return number


def _answered(pool: Pool, choices: Choices) -> Pool:
    old = pool.answered or AnswerFilter("")
    questions = list(dict.fromkeys(filter(None, (old.question, *choices.answers))))
    question = st.selectbox(
        "Question",
        questions,
        index=None,
        key=begin("pool-question", old.question or None),
        accept_new_options=True,
        placeholder="Choose or type a question’s name",
    )
    if not question:
        return replace(pool, answered=None)
    words = choices.answers.get(question, {})
    nobody, anything = "Nobody has answered it", "Somebody has answered it"
    options = list(dict.fromkeys(filter(None, (nobody, anything, *words, old.equals))))
    now = old.equals or (anything if old.present else nobody)
    said = st.selectbox(
        "Answer",
        options,
        key=begin("pool-answer", now),
        format_func=lambda one: _counted(one, words.get(one)),
    )
    equals = "" if said in (nobody, anything) else said
    return replace(pool, answered=AnswerFilter(question, said != nobody, equals))


def _traces(pool: Pool, _choices: Choices) -> Pool:
    ids = st.text_area(
        "Trace ids, one a line",
        key=begin("pool-traces", "\n".join(pool.traces)),
        height=120,
        placeholder="One a line",
        label_visibility="collapsed",
    )
    return replace(pool, traces=tuple(dict.fromkeys(ids.replace(",", " ").split())))


def _counted(label: str, count: int | None) -> str:
    return label if count is None else f"{label} ({count:,})"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _iso(day: Any) -> str:
    return day.isoformat() if isinstance(day, date) else ""


FILTERS: dict[str, Filter] = {
    "time": Filter("Time", ("last_days", "since", "until"), _time),
    "versions": Filter(
        "Version", ("versions",), _several("versions", "Version", lambda c: c.versions)
    ),
    "thumbs": Filter("End users’ votes", ("thumbs",), _thumbs),
    "states": Filter("Status", ("states",), _several("states", "Status", lambda c: c.states)),
    "score": Filter("Judge’s score", ("score",), _score),
    "answered": Filter("Earlier answer", ("answered",), _answered),
    "text": Filter("Text", ("text",), _text),
    "tags": Filter("Tags", ("tags",), _tags),
    "sessions": Filter(
        "Session", ("sessions",), _several("sessions", "Session", lambda c: c.sessions)
    ),
    "users": Filter("User", ("users",), _several("users", "User", lambda c: c.users)),
    "seconds": Filter(
        "Duration",
        ("min_seconds", "max_seconds"),
        _between("min_seconds", "max_seconds", "Seconds,", 1.0),
    ),
    "cost": Filter(
        "Cost", ("min_cost", "max_cost"), _between("min_cost", "max_cost", "US dollars,", 0.01)
    ),
    "traces": Filter("Trace ids", ("traces",), _traces),
}
