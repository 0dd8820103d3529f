"""Agreement, drawn on a real store: the numbers, who agrees with whom, the items that split."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.answers import Assessment
from review_app.people import Person
from services.app import App, services_for
from services.assessments import create_assessment
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
REVIEW = "MT-RAG expert review"


def _screen(app):
    from pages.agreement import render

    render(app)


@pytest.fixture
def shown():
    """Draw the page of a store at an address; returns the page as it stands."""

    def show(store, person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri, mlflow_ui="https://mlflow.example.com")
        app = App(settings, person, services_for(settings), UTC, lambda: datetime.now(UTC), {})
        for campaign in app.services.campaigns.every():
            if campaign.name == address.get("campaign"):
                app.services.overviews.of(campaign, wait=60)
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


def html(at: AppTest) -> str:
    """Everything that our own components drew."""
    return "\n".join(e.proto.body for e in at.get("html") if "<style>" not in e.proto.body)


def words(at: AppTest) -> str:
    """Everything that can be read on the page."""
    plain = [str(e.value) for kind in (at.title, at.subheader, at.text) for e in kind]
    return "\n".join([*plain, re.sub(r"<[^>]+>", " ", html(at))])


def numbers(at: AppTest) -> dict[tuple[str, str], list[str]]:
    """Return (question, reading) -> the cells of the table of numbers."""
    (table,) = re.findall(r'<table class="c-table a-table">.*?</table>', html(at), re.DOTALL)
    rows = re.findall(r"<tr><th scope=\"row\">(.*?) <small>(.*?)</small></th>(.*?)</tr>", table)
    return {(q, how): re.findall(r"<td[^>]*>(.*?)</td>", cells) for q, how, cells in rows}


def test_the_finished_campaign_of_the_demo(demo, shown):
    """The published alphas stand there to four digits, on the scale and as pass or fail."""
    at = shown(demo, campaign=REVIEW)

    found = list(numbers(at).values())
    assert [cells[0] for cells in found] == [
        *(".3178", ".0596", ".0639", ".0575"),
        *(".2635", ".3573", ".4700", ".4897"),
    ]
    assert [cells[3] for cells in found[::2]] == [".8337", ".6177", ".6820", ".5926"]
    assert [cells[4] for cells in found[1::2]] == [".9374", ".8759", ".8147", ".7755"]
    assert {cells[7] for cells in found} == {"477"}
    ends = [float(end) for end in found[6][2].split(" to ")]
    assert ends == pytest.approx([0.400, 0.534], abs=0.01)
    assert "People read this question in different ways." in words(at)
    assert "NaN" not in words(at)


def test_a_pair_leads_to_the_items_it_split_on(demo, shown):
    """Two people share 326 items; their cell leads to exactly those on which they went apart."""
    asked = {"campaign": REVIEW, "question": "faithfulness"}
    at = shown(demo, **asked)
    assert re.search(
        r"one=annotator-2&amp;other=annotator-6[^>]*><b>82 %</b> <small>of 326<", html(at)
    )

    near = shown(demo, **asked, one="annotator-2", other="annotator-6")

    assert "59 of 326 items that both answered." in words(near)
    items = re.findall(r"<article>.*?</article>", html(near), re.DOTALL)
    assert len(items) == 10
    for item in items:
        sides = dict(re.findall(r'class="who">([^<]+)</span> <b class="(\w+)"', item))
        assert {sides["annotator-2"], sides["annotator-6"]} == {"pass", "fail"}
        assert "https://mlflow.example.com/#/experiments/" in item


def test_every_kind_of_question(store, set_to_work, shown):
    """Choices have a row an option, texts have none, and reasons stand beside the answers."""
    work = set_to_work(store, 24)
    at = shown(store, campaign=work.campaign.name)

    readings = {how for _, how in numbers(at)}
    assert {"A fact is wrong", "ordinal", "pass or fail", "nominal"} <= readings
    assert "Texts are not compared: Note." in words(at)
    near = shown(store, campaign=work.campaign.name, question="quality")
    assert "The parcel had not left yet." in words(near)
    assert "nan" not in words(near).lower().split()


def test_without_common_items_the_page_says_so(store, make_campaign, shown):
    """Nobody has answered yet, or there is no campaign: the page says what will bring something."""
    assert "No campaign yet" in words(shown(store))
    made = make_campaign(store, 2, people=("ana", "bo"))
    assert "No answers yet" in words(shown(store, campaign=made.name))


def test_only_leads_and_only_what_exists(store, shown, make_campaign):
    """A reviewer is told whom to ask; a campaign that does not exist is said to be missing."""
    make_campaign(store, 1)
    assert "for the leads" in words(shown(store, Person("ana")))
    at = shown(store, campaign="Nowhere")
    assert at.subheader[0].value == "Not here"
    assert not at.get("html") or "a-table" not in html(at)


def test_no_variation_is_said_in_words(store, make_campaign, shown):
    """When all say the same there is no alpha: it is called undefined, never 0, 1 or NaN."""
    made = make_campaign(store, 3, people=("ana", "bo"))
    (question,) = made.campaign.questions
    told = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    for person in ("ana", "bo"):
        for trace_id in made.traces:
            create_assessment(
                store, trace_id, Assessment(question.name, True, person, metadata=told)
            )
            queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, person, 1))
            set_status(store, queue or "", trace_id, "complete", person)

    at = shown(store, campaign=made.name)

    (cells,) = numbers(at).values()
    assert cells[:3] == ["undefined", "–", "–"]
    assert cells[3:6] == ["1.0000", "undefined", "undefined"]
    assert "there is no variation, so alpha is undefined" in words(at)
    assert "On every common item all say the same." in words(at)
