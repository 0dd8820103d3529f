"""Reviewers in numbers, drawn on a real store."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from review_app.people import Person
from services.app import App, services_for
from services.settings import Settings

LEAD = Person("lea", is_lead=True)
REVIEW = "MT-RAG expert review"


def _screen(app):
    from pages.reviewers import render

    render(app)


@pytest.fixture
def shown():
    """Draw the page of a store at an address; returns the page as it stands."""

    def show(store, person: Person = LEAD, **address: str) -> AppTest:
        settings = Settings(tracking_uri=store.uri)
        app = App(settings, person, services_for(settings), UTC, lambda: datetime.now(UTC), {})
        for campaign in app.services.campaigns.every():
            if campaign.name == address.get("campaign"):
                app.services.overviews.of(campaign, wait=60)
        at = AppTest.from_function(_screen, args=(app,), default_timeout=60)
        for key, value in address.items():
            at.query_params[key] = value
        return at.run()

    return show


def words(at: AppTest) -> str:
    """Everything that can be read on the page."""
    drawn = [e.proto.body for e in at.get("html") if "<style>" not in e.proto.body]
    plain = [str(e.value) for kind in (at.title, at.subheader, at.text) for e in kind]
    return "\n".join([*plain, *(re.sub(r"<[^>]+>", " ", one) for one in drawn)])


def table(at: AppTest, number: int = 0) -> dict[str, dict[str, str]]:
    """Return reviewer -> column -> words, of one of the page's tables."""
    drawn = [e.proto.body for e in at.get("html") if "r-table" in e.proto.body]
    drawn = [one for one in drawn if "<style>" not in one]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', drawn[number], re.DOTALL)
    cells = {
        name: re.findall(r'<td data-label="(.*?)">(.*?)</td>', row, re.DOTALL) for name, row in rows
    }
    return {
        name: {label: re.sub(r"<[^>]+>", " ", text) for label, text in columns}
        for name, columns in cells.items()
    }


def test_the_finished_campaign_of_the_demo(demo, shown):
    """The published numbers of the reviewers stand there, and who stands out is named."""
    at = shown(demo, campaign=REVIEW, question="faithfulness")

    found = table(at)
    column = "With the majority of the others"
    best, worst = found["annotator-3"][column], found["annotator-7"][column]
    assert "98 % (94–99)" in best
    assert "kappa .868, n = 133" in best
    assert "80 % (69–87)" in worst
    assert "kappa .450, n = 74" in worst
    assert found["annotator-2"]["Alpha without"].startswith(".509")
    assert found["annotator-3"]["Alpha without"].startswith(".470")
    assert "Alpha of all together: .4897" in words(at)
    assert "annotator-6 and annotator-7 agree with the others less often" in words(at)
    fast = {name: int(row["Very fast"]) for name, row in found.items()}
    assert max(fast.values()) <= 30
    errors = table(at, 1)
    assert set(errors) == set(found)
    assert re.match(r"24 % \(15–\d\d\)", errors["annotator-2"]["Misses a fail"])
    assert "nan" not in words(at).lower()


def test_another_question_is_a_choice_away(demo, shown):
    """The question can be chosen, and the comparison follows it."""
    at = shown(demo, campaign=REVIEW, question="faithfulness")
    before = table(at)
    at.selectbox[1].select("Does the answer read naturally?").run()
    assert table(at) != before
    assert "Alpha of all together: .0596" in words(at)


def test_checks_and_few_items_are_counts(store, set_to_work, shown):
    """Gold and repeats below ten items are counts without a share; too little gives no estimate."""
    work = set_to_work(store, 24)

    at = shown(store, campaign=work.campaign.name)

    rows = table(at)
    assert set(rows) == {"ana", "bo", "cy"}
    golden = [row["Gold right"].strip() for row in rows.values()]
    assert all(re.fullmatch(r"\d+ of \d+", one) for one in golden)
    assert "Too little for an estimate" in words(at)


def test_nobody_to_compare_with(store, make_campaign, shown):
    """One reviewer alone, or no campaign at all, is said in words."""
    assert "No campaign yet" in words(shown(store))
    made = make_campaign(store, 2)
    assert "nobody to compare with" in words(shown(store, campaign=made.name))


def test_only_leads_see_it(store, make_campaign, shown):
    """What is known of a reviewer is for the leads."""
    made = make_campaign(store, 1)
    at = shown(store, Person("ana"), campaign=made.name)
    assert "for the leads" in words(at)
    assert not at.selectbox
