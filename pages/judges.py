"""Judges: those of an experiment, and one of them with its text, checks and scores."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import streamlit as st

from components.campaign_links import followed_link
from components.campaign_list import campaign_style, heading, page_top, quiet, way_back
from components.judge_checks import check_lines
from components.judge_list import elsewhere_lines, judge_lines, judge_words, version_links
from components.judge_schedule import ask_schedule
from components.judge_text import difference, judge_style, told
from components.messages import problems_shown, show_empty
from components.score_words import how_far
from review_app.access import require_lead
from review_app.errors import NotFound
from review_app.judge_check.values import Checked
from review_app.judge_making import changed_lines
from review_app.judges import Elsewhere, Judge, JudgeKey, name_and_version
from services.app import App
from services.experiments import Experiment, experiments_in_scope
from services.judge_checks import JudgeChecks
from services.judges_elsewhere import judges_elsewhere
from services.labeled_sets import LabeledSets
from services.scheduled_scoring import schedule_of, switch, why_not

KEPT_SECONDS = 60  # who else scored the traces: a look through many of them
WHAT_FOR = (
    "A judge is a model that answers a question of yours on every trace. Make one from a question,"
    " let it learn from a labeled set, check it against people, then let it score."
)


@dataclass(frozen=True)
class _Desk:
    """What all views of this page stand on."""

    app: App
    experiments: tuple[Experiment, ...]
    experiment: Experiment
    judges: tuple[Judge, ...]
    sets: LabeledSets

    @property
    def address(self) -> dict[str, str]:
        """What every link keeps."""
        return {"experiment": self.experiment.name}

    def checks(self) -> list[Checked]:
        """All final checks of this experiment's judges, the newest first."""
        every = JudgeChecks(self.app.services.store, self.sets).every(self.app.person)
        return [one for one in every if one.experiment_id == self.experiment.id]


def render(app: App) -> None:
    """Show the judges of an experiment, or the one in the address."""
    campaign_style()
    judge_style()
    went = followed_link() or (st.query_params.to_dict() if "go" in st.query_params else None)
    if went is not None:
        _go(app, went)
    with problems_shown():
        require_lead(app.person)
        desk = _desk(app)
        if desk is None:
            st.title("Judges", anchor=False)
            show_empty("No traces yet", "When an app writes traces to MLflow, they can be judged.")
        elif st.query_params.get("judge"):
            _one(desk, st.query_params["judge"])
        else:
            _list(desk)


def _go(app: App, to: dict[str, str]) -> None:
    """Go where a link leads: another view of this page, or the screen that it names."""
    screen = app.screens.get(to.get("go", ""))
    if screen is not None:
        st.switch_page(screen, query_params={k: v for k, v in to.items() if k != "go"})
    st.query_params.from_dict(to)
    st.rerun()


def _desk(app: App) -> _Desk | None:
    """Return what the address is about; its experiment, else the one with most traces."""
    every = experiments_in_scope(app.services.store, app.settings.experiments)
    wanted = st.query_params.get("experiment", "")
    chosen = [one for one in every if wanted in ("", one.name, one.id)]
    if not every:
        return None
    if not chosen:
        raise NotFound(f"There is no experiment called “{wanted}”.")
    judges = tuple(app.services.judges.every(chosen[0].id))
    return _Desk(app, every, chosen[0], judges, LabeledSets(app.services.campaigns))


# ------------------------------------------------------------------------------------ the list
def _list(desk: _Desk) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.title("Judges", anchor=False, width="content")
        if st.button("New judge", type="primary"):
            _go(desk.app, {**desk.address, "go": "new_judge"})
    _choose_experiment(desk)
    checked: dict[JudgeKey, Checked] = {}
    for one in desk.checks():
        checked.setdefault(JudgeKey(one.question, one.source).stored, one)
    if desk.judges:
        named = [list(of) for _, of in groupby(desk.judges, key=lambda one: one.name)]
        judge_lines(named, checked, desk.address)
    else:
        show_empty("No judge yet", WHAT_FOR)
    keys = tuple(one.key.stored for one in desk.judges)
    others = _elsewhere(desk.app, desk.app.settings.tracking_uri, desk.experiment.id, keys)
    if others:
        elsewhere_lines(others, checked)


@st.cache_data(ttl=KEPT_SECONDS, show_spinner=False)
def _elsewhere(
    _app: App,
    uri: str,  # noqa: ARG001 - a key, as the experiment is
    experiment_id: str,
    registered: tuple[JudgeKey, ...],
) -> list[Elsewhere]:
    store, settings = _app.services.store, _app.settings
    return judges_elsewhere(store, settings, experiment_id, registered)


def _choose_experiment(desk: _Desk) -> None:
    names = [one.name for one in desk.experiments]
    if len(names) > 1:
        at = names.index(desk.experiment.name)
        chosen = st.selectbox("Traces of", names, at, key="judges experiment", width=400)
        if chosen != desk.experiment.name:
            _go(desk.app, {"experiment": chosen})


# ------------------------------------------------------------------------------------ one judge
def _one(desk: _Desk, name: str) -> None:
    number = st.query_params.get("version", "")
    if not number and all(one.name != name for one in desk.judges):
        name, number = name_and_version(name)
    versions = [one for one in desk.judges if one.name == name]
    judge = next((one for one in versions if number in ("", str(one.version))), None)
    if judge is None:
        raise NotFound(f"There is no version {number} of a judge called “{name}” here.")
    way_back("← All judges", desk.address)
    learned = _learned(desk, judge)
    page_top(judge.name, judge_words(judge, versions[0].version, learned, desk.app.zone))
    version_links(versions, judge, desk.address)
    _actions(desk, judge)
    if judge.instructions:
        heading("What it is told")
        told(judge.instructions)
    older = next((one for one in versions if one.version < judge.version), None)
    if older is not None and older.instructions:
        with st.expander(f"What changed since version {older.version}"):
            difference(changed_lines(older.instructions, judge.instructions))
    heading("Checks against people")
    check_lines([c for c in desk.checks() if c.source == judge.source], desk.app.zone)
    _scores(desk, judge)


def _learned(desk: _Desk, judge: Judge) -> str:
    if not judge.learned_from:
        return ""
    found = (one for one in desk.sets.every() if one.run_id == judge.learned_from)
    return next((f"“{one.name}” version {one.version}" for one in found), "a labeled set")


def _actions(desk: _Desk, judge: Judge) -> None:
    at = {**desk.address, "judge": judge.name, "version": str(judge.version)}
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Check against people", type="primary"):
            _go(desk.app, {"go": "judge_check", "question": judge.name, "judge": judge.source})
        if judge.kind != "instructions":
            return
        if st.button("Score traces"):
            _go(desk.app, {**at, "go": "score"})
        if st.button("Align with a labeled set"):
            _go(desk.app, {**at, "go": "align_judge"})
        if st.button("Change the text"):
            _go(desk.app, {**at, "go": "new_judge"})


def _scores(desk: _Desk, judge: Judge) -> None:
    """Tell what the judge scored, and whether an MLflow server lets it score by itself."""
    heading("Scores")
    every = desk.app.services.scoring.runs.every(judge.experiment_id, judge.key)
    runs = [one for one in every if one.started_ms >= judge.created_ms]
    quiet(f"Newest run: {how_far(runs[0])}." if runs else "It has scored no pool yet.")
    store = desk.app.services.store
    if why_not(store, judge):
        quiet(why_not(store, judge))
        return
    before = schedule_of(store, judge)
    wanted = ask_schedule(before.share)
    if wanted is not None:
        switch(
            desk.app.person,
            store,
            desk.app.settings,
            judge,
            type(before)(wanted, before.only),
        )
        st.rerun()
