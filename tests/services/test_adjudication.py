"""A lead's desk on a real store: decided once, beside the answers, and taken back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from review_app.adjudication import PREFIX, decisions, desk_of
from review_app.answers import Assessment
from review_app.errors import NotAllowed, StoreUnavailable
from review_app.people import Person
from services import adjudication
from services.app import Services, services_for
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.overview import Overviews
from services.queues import find_queue, queue_name, set_status
from services.settings import Settings

LEA, LEO = Person("lea", is_lead=True), Person("leo", is_lead=True)
TAB = "1" * 36
LONG = 20.0  # seconds: as long as it takes


@pytest.fixture
def made(store, make_campaign):
    """Three traces: of the first two people disagree about one, agree about the other."""
    made = make_campaign(store, 3, ("ana", "bo"))
    for person, values in {"ana": (True, True), "bo": (False, True)}.items():
        for trace_id, value in zip(made.traces, values, strict=False):
            answer(made, trace_id, person, value=value)
    return made


def answer(made, trace_id, person, *, value) -> None:
    """Answer as the desk does: the answer first, the queue's status last."""
    [question] = made.campaign.questions
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    said = Assessment(question.name, value, person, metadata=recorded, created_ms=1)
    create_assessment(made.store, trace_id, said)
    queue = find_queue(made.store, made.campaign.experiment_id, queue_name(made.name, person, 1))
    set_status(made.store, queue or "", trace_id, "complete", person)


def started(made) -> Services:
    """The services as they are after a start of the app."""
    services_for.cache_clear()
    services = services_for(Settings(tracking_uri=made.store.uri))
    services.overviews.of(made.campaign, wait=LONG)
    return services


def send(services, made, key, seq=1, kind="submit", person=LEA, value: Any = False, **more) -> str:
    answers = [{"question": "quality", "value": value}] if kind == "submit" else []
    entry = {
        "id": f"{TAB}:{seq}",
        "campaign": PREFIX + made.campaign.run_id,
        "item": key,
        "kind": kind,
        "answers": answers,
        "seconds": 4.0,
        "answered_at": int(time.time() * 1000),
        "base": {},
        **more,
    }
    [receipt] = services.writer.deliver(person, [entry], LONG).receipts
    return str(receipt.outcome)


def decided(made, number=0) -> list[Assessment]:
    rows = made.stored(made.traces[number])
    return [row for row in rows if row.role == "adjudication"]


def test_only_what_needs_a_lead_is_listed(made):
    """Of three items the one that people disagree about is to be settled."""
    settling = started(made).adjudication.open(LEA, made.campaign)

    [key] = settling.of("quality")
    assert settling.cases[key].planned.trace_id == made.traces[0]
    assert settling.settled("quality") == (0, 1)
    agreed = settling.of("quality", made.traces[1])
    assert len(agreed) == 2
    assert settling.cases[agreed[0]].planned.trace_id == made.traces[1]


def test_the_item_asked_for_comes_first(made):
    """A link to an item opens that item, also where others are to be settled before it."""
    answer(made, made.traces[2], "ana", value=False)
    answer(made, made.traces[2], "bo", value=True)
    settling = started(made).adjudication.open(LEA, made.campaign)
    for key in settling.of("quality"):
        trace_id = settling.cases[key].planned.trace_id
        asked = settling.of("quality", trace_id)
        assert settling.cases[asked[0]].planned.trace_id == trace_id
        assert sorted(asked) == sorted(settling.of("quality"))


def test_a_decision_stands_beside_the_answers(made):
    """What I decide is one assessment of mine, however often it is sent; the answers stay valid."""
    services = started(made)
    [key] = services.adjudication.open(LEA, made.campaign).of("quality")
    before = made.stored(made.traces[0])

    assert send(services, made, key) == "saved"
    assert send(started(made), made, key) == "saved"

    [mine] = decided(made)
    assert (mine.value, mine.source, mine.valid) == (False, "lea", True)
    assert set(mine.metadata["review.basis"].split(",")) == {a.assessment_id for a in before}
    assert [row for row in made.stored(made.traces[0]) if row != mine] == before
    assert services.adjudication.open(LEA, made.campaign).settled("quality") == (1, 1)
    assert started(made).adjudication.open(LEO, made.campaign).settled("quality") == (1, 1)


def test_a_decision_that_a_judge_led_to_says_so(made):
    """Sent from a desk that a judge's disagreement opened, the decision carries it in MLflow."""
    services = started(made)
    [key] = services.adjudication.open(LEA, made.campaign).of("quality")

    desk = desk_of(made.campaign.run_id, made.traces[0])
    assert send(services, made, key, campaign=desk) == "saved"
    assert decided(made)[0].metadata["review.reason"] == "judge_disagreement"


def test_a_labeled_set_may_know_a_decision_at_once(made):
    """What I have just decided is in what sets are built from, though no queue item tells of it."""
    services = started(made)
    gathered = services.overviews.of(made.campaign, wait=LONG).progress.gathered
    [key] = services.adjudication.open(LEA, made.campaign).of("quality")
    assert services.adjudication.with_decisions(gathered) is gathered
    send(services, made, key)

    [said] = decisions(services.adjudication.with_decisions(gathered)).values()
    assert (said.value, said.turn.trace_id) == (False, made.traces[0])


def test_a_decision_can_be_taken_back(made):
    """After undo the item is open again, at once and after a restart, and can be decided anew."""
    services = started(made)
    [key] = services.adjudication.open(LEA, made.campaign).of("quality")
    send(services, made, key)
    assert send(services, made, key, 2, "undo", base={"quality": f"{TAB}:1"}) == "saved"

    assert services.adjudication.open(LEA, made.campaign).settled("quality") == (0, 1)
    services = started(made)
    assert services.adjudication.open(LEA, made.campaign).settled("quality") == (0, 1)
    assert send(services, made, key, 3, value=True) == "saved"
    assert [(row.value, row.valid) for row in decided(made)][-1] == (True, True)
    assert sum(row.valid for row in decided(made)) == 1


def test_a_skip_leaves_it_for_later(made):
    """What I skip is not in my way now, comes again at the next visit, and is nowhere in MLflow."""
    services = started(made)
    settling = services.adjudication.open(LEA, made.campaign)
    [key] = settling.of("quality")
    before = made.stored(made.traces[0])

    assert send(services, made, key, kind="skip") == "saved"
    assert settling.status[key] == "declined"
    assert made.stored(made.traces[0]) == before
    assert services.adjudication.open(LEA, made.campaign).status[key] == "pending"


def test_what_was_shown_is_on_record(made):
    """A decision made with the answers in sight says so, whatever the browser claims."""
    services = started(made)
    settling = services.adjudication.open(LEA, made.campaign)
    [key] = settling.of("quality")
    settling.reveal(key)
    send(services, made, key)

    assert decided(made)[0].metadata["review.seen"] == "others"


def test_only_leads_decide(made):
    """A reviewer reaches no decision, neither by the desk nor by an entry made by hand."""
    services = started(made)
    [key] = services.adjudication.open(LEA, made.campaign).of("quality")

    with pytest.raises(NotAllowed):
        services.adjudication.open(Person("ana"), made.campaign)
    with pytest.raises(NotAllowed):
        services.adjudication.get(Person("ana"), made.campaign.run_id)
    assert send(services, made, key, person=Person("ana")) == "refused"
    assert send(services, made, "no such item", 2) == "refused"
    assert decided(made) == []


def test_a_closed_campaign_can_be_settled(made):
    """Leads settle what is left after the reviewers are done."""
    services = started(made)
    closed = services.campaigns.set_status(made.campaign, "closed")
    [key] = services.adjudication.open(LEA, closed).of("quality")

    assert send(services, made, key) == "saved"


def test_nothing_is_settled_before_the_answers_are_read(made, monkeypatch):
    """While the answers are being read the desk says so, and a decision waits in the browser."""
    monkeypatch.setattr(adjudication, "WAIT_SECONDS", 0)
    monkeypatch.setattr(Overviews, "_run", lambda *_, **__: None)
    campaigns = Campaigns(made.store)
    desks = adjudication.Adjudication(campaigns, Overviews(made.store, campaigns))

    with pytest.raises(StoreUnavailable, match="being read"):
        desks.open(LEA, made.campaign)
