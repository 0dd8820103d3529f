"""The builder, drawn on a real store: what a lead reads, chooses and writes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
import streamlit as st

from components.builder_draft import next_name
from pages.new_campaign import render
from review_app.answers import Assessment
from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.errors import Conflict, StoreUnavailable
from review_app.people import Person
from review_app.planning import Scan
from review_app.pool import Candidate, Pool
from review_app.questions import Question
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.planning import Planning
from services.questions import save_question
from tests.screens import Screen

TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), title="Is the tone right?")
_NAMES = count(1)


def _or_elsewhere(app):
    """Draw the page, or another one in its place."""
    if st.session_state.get("elsewhere"):
        st.text("Another page")
    else:
        render(app)


def may_write(page: Screen) -> bool:
    """Whether the campaign can be written now."""
    return not page.at.button(key="builder-write").disabled


def written(page: Screen) -> list[str]:
    """Names of the campaigns that a lead named here, begun ones too."""
    campaigns = page.app.services.campaigns
    return [c.name for c in (*campaigns.every(), *campaigns.unfinished()) if c.file]


@pytest.fixture
def made(store, make_campaign):
    """A campaign of eight traces: the pool of these tests; one of them is answered."""
    made = make_campaign(store, 8)
    save_question(store, made.campaign.experiment_id, TONE)
    create_assessment(store, made.traces[2], Assessment("quality", value=False, source="ana"))
    return made


@pytest.fixture
def build(store, screen):
    """Open the builder, as another screen asks for it."""

    def build(given=None, **more) -> Screen:
        session = {} if given is None else {"new_campaign": given}
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        page: Screen = screen(_or_elsewhere, store, now=now, session=session, **more)
        return page

    return build


@pytest.fixture
def design(made):
    """A design that can be written as it is."""
    return Design(
        f"Ready {10 * next(_NAMES)}",
        Pool(made.name),
        ("quality",),
        ("ana", "bo", "cy"),
        sample=Sample("random", n=6),
    )


def copy_of(design: Design) -> dict[str, Design]:
    """The design, as a screen hands over a campaign to copy."""
    return {"design": design}


def test_a_first_visit_says_what_comes_of_it(made, build):
    """A lead who opens the page reads at once how many items are drawn and what is missing."""
    page = build()

    assert "8 traces in the pool." in page.read
    assert "items are drawn" in page.read
    assert page.read.count("Name at least one reviewer.") == 2  # at the field and beside
    assert page.read.count("Choose at least one question.") == 2
    assert not may_write(page)


def test_a_campaign_is_written_with_a_link_for_everybody(made, build, design):
    """Pressing the button writes the plan that the preview showed, and gives everybody a link."""
    page = build(copy_of(design))
    assert may_write(page)
    assert "6</b> items are drawn" in page.read

    page.press("Write the campaign")

    assert "3 reviewers, 6 items" in page.read
    assert page.read.count("Copy the link<") == 3
    campaign = page.app.services.campaigns.get(next_name(design.name))
    assert campaign.status == "open"
    assert campaign.reviewers == ("ana", "bo", "cy")
    plan = page.app.services.campaigns.plan(campaign)
    assert {item.probability for item in plan} == {6 / 8}


BAD = {
    "empty pool": (lambda d: replace(d, pool=replace(d.pool, text="xyzzy")), "No trace passes"),
    "overlap": (lambda d: replace(d, sharing=Sharing(each=4)), "4 reviews an item need 4"),
    "people": (
        lambda d: replace(d, sharing=Sharing(1, 6, 5)),
        "to be read by 5 people",
    ),
    "duplicates": (lambda d: replace(d, reviewers=("ana", "bo", "ana")), "ana is named twice."),
    "no name": (lambda d: replace(d, reviewers=("ana", "b/o")), "“b/o” cannot be a reviewer"),
    "gold": (lambda d: replace(d, gold=(Gold("tr-0", {}),)), "a gold item has answers"),
    "too many": (lambda d: replace(d, sample=Sample("random", n=9)), "holds 8 items and 9"),
    "repeats": (lambda d: replace(d, repeats=Repeats(2)), "Take the repeats from an earlier"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_written_is_said_at_its_field(made, build, design, case):
    """A mistake is a sentence at its field and in the preview, and nothing can be written."""
    change, sentence = BAD[case]

    page = build(copy_of(change(design)))

    assert page.read.count(sentence) == 2
    assert not may_write(page)
    assert written(page) == []


def test_a_quota_above_its_stratum_is_said(made, build, design):
    """A quota that is larger than its stratum is refused by the table's sentence."""
    sample = Sample("stratified", n=2, by=("state",), quotas={"OK": 9})

    page = build(copy_of(replace(design, sample=sample)))

    assert page.read.count("“OK” holds 8 items and 9 were asked for.") == 2
    assert not may_write(page)
    assert written(page) == []


def test_a_taken_name_is_said_at_the_name(made, build, design):
    """A name that another campaign has is refused before anything is written."""
    page = build(copy_of(design))

    page.field("name").set_value(made.name.upper())
    page.draw()

    assert page.read.count("exists already. Choose another name.") == 2
    assert not may_write(page)


def test_a_goal_sets_what_nobody_has_chosen(made, build):
    """Another goal suggests sample and sharing anew, but leaves what the lead has changed."""
    page = build()
    assert page.field("sample-kind").value == "mixed"

    page.field("goal").set_value("judge")
    page.draw()
    assert page.field("sample-kind").value == "random"
    assert page.field("sharing-common").value == 8
    page.field("sample-n").set_value(5)
    page.draw()
    page.field("goal").set_value("find failures")
    page.draw()

    assert page.field("sample-kind").value == "random"
    assert page.field("sample-n").value == 5
    assert page.field("sharing-common").value == 0


def test_what_was_begun_is_still_there(made, build):
    """A lead who looks at another page meanwhile finds everything as it was left."""
    page = build()
    page.field("reviewers").set_value("Ana\nbo@example.org")
    page.field("instructions").set_value("Look it **up**.")
    page.draw()

    page.at.session_state["elsewhere"] = True
    page.draw()
    assert "Another page" in page.read
    page.at.session_state["elsewhere"] = False
    page.draw()

    assert page.field("reviewers").value == "ana\nbo@example.org"
    assert page.field("instructions").value == "Look it **up**."
    assert "<strong>up</strong>" in page.read


def test_filters_act_at_once_and_can_be_taken_away(made, build):
    """A filter narrows the preview without another search; removing it brings the traces back."""
    page = build({"pool": Pool(made.name, text="order 3"), "sample": Sample("all")})
    assert "1 of 8 traces pass the filters." in page.read

    page.field("pool-text").set_value("order")
    page.draw()
    assert "8 traces in the pool." in page.read

    page.field("pool-text").set_value("order 4")
    page.draw()
    page.press("builder-remove-text")
    assert "8 traces in the pool." in page.read


def test_other_screens_begin_a_campaign(made, build):
    """What the inbox or the questions page asks for stands in the fields from the start."""
    page = build({"pool": Pool(made.name, thumbs="down"), "sample": Sample("all")})
    assert page.field("pool-thumbs").value == "down"
    assert page.field("sample-kind").value == "all"
    assert "No trace passes" in page.read

    page = build({"experiment": made.name, "question": "tone", "traces": made.traces[:3]})
    assert "Is the tone right?" in page.read
    assert "3</b> items are drawn" in page.read


def test_an_answered_item_becomes_gold(made, build, design):
    """A gold item that was answered before begins with that answer, and takes another one."""
    page = build(copy_of(replace(design, questions=("quality", "tone"))))

    page.field("gold-add-0").set_value(made.traces[2])
    page.draw()
    gold = f"gold-{made.traces[2]}"
    assert page.field(f"{gold}-quality").value is False
    page.field(f"{gold}-quality").set_value(True)
    page.field(f"{gold}-tone").set_value("Kind")
    page.field(f"{gold}-why").set_value("It names the parcel.")
    page.field("practice").set_value(1)
    page.draw()

    assert may_write(page)
    assert "It names the parcel." in page.read  # in the campaign's file
    page.press("Write the campaign")
    campaign = next(c for c in page.app.services.campaigns.every() if c.file)
    practice = [i for i in page.app.services.campaigns.plan(campaign) if i.role == "practice"]
    assert [(i.trace_id, dict(i.right)) for i in practice] == [
        (made.traces[2], {"quality": True, "tone": "Kind"})
    ]


def test_questions_are_ordered(made, build, design):
    """The lead moves a question up and takes one out; the file says the order."""
    page = build(copy_of(replace(design, questions=("quality", "tone"))))

    page.press("builder-up-tone")
    assert "questions:\n- tone\n- quality" in page.read
    page.press("builder-drop-quality")

    assert "questions:\n- tone\n" in page.read


def test_the_search_can_be_stopped(made, build, design, monkeypatch):
    """A long look through the traces can be cancelled, is said to be, and begun again."""
    look = Planning.scan

    def endless(_, pool, tell):
        while True:
            tell(3, 8)
            time.sleep(0.01)

    monkeypatch.setattr(Planning, "scan", endless)
    page = build(copy_of(design), wait=False)
    assert not may_write(page)

    page.press("Cancel")
    assert "Stopped" in page.read
    monkeypatch.setattr(Planning, "scan", look)
    page.press("Look again")

    assert may_write(page)


def test_a_failed_writing_leads_back(made, build, design, monkeypatch):
    """When somebody takes the name meanwhile, that is said, and the design is still there."""
    page = build(copy_of(design))

    def taken(*_given):
        raise Conflict("Somebody is writing a campaign of this name.")

    monkeypatch.setattr(page.app.services.planning, "write", taken)
    page.press("Write the campaign")
    assert "Somebody is writing a campaign of this name." in page.read
    page.press("Back to the design")

    assert may_write(page)
    assert written(page) == []


def test_only_leads_build(made, build):
    """A reviewer who guesses the address reads that this is for leads, and sees no trace."""
    page = build(person=Person("ana"))

    assert "for the leads" in page.read
    assert made.name not in page.read


def test_text_of_traces_and_questions_cannot_draw(store, make_campaign, build):
    """Whatever a trace or a question says is shown as text in preview, gold items and summary."""
    evil = "<img src=x onerror=alert(1)>"
    made = make_campaign(
        store, 2, change=lambda r: replace(r, request_preview=f'{{"question": "{evil}"}}')
    )
    save_question(store, made.campaign.experiment_id, replace(TONE, title=f"{evil} $5 :red[x]"))
    create_assessment(store, made.traces[0], Assessment("tone", "Kind", "ana"))

    page = build(
        copy_of(
            Design(
                "Evil",
                Pool(made.name),
                ("tone",),
                ("ana",),
                sample=Sample("all"),
                gold=(Gold(made.traces[0], {}),),
            )
        )
    )

    assert "&lt;img" in page.read
    assert "<img" not in page.read


def test_an_unreachable_store_is_said(made, build, monkeypatch):
    """While MLflow does not answer the page says so and tries again."""

    def fail(_):
        raise StoreUnavailable("MLflow does not answer at the moment.")

    monkeypatch.setattr(Campaigns, "every", fail)

    page = build()

    assert "MLflow does not answer at the moment." in page.read
    assert "tries again" in page.read


def test_another_screen_begins_anew_after_writing(made, build, design):
    """A campaign asked for elsewhere begins anew, though the last one's links still stand here."""
    page = build(copy_of(design)).press("Write the campaign")
    assert "Copy the link<" in page.read

    page.at.session_state["new_campaign"] = {"pool": Pool(made.name), "sample": Sample("all")}
    page.draw()

    assert page.field("sample-kind").value == "all"
    assert page.read.count("Name at least one reviewer.") == 2


def test_an_experiment_that_is_gone_is_said(made, build, design):
    """A copy of a campaign whose experiment is gone says so, and another one can be chosen."""
    page = build(copy_of(replace(design, pool=Pool("no longer here"))))
    assert "There is no experiment called" in page.read
    assert not may_write(page)

    page.field("pool-experiment").set_value(made.name)
    page.draw()

    assert may_write(page)


def test_too_many_traces_are_filtered_by_mlflow(made, build, design, monkeypatch):
    """Where there are more traces than are looked at, a filter looks again among all of them."""
    asked = []

    def scan(_, pool, tell):
        asked.append(pool)
        found = Candidate("tr-1", text="order 1"), Candidate("tr-2", text="order 2")
        return Scan(found[: 1 if pool.text else 2], complete=bool(pool.text))

    monkeypatch.setattr(Planning, "scan", scan)
    sample = Sample("all")
    page = build(copy_of(replace(design, pool=Pool(made.name, text="order 1"), sample=sample)))

    assert asked == [Pool(made.name), Pool(made.name, text="order 1")]
    assert "1</b> item is drawn" in page.read
    for text in ("order", "order 1", "order 1 "):
        page.field("pool-text").set_value(text)
        page.draw()
    assert asked.count(Pool(made.name)) == 1
