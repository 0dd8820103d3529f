"""Questions: what reviewers of an experiment can be asked, and what it means exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from components.messages import show_empty, show_problem
from components.question_form import QuestionForm, question_form
from components.question_list import (
    QuestionRow,
    question_rows,
    question_style,
    say,
    say_problem,
    say_touched,
)
from components.question_picker import question_picker
from components.question_preview import show_preview
from components.question_use import Use, show_change, show_use
from components.words import counted
from review_app.access import require_lead
from review_app.campaigns import Campaign
from review_app.errors import NotAllowed, ReviewError, StoreUnavailable
from review_app.question_library import FIRST_CHOICE, LIBRARY, from_library
from review_app.question_rules import question_problems
from review_app.questions import Question
from review_app.rewording import to_ask_again
from services.app import App
from services.experiments import Experiment, experiments_in_scope
from services.question_answers import Answered, answers_to
from services.questions import Kept, delete, kept_questions, save_question

EMPTY = Question("", "pass_fail", options=("Pass", "Fail"))
NO_TRACES_YET = "MLflow has no experiment yet. Log a trace of your app first, or import some."
NOT_SAVED = "Not saved: MLflow does not answer. What you wrote stays here; try again in a moment."
LIBRARY_VIEW, NEW_VIEW = "library", "new"
OF_A_VISIT = ("question_opened", "q-")  # kept in the session while one question is open


@dataclass(frozen=True)
class _Desk:
    """What all views of this page stand on."""

    app: App
    experiment: Experiment
    kept: tuple[Kept, ...]
    campaigns: tuple[Campaign, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(k.question for k in self.kept if not k.mlflows_own)

    def asked_in(self, question: Question) -> list[str]:
        """Names of the campaigns that ask it."""
        return [c.name for c in self.campaigns if c.question(question.name)]


@dataclass(frozen=True)
class _Opened:
    """A question while somebody works on it.

    Attributes:
        view: which one.
        before: as it was stored when it was opened; None for a new one.
        writing: as it stands in the form.
        answered: the answers it had when it was opened.
    """

    view: str
    before: Question | None
    writing: Question
    answered: Answered


def render(app: App) -> None:
    """Show the questions of an experiment, the library, or the form of one question."""
    try:
        require_lead(app.person)
        experiments = experiments_in_scope(app.services.store, app.settings.experiments)
        view = st.query_params.get("question", "")
        question_style()
        if not experiments:
            st.title("Questions", anchor=False)
            show_empty("Nothing to ask about yet", NO_TRACES_YET)
            return
        if view == LIBRARY_VIEW:
            _library(_desk(app, _experiment(experiments)))
        elif view:
            _form(_desk(app, _experiment(experiments)), view)
        else:
            _list(app, experiments)
    except NotAllowed as error:
        show_problem(error.sentence)
    except StoreUnavailable as error:
        show_problem(error.sentence, retry=True)


def _go(view: str = "", *, start: str = "", notice: str = "") -> None:
    """Go to another view of this page; ``start`` names what a new question begins with."""
    for key in [str(k) for k in st.session_state if str(k).startswith(OF_A_VISIT)]:
        del st.session_state[key]
    if notice:
        st.session_state["question_notice"] = notice
    wanted = {"experiment": st.query_params.get("experiment", ""), "question": view, "start": start}
    st.query_params.from_dict({name: value for name, value in wanted.items() if value})
    st.rerun()


def _experiment(experiments: tuple[Experiment, ...]) -> Experiment:
    """Return the experiment that the address names, or the one with most traces."""
    wanted = st.query_params.get("experiment", "")
    return next((e for e in experiments if e.name == wanted), experiments[0])


def _desk(app: App, experiment: Experiment) -> _Desk:
    campaigns = app.services.campaigns.every()
    mine = tuple(c for c in campaigns if c.experiment_id == experiment.id)
    return _Desk(app, experiment, kept_questions(app.services.store, experiment.id), mine)


def _list(app: App, experiments: tuple[Experiment, ...]) -> None:
    with st.container(
        key="question-head",
        horizontal=True,
        vertical_alignment="bottom",
        horizontal_alignment="distribute",
    ):
        st.title("Questions", anchor=False, width="content")
        actions = st.container(horizontal=True, width="content")
    _notice()
    experiment = st.selectbox(
        "Experiment",
        experiments,
        index=experiments.index(_experiment(experiments)),
        format_func=lambda e: f"{e.name} ({counted(e.traces, 'trace')})",
        key="question_experiment",
        width=480,
    )
    st.query_params["experiment"] = experiment.name
    desk = _desk(app, experiment)
    if not desk.questions:
        _first_use()
        return
    if actions.button("From the library", key="to-library"):
        _go(LIBRARY_VIEW)
    if actions.button("New question", type="primary", key="to-new"):
        _go(NEW_VIEW)
    chosen = question_rows([QuestionRow(q, desk.asked_in(q)) for q in desk.questions])
    if chosen:
        _go(chosen)
    own = [k.question.name for k in desk.kept if k.mlflows_own]
    if own:
        say(
            f"“{own[0]}” is MLflow’s own question: every experiment has it, it cannot be changed, "
            "and campaigns made here do not ask it."
        )


def _first_use() -> None:
    show_empty(
        "No questions yet",
        "A campaign asks its reviewers questions of the experiment. Three from the library make a "
        "good beginning: is it good enough, what is wrong, and a note.",
    )
    with st.container(horizontal=True):
        if st.button("Choose from the library", type="primary", key="to-library"):
            _go(LIBRARY_VIEW)
        if st.button("Write your own", key="to-new"):
            _go(NEW_VIEW)


def _notice() -> None:
    notice = st.session_state.pop("question_notice", "")
    if notice:
        say_touched(notice)


def _head(title: str) -> None:
    with st.container(gap=None):
        if st.button("All questions", icon=":material/arrow_back:", type="tertiary", key="to-list"):
            _go()
        st.title(title, anchor=False)


def _library(desk: _Desk) -> None:
    _head("Library of questions")
    say(
        "Each asks one thing, says what to choose in doubt, and can be taught to a judge. Add them "
        "as they are, or adapt the wording to your field first."
    )
    present = {q.name.casefold() for q in desk.questions}
    picked = question_picker(LIBRARY, present, () if desk.questions else FIRST_CHOICE)
    if picked.leave:
        _go()
    if picked.start:
        _go(NEW_VIEW, start=picked.start)
    if picked.add:
        for name in picked.add:
            question = from_library(name)
            if question is not None and name not in present:
                save_question(desk.app.services.store, desk.experiment.id, question)
        _go(notice=f"{counted(len(picked.add), 'question')} added.")


def _form(desk: _Desk, view: str) -> None:
    kept = next((k for k in desk.kept if k.question.schema_id == view and not k.mlflows_own), None)
    _head("Edit a question" if kept else "New question")
    if kept is None and view != NEW_VIEW:
        show_empty("This question is gone", "It was deleted, or belongs to another experiment.")
        return
    _notice()
    opened = _opened(desk, view, kept)
    use = _use(desk, kept, opened.answered) if kept else Use()
    if show_use(use, can_ask="new_campaign" in desk.app.screens) and kept:
        _ask_again(desk, kept.question, use)
    left, right = st.columns([3, 2], gap="large")
    with left:
        form = question_form(
            opened.writing, f"q-{view}", made=kept is not None, name_fixed=use.in_use
        )
    st.session_state["question_opened"] = replace(opened, writing=form.question)
    with right:
        show_preview(form.question)
        if opened.before is not None:
            show_change(opened.before, form.question, use)
    _save_bar(desk, form, opened.before, use)


def _opened(desk: _Desk, view: str, kept: Kept | None) -> _Opened:
    """Return what was read when the question was opened, and what has been written since."""
    opened: _Opened | None = st.session_state.get("question_opened")
    if opened is not None and opened.view == view:
        return opened
    if kept is None:
        start = from_library(st.query_params.get("start", "")) or EMPTY
        return _Opened(view, None, start, Answered({}))
    with st.spinner("Counting the answers …"):
        answered = answers_to(desk.app.services.store, desk.experiment.id, kept.question)
    return _Opened(view, kept.question, kept.question, answered)


def _use(desk: _Desk, kept: Kept, answered: Answered) -> Use:
    asked = [q for c in desk.campaigns if (q := c.question(kept.question.name)) is not None]
    wordings = {q.version: q for q in asked}
    again = to_ask_again(kept.question, wordings, kept.reworded_at_ms, answered.by_trace)
    return Use(desk.asked_in(kept.question), answered.by_trace, answered.more, again)


def _ask_again(desk: _Desk, question: Question, use: Use) -> None:
    st.session_state["new_campaign"] = {
        "experiment": desk.experiment.name,
        "question": question.name,
        "traces": list(use.again),
    }
    st.switch_page(desk.app.screens["new_campaign"])


def _save_bar(desk: _Desk, form: QuestionForm, before: Question | None, use: Use) -> None:
    with st.container(key="question-bar", horizontal=True, vertical_alignment="center"):
        pressed = st.button("Save", type="primary", key="save-question", width=112)
        if st.button("Cancel", type="tertiary", key="cancel-question"):
            _go()
        if before is not None and not use.in_use:
            with st.popover("Delete", type="tertiary"):
                st.text("Nobody has answered it, and no campaign asks it.")
                if st.button("Delete the question", key="delete-question"):
                    delete(desk.app.services.store, desk.experiment.id, before)
                    _go(notice="The question is deleted.")
        said = st.container()
    tried = form.key("tried")
    st.session_state[tried] = pressed or st.session_state.get(tried, False)
    problems = question_problems(
        form.question, desk.questions, feedback_names=desk.app.settings.user_feedback
    )
    if st.session_state[tried]:
        form.tell(problems)
    if pressed and not problems:
        problem = _save(desk, form.question, before)
        with said:
            say_problem(problem)
    elif pressed:
        with said:
            say_problem(f"Not saved. {problems[0].sentence}")


def _save(desk: _Desk, question: Question, before: Question | None) -> str:
    """Save and go on; return why it could not be saved."""
    try:
        store = desk.app.services.store
        saved = save_question(store, desk.experiment.id, question, before=before)
    except StoreUnavailable:
        return NOT_SAVED
    except ReviewError as error:
        return f"Not saved: {error.sentence}"
    stay = before is not None and before.version != saved.version
    _go(saved.schema_id if stay else "", notice="The question is saved.")
    return ""
