"""What a campaign has to settle, question by question, on a real store."""

from __future__ import annotations

from pages.adjudication import render
from review_app.people import Person

LEAD = Person("lea", is_lead=True)


def test_it_says_what_there_is_to_settle(store, set_to_work, screen):
    """Each question says what there is and how much of it is settled, and leads to its desk."""
    work = set_to_work(store, 24)
    settling = work.services.adjudication.open(LEAD, work.campaign)
    _, whole = settling.settled("complete")
    page = screen(render, store, campaign=work.campaign.name, show="before")

    assert whole > 0
    assert f"0 of {whole} settled" in page.read
    assert "question=complete&amp;show=before" in page.read
    assert "question=note" not in page.read
    page.at.radio[0].set_value("after").run()
    assert "question=complete&amp;show=after" in page.read


def test_it_begins_with_the_campaigns(store, make_campaign, screen):
    """Without a campaign in the address I choose one; one without answers has nothing to settle."""
    assert "No campaign yet" in screen(render, store).read
    made = make_campaign(store, 2)

    assert made.name in screen(render, store).read
    assert "Nothing to settle" in screen(render, store, campaign=made.name).read


def test_it_is_for_leads(store, make_campaign, screen):
    """A reviewer who opens the address is told whom to ask, and sees no answers."""
    made = make_campaign(store, 2)
    page = screen(render, store, Person("ana"), campaign=made.name, question="quality")

    assert "for the leads" in page.read
    assert made.name not in page.read
