"""Versions: what their traces say of each, and whether one is better than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from components.campaign_links import follow_links
from components.campaign_list import campaign_style, heading, page_top, quiet, way_back
from components.how_computed import how_computed
from components.messages import problems_shown, show_empty
from components.quality_filters import pick_experiment
from components.quality_picture import quality_style
from components.quality_traces import Around, trace_list
from components.versions_choice import pick_pair
from components.versions_picture import (
    comparison_notes,
    comparison_rows,
    comparison_sentence,
    versions_style,
)
from components.versions_table import GROUPS, comparison_table, versions_table
from components.words import counted, moment
from review_app.access import require_lead
from review_app.compare.comparing import Compared
from review_app.compare.listed import Listed, compare_all
from services.app import App
from services.experiments import with_most_to_say
from services.opened_traces import open_traces
from services.questions import questions_of
from services.version_list import VersionSight

NAMES_KEPT_SECONDS = 60
KEPT = 32  # comparisons that stay in memory
LATER = (
    "Aliases of prompts and the traffic split between versions stand here once Unity Catalog is"
    " connected."
)
FIRST_USE = (
    "A version is a LoggedModel, a git commit or a tag that your app writes on its traces:"
    " mlflow.set_active_model(name=\N{HORIZONTAL ELLIPSIS}) is enough. What each version did, and"
    " which is better, stands here then."
)
NOT_ASKED = "No campaign has asked about these versions yet, so nothing tells which is better."
DESIGNS: Mapping[str, str] = {
    "replayed": "Both were asked the same questions, so their answers are compared in pairs.",
    "split": "Both were at work at the same time, each on questions of its own.",
    "before and after": "One was at work before the other.",
}


def render(app: App) -> None:
    """Show the versions of an experiment and two of them compared, or the traces of a number."""
    campaign_style()
    quality_style()
    versions_style()
    follow_links()
    with problems_shown():
        require_lead(app.person)
        names = _experiments(app, app.settings.tracking_uri, app.settings.experiments)
        if not names:
            st.title("Versions", anchor=False)
            show_empty("No traces yet", FIRST_USE)
            return
        experiment = st.query_params.get("experiment", names[0])
        _experiment(app, experiment, names)


@st.cache_data(ttl=NAMES_KEPT_SECONDS, show_spinner=False)
def _experiments(_app: App, uri: str, narrow_to: tuple[str, ...]) -> list[str]:  # noqa: ARG001 - keys
    return with_most_to_say(_app.services.store, _app.services.campaigns, narrow_to)


def _experiment(app: App, experiment: str, names: Sequence[str]) -> None:
    sight = app.services.version_lists.of(
        experiment, anew=st.session_state.pop("versions anew", False)
    )
    show = st.query_params.get("show", "")
    if sight.listed is not None and show:
        _opened(app, sight.listed, show)
        return
    st.title("Versions", anchor=False)
    with st.container(key="versions-choice", horizontal=True, vertical_alignment="bottom"):
        pick_experiment([*names, *({experiment} - set(names))], {"experiment": experiment})
        if sight.listed is not None and sight.listed.usual is not None:
            _choose(sight.listed)
    if sight.listed is None:
        _unknown(app, experiment, sight)
    else:
        _known(app, sight, sight.listed)


def _unknown(app: App, experiment: str, sight: VersionSight) -> None:
    if sight.job.at_work:
        _while_counted(app, experiment, 0)
        return
    quiet(sight.job.sentence)
    if st.button("Count again"):
        _anew()


def _anew() -> None:
    st.session_state["versions anew"] = True
    st.rerun()


@st.fragment(run_every=1.0)
def _while_counted(app: App, experiment: str, shown_ms: int) -> None:
    """Show how far the count is, and draw the page anew once there is another list."""
    sight = app.services.version_lists.of(experiment, wait=0)
    if not sight.job.at_work or (sight.listed and sight.listed.computed_ms != shown_ms):
        st.rerun()
    read = f" {counted(sight.job.done, 'trace')}" if sight.job.done else ""
    quiet(f"Looking through the traces …{read}")


# ---------------------------------------------------------------------------------- the whole page
def _pair(listed: Listed) -> tuple[str, str] | None:
    """Return the two versions in the address, else the two newest with labels."""
    asked = st.query_params
    named = asked.get("first", ""), asked.get("second", "")
    known = [one.name for one in listed.versions if one.traces]
    if named[0] != named[1] and all(name in known for name in named):
        return named
    return listed.usual


def _choose(listed: Listed) -> None:
    pair = _pair(listed)
    if pair is not None:
        names = [one.name for one in listed.versions if one.traces]
        pick_pair(names, pair, {"experiment": listed.experiment})


def _known(app: App, sight: VersionSight, listed: Listed) -> None:
    here = {"experiment": listed.experiment}
    pair = _pair(listed)
    if pair is not None:
        here |= {"first": pair[0], "second": pair[1]}
        _compared(listed, pair, here)
        heading("All versions")
    if not listed.versions:
        show_empty("No version yet", FIRST_USE)
        return
    versions_table(listed.versions, app.zone, here)
    quiet(LATER)
    with st.container(horizontal=True, vertical_alignment="center"):
        part = "" if listed.complete else " There are more traces than were looked at."
        quiet(f"Computed {moment(listed.computed_ms, app.zone)}.{part} {sight.job.sentence}")
        if sight.job.at_work:
            _while_counted(app, listed.experiment, listed.computed_ms)
        elif st.button("Refresh", type="tertiary"):
            _anew()


def _compared(listed: Listed, pair: tuple[str, str], here: Mapping[str, str]) -> None:
    found = _compare(listed, *pair)
    if not found:
        quiet(NOT_ASKED)
        return
    chosen = _chosen(found)
    quiet(listed.headings.get(chosen.question, chosen.question))
    comparison_sentence(chosen, *pair)
    with st.container(horizontal=True, vertical_alignment="center"):
        quiet(DESIGNS[chosen.design.kind])
        how_computed("Comparing versions")
    comparison_rows(found, listed.headings, pair, chosen.question, here)
    here = {**here, "question": chosen.question}
    comparison_notes(chosen, pair, here)
    with st.expander("The numbers"):
        comparison_table(chosen, pair, here)


def _chosen(found: Sequence[Compared]) -> Compared:
    """Return the question in the address, else the first: the clearest is picked by chance."""
    asked = st.query_params.get("question", "")
    return next((one for one in found if one.question == asked), found[0])


def _moment(listed: Listed) -> tuple[str, int]:
    return listed.experiment, listed.computed_ms


@st.cache_resource(max_entries=KEPT, show_spinner="Comparing …", hash_funcs={Listed: _moment})
def _compare(listed: Listed, first: str, second: str) -> tuple[Compared, ...]:
    one, other = listed.version(first), listed.version(second)
    return compare_all(listed, one, other) if one and other else ()


# ---------------------------------------------------------------------- the traces behind a number
def _opened(app: App, listed: Listed, show: str) -> None:
    back = {k: v for k, v in st.query_params.to_dict().items() if k not in ("show", "version")}
    way_back("← Versions", back)
    title, traces = _behind(listed, show)
    page_top(title, f"{counted(len(traces), 'trace')} · {listed.experiment}")
    if not traces:
        quiet("There are no traces behind this number any more.")
        return
    store = app.services.store
    experiment_id = store.experiment_id(listed.experiment)
    questions = {one.name: one for one in questions_of(store, experiment_id)}
    asked = st.query_params.get("question", "")
    around = Around(app.zone, partial(app.services.readings.mlflow_url, experiment_id))
    load = partial(open_traces, app.person, store, app.settings)
    trace_list(traces, f"versions page {title}", load, questions, asked, around)


def _behind(listed: Listed, show: str) -> tuple[str, Sequence[str]]:
    """Return what a number counts, in words, and its traces."""
    version = listed.version(st.query_params.get("version", ""))
    if version is not None and show == "failed":
        return f"{version.name}: ended in an error", version.failed
    if version is not None:
        return f"{version.name}: all its traces", [one.trace_id for one in version.traces]
    pair = _pair(listed)
    found = _compare(listed, *pair) if pair is not None else ()
    if pair is None or not found:
        return "Traces", ()
    chosen = _chosen(found)
    if show in GROUPS:
        words = GROUPS[show].replace("the first", pair[0]).replace("the second", pair[1])
        return f"Passed: {words}" if "only" in show else f"Labeled: {words}", chosen.groups.get(
            GROUPS[show], ()
        )
    left_out = dict(enumerate(chosen.left_out.items()))
    number = show.removeprefix("out ")
    why, traces = left_out.get(int(number) if number.isdecimal() else -1, ("", ()))
    return f"Left out: they {why}", traces
