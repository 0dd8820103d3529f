"""Score: a judge runs over a pool, and what its runs came to."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from components.builder_choices import Choices, choices_of
from components.campaign_links import followed_link
from components.campaign_list import campaign_style, heading, page_top, quiet, way_back
from components.messages import problems_shown, show_empty
from components.score_form import ask_amount, ask_pool
from components.score_list import run_rows
from components.score_words import how_far, outlook, so_far, speaks_for, troubles
from components.words import counted
from components.working import working
from review_app.access import require_lead
from review_app.errors import NotFound, ReviewError
from review_app.judges import Judge, name_and_version
from review_app.narrowing import wide, within
from review_app.planning import Scan
from review_app.pool import Pool
from review_app.pool_filters import pool_problems
from review_app.scoring import ScoreDesign, ScoreRun, design_problems
from services.app import App
from services.experiments import experiments_in_scope
from services.jobs import Job
from services.scoring import frame_of, labeled_to_call, to_call

LOOK = "score-look"  # the session's newest look through a pool
ENDED = "score-ended"  # name of the session's own run, until its end was told
TOLD = "score-told"  # its name, and how it ended
BEGIN = "score-on-"  # how the keys of the buttons start that begin a run or go on with one
INSTEAD = "score-instead"  # the job of somebody else that was at work when the session began one
SOON = 0.5  # seconds that a run waits for a look before it shows the progress
SHOWN = 20  # earlier runs
NOT_YOURS = (
    "A run of this judge was at work already, so yours was not begun. This is how far it is."
)
ORDER = (
    "What people labeled comes first, then all in a random order that is always the same. Wherever"
    " it stops there, what it went through is a random part, and the next run goes on behind it."
)


@dataclass
class Look:
    """A look through a pool: the job and what it found.

    Attributes:
        asked: the pool without the filters that are applied afterwards.
        job: looks through it.
        choices: what it offers to choose from, once it has ended.
    """

    asked: Pool
    job: Job
    choices: Choices | None = None


def render(app: App) -> None:
    """Let the lead start the judge in the address, and follow and go on with its runs."""
    campaign_style()
    _follow(app)
    with problems_shown():
        require_lead(app.person)
        experiment, judge = _judge(app)
        at = {"experiment": experiment, "judge": judge.name, "version": str(judge.version)}
        way_back(f"← {judge.source}", {"go": "judges", **at})
        says = f"says {judge.value}" if judge.value else ""
        about = " · ".join(filter(None, [f"Traces of “{experiment}”", says, judge.model]))
        page_top(f"Score with {judge.source}", about)
        if not _at_work(app, judge):
            _new(app, experiment, judge)
            _earlier(app, judge)


def _follow(app: App) -> None:
    """Go back to the judge, by the link of this page or by its address in a new tab."""
    went = followed_link() or st.query_params.to_dict()
    if went.pop("go", "") and "judges" in app.screens:
        st.switch_page(app.screens["judges"], query_params=went)


def _judge(app: App) -> tuple[str, Judge]:
    """Return the judge in the address with its experiment's name; of a name alone the newest."""
    asked = st.query_params
    name, version = asked.get("judge", ""), asked.get("version", "")
    meant = [(name, version)] if version else [(name, ""), name_and_version(name)]
    wanted = asked.get("experiment", "")
    for found in experiments_in_scope(app.services.store, app.settings.experiments):
        if wanted not in ("", found.name, found.id):
            continue
        for name, version in meant:
            at = int(version) if version.isdecimal() else 0
            with suppress(NotFound):
                return found.name, app.services.judges.get(found.id, name, at)
    raise NotFound("There is no such judge. Choose one on the Judges page.")


# ----------------------------------------------------------------------------------- at work
def _name(judge: Judge) -> str:
    return f"score {judge.experiment_id} {judge.source} {judge.created_ms}"


def _start(app: App, judge: Judge, work: Callable[[Job], ScoreRun]) -> None:
    app.services.model_jobs.start(_name(judge), work, f"Begun by {app.person.name}.")
    st.session_state[ENDED] = _name(judge)
    st.session_state.pop(TOLD, None)
    st.rerun()


def _at_work(app: App, judge: Judge) -> bool:
    """Draw the run that is at work here; else say once how the session's own one ended."""
    job = app.services.model_jobs.get(_name(judge))
    if job is not None and job.at_work:
        if any(st.session_state[key] for key in st.session_state if str(key).startswith(BEGIN)):
            st.session_state[INSTEAD] = job  # pressed where this page had not shown it yet
        if st.session_state.get(INSTEAD) is job:
            st.text(NOT_YOURS)
        working("Scoring", job)
        _so_far(app, judge, job)
        return True
    if job is not None and st.session_state.pop(ENDED, "") == job.name:
        st.session_state[TOLD] = (job.name, _end(job))
        st.session_state.pop(LOOK, None)
    name, sentence = st.session_state.get(TOLD, ("", ""))
    if name == _name(judge):
        st.text(sentence)
    return False


def _end(job: Job) -> str:
    run = job.result
    if not isinstance(run, ScoreRun):
        return job.sentence
    said = [f"{how_far(run)}.", run.why, *troubles(run.tally), speaks_for(run)]
    return " ".join(filter(None, said))


@st.fragment(run_every=1.0)
def _so_far(app: App, judge: Judge, job: Job) -> None:
    if job.stopping:
        quiet("Stopping, the calls under way are let go.")
    try:
        runs = app.services.scoring.runs.every(judge.experiment_id, judge.key, newest=1)
    except ReviewError as error:
        quiet(error.sentence)
        return
    if runs and runs[0].is_alive(_now_ms(app)):
        quiet(" ".join([f"{so_far(runs[0].tally)}.", *troubles(runs[0].tally)]))
    quiet(f"{job.about} You may leave this page. What is scored stays, whatever happens.")


# ------------------------------------------------------------------------------------ a new run
def _new(app: App, experiment: str, judge: Judge) -> None:
    form, beside = st.columns([7, 5], gap="large")
    with form:
        heading("Which traces")
        look: Look | None = st.session_state.get(LOOK)
        known = look and look.asked.experiment == experiment and look.choices
        pool = ask_pool(Pool(experiment), known or Choices())
        design = ask_amount(pool)
        quiet(ORDER)
    with beside:
        heading("What will happen")
        for problem in design_problems(design):
            st.text(problem.sentence)
        if not design_problems(design):
            found = _found(app, pool)
            if found is not None:
                _ready(app, judge, design, found)


def _ready(app: App, judge: Judge, design: ScoreDesign, found: Scan) -> None:
    calls = to_call(judge.key, design, found)
    usual = app.services.scoring.usual_dollars(judge.experiment_id, judge.key)
    labeled = labeled_to_call(judge.key, design, found)
    for sentence in outlook(design, frame_of(design, found), calls, labeled, usual):
        st.text(sentence)
    most = min(calls, design.calls or calls)
    if calls and st.button(f"Score {counted(most, 'trace')}", key=f"{BEGIN}new", type="primary"):
        scoring, person = app.services.scoring, app.person
        _start(app, judge, lambda job: scoring.start(person, judge, design, job.tell))


def _found(app: App, pool: Pool) -> Scan | None:
    """Return the traces of the pool; None while they are looked for, which is shown."""
    asked = pool if pool_problems(pool) else wide(pool)
    look: Look | None = st.session_state.get(LOOK)
    if look is None or look.asked != asked:
        if look is not None:
            look.job.cancel()
        scoring, person, design = app.services.scoring, app.person, ScoreDesign(asked)
        job = app.services.jobs.start(
            f"look {time.monotonic_ns()}", lambda job: scoring.look(person, design, job.tell)
        )
        look = st.session_state[LOOK] = Look(asked, job)
    since = time.monotonic()
    while look.job.at_work and time.monotonic() - since < SOON:
        time.sleep(0.02)
    if look.job.at_work:
        working("Looking through the traces", look.job)
        return None
    if not isinstance(look.job.result, Scan):
        st.text(look.job.sentence)
        return None
    if look.choices is None:
        look.choices = choices_of(look.job.result.candidates)
        st.rerun()  # the form offers what was found
    return within(look.job.result, pool)


# --------------------------------------------------------------------------------- earlier runs
def _earlier(app: App, judge: Judge) -> None:
    heading("Runs so far")
    runs = app.services.scoring.runs.every(judge.experiment_id, judge.key, newest=SHOWN)
    if not runs:
        show_empty("None yet", "What this judge scores, and what that cost, will be listed here.")
        return
    chosen = run_rows(runs, app.zone, _now_ms(app))
    if chosen is not None:
        run, scoring, person = chosen, app.services.scoring, app.person
        _start(app, judge, lambda job: scoring.resume(person, judge, run, job.tell))


def _now_ms(app: App) -> int:
    return int(app.now().timestamp() * 1000)
