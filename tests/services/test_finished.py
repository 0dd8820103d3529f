"""What a person has answered so far."""

from __future__ import annotations

from review_app.answers import Assessment
from review_app.people import Person
from review_app.questions import DEFAULT_QUESTIONS
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.finished import finished_items
from services.queues import find_queue, queue_name, set_status
from services.sittings import Sittings

ANA = Person("ana")


def done(store, made, number, status, *answers) -> None:
    for answer in answers:
        create_assessment(store, made.traces[number], answer)
    queue = find_queue(store, made.campaign.experiment_id, queue_name(made.name, "ana", 1))
    set_status(store, queue or "", made.traces[number], status, "ana")


def test_my_finished_answers_in_words(store, make_campaign):
    """I find what I answered, skipped and could not judge, newest first, in my own words."""
    made = make_campaign(store, 5, questions=DEFAULT_QUESTIONS)
    unjudged = {"review.cannot_judge": "not_my_field"}
    done(
        store,
        made,
        0,
        "complete",
        Assessment("quality", value=False, source="ana", rationale="wrong order", created_ms=1000),
        Assessment("note", "See 12", "ana", created_ms=1001),
        Assessment("quality", value=True, source="bo", created_ms=9999),
    )
    done(store, made, 1, "declined", Assessment("skip_reason", "broken", "ana", created_ms=3000))
    done(
        store,
        made,
        2,
        "complete",
        Assessment("quality", None, "ana", metadata=unjudged, created_ms=2000),
    )
    done(store, made, 3, "declined")
    found = finished_items(store, [Sittings(Campaigns(store)).open(ANA, made.campaign)])
    heading = DEFAULT_QUESTIONS[0].heading
    assert [(f.trace_id, f.said, f.skipped) for f in found] == [
        (made.traces[1], "Skipped: broken", True),
        (made.traces[2], f"{heading} can’t judge", False),
        (made.traces[0], f"{heading} Fail (wrong order) · Note See 12", False),
        (made.traces[3], "Skipped", True),
    ]
    assert found[0].title == "Where is order 2?"
    assert [f.answered_ms for f in found] == [3000, 2000, 1001, 0]


def test_finished_answers_are_searched(store, make_campaign):
    """A word of the question, of my answer or of the campaign finds the item, in any case."""
    made = make_campaign(store, 1)
    answer = Assessment("quality", value=True, source="ana", rationale="Clear", created_ms=5)
    done(store, made, 0, "complete", answer)
    [found] = finished_items(store, [Sittings(Campaigns(store)).open(ANA, made.campaign)])
    assert [found.holds(t) for t in ("ORDER 1", "clear", made.name, "zebra")] == [True] * 3 + [
        False
    ]


def test_a_deleted_trace_is_left_out(store, make_campaign):
    """A finished item whose trace was deleted meanwhile is not listed, and nothing breaks."""
    made = make_campaign(store, 2)
    for number in range(2):
        done(store, made, number, "complete")
    sitting = Sittings(Campaigns(store)).open(ANA, made.campaign)
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[:1])
    assert [f.trace_id for f in finished_items(store, [sitting])] == made.traces[1:]
