"""Quality: how good each version is as experts would judge it, and the traces behind each mark."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from components.campaign_links import follow_links, go
from components.campaign_list import (
    campaign_count,
    campaign_style,
    heading,
    page_top,
    quiet,
    way_back,
)
from components.how_computed import how_computed
from components.messages import problems_shown, show_empty
from components.quality_filters import (
    address_of,
    judges_in,
    period_in,
    pick_experiment,
    pick_judge,
    pick_period,
)
from components.quality_picture import panels_of, quality_panel, quality_style
from components.quality_tables import csv_button, numbers_table, stage_table, votes_table
from components.quality_time import over_time, with_weeks
from components.quality_top import (
    DO_HEADLINE,
    first_line,
    panel_head,
    question_choice,
    window_words,
)
from components.quality_traces import Around, trace_list
from components.words import counted, moment
from review_app.access import require_lead
from review_app.quality.files import numbers_csv, stages_csv, votes_csv
from review_app.quality.opened import Topic, topic_from, topic_words, traces_of
from review_app.quality.values import Headline, Quality
from review_app.quality.wishing import campaign_for
from services.app import App
from services.experiments import with_most_to_say
from services.opened_traces import open_traces
from services.quality import QualitySight
from services.questions import questions_of

QUESTION = "How good is each version, as experts would judge it?"
NAMES_KEPT_SECONDS = 60
WHAT_MARKS_ARE = (
    "Circles are people’s labels, diamonds what the judge said of all it scored, filled dots both"
    " together. Bars are 95 % intervals. Each mark opens its traces."
)
HOW_RATES = (
    "Quality of a version",
    "Rates",
    "Labels and scores together",
    "Looking every day",
)
HOW_STAGES = ("Quality of a version", "Intervals")
VOTES_ARE_FEW = "Counts, never a quality: few people vote, and not any few."


def render(app: App) -> None:
    """Show the quality of every version of an experiment, or the traces behind one mark."""
    campaign_style()
    quality_style()
    follow_links()
    with problems_shown():
        require_lead(app.person)
        if topic_from(st.query_params) is None:
            st.title(QUESTION, anchor=False)
        names = _experiments(app, app.settings.tracking_uri, app.settings.experiments)
        if names:
            _experiment(app, names)
        else:
            show_empty("No traces yet", "When an app writes traces to MLflow, come back here.")


@st.cache_data(ttl=NAMES_KEPT_SECONDS, show_spinner=False)
def _experiments(_app: App, uri: str, narrow_to: tuple[str, ...]) -> list[str]:  # noqa: ARG001 - keys
    return with_most_to_say(_app.services.store, _app.services.campaigns, narrow_to)


def _experiment(app: App, names: list[str]) -> None:
    asked = st.query_params.to_dict()
    experiment = asked.get("experiment", names[0])
    here = address_of(experiment, period_in(asked), judges_in(asked))
    sight = app.services.qualities.of(
        experiment,
        int(app.now().timestamp() * 1000),
        period=period_in(asked),
        judges=judges_in(asked),
        anew=st.session_state.pop("quality anew", False),
    )
    known, topic = sight.quality, topic_from(asked)
    if known is not None and topic is not None:
        _opened(app, known, topic, here)
        return
    if known is not None and asked.get("do"):
        _do(app, known, asked, here)
    if known is None:
        _choice(names, here)
        _unknown(app, sight, here)
    else:
        _known(app, sight, known, names, here)


def _choice(names: list[str], here: Mapping[str, str]) -> None:
    with st.container(key="quality-choice", horizontal=True, vertical_alignment="bottom"):
        pick_experiment([*names, *({here["experiment"]} - set(names))], here)
        pick_period(here)


# --------------------------------------------------------------------------------- being counted
def _unknown(app: App, sight: QualitySight, here: Mapping[str, str]) -> None:
    if sight.trouble and not sight.counting:
        quiet(sight.trouble)
        if st.button("Count again"):
            _anew()
        return
    _while_counted(app, here, 0)


def _anew() -> None:
    st.session_state["quality anew"] = True
    st.rerun()


@st.fragment(run_every=1.0)
def _while_counted(app: App, here: Mapping[str, str], shown_ms: int) -> None:
    """Show how far the count is, and draw the page anew once there are other numbers."""
    sight = app.services.qualities.of(
        here["experiment"],
        int(app.now().timestamp() * 1000),
        period=period_in(here),
        judges=judges_in(here),
        wait=0,
    )
    computed_ms = sight.quality.computed_ms if sight.quality else 0
    if not sight.counting or computed_ms != shown_ms:
        st.rerun()
    far = f" {sight.done:,} of {counted(sight.total, 'trace')}" if sight.total else ""
    if shown_ms:
        quiet(f"Counting …{far}")
    else:
        campaign_count(f"Counting …{far}", sight.done, sight.total)


# ---------------------------------------------------------------------------------- the whole page
def _known(
    app: App, sight: QualitySight, quality: Quality, names: list[str], here: Mapping[str, str]
) -> None:
    first_line(quality.headline, here)
    _choice(names, here)
    with st.container(key="quality-about"):
        _as_of(app, sight, quality, here)
        if quality.cells:
            quiet(WHAT_MARKS_ARE)
    if not quality.questions:
        show_empty(
            "Nothing was labeled or scored in this time",
            "Have some traces reviewed, or let a judge score them; their rates appear here.",
        )
    shared = panels_of(quality, here, ask="new_campaign" in app.screens)
    judged_first = sorted(quality.questions, key=lambda name: not quality.judges.get(name))
    for number, name in enumerate(judged_first):
        with st.container(key=f"quality-panel-{number}"):
            with st.container(horizontal=True, vertical_alignment="bottom"):
                panel_head(quality.questions[name])
                pick_judge(quality.judges.get(name, ()), here)
                how_computed(*HOW_RATES)
            quality_panel(shared, [one for one in quality.cells if one.question == name])
    _weeks(quality, here)
    _stages(quality, here)
    _votes(quality, here)
    if quality.cells:
        heading("All numbers")
        numbers_table(quality)
        csv_button("quality", lambda: numbers_csv(quality))


def _as_of(app: App, sight: QualitySight, quality: Quality, here: Mapping[str, str]) -> None:
    with st.container(key="quality-as-of", horizontal=True, vertical_alignment="center"):
        came = f" {counted(sight.came, 'trace')} came since." if sight.came else ""
        computed = f"Computed {moment(quality.computed_ms, app.zone)}.{came} {sight.trouble}"
        quiet(f"{window_words(quality)} {computed}")
        if sight.counting:
            _while_counted(app, here, quality.computed_ms)
        elif st.button("Refresh", type="tertiary"):
            _anew()


def _head(words: str, *sections: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        heading(words)
        how_computed(*sections)


def _weeks(quality: Quality, here: Mapping[str, str]) -> None:
    asked = with_weeks(quality)
    _head("Is it getting better?", *HOW_RATES)
    if not asked:
        quiet("A line needs two weeks with a rate.")
        return
    chosen = st.query_params.get("over_time", "")
    chosen = chosen if chosen in asked else next(iter(asked))
    question_choice(asked, chosen, here)
    clicked = over_time(quality, chosen)
    if clicked is not None:
        go({**here, **clicked.address})


def _stages(quality: Quality, here: Mapping[str, str]) -> None:
    _head("Where failures start", *HOW_STAGES)
    if quality.stages:
        stage_table(quality, here)
        csv_button("stages", lambda: stages_csv(quality))
    else:
        quiet("Nothing failed in this time, as far as it was reviewed.")
    quiet("Failure codes stand here once a campaign has a codebook.")


def _votes(quality: Quality, here: Mapping[str, str]) -> None:
    heading("What end users said")
    quiet(VOTES_ARE_FEW)
    if any(one.up or one.down for one in quality.votes):
        votes_table(quality.votes, here)
        csv_button("votes", lambda: votes_csv(quality.votes))
    else:
        quiet("Nobody voted in this time.")


# ------------------------------------------------------------------------------- what a link does
def _do(app: App, quality: Quality, asked: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Follow a link that leads off the page; the address is the page's own again."""
    st.query_params.from_dict(dict(here))
    headline = quality.headline if asked["do"] == DO_HEADLINE else None
    to = headline or Headline("", to="new_campaign", address=asked)
    if to.to == "quality":
        go(to.address)
    elif to.to in app.screens:
        begins = to.to == "new_campaign"
        if begins:
            st.session_state["new_campaign"] = campaign_for(quality, to.address)
        st.switch_page(app.screens[to.to], query_params={} if begins else dict(to.address))


# ------------------------------------------------------------------------ the traces behind a mark
def _opened(app: App, quality: Quality, topic: Topic, here: Mapping[str, str]) -> None:
    way_back("← Quality", here)
    traces = traces_of(quality, topic)
    about = f"{counted(len(traces), 'trace')} · {topic.version} · {quality.window}"
    page_top(topic_words(quality, topic), about)
    if not traces:
        quiet("There are no traces behind this mark any more.")
        return
    store = app.services.store
    experiment_id = store.experiment_id(quality.experiment)
    known = {one.name: one for one in questions_of(store, experiment_id)}
    around = Around(app.zone, partial(app.services.readings.mlflow_url, experiment_id))
    load = partial(open_traces, app.person, store, app.settings)
    trace_list(traces, f"quality page {topic}", load, known, topic.question, around)
