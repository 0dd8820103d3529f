"""The builder, drawn on a real store: what a lead reads, chooses and writes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from components.builder_draft import next_name
from review_app.answers import Assessment
from review_app.design import Design, Gold, Repeats, Sample, Sharing
from review_app.errors import Conflict, StoreUnavailable
from review_app.people import Person
from review_app.planning import Scan
from review_app.pool import Candidate, Pool
from review_app.questions import Question
from services.app import App, services_for
from services.assessments import create_assessment
from services.questions import save_question
from services.settings import Settings

LEA = Person("lea", is_lead=True)
TONE = Question("tone", "choice", options=("Rude", "Plain", "Kind"), title="Is the tone right?")
_NAMES = count(1)


def _screen(app):
    import streamlit as st

    from pages.new_campaign import render

    if st.session_state.get("elsewhere"):
        st.text("Another page")
    else:
        render(app)


class Builder:
    """The page as a lead sees it, and what they do there."""

    def __init__(self, at: AppTest, services) -> None:
        self.at, self.services = at, services

    def once(self) -> Builder:
        """Draw the page as it is."""
        self.at.run()
        return self

    def run(self) -> Builder:
        """Draw the page, and again until nothing is searched or written any more."""
        self.at.run()
        until = time.monotonic() + 30
        while any(button.label == "Cancel" for button in self.at.button):
            assert time.monotonic() < until
            time.sleep(0.1)
            self.at.run()
        assert not self.at.exception
        return self

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        at = self.at
        kinds = (at.title, at.header, at.subheader, at.text, at.caption, at.code, at.get("html"))
        return "\n".join(str(getattr(e, "value", None) or e.proto.body) for k in kinds for e in k)

    def field(self, name: str):
        """The widget of a field."""
        return next(w for w in self.at.main if getattr(w, "key", None) == f"builder-{name}")

    def press(self, label: str) -> Builder:
        """Press a button."""
        next(button for button in self.at.button if button.label == label).click()
        return self.run()

    @property
    def may_write(self) -> bool:
        """Whether the campaign can be written now."""
        return not self.at.button(key="builder-write").disabled

    @property
    def written(self) -> list[str]:
        """Names of the campaigns that a lead named here, begun ones too."""
        campaigns = self.services.campaigns
        return [c.name for c in (*campaigns.every(), *campaigns.unfinished()) if c.file]


@pytest.fixture
def made(store, make_campaign):
    """A campaign of eight traces: the pool of these tests; one of them is answered."""
    made = make_campaign(store, 8)
    save_question(store, made.campaign.experiment_id, TONE)
    create_assessment(store, made.traces[2], Assessment("quality", value=False, source="ana"))
    return made


@pytest.fixture
def build(store):
    """Open the builder for a person, as another screen asks for it."""

    def build(given=None, person: Person = LEA, *, wait: bool = True) -> Builder:
        settings = Settings(tracking_uri=store.uri, contact="Lea")
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        app = App(settings, person, services_for(settings), UTC, lambda: now, {})
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        if given is not None:
            at.session_state["new_campaign"] = given
        page = Builder(at, app.services)
        return page.run() if wait else page.once()

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

    assert "8 traces in the pool." in page.text
    assert "items are drawn" in page.text
    assert page.text.count("Name at least one reviewer.") == 2  # at the field and beside
    assert page.text.count("Choose at least one question.") == 2
    assert not page.may_write


def test_a_campaign_is_written_with_a_link_for_everybody(made, build, design):
    """Pressing the button writes the plan that the preview showed, and gives everybody a link."""
    page = build(copy_of(design))
    assert page.may_write
    assert "6</b> items are drawn" in page.text

    page.press("Write the campaign")

    assert "3 reviewers, 6 items" in page.text
    assert page.text.count("Copy the link<") == 3
    campaign = page.services.campaigns.get(next_name(design.name))
    assert campaign.status == "open"
    assert campaign.reviewers == ("ana", "bo", "cy")
    plan = page.services.campaigns.plan(campaign)
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

    assert page.text.count(sentence) == 2
    assert not page.may_write
    assert page.written == []


def test_a_quota_above_its_stratum_is_said(made, build, design):
    """A quota that is larger than its stratum is refused by the table's sentence."""
    sample = Sample("stratified", n=2, by=("state",), quotas={"OK": 9})

    page = build(copy_of(replace(design, sample=sample)))

    assert page.text.count("“OK” holds 8 items and 9 were asked for.") == 2
    assert not page.may_write
    assert page.written == []


def test_a_taken_name_is_said_at_the_name(made, build, design):
    """A name that another campaign has is refused before anything is written."""
    page = build(copy_of(design))

    page.field("name").set_value(made.name.upper())
    page.run()

    assert page.text.count("exists already. Choose another name.") == 2
    assert not page.may_write


def test_a_goal_sets_what_nobody_has_chosen(made, build):
    """Another goal suggests sample and sharing anew, but leaves what the lead has changed."""
    page = build()
    assert page.field("sample-kind").value == "mixed"

    page.field("goal").set_value("judge")
    page.run()
    assert page.field("sample-kind").value == "random"
    assert page.field("sharing-common").value == 8
    page.field("sample-n").set_value(5)
    page.run()
    page.field("goal").set_value("find failures")
    page.run()

    assert page.field("sample-kind").value == "random"
    assert page.field("sample-n").value == 5
    assert page.field("sharing-common").value == 0


def test_what_was_begun_is_still_there(made, build):
    """A lead who looks at another page meanwhile finds everything as it was left."""
    page = build()
    page.field("reviewers").set_value("Ana\nbo@example.org")
    page.field("instructions").set_value("Look it **up**.")
    page.run()

    page.at.session_state["elsewhere"] = True
    page.run()
    assert "Another page" in page.text
    page.at.session_state["elsewhere"] = False
    page.run()

    assert page.field("reviewers").value == "ana\nbo@example.org"
    assert page.field("instructions").value == "Look it **up**."
    assert "<strong>up</strong>" in page.text


def test_filters_act_at_once_and_can_be_taken_away(made, build):
    """A filter narrows the preview without another search; removing it brings the traces back."""
    page = build({"pool": Pool(made.name, text="order 3"), "sample": Sample("all")})
    assert "1 of 8 traces pass the filters." in page.text

    page.field("pool-text").set_value("order")
    page.run()
    assert "8 traces in the pool." in page.text

    page.field("pool-text").set_value("order 4")
    page.run()
    page.at.button(key="builder-remove-text").click()
    page.run()
    assert "8 traces in the pool." in page.text


def test_other_screens_begin_a_campaign(made, build):
    """What the inbox or the questions page asks for stands in the fields from the start."""
    page = build({"pool": Pool(made.name, thumbs="down"), "sample": Sample("all")})
    assert page.field("pool-thumbs").value == "down"
    assert page.field("sample-kind").value == "all"
    assert "No trace passes" in page.text

    page = build({"experiment": made.name, "question": "tone", "traces": made.traces[:3]})
    assert "Is the tone right?" in page.text
    assert "3</b> items are drawn" in page.text


def test_an_answered_item_becomes_gold(made, build, design):
    """A gold item that was answered before begins with that answer, and takes another one."""
    page = build(copy_of(replace(design, questions=("quality", "tone"))))

    page.field("gold-add-0").set_value(made.traces[2])
    page.run()
    gold = f"gold-{made.traces[2]}"
    assert page.field(f"{gold}-quality").value is False
    page.field(f"{gold}-quality").set_value(True)
    page.field(f"{gold}-tone").set_value("Kind")
    page.field(f"{gold}-why").set_value("It names the parcel.")
    page.field("practice").set_value(1)
    page.run()

    assert page.may_write
    assert "It names the parcel." in page.text  # in the campaign's file
    page.press("Write the campaign")
    campaign = next(c for c in page.services.campaigns.every() if c.file)
    practice = [i for i in page.services.campaigns.plan(campaign) if i.role == "practice"]
    assert [(i.trace_id, dict(i.right)) for i in practice] == [
        (made.traces[2], {"quality": True, "tone": "Kind"})
    ]


def test_questions_are_ordered(made, build, design):
    """The lead moves a question up and takes one out; the file says the order."""
    page = build(copy_of(replace(design, questions=("quality", "tone"))))

    page.at.button(key="builder-up-tone").click()
    page.run()
    assert "questions:\n- tone\n- quality" in page.text
    page.at.button(key="builder-drop-quality").click()
    page.run()

    assert "questions:\n- tone\n" in page.text


def test_the_search_can_be_stopped(made, build, design, monkeypatch):
    """A long look through the traces can be cancelled, is said to be, and begun again."""
    services = services_for(Settings(tracking_uri=made.store.uri, contact="Lea"))
    look = services.planning.scan

    def endless(pool, tell):
        while True:
            tell(3, 8)
            time.sleep(0.01)

    monkeypatch.setattr(services.planning, "scan", endless)
    page = build(copy_of(design), wait=False)
    assert not page.may_write

    next(b for b in page.at.button if b.label == "Cancel").click()
    page.run()
    assert "Stopped" in page.text
    monkeypatch.setattr(services.planning, "scan", look)
    page.press("Look again")

    assert page.may_write


def test_a_failed_writing_leads_back(made, build, design, monkeypatch):
    """When somebody takes the name meanwhile, that is said, and the design is still there."""
    page = build(copy_of(design))

    def taken(*_given):
        raise Conflict("Somebody is writing a campaign of this name.")

    monkeypatch.setattr(page.services.planning, "write", taken)
    page.press("Write the campaign")
    assert "Somebody is writing a campaign of this name." in page.text
    page.press("Back to the design")

    assert page.may_write
    assert page.written == []


def test_only_leads_build(made, build):
    """A reviewer who guesses the address reads that this is for leads, and sees no trace."""
    page = build(person=Person("ana"))

    assert "for the leads" in page.text
    assert made.name not in page.text


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

    assert "&lt;img" in page.text
    assert "<img" not in page.text


def test_an_unreachable_store_is_said(made, build, monkeypatch):
    """While MLflow does not answer the page says so and tries again."""
    services = services_for(Settings(tracking_uri=made.store.uri, contact="Lea"))

    def fail():
        raise StoreUnavailable("MLflow does not answer at the moment.")

    monkeypatch.setattr(services.campaigns, "every", fail)

    page = build()

    assert "MLflow does not answer at the moment." in page.text
    assert "tries again" in page.text


def test_another_screen_begins_anew_after_writing(made, build, design):
    """A campaign asked for elsewhere begins anew, though the last one's links still stand here."""
    page = build(copy_of(design)).press("Write the campaign")
    assert "Copy the link<" in page.text

    page.at.session_state["new_campaign"] = {"pool": Pool(made.name), "sample": Sample("all")}
    page.run()

    assert page.field("sample-kind").value == "all"
    assert page.text.count("Name at least one reviewer.") == 2


def test_an_experiment_that_is_gone_is_said(made, build, design):
    """A copy of a campaign whose experiment is gone says so, and another one can be chosen."""
    page = build(copy_of(replace(design, pool=Pool("no longer here"))))
    assert "There is no experiment called" in page.text
    assert not page.may_write

    page.field("pool-experiment").set_value(made.name)
    page.run()

    assert page.may_write


def test_too_many_traces_are_filtered_by_mlflow(made, build, design, monkeypatch):
    """Where there are more traces than are looked at, a filter looks again among all of them."""
    services = services_for(Settings(tracking_uri=made.store.uri, contact="Lea"))
    asked = []

    def scan(pool, tell):
        asked.append(pool)
        found = Candidate("tr-1", text="order 1"), Candidate("tr-2", text="order 2")
        return Scan(found[: 1 if pool.text else 2], complete=bool(pool.text))

    monkeypatch.setattr(services.planning, "scan", scan)
    sample = Sample("all")
    page = build(copy_of(replace(design, pool=Pool(made.name, text="order 1"), sample=sample)))

    assert asked == [Pool(made.name), Pool(made.name, text="order 1")]
    assert "1</b> item is drawn" in page.text
    for text in ("order", "order 1", "order 1 "):
        page.field("pool-text").set_value(text)
        page.run()
    assert asked.count(Pool(made.name)) == 1
