"""Reviewers in numbers, drawn on a real store."""

from __future__ import annotations

import re

from pages.reviewers import render
from review_app.people import Person
from tests.screens import Screen, in_words

REVIEW = "MT-RAG expert review"


def table(page: Screen, number: int = 0) -> dict[str, dict[str, str]]:
    """Return reviewer -> column -> words, of one of the page's tables."""
    drawn = re.findall(r'<table class="[^"]*r-table.*?</table>', page.html, re.DOTALL)[number]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', drawn, re.DOTALL)
    cells = {
        name: re.findall(r'<td data-label="(.*?)">(.*?)</td>', row, re.DOTALL) for name, row in rows
    }
    return {
        name: {label: in_words(text) for label, text in columns} for name, columns in cells.items()
    }


def test_the_finished_campaign_of_the_demo(demo, screen):
    """The published numbers of the reviewers stand there, and who stands out is named."""
    page = screen(render, demo, campaign=REVIEW, question="faithfulness")

    found = table(page)
    column = "With the majority of the others"
    best, worst = found["annotator-3"][column], found["annotator-7"][column]
    assert "98 % (94–99)" in best
    assert "kappa .868, n = 133" in best
    assert "80 % (69–87)" in worst
    assert "kappa .450, n = 74" in worst
    assert found["annotator-2"]["Alpha without"].startswith(".509")
    assert found["annotator-3"]["Alpha without"].startswith(".470")
    assert "Alpha of all together: .4897" in page.words
    assert "annotator-6 and annotator-7 agree with the others less often" in page.words
    fast = {name: int(row["Very fast"]) for name, row in found.items()}
    assert max(fast.values()) <= 30
    errors = table(page, 1)
    assert set(errors) == set(found)
    assert re.match(r"24 % \(15–\d\d\)", errors["annotator-2"]["Misses a fail"])
    assert "nan" not in page.words.lower()


def test_another_question_is_a_choice_away(demo, screen):
    """The question can be chosen, and the comparison follows it."""
    page = screen(render, demo, campaign=REVIEW, question="faithfulness")
    before = table(page)
    page.at.selectbox[1].select("Does the answer read naturally?").run()
    assert table(page) != before
    assert "Alpha of all together: .0596" in page.words


def test_checks_and_few_items_are_counts(store, set_to_work, screen):
    """Gold and repeats below ten items are counts without a share; too little gives no estimate."""
    work = set_to_work(store, 24)

    page = screen(render, store, campaign=work.campaign.name)

    rows = table(page)
    assert set(rows) == {"ana", "bo", "cy"}
    golden = [row["Gold right"] for row in rows.values()]
    assert all(re.fullmatch(r"\d+ of \d+", one) for one in golden)
    assert "Too little for an estimate" in page.words


def test_nobody_to_compare_with(store, make_campaign, screen):
    """One reviewer alone, or no campaign at all, is said in words."""
    assert "No campaign yet" in screen(render, store).words
    made = make_campaign(store, 2)
    assert "nobody to compare with" in screen(render, store, campaign=made.name).words


def test_only_leads_see_it(store, make_campaign, screen):
    """What is known of a reviewer is for the leads."""
    made = make_campaign(store, 1)
    page = screen(render, store, Person("ana"), campaign=made.name)
    assert "for the leads" in page.words
    assert not page.at.selectbox
