"""A new judge, or the next version of one: written from a question, tried, registered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from components.campaign_list import campaign_style, heading, page_top, quiet, way_back_to
from components.judge_form import Written, ask_judge
from components.judge_text import difference, judge_style, said
from components.messages import problems_shown, show_empty
from components.typed import forget_typed
from components.working import working
from review_app.access import require_lead
from review_app.errors import NotFound
from review_app.judge_making import changed_lines, instructions_problem
from review_app.judge_scores import Scored
from review_app.judges import Judge
from review_app.questions import Question, in_words
from services.app import App
from services.experiments import Experiment, experiments_in_scope
from services.jobs import Job
from services.judge_models import lacks
from services.judge_tryout import Tried, try_on_newest
from services.questions import questions_of

TRIED = "judge-tried"  # the session's newest try
ONE_CALL = "One call to the model. Nothing is stored."
CHANGED = "You changed it since it was tried."


@dataclass(frozen=True)
class _Desk:
    """What the form stands on.

    Attributes:
        before: the version whose text is changed; None for a new judge.
        questions: that can be judged.
        judges: all that are registered.
    """

    app: App
    experiment: Experiment
    before: Judge | None
    questions: list[Question]
    judges: list[Judge]


@dataclass(frozen=True)
class _Try:
    """A try and what exactly was tried; it says nothing about anything else.

    Attributes:
        about: the experiment and the question.
        told: what the judge was told, and its model.
        job: asks the model.
    """

    about: tuple[str, Question]
    told: tuple[str, str]
    job: Job


def render(app: App) -> None:
    """Let a lead write a judge, try it on one trace, and register it."""
    campaign_style()
    judge_style()
    with problems_shown():
        require_lead(app.person)
        desk = _desk(app)
        if "judges" in app.screens:
            way_back_to(app.screens["judges"], "Judges", _address(desk))
        named = f"Next version of {desk.before.name}" if desk.before else "New judge"
        page_top(named, f"For the traces of “{desk.experiment.name}”")
        if not desk.questions:
            show_empty(
                "No question that can be judged",
                "A judge answers a question of these traces: pass or fail, a choice or a number."
                " Make one on the Questions page.",
            )
            return
        form, beside = st.columns([7, 5], gap="large")
        with form:
            wanted = st.query_params.get("question", "")
            models, place = app.settings.judge_models, desk.experiment.id
            written = ask_judge(desk.questions, desk.before, wanted, models, place)
        with beside:
            _beside(desk, written)


def _desk(app: App) -> _Desk:
    every = experiments_in_scope(app.services.store, app.settings.experiments)
    asked = st.query_params
    wanted, name = asked.get("experiment", ""), asked.get("judge", "")
    experiment = next((one for one in every if wanted in ("", one.name, one.id)), None)
    if experiment is None:
        raise NotFound("There is no such experiment. Choose one on the Judges page.")
    version = asked.get("version", "")
    judges = app.services.judges
    number = int(version) if version.isdecimal() else 0
    before = judges.get(experiment.id, name, number) if name else None
    questions = [
        one
        for one in questions_of(app.services.store, experiment.id)
        if one.kind != "text" and not one.expectation and (before is None or one.name == name)
    ]
    return _Desk(app, experiment, before, questions, judges.every(experiment.id))


def _address(desk: _Desk) -> dict[str, str]:
    at = {"experiment": desk.experiment.name}
    if desk.before is not None:
        at |= {"judge": desk.before.name, "version": str(desk.before.version)}
    return at


def _beside(desk: _Desk, written: Written) -> None:
    """Offer to try and to register what stands in the form, or say what lacks."""
    problem = instructions_problem(written.instructions)
    if problem or not written.model:
        st.text(problem or "Choose a model.")
        return
    name = written.question.name
    same_name = [one for one in desk.judges if one.name == name]
    newest = max(same_name, key=lambda one: one.version, default=None)
    number = newest.version + 1 if newest else 1
    if newest is not None and _is_like(newest, written):
        quiet(f"Version {newest.version} is exactly this. Change something to register another.")
    elif st.button(f"Register version {number}", type="primary"):
        made = _register(desk, written)
        forget_typed()
        at = {"judge": made.name, "version": str(made.version)}
        st.switch_page(desk.app.screens["judges"], query_params={**_address(desk), **at})
    if desk.before is not None:
        heading("What changes")
        difference(changed_lines(desk.before.instructions, written.instructions))
    heading("Try it on one trace")
    if lacks(desk.app.settings, written.model):
        quiet(lacks(desk.app.settings, written.model))
    else:
        _try(desk, written)


def _is_like(judge: Judge, written: Written) -> bool:
    now = (written.instructions.strip(), written.model, written.threshold)
    return now == (judge.instructions.strip(), judge.model, judge.threshold)


def _register(desk: _Desk, written: Written) -> Judge:
    """Register it; what the version before had learned from, this one has seen, too."""
    wanted = Judge(
        written.question.name,
        0,
        desk.experiment.id,
        model=written.model,
        instructions=written.instructions,
        threshold=written.threshold,
        learned_from=desk.before.learned_from if desk.before else "",
        learned_before=desk.before.learned_before if desk.before else (),
    )
    services = desk.app.services
    return services.judges.create(desk.app.person, desk.experiment.id, written.question, wanted)


# ------------------------------------------------------------------------------------ a try
def _try(desk: _Desk, written: Written) -> None:
    last: _Try | None = st.session_state.get(TRIED)
    about = desk.experiment.id, written.question
    told = written.instructions, written.model
    if last is not None and last.about != about:
        last = None
    fits = last is not None and last.told == told
    if last is not None and fits and last.job.at_work:
        working("Asking the model about one trace", last.job)
        return
    if st.button("Ask it about the newest trace"):
        if last is not None:
            last.job.cancel()
        st.session_state[TRIED] = _Try(about, told, _ask(desk, written))
        st.rerun()
    if last is None or not fits:
        quiet(CHANGED if last else ONE_CALL)
    elif isinstance(last.job.result, Tried):
        _said(written.question, last.job.result)
    else:
        st.text(last.job.sentence)


def _ask(desk: _Desk, written: Written) -> Job:
    services, person, place = desk.app.services, desk.app.person, desk.experiment.id
    run = services.judges.tryout(person, written.question, written.instructions, written.model)
    return services.model_jobs.start(
        f"try {uuid4().hex}",
        lambda job: try_on_newest(person, services.store, place, run, lambda: job.tell(0)),
    )


def _said(question: Question, tried: Tried) -> None:
    scored: Scored = tried.scored
    value = "" if scored.value is None else in_words(question, scored.value)
    quiet(f"About “{tried.text}”:")
    said(scored, value)
