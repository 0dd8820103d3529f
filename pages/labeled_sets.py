"""Labeled sets: build one from campaigns, freeze it, look at its versions, hand it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from io import BytesIO

import streamlit as st

from components.builder_form import as_text
from components.campaign_links import follow_links, go
from components.campaign_list import campaign_style, heading, page_top, quiet, way_back
from components.labeled_form import ask_recipe
from components.labeled_list import set_lines, version_links, version_words
from components.labeled_numbers import changes, missing, set_numbers, sheet
from components.labeled_rows import SHOWN, item_rows, settle_links
from components.messages import problems_shown, show_empty
from components.words import counted
from components.working import working
from review_app.access import require_lead
from review_app.campaigns import Campaign
from review_app.datasheet import datasheet_markdown
from review_app.errors import NotFound, ReviewError, StoreUnavailable
from review_app.frozen_sets import Content, Frozen, versions_of
from review_app.gathered import Gathered
from review_app.labeled_rows import TIE
from review_app.labeled_sets import LabeledSet, Recipe
from review_app.question_rules import can_fail
from review_app.questions import question_from
from review_app.set_files import FORMATS, Format
from review_app.set_numbers import difference, missing_in_words, numbers_of
from services.app import App
from services.exports import export, file_name
from services.jobs import Job
from services.labeled_sets import LabeledSets
from services.publishing import Published, publish

ROWS_A_PAGE = 20
WORK = "labeled_work"  # name of the session's own job that runs, or has just ended


def render(app: App) -> None:
    """Show all labeled sets, the form of a new one, or the version in the address."""
    campaign_style()
    follow_links()
    with problems_shown():
        require_lead(app.person)
        sets = LabeledSets(app.services.campaigns)
        asked = st.query_params
        if asked.get("new") or asked.get("campaign"):
            _new(app, sets)
        elif asked.get("set"):
            _version(app, sets, asked["set"])
        else:
            _list(app, sets)


# ------------------------------------------------------------------------------------ the list
def _list(app: App, sets: LabeledSets) -> None:
    every = sets.every()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.title("Labeled sets", anchor=False, width="content")
        if st.button("New labeled set", type="primary"):
            go({"new": "1"})
    if not every:
        show_empty(
            "No labeled set yet",
            "A labeled set holds what people together say about each item. It tunes and tests"
            " judges, and it never changes once it is frozen.",
        )
        return
    names = dict.fromkeys(one.name.casefold() for one in every)
    set_lines([versions_of(every, name) for name in names], app.zone)


# ---------------------------------------------------------------------------------- a new one
def _new(app: App, sets: LabeledSets) -> None:
    way_back("← All labeled sets", {})
    before = versions_of(sets.every(), st.query_params.get("set", ""))
    number = before[0].version + 1 if before else 1
    title = f"Version {number} of “{before[0].name}”" if before else "New labeled set"
    page_top(title, "Labels by a named rule, from the answers of one or more campaigns.")
    if _at_work(app, "Freezing"):
        return
    campaigns = app.services.campaigns.every()
    if not campaigns:
        show_empty("No campaign yet", "A labeled set is built from the answers of campaigns.")
        return
    usual = sets.load(before[0]).recipe if before else _usual(app, campaigns)
    form, preview = st.columns([5, 7], gap="large")
    with form:
        recipe = ask_recipe(campaigns, usual, fixed=bool(before))
    with preview:
        if recipe is not None:
            _preview(app, sets, recipe)


def _usual(app: App, campaigns: list[Campaign]) -> Recipe:
    """Begin with the campaign in the address, else the newest that is closed."""
    name = st.query_params.get("campaign", "")
    if name:
        chosen = app.services.campaigns.get(name)
    else:
        chosen = next((one for one in campaigns if one.status == "closed"), campaigns[0])
    return Recipe("", (chosen.run_id,), st.query_params.get("question", ""))


def _preview(app: App, sets: LabeledSets, recipe: Recipe) -> None:
    """Show what would be frozen, from the newest count of the campaigns."""
    try:
        sources = _counted(app, recipe)
        found = sets.next_of(recipe, sources) if sources is not None else None
    except StoreUnavailable:
        raise
    except ReviewError as error:
        st.text(error.sentence)
        return
    if found is None:
        _while_counted(app, recipe)
        return
    numbers = numbers_of(found.rows)
    heading(f"{counted(numbers.items, 'item')} would have a label")
    number = next((one.version for one in versions_of(sets.every(), recipe.name)), 0) + 1
    if numbers.items and st.button(f"Freeze version {number}", type="primary"):
        freeze, name = sets.freeze, f"freeze {recipe.name.casefold()}"
        _start(app, name, lambda job: freeze(app.person, recipe, job.tell))
    _preview_numbers(found)


def _preview_numbers(found: LabeledSet) -> None:
    left_out = {why: len(some) for why, some in found.left_out.items()}
    set_numbers(asdict(numbers_of(found.rows)), left_out)
    _ties(left_out, [one.campaign.name for one in found.sources])
    missing(missing_in_words(found.rows))


def _ties(left_out: Mapping[str, int], campaigns: Sequence[str]) -> None:
    """Lead to where ties are settled."""
    if left_out.get(TIE):
        settle_links(campaigns)


def _counted(app: App, recipe: Recipe) -> list[Gathered] | None:
    """Return what is known of the campaigns; None while one is counted for the first time."""
    found = []
    for run_id in recipe.campaigns:
        sight = app.services.overviews.of(app.services.campaigns.by_run(run_id))
        if sight.trouble:
            raise ReviewError(sight.trouble)
        if sight.progress is None or not sight.whole:
            return None
        found.append(app.services.adjudication.with_decisions(sight.progress.gathered))
    return found


@st.fragment(run_every=1.0)
def _while_counted(app: App, recipe: Recipe) -> None:
    if _counted(app, recipe) is not None:
        st.rerun()
    quiet("Counting the answers …")


# --------------------------------------------------------------------------------- long work
def _start(app: App, name: str, work: Callable[[Job], object]) -> None:
    app.services.jobs.start(name, work)
    st.session_state[WORK] = name
    st.rerun()


def _at_work(app: App, words: str) -> bool:
    """Draw the session's work while it runs, and go on or say what went wrong once it ended."""
    job = app.services.jobs.get(st.session_state.get(WORK, ""))
    if job is None:
        return False
    if job.at_work:
        working(words, job)
        return True
    del st.session_state[WORK]
    if isinstance(job.result, Frozen):
        go({"set": job.result.name, "version": str(job.result.version)})
    if isinstance(job.result, Published):
        st.success(as_text(_published(job.result)))
    elif job.sentence:
        st.warning(as_text(job.sentence))
    return False


def _published(done: Published) -> str:
    said = f"Published as {done.frozen.title}: {counted(done.records, 'record')}."
    if done.merged:
        said += (
            f" MLflow knows a record by its inputs alone, so {counted(done.merged, 'item')} of"
            f" equal inputs became part of another record; {done.conflicting:,} of these records"
            " had different labels, and the last one stands. The files hold every item."
        )
    return said


# ---------------------------------------------------------------------------------- a version
def _version(app: App, sets: LabeledSets, name: str) -> None:
    every = versions_of(sets.every(), name)
    asked = st.query_params.get("version", "")
    frozen = next((one for one in every if asked in ("", str(one.version))), None)
    if frozen is None:
        raise NotFound(f"There is no version {asked} of a labeled set called “{name}”.")
    way_back("← All labeled sets", {})
    page_top(frozen.name, version_words(frozen, every[0].version, app.zone))
    version_links(every, frozen.version)
    content = sets.load(frozen)
    _actions(app, sets, frozen, content)
    quiet(f"Verified: labels.jsonl has the SHA-256 {frozen.sha256}.")
    set_numbers(content.sheet["numbers"], content.sheet["left_out"])
    _ties(content.sheet["left_out"], [one["name"] for one in content.sheet["campaigns"]])
    missing(content.sheet["missing"])
    older = next((one for one in every if one.version < frozen.version), None)
    if older is not None:
        changes(difference(sets.load(older).rows, content.rows), older.version)
    _items(content)
    with st.expander("Datasheet"):
        sheet(datasheet_markdown(content.sheet))


def _actions(app: App, sets: LabeledSets, frozen: Frozen, content: Content) -> None:
    if _at_work(app, "Publishing"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        judged = can_fail(question_from(dict(content.sheet["question"])))
        if judged and st.button("Check a judge on it", type="primary"):
            about = {"question": frozen.question, "set": frozen.name}
            st.switch_page(app.screens["judge_check"], query_params=about)
        if st.button("Build the next version"):
            go({"new": "1", "set": frozen.name})
        if frozen.dataset_id:
            merged = f", {counted(frozen.merged, 'item')} merged" if frozen.merged else ""
            st.text(f"Published as {frozen.title}{merged}")
        elif st.button("Publish as a dataset", help="An evaluation dataset of MLflow."):
            _start(
                app,
                f"publish {frozen.run_id}",
                lambda job: publish(sets, app.services.store, app.person, frozen, job.tell),
            )
        with st.popover("Download"):
            for kind, (words, _) in FORMATS.items():
                _download(app, frozen, content, kind, words)


@st.fragment
def _download(app: App, frozen: Frozen, content: Content, kind: Format, words: str) -> None:
    st.download_button(
        words,
        lambda: BytesIO(b"".join(export(app.services.store, content, kind, _quiet))),
        file_name(frozen.title, kind),
        on_click="ignore",
        key=f"download {kind}",
        width="stretch",
    )


def _quiet(done: int, total: int) -> None:
    """Tell nobody: the browser shows how far a download is."""


def _items(content: Content) -> None:
    heading("Items")
    shown = st.segmented_control(
        "Which items", list(SHOWN), default="All", required=True, label_visibility="collapsed"
    )
    rows = [row for row in content.rows if SHOWN[shown or "All"](row)]
    if not rows:
        quiet("No item is like this.")
        return
    last = -(-len(rows) // ROWS_A_PAGE)
    above = st.container()
    page = st.pagination(last, key=f"labeled_page {shown}") if last > 1 else 1
    question = question_from(dict(content.sheet["question"]))
    names = {one["run_id"]: one["name"] for one in content.sheet["campaigns"]}
    with above:
        item_rows(rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE], question, names)
