"""The check of a judge: may it stand in for an expert? The verdict, its tests, both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.builder_form import as_text
from components.campaign_links import follow_links, go, link
from components.campaign_list import campaign_style, heading, page_top, quiet
from components.campaign_rows import link_out
from components.check_develop import development, suggested_line
from components.check_forms import ask_again, ask_check, ask_limits
from components.check_items import CELLS, both_sides, confusion
from components.check_verdict import beside_versions, check_style, outcome_rows, verdict
from components.check_words import how_it_was_made, what_a_look_costs
from components.how_computed import how_computed
from components.messages import problems_shown, show_empty
from components.words import counted
from components.working import working
from review_app.access import require_lead
from review_app.answers import JUDGE_DISAGREEMENT
from review_app.campaigns import Campaign
from review_app.errors import ReviewError
from review_app.frozen_sets import Frozen
from review_app.judge_check.items import Asked
from review_app.judge_check.line import best_line, says_numbers
from review_app.judge_check.rates import Cell
from review_app.judge_check.sides import apart_and_same, both_sides_of
from review_app.judge_check.values import Check, Checked, Limits
from review_app.labeled_rows import LabeledRow
from review_app.people import normal_name
from review_app.rechecks import Recheck
from services.app import App
from services.campaign_writing import CampaignWriting
from services.jobs import Job
from services.judge_checks import JudgeChecks
from services.judge_said import said_by_judges
from services.judge_wanted import Wanted, wanted_from
from services.labeled_sets import LabeledSets
from services.rechecks import Rechecks

ROWS_A_PAGE = 10
WORK = "judge_check_work"  # name of the session's own job that runs, or has just ended
METHODS = "Checking a judge"
APART = ("missed", "rejected")  # the cells in which judge and people disagree


@dataclass(frozen=True)
class Place:
    """What the page is about, with the services it needs."""

    app: App
    checks: JudgeChecks
    wanted: Wanted


def render(app: App) -> None:
    """Show the check that the address names, or ask which judge to check on what."""
    campaign_style()
    check_style()
    follow_links()
    with problems_shown():
        require_lead(app.person)
        sets = LabeledSets(app.services.campaigns)
        checks = JudgeChecks(app.services.store, sets)
        wanted = wanted_from(sets, app.services.judges, st.query_params.to_dict())
        if wanted is None:
            _choose(app, sets)
        else:
            _check(Place(app, checks, wanted))


def _choose(app: App, sets: LabeledSets) -> None:
    judge = st.query_params.get("judge", "")
    _back(app)
    page_top(
        f"Check {judge or 'a judge'}", "May it stand in for an expert? People’s labels decide."
    )
    question, named = st.query_params.get("question", ""), st.query_params.get("set", "")
    every = [
        one
        for one in sets.every()
        if question in ("", one.question) and named.casefold() in ("", one.name.casefold())
    ]
    if not every:
        show_empty(
            f"No labeled set for “{as_text(question)}” yet" if question else "No labeled set yet",
            "A judge is checked against what people said. Freeze a labeled set from a campaign.",
        )
        return

    def judges_of(chosen: Frozen) -> list[str]:
        traces = [row.trace_id for row in sets.load(chosen).rows]
        said = said_by_judges(app.person, app.services.store, traces, chosen.question)
        return sorted(one.source for one in said)

    found = ask_check(every, judge, judges_of)
    if found is not None:
        frozen, source, cut = found
        given = {} if cut is None else {"threshold": repr(cut)}
        go({"judge": source, "set": frozen.name, "version": str(frozen.version), **given})


def _back(app: App) -> None:
    if "judges" in app.screens:
        quiet(link_out("← Judges", "/judges", new_tab=False))


def _check(place: Place) -> None:
    frozen, key = place.wanted.frozen, place.wanted.key
    _back(place.app)
    page_top(
        f"{key.source} on {frozen.title}",
        f"“{key.question}” · {counted(frozen.items, 'item')} with a label",
    )
    if _at_work(place.app):
        return
    newest = place.checks.newest(place.app.person, place.wanted)
    if newest is None:
        _not_yet(place)
    else:
        _shown(place, newest)


def _not_yet(place: Place) -> None:
    """Ask for the limits, then for the final check; offer a look at the train split."""
    refused = place.checks.before(place.app.person, place.wanted)
    if refused:
        verdict(f"This check is refused. {refused}")
        return
    limits = place.checks.limits(place.wanted.frozen)
    if limits is None:
        heading("First, the limits")
        if given := ask_limits(Limits()):
            place.checks.store_limits(place.app.person, place.wanted.frozen, given)
            st.rerun()
        return
    look = place.checks.looks(place.wanted.frozen) + 1
    heading("Final check")
    quiet(what_a_look_costs(look, limits))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Final check", type="primary"):
            _look(place)
        how_computed(METHODS)
    _development(place)


def _development(place: Place) -> None:
    wanted = place.wanted
    if not any(row.split == "train" for row in wanted.content.rows):
        return
    heading("While developing")
    try:
        done = place.checks.develop(place.app.person, wanted)
    except ReviewError as error:
        quiet(error.sentence)
        return
    learned_from = wanted.judge.learned_from if wanted.judge else ""
    development(done, aligned_on_these=learned_from == wanted.frozen.run_id)
    own = wanted.judge is not None and wanted.judge.threshold is not None
    if not own and says_numbers(done.seen):
        suggested_line(best_line(done.seen), wanted.threshold, wanted.address)


def _look(place: Place) -> None:
    final, person = place.checks.final, place.app.person
    _start(place, "final", lambda job: final(person, place.wanted, job.tell))


def _shown(place: Place, checked: Checked) -> None:
    check = place.checks.load(place.app.person, checked)
    verdict(check.sentence)
    with st.container(horizontal=True, vertical_alignment="center"):
        quiet(how_it_was_made(checked, check, place.app.zone))
        how_computed(METHODS)
    outcome_rows(check)
    for note in check.notes:
        quiet(note)
    beside_versions(check, place.checks.other_versions(place.app.person, checked))
    heading("Where the judge and people differ")
    now = st.query_params.get("cell", "missed")
    cell: Cell = next((one for one in CELLS if one == now), "missed")
    confusion(check.confusion, place.wanted.address, cell)
    quiet("What is settled one by one helps to understand; it stays out of this judge’s check.")
    above = st.container()
    _items(place, check, cell)
    with above if "item" in st.query_params else st.container():
        _again(place, check)
    if st.button("Check it again", help="A new look, if anything changed since."):
        _look(place)


def _items(place: Place, check: Check, cell: Cell) -> None:
    ids = check.confusion.get(cell, ())
    if not ids:
        quiet("No item is like this.")
        return
    last = -(-len(ids) // ROWS_A_PAGE)
    above = st.container()
    page = st.pagination(last, key=f"check-page {cell}") if last > 1 else 1
    shown = ids[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    key = place.wanted.key
    said = said_by_judges(place.app.person, place.app.services.store, shown, key.question).get(
        key.stored, {}
    )
    rows = {row.trace_id: row for row in place.wanted.content.rows}
    asked = Asked(place.wanted.question, check.threshold)
    items = both_sides_of([rows[one] for one in shown if one in rows], asked, said)
    with above:
        both_sides(items, place.wanted.question, key.source, partial(_ways, place, cell))


def _ways(place: Place, cell: Cell, row: LabeledRow) -> list[Markup]:
    """Return where the item can be settled and read."""
    app, ways = place.app, []
    names = {one["run_id"]: one["name"] for one in place.wanted.content.sheet["campaigns"]}
    name = next((names[one.campaign] for one in row.drawn if one.campaign in names), "")
    if name and "adjudication" in app.screens:
        about = {"campaign": name, "question": row.question, "item": row.trace_id}
        because = {"because": JUDGE_DISAGREEMENT} if cell in APART else {}
        address = urlencode({**about, **because}, quote_via=quote)
        ways.append(link_out("Settle it", f"/adjudication?{address}", new_tab=False))
    if cell in APART:
        to = {**place.wanted.address, "cell": cell, "item": row.trace_id}
        ways.append(link("Ask others", to))
    in_mlflow = app.services.readings.mlflow_url(place.wanted.frozen.experiment_id, row.trace_id)
    if in_mlflow:
        ways.append(link_out("In MLflow", in_mlflow, new_tab=True))
    return ways


def _again(place: Place, check: Check) -> None:
    """Let the lead have disagreements read anew."""
    only = st.query_params.get("item", "")
    apart, same = apart_and_same(check.confusion, place.wanted.content.rows, only)
    if not apart or not same:
        return
    heading("Have them read anew")
    known = sorted({p for one in place.app.services.campaigns.every() for p in one.reviewers})
    frozen = place.wanted.frozen
    wished = ask_again(f"{frozen.title}, read once more", known, len(apart), len(same))
    if wished is None:
        return
    names = tuple(dict.fromkeys(map(normal_name, wished.reviewers)))
    asked = Recheck(wished.name, frozen.experiment_id, place.wanted.question, names, frozen.title)
    rechecks, person = Rechecks(CampaignWriting(place.app.services.campaigns)), place.app.person

    def work(job: Job) -> Campaign:
        if wished.mixed:
            return rechecks.mix(person, asked, apart, same, job.tell)
        return rechecks.send(person, asked, apart, job.tell)

    _start(place, "again", work)


def _start(place: Place, what: str, work: Callable[[Job], object]) -> None:
    name = f"{what} {place.wanted.frozen.run_id} {place.wanted.key.source}"
    place.app.services.jobs.start(name, work)
    st.session_state[WORK] = name
    st.rerun()


def _at_work(app: App) -> bool:
    """Draw the session's work while it runs; say what came of it once it ended."""
    job = app.services.jobs.get(st.session_state.get(WORK, ""))
    if job is None:
        return False
    if job.at_work:
        working("At work", job)
        return True
    del st.session_state[WORK]
    if isinstance(job.result, Campaign):
        st.success(f"“{as_text(job.result.name)}” is written. Its page is among the campaigns.")
    elif job.sentence:
        st.warning(as_text(job.sentence))
    return False
