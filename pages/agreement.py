"""Agreement: how far people read each question in the same way, and on which items they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

import streamlit as st
from markupsafe import Markup

from components.agreement_items import question_links, split_rows
from components.agreement_pairs import pairs_map
from components.agreement_picture import agreement_picture, agreement_style
from components.agreement_table import agreement_table
from components.campaign_links import follow_links
from components.campaign_list import campaign_style, counting, heading, quiet, way_back
from components.campaign_picker import pick_campaign
from components.campaign_rows import link_out
from components.messages import problems_shown, show_empty
from components.words import counted, moment
from review_app.access import require_lead
from review_app.agreement.pairs import Pair, pairs_of
from review_app.agreement.rows import Counted, QuestionRows, counted_from, question_rows
from review_app.agreement.splitting import SplitItem, split_items
from review_app.campaigns import Campaign
from review_app.questions import Question
from review_app.shifts import shift_sentences
from review_app.sight import Sight
from services.app import App

ROWS_A_PAGE = 10
KEPT = 16  # campaigns whose numbers stay in memory
WHAT_ALPHA_IS = (
    "Krippendorff’s alpha: 1 is full agreement, 0 is what chance would bring. The bar is the 95 %"
    " interval, over sessions; what its lower end reaches counts: .667 tentative, .8 reliable."
)
ONE_PERSON = "Nobody answered the same item as somebody else, so there is nobody to agree with."


@dataclass(frozen=True)
class Closer:
    """One question from near: every two people, and the items that split them."""

    pairs: tuple[Pair, ...]
    split: tuple[SplitItem, ...]


def render(app: App) -> None:
    """Show the agreement on every question of a campaign, and one question from near."""
    campaign_style()
    agreement_style()
    follow_links()
    with problems_shown():
        require_lead(app.person)
        campaigns = [one for one in app.services.campaigns.every() if one.status != "building"]
        if not campaigns:
            st.title("Agreement", anchor=False)
            show_empty("No campaign yet", "Once people have answered, their agreement is here.")
            return
        name = st.query_params.get("campaign", "")
        chosen = app.services.campaigns.get(name) if name else None
        with _head():
            st.title("Agreement", anchor=False, width="content")
            campaign = pick_campaign(campaigns, chosen)
        _campaign(app, campaign)


def _head() -> st.delta_generator.DeltaGenerator:
    return st.container(
        key="agreement-head",
        horizontal=True,
        vertical_alignment="bottom",
        horizontal_alignment="distribute",
    )


def _campaign(app: App, campaign: Campaign) -> None:
    sight = app.services.overviews.of(campaign)
    known = _counted(sight)
    if known is None or sight.progress is None:
        if sight.trouble:
            quiet(sight.trouble)
        _while_counted(app, campaign, sight.computed_ms)
        return
    rows = _rows(known)
    if not any(one.rows for one in rows):
        show_empty("No answers yet", "Once two people have answered the same items, look again.")
        return
    quiet(WHAT_ALPHA_IS)
    agreement_picture(campaign.name, rows)
    heading("Numbers")
    agreement_table(rows)
    texts = [one.heading for one in known.labels.questions if one.kind == "text"]
    if texts:
        quiet(f"Texts are not compared: {', '.join(texts)}.")
    for sentence in shift_sentences(sight.progress.gathered):
        quiet(sentence)
    quiet(f"Counted {moment(sight.computed_ms, app.zone)}.")
    _closer_look(app, campaign, known, rows)


@st.fragment(run_every=1.0)
def _while_counted(app: App, campaign: Campaign, shown_ms: int) -> None:
    sight = app.services.overviews.of(campaign, wait=0)
    if not sight.counting or sight.computed_ms != shown_ms:
        st.rerun()
    counting(sight)


def _moment(sight: Sight) -> tuple[str, int]:
    """Return what tells two counts apart."""
    of = sight.progress.gathered.campaign.run_id if sight.progress and sight.whole else ""
    return of, sight.computed_ms


@st.cache_resource(max_entries=KEPT, show_spinner=False, hash_funcs={Sight: _moment})
def _counted(sight: Sight) -> Counted | None:
    return counted_from(sight.progress.gathered) if sight.progress and sight.whole else None


def _key(counted_: Counted) -> tuple[str, int]:
    return counted_.key


@st.cache_resource(
    max_entries=KEPT, show_spinner="Computing how far people agree …", hash_funcs={Counted: _key}
)
def _rows(known: Counted) -> tuple[QuestionRows, ...]:
    return question_rows(known.labels)


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False, hash_funcs={Counted: _key})
def _closer(known: Counted, name: str) -> Closer:
    question = next(one for one in known.labels.questions if one.name == name)
    answers = known.labels.answers[name]
    return Closer(pairs_of(question, answers), split_items(question, answers))


# ------------------------------------------------------------------------- one question from near
def _closer_look(
    app: App, campaign: Campaign, known: Counted, rows: Sequence[QuestionRows]
) -> None:
    asked = {one.question.name: one.question for one in rows}
    usual = min(rows, key=lambda one: one.lowest).question.name
    name = st.query_params.get("question", usual)
    question = asked.get(name, asked[usual])
    heading("Who agrees with whom")
    question_links(campaign.name, asked.values(), question.name)
    near = _closer(known, question.name)
    if not near.pairs:
        quiet(ONE_PERSON)
        return
    quiet(f"{_same(question)} A share leads to the items on which two people went apart.")
    pairs_map(campaign.name, question.name, near.pairs)
    pair = _pair(near)
    if pair is not None:
        _apart(app, campaign, question, near, pair)
        return
    heading("The items that split people")
    if not near.split:
        quiet("On every common item all say the same.")
        return
    n = counted(len(near.split), "item")
    quiet(f"{n}, the worst first. Read them together: they show how the question is read.")
    _items(app, campaign, question, near.split)


def _same(question: Question) -> str:
    if question.pass_cut is not None:
        return "Two answers agree when both pass or both fail."
    if question.kind == "choices":
        return "Two answers agree when exactly the same is chosen."
    return "Two answers agree when they are the same."


def _pair(near: Closer) -> Pair | None:
    people = st.query_params.get("one", ""), st.query_params.get("other", "")
    return next((one for one in near.pairs if one.people == people), None)


def _apart(app: App, campaign: Campaign, question: Question, near: Closer, pair: Pair) -> None:
    heading(f"Where {pair.people[0]} and {pair.people[1]} went apart")
    way_back(
        "← All items that split people", {"campaign": campaign.name, "question": question.name}
    )
    quiet(f"{len(pair.apart):,} of {counted(pair.items, 'item')} that both answered.")
    wanted = set(pair.apart)
    _items(app, campaign, question, [one for one in near.split if one.place in wanted])


def _items(app: App, campaign: Campaign, question: Question, items: Sequence[SplitItem]) -> None:
    last = max(1, -(-len(items) // ROWS_A_PAGE))
    page = st.pagination(last, key="agreement-page") - 1 if last > 1 else 0
    shown = items[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    titles = app.services.overviews.titles(one.place[0] for one in shown)
    split_rows(question, shown, titles, partial(_ways, app, campaign, question))


def _ways(app: App, campaign: Campaign, question: Question, trace_id: str) -> Iterator[Markup]:
    """Yield where the item can be settled and read."""
    if "adjudication" in app.screens:
        to = {"campaign": campaign.name, "question": question.name, "item": trace_id}
        address = urlencode(to, quote_via=quote)
        yield link_out("Settle it", f"/adjudication?{address}", new_tab=False)
    in_mlflow = app.services.readings.mlflow_url(campaign.experiment_id, trace_id)
    if in_mlflow:
        yield link_out("In MLflow", in_mlflow, new_tab=True)
