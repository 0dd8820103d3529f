"""Agreement, drawn on a real store: the numbers, who agrees with whom, the items that split."""

from __future__ import annotations

import re

import pytest

from pages.agreement import render
from review_app.answers import Assessment
from review_app.people import Person
from services.assessments import create_assessment
from services.queues import find_queue, queue_name, set_status
from tests.screens import Screen

REVIEW = "MT-RAG expert review"


def numbers(page: Screen) -> dict[tuple[str, str], list[str]]:
    """Return (question, reading) -> the cells of the table of numbers."""
    (table,) = re.findall(r'<table class="c-table a-table">.*?</table>', page.html, re.DOTALL)
    rows = re.findall(r"<tr><th scope=\"row\">(.*?) <small>(.*?)</small></th>(.*?)</tr>", table)
    return {(q, how): re.findall(r"<td[^>]*>(.*?)</td>", cells) for q, how, cells in rows}


def test_the_finished_campaign_of_the_demo(demo, screen):
    """The published alphas stand there to four digits, on the scale and as pass or fail."""
    page = screen(render, demo, campaign=REVIEW)

    found = list(numbers(page).values())
    assert [cells[0] for cells in found] == [
        *(".3178", ".0596", ".0639", ".0575"),
        *(".2635", ".3573", ".4700", ".4897"),
    ]
    assert [cells[3] for cells in found[::2]] == [".8337", ".6177", ".6820", ".5926"]
    assert [cells[4] for cells in found[1::2]] == [".9374", ".8759", ".8147", ".7755"]
    assert {cells[7] for cells in found} == {"477"}
    ends = [float(end) for end in found[6][2].split(" to ")]
    assert ends == pytest.approx([0.400, 0.534], abs=0.01)
    assert "People read this question in different ways." in page.words
    assert "NaN" not in page.words


def test_a_pair_leads_to_the_items_it_split_on(demo, screen):
    """Two people share 326 items; their cell leads to exactly those on which they went apart."""
    asked = {"campaign": REVIEW, "question": "faithfulness"}
    page = screen(render, demo, **asked)
    assert re.search(
        r"one=annotator-2&amp;other=annotator-6[^>]*><b>82 %</b> <small>of 326<", page.html
    )

    near = screen(render, demo, **asked, one="annotator-2", other="annotator-6")

    assert "59 of 326 items that both answered." in near.words
    items = re.findall(r"<article>.*?</article>", near.html, re.DOTALL)
    assert len(items) == 10
    for item in items:
        sides = dict(re.findall(r'class="who">([^<]+)</span> <b class="(\w+)"', item))
        assert {sides["annotator-2"], sides["annotator-6"]} == {"pass", "fail"}
        assert "https://mlflow.example.com/#/experiments/" in item


def test_every_kind_of_question(store, set_to_work, screen):
    """Choices have a row an option, texts have none, and reasons stand beside the answers."""
    work = set_to_work(store, 24)
    page = screen(render, store, campaign=work.campaign.name)

    readings = {how for _, how in numbers(page)}
    assert {"A fact is wrong", "ordinal", "pass or fail", "nominal"} <= readings
    assert "Texts are not compared: Note." in page.words
    near = screen(render, store, campaign=work.campaign.name, question="quality")
    assert "The parcel had not left yet." in near.words
    assert "nan" not in near.words.lower().split()


def test_without_common_items_the_page_says_so(store, make_campaign, screen):
    """Nobody has answered yet, or there is no campaign: the page says what will bring something."""
    assert "No campaign yet" in screen(render, store).words
    made = make_campaign(store, 2, people=("ana", "bo"))
    assert "No answers yet" in screen(render, store, campaign=made.name).words


def test_only_leads_and_only_what_exists(store, screen, make_campaign):
    """A reviewer is told whom to ask; a campaign that does not exist is said to be missing."""
    make_campaign(store, 1)
    assert "for the leads" in screen(render, store, Person("ana")).words
    page = screen(render, store, campaign="Nowhere")
    assert page.at.subheader[0].value == "Not here"
    assert not page.at.get("html") or "a-table" not in page.html


def test_no_variation_is_said_in_words(store, make_campaign, screen):
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

    page = screen(render, store, campaign=made.name)

    (cells,) = numbers(page).values()
    assert cells[:3] == ["undefined", "–", "–"]
    assert cells[3:6] == ["1.0000", "undefined", "undefined"]
    assert "there is no variation, so alpha is undefined" in page.words
    assert "On every common item all say the same." in page.words
