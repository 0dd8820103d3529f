"""Step 3: how the items are drawn from the pool."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

import streamlit as st

from components.builder_choices import Choices
from components.builder_form import PREFIX, Form, begin
from review_app.design import Always, Sample, SampleKind
from review_app.frames import Stratum

KINDS: dict[SampleKind, tuple[str, str]] = {
    "random": ("A random part", "Stands for the whole pool, so shares can be said."),
    "stratified": (
        "So many of each stratum",
        "Rare ones are seen often enough; shares are weighted back.",
    ),
    "mixed": (
        "All that look suspicious, and a random part of the others",
        "Finds more failures, and shares can still be said.",
    ),
    "newest": ("The newest", "Quick to look at; stands for nothing but itself."),
    "all": ("Everything in the pool", "Nothing is left to chance."),
}
ALWAYS: dict[Always, str] = {
    "thumbs_down": "Thumbs-down",
    "errors": "Errors",
    "commented": "With an end user’s comment",
    "thumbs_up": "Thumbs-up",
}
MANY: dict[SampleKind, str] = {
    "random": "How many",
    "newest": "How many",
    "stratified": "How many of each stratum",
    "mixed": "How many random ones of the others",
}
_BY = {
    "version": "Version",
    "thumbs": "End users’ votes",
    "state": "Status",
    "day": "Day",
    "week": "Week",
}
_UNITS: dict[Literal["trace", "session"], str] = {
    "trace": "One question and its answer",
    "session": "A whole conversation",
}


def sample_step(
    form: Form,
    sample: Sample,
    choices: Choices,
    strata_of: Callable[[Sample], Mapping[str, Stratum]],
) -> Sample:
    """Let the lead choose how items are drawn; ``strata_of`` says what a sample divides into."""
    form.step("sample", "Which of them are reviewed? Each keeps its reason and its chance.")
    kinds = list(KINDS)
    kind = st.radio(
        "How items are drawn",
        kinds,
        key=begin("sample-kind", sample.kind),
        format_func=lambda k: KINDS[k][0],
        captions=[KINDS[k][1] for k in kinds],
        label_visibility="collapsed",
    )
    form.place("sample.kind")
    always = _always(form, sample.always) if kind == "mixed" else ()
    by = _by(form, sample.by, choices) if kind == "stratified" else ()
    quotas = sample.quotas if kind == "stratified" else {}
    sample = replace(sample, kind=kind, always=always, by=by, quotas=quotas)
    if kind != "all":
        n = st.number_input(
            MANY[kind], 0, 100_000, step=1, key=begin("sample-n", sample.n), width=280
        )
        sample = replace(sample, n=int(n))
        form.place("sample.n")
    if kind == "stratified" and sample.by and (strata := strata_of(sample)):
        sample = replace(sample, quotas=_quotas(sample, strata))
    form.place("sample", "sample.quotas")
    return _whole(form, sample)


def _always(form: Form, always: tuple[Always, ...]) -> tuple[Always, ...]:
    chosen = st.multiselect(
        "Take all of",
        get_args(Always),
        key=begin("sample-always", list(always or ("thumbs_down",))),
        format_func=lambda one: ALWAYS[one],
    )
    form.place("sample.always")
    return tuple(chosen)


def _by(form: Form, by: tuple[str, ...], choices: Choices) -> tuple[str, ...]:
    keys = dict.fromkeys(f"tag:{pair.partition('=')[0]}" for pair in choices.tags)
    options = dict.fromkeys((*_BY, *keys, *(f"score:{judge}" for judge in choices.judges), *by))
    chosen = st.multiselect(
        "Strata differ by",
        list(options),
        key=begin("sample-by", list(by or ("version",))),
        format_func=by_in_words,
    )
    form.place("sample.by")
    return tuple(chosen)


def by_in_words(by: str) -> str:
    """Say what makes strata: a trait, a tag or a judge's score."""
    kind, _, name = by.partition(":")
    return _BY.get(by) or {"tag": "Tag ", "score": "Score of "}.get(kind, "") + name


def _quotas(sample: Sample, strata: Mapping[str, Stratum]) -> dict[str, int]:
    """Draw the strata with how many to draw of each; a stratum without a quota gives n."""
    names = list(strata)
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    key, base = f"{PREFIX}sample-quotas-{digest}", f"{PREFIX}quotas-{digest}"
    if key not in st.session_state:
        st.session_state[base] = dict(sample.quotas)
    drawn: dict[str, int] = st.session_state[base]
    usual = [min(sample.n, strata[name].N) for name in names]
    table: list[dict[str, Any]] = [
        {"Stratum": name, "In the pool": strata[name].N, "Draw": drawn.get(name, n)}
        for name, n in zip(names, usual, strict=True)
    ]
    edited = st.data_editor(
        table,
        key=key,
        hide_index=True,
        disabled=["Stratum", "In the pool"],
        column_config={"Draw": st.column_config.NumberColumn(min_value=0, step=1, required=True)},
        alt="Strata, how many traces of each are in the pool, and how many are drawn",
    )
    wanted = {name: int(row["Draw"]) for name, row in zip(names, edited, strict=True)}
    return {name: n for name, n in wanted.items() if n != sample.n}


def _whole(form: Form, sample: Sample) -> Sample:
    unit = st.segmented_control(
        "One item is",
        list(_UNITS),
        key=begin("sample-unit", sample.unit),
        format_func=lambda u: _UNITS[u],
        required=True,
    )
    distinct = st.checkbox(
        "Only one of each group of near-duplicates",
        key=begin("sample-distinct", sample.distinct),
        help="Questions that differ in little but names and numbers count as one.",
    )
    form.place("sample.unit", "sample.distinct")
    return replace(sample, unit=unit or "trace", distinct=distinct)
