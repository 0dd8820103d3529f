"""New campaign: seven steps beside a live preview, and then it is written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

import streamlit as st

from components.builder import (
    Choices,
    Draft,
    Form,
    begun,
    checks_step,
    choices_of,
    design_in_words,
    forget,
    goal_step,
    look,
    name_field,
    pool_step,
    preview,
    questions_step,
    reviewers_step,
    sample_step,
    summary,
    written,
)
from components.messages import problems_shown, show_empty
from components.working import working
from review_app.access import require_lead
from review_app.campaigns import Campaign
from review_app.design import Sample
from review_app.design_file import design_yaml
from review_app.errors import NotFound
from review_app.frames import Stratum
from review_app.goals import defaults
from review_app.narrowing import wide, within
from review_app.planning import Prepared, Scan
from review_app.pool import Candidate, Pool
from review_app.pool_filters import pool_problems
from review_app.questions import Question
from review_app.sampling import draw
from services.app import App
from services.experiments import experiments_in_scope
from services.jobs import Job
from services.questions import questions_of

NO_TRACES_YET = "MLflow has no experiment yet. Log a trace of your app first, or import some."
GIVEN = "new_campaign"  # what another screen asks for
DRAFT = "builder-draft"
EXPERIMENTS = "builder-experiments"
SCANS = "builder-scans"
WRITING = "builder-writing"
SOON = 0.5  # seconds that a run waits for a scan before it shows the progress
SCANS_KEPT = 2


@dataclass(frozen=True)
class Offered:
    """What there is to choose from beside the traces."""

    experiments: list[str]
    questions: list[Question]
    campaigns: list[str]
    people: list[str]


@dataclass
class Search:
    """A look through a pool: the job, what it found, and what the last filters leave of it."""

    job: Job
    found: Scan | None = None
    choices: Choices = field(default_factory=Choices)
    narrowed: dict[str, Scan] = field(default_factory=dict)


def render(app: App) -> None:
    """Let the lead build a campaign and write it."""
    look()
    st.title("New campaign", anchor=False)
    with problems_shown():
        require_lead(app.person)
        job: Job | None = st.session_state.get(WRITING)
        if job is not None and not job.at_work and GIVEN in st.session_state:
            job = None
        if job is not None:
            _follow(app, job)
        else:
            _build(app)


def _build(app: App) -> None:
    draft = _draft(app)
    if not draft.design.pool.experiment:
        show_empty("Nothing to draw from yet", NO_TRACES_YET)
        return
    offered = _offered(app, draft.design.pool.experiment)
    search = _search(app, wide(draft.design.pool))
    form = Form()
    steps, beside = st.columns([8, 5], gap="large")
    with steps:
        draft, found = _steps(app, form, draft, offered, search)
    st.session_state[DRAFT] = draft
    if form.again:
        st.rerun()
    prepared = app.services.planning.prepare(draft.design, found) if found else None
    problems = prepared.problems if prepared else ()
    with beside:
        if prepared and found and search.found:
            preview(form, prepared, found, search.found)
        else:
            _looking()
    with steps:
        pairs = design_in_words(draft.design, offered.questions)
        file, ready = design_yaml(draft.design), prepared is not None and not problems
        pressed = summary(pairs, file, problems=len(problems), ready=ready)
    form.tell(problems)
    if pressed and prepared and found:
        _write(app, prepared, found)


def _draft(app: App) -> Draft:
    given = st.session_state.pop(GIVEN, None)
    if given is not None or DRAFT not in st.session_state:
        forget("")
        found = experiments_in_scope(app.services.store, app.settings.experiments)
        st.session_state[EXPERIMENTS] = [e.name for e in found]
        first = found[0].name if found else ""
        st.session_state[DRAFT] = begun(given or {}, first, app.now().astimezone(app.zone))
    draft: Draft = st.session_state[DRAFT]
    return draft


def _offered(app: App, experiment: str) -> Offered:
    """Read what can be chosen; earlier campaigns and people are those of all experiments."""
    store = app.services.store
    questions: Sequence[Question] = ()
    with suppress(NotFound):  # the search says so
        questions = questions_of(store, store.experiment_id(experiment))
    campaigns = app.services.campaigns.every()
    people = sorted({person for campaign in campaigns for person in campaign.reviewers})
    names = [campaign.name for campaign in campaigns]
    return Offered(st.session_state[EXPERIMENTS], list(questions), names, people)


def _steps(
    app: App, form: Form, draft: Draft, offered: Offered, search: Search
) -> tuple[Draft, Scan | None]:
    """Draw the steps; return what they say, and the traces that it draws from."""
    design = replace(draft.design, goal=goal_step(form, draft.design.goal))
    pool = pool_step(form, design.pool, offered.experiments, search.choices)
    form.again |= wide(pool) != wide(design.pool)
    found = None if form.again else _found(app, search, pool)
    candidates = found.candidates if found else ()
    draft = replace(draft, design=replace(design, pool=pool))
    draft = _suggested(draft, candidates) if found else draft
    design = draft.design

    def strata_of(sample: Sample) -> Mapping[str, Stratum]:
        return draw(candidates, sample, seed=design.seed, frame="").strata

    design = replace(design, sample=sample_step(form, design.sample, search.choices, strata_of))
    design = questions_step(form, design, offered.questions, partial(_to_questions, app))
    design = reviewers_step(form, design, offered.people)
    traces = {c.trace_id: c for c in candidates}
    strangers = [one.trace_id for one in design.gold if one.trace_id not in traces]
    for info in app.services.store.trace_infos(strangers) if strangers else ():
        traces[info.trace_id] = Candidate(info.trace_id, text=info.request_preview or "")
    design = checks_step(form, design, offered.questions, traces, offered.campaigns)
    design = replace(design, name=name_field(form, design.name))
    return replace(draft, design=design), found


def _suggested(draft: Draft, candidates: Sequence[Candidate]) -> Draft:
    """Let the goal set sample and sharing, where the person has not."""
    versions = sorted({c.version for c in candidates})
    new = draft.suggested(*defaults(draft.design.goal, len(candidates), versions))
    if new.design.sample != draft.design.sample:
        forget("sample", "quotas")
    if new.design.sharing != draft.design.sharing:
        forget("sharing")
    return new


def _search(app: App, pool: Pool) -> Search:
    """Return the search through the pool, however far it is; a new pool begins a new one."""
    searches: dict[str, Search] = st.session_state.setdefault(SCANS, {})
    search = searches.pop(repr(pool), None)
    if search is None:
        for other in searches.values():
            other.job.cancel()
        name = f"scan {uuid4().hex}"
        job = app.services.jobs.start(name, lambda job: app.services.planning.scan(pool, job.tell))
        search = Search(job)
    st.session_state[SCANS] = dict([*searches.items(), (repr(pool), search)][-SCANS_KEPT:])
    since = time.monotonic()
    while search.job.at_work and time.monotonic() - since < SOON:
        time.sleep(0.02)
    if search.job.state == "done" and search.found is None:
        search.found, search.job.result = search.job.result, None
        search.choices = choices_of(search.found.candidates if search.found else ())
    return search


def _found(app: App, search: Search, pool: Pool) -> Scan | None:
    """Return the traces of the pool; where there were too many to look at, MLflow filters them."""
    if search.found is None:
        return None
    if search.found.complete or pool_problems(pool):
        if repr(pool) not in search.narrowed:
            search.narrowed = {repr(pool): within(search.found, pool)}
        return search.narrowed[repr(pool)]
    return _search(app, pool).found


def _looking() -> None:
    """Show how far the search is, or why there is none."""
    searches: dict[str, Search] = st.session_state[SCANS]
    job = next(search.job for search in searches.values() if search.found is None)
    if job.at_work:
        working("Looking through the traces", job)
        return
    st.text(job.sentence)
    if st.button("Look again"):
        del st.session_state[SCANS]
        st.rerun()


def _write(app: App, prepared: Prepared, found: Scan) -> None:
    def write(job: Job) -> Campaign:
        return app.services.planning.write(app.person, prepared, found, job.tell)

    st.session_state[WRITING] = app.services.jobs.start(f"write {prepared.design.name}", write)
    st.rerun()


def _follow(app: App, job: Job) -> None:
    if job.at_work:
        working("Writing the campaign", job)
    elif job.state == "done":
        _written(app, job.result)
    else:
        st.text(job.sentence)
        if st.button("Back to the design", type="primary"):
            del st.session_state[WRITING]
            st.rerun()


def _written(app: App, campaign: Campaign) -> None:
    plan = app.services.campaigns.plan(campaign)
    turns = Counter(turn.reviewer for planned in plan for turn in planned.assigned)
    chosen = written(campaign.name, len(plan), {name: turns[name] for name in campaign.reviewers})
    if not chosen:
        return
    forget("")
    if chosen == "open":
        st.switch_page(app.screens["campaigns"], query_params={"campaign": campaign.name})
    st.rerun()


def _to_questions(app: App) -> None:
    if "questions" in app.screens:
        st.page_link(app.screens["questions"], label="Make a new question")
