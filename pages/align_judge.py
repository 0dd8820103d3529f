"""Aligning a judge: from a labeled set, with a forecast before and the changes after."""

from __future__ import annotations

import streamlit as st

from components.builder_form import as_text
from components.campaign_list import campaign_style, heading, page_top, quiet, way_back_to
from components.judge_align import aligned_words, ask_alignment, show_plan
from components.judge_text import difference, facts, judge_style
from components.messages import problems_shown, show_empty
from components.typed import typed
from components.working import working
from review_app.access import require_lead
from review_app.alignment import Aligned
from review_app.errors import Conflict, NotFound, ReviewError, StoreUnavailable
from review_app.frozen_sets import Content, Frozen
from review_app.judge_costs import Aligner
from review_app.judge_making import changed_lines, instructions_problem
from review_app.judges import Judge
from services.alignment import Alignment, Outcome
from services.app import App
from services.experiments import experiments_in_scope
from services.jobs import Job
from services.judge_models import NEEDS_DSPY, can_align, lacks
from services.labeled_sets import LabeledSets

TALL = 320  # pixels of the text


def render(app: App) -> None:
    """Let a lead align the judge in the address, see what changed, and register it."""
    campaign_style()
    judge_style()
    with problems_shown():
        require_lead(app.person)
        experiment, judge = _judge(app)
        at = {"experiment": experiment, "judge": judge.name, "version": str(judge.version)}
        if "judges" in app.screens:
            way_back_to(app.screens["judges"], as_text(judge.name), at)
        page_top(f"Align {judge.name}, version {judge.version}", _FOR)
        job = app.services.model_jobs.get(_name(judge))
        outcome = job.result if job is not None and isinstance(job.result, Outcome) else None
        if job is not None and job.at_work:
            working("Learning, calls to the model", job)
            quiet(f"{job.about} Nothing is registered before you say so.")
        elif outcome is not None and outcome.is_open:
            _learned(app, judge, outcome, at)
        else:
            if outcome is not None and outcome.made is not None:
                quiet(f"What it learned last is registered as version {outcome.made.version}.")
            _new(app, judge, job)


_FOR = "It learns from what people say about the items of the train split; the test split stays."


def _judge(app: App) -> tuple[str, Judge]:
    """Return the judge in the address with its experiment's name."""
    asked = st.query_params
    wanted, version = asked.get("experiment", ""), asked.get("version", "")
    number = int(version) if version.isdecimal() else 0
    for one in experiments_in_scope(app.services.store, app.settings.experiments):
        if wanted in (one.name, one.id):
            return one.name, app.services.judges.get(one.id, asked.get("judge", ""), number)
    raise NotFound("There is no such judge. Choose one on the Judges page.")


def _name(judge: Judge) -> str:
    return f"align {judge.experiment_id} {judge.source} {judge.created_ms}"


# ------------------------------------------------------------------------------- a new one
def _new(app: App, judge: Judge, job: Job | None) -> None:
    if not can_align():
        show_empty("Not installed", NEEDS_DSPY)
        return
    sets = LabeledSets(app.services.campaigns)
    fitting = [one for one in sets.every() if one.question == judge.name]
    fitting.sort(key=lambda one: one.experiment_id != judge.experiment_id)
    if not fitting:
        show_empty(
            "No labeled set of this question",
            f"Freeze one that answers “{judge.name}” on the page Labeled sets.",
        )
        return
    if job is not None and job.sentence:
        st.warning(as_text(job.sentence))
    form, beside = st.columns([5, 7], gap="large")
    with form:
        frozen, by = ask_alignment(fitting, st.query_params.get("set", ""))
    with beside:
        heading("Before you start")
        _offer(app, sets, judge, frozen, by)


def _offer(app: App, sets: LabeledSets, judge: Judge, frozen: Frozen, by: Aligner) -> None:
    """Say what would be learned from and what that costs, and offer to start; or what lacks."""
    content = sets.load(frozen)
    alignment = Alignment(app.services.judges)
    try:
        plan = alignment.plan(app.person, judge, (frozen, content), by)
    except StoreUnavailable:
        raise
    except ReviewError as error:
        st.text(error.sentence)
        return
    show_plan(plan, judge.model)
    if lacks(app.settings, judge.model):
        st.text(lacks(app.settings, judge.model))
    elif st.button(f"Align with {by}", type="primary"):
        _start(app, judge, (frozen, content), by)


def _start(app: App, judge: Judge, learned: tuple[Frozen, Content], by: Aligner) -> None:
    def work(job: Job) -> Outcome:
        alignment = Alignment(app.services.judges)
        return Outcome(alignment.align(app.person, judge, learned, by, job.tell))

    frozen, _ = learned
    about = f"{app.person.name} began it: {by}, from “{frozen.name}”, version {frozen.version}."
    app.services.model_jobs.start(_name(judge), work, about)
    st.rerun()


# ---------------------------------------------------------------------------- what it learned
def _learned(app: App, judge: Judge, outcome: Outcome, at: dict[str, str]) -> None:
    facts(aligned_words(outcome.aligned))
    shown, text = st.columns([7, 5], gap="large")
    with text:
        heading("The next version")
        wanted = st.text_area(
            "What it would be told",
            height=TALL,
            help="You may change it before it is registered.",
            key=typed(f"aligned {outcome.token}", outcome.aligned.instructions),
        )
        problem = instructions_problem(wanted)
        if problem:
            st.text(problem)
        with st.container(horizontal=True):
            if st.button("Register it", type="primary", disabled=bool(problem)):
                try:
                    made = outcome.register(lambda aligned: _register(app, aligned, wanted))
                except Conflict:  # in another window meanwhile, which this page then says
                    st.rerun()
                number = {"version": str(made.version)}
                st.switch_page(app.screens["judges"], query_params={**at, **number})
            if st.button("Throw it away"):
                outcome.drop()
                st.rerun()
    with shown:
        heading(f"What changes against version {judge.version}")
        difference(changed_lines(judge.instructions, wanted))


def _register(app: App, aligned: Aligned, text: str) -> Judge:
    sets = LabeledSets(app.services.campaigns)
    frozen = next((one for one in sets.every() if one.run_id == aligned.learned_from), None)
    if frozen is None:
        raise NotFound("The labeled set that it learned from is no longer in MLflow.")
    alignment = Alignment(app.services.judges)
    return alignment.register(app.person, sets.load(frozen), aligned, text)
