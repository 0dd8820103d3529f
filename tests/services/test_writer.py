"""The writer on a real store: once, in order, never in the way of the reading."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from review_app.campaigns import items_of
from review_app.people import Person
from review_app.questions import DEFAULT_QUESTIONS, Question
from review_app.writes import UNKNOWN_STEP
from services.assessments import assessments_of, create_assessment
from services.campaigns import Campaigns
from services.queues import find_queue, queue_name, statuses
from services.sittings import Sittings
from services.traces import fetch
from services.writer import LATE, Delivery, Writer

ANA, BO = Person("ana"), Person("bo")
TAB, OTHER_TAB = "1" * 36, "2" * 36
LONG = 20.0  # seconds: as long as it takes
TONE = Question("tone", "choice", options=("Kind", "Plain", "Rude"), required=False)


def a_writer(made) -> Writer:
    """A writer as it is after a start of the app."""
    return Writer(Sittings(Campaigns(made.store)))


def keys(made, person="ana") -> list[str]:
    """The person's items, in reading order."""
    return list(items_of(person, made.campaign.run_id, Campaigns(made.store).plan(made.campaign)))


def entry(
    made, item, seq=1, value: Any = True, *, tab=TAB, kind="submit", **more
) -> dict[str, Any]:
    """An entry as the browser sends it."""
    answers = [{"question": "quality", "value": value}] if kind == "submit" else []
    return {
        "id": f"{tab}:{seq}",
        "campaign": made.campaign.run_id,
        "item": item,
        "kind": kind,
        "answers": answers,
        "seconds": 4.0,
        "answered_at": int(time.time() * 1000),
        "base": {},
        **more,
    }


def outcomes(delivery: Delivery) -> list[str]:
    return [receipt.outcome for receipt in delivery.receipts]


def status_of(made, person="ana", round_=1) -> list[str]:
    queue = find_queue(
        made.store, made.campaign.experiment_id, queue_name(made.name, person, round_)
    )
    found = statuses(made.store, queue or "")
    return [found[trace_id] for trace_id in made.traces if trace_id in found]


def answers_of(made, number=0, *, valid=True) -> list[Any]:
    found = assessments_of(made.store, made.traces[number])
    return [(a.name, a.value) for a in found if a.valid is valid]


@contextmanager
def busy(made) -> Iterator[None]:
    """The store's file is locked by somebody else, so that every write hangs."""
    with closing(sqlite3.connect(made.store.uri.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@contextmanager
def broken(made) -> Iterator[None]:
    """The store has lost a table, so that every write fails at once."""
    with closing(sqlite3.connect(made.store.uri.removeprefix("sqlite:///"))) as other:
        other.execute("ALTER TABLE assessments RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO assessments")


def test_an_entry_is_written_once_however_often_it_comes(store, make_campaign):
    """Whatever is sent again, in the same run of the app or after a restart, is there once."""
    made = make_campaign(store, 3)
    entries = [entry(made, item, seq) for seq, item in enumerate(keys(made), 1)]
    writer = a_writer(made)
    for _ in range(3):
        assert outcomes(writer.deliver(ANA, entries, LONG)) == ["saved"] * 3
    assert outcomes(a_writer(made).deliver(ANA, entries, LONG)) == ["saved"] * 3
    assert [answers_of(made, n) for n in range(3)] == [[("quality", True)]] * 3
    assert [answers_of(made, n, valid=False) for n in range(3)] == [[]] * 3
    assert status_of(made) == ["complete"] * 3


def test_a_half_written_entry_is_completed(store, make_campaign):
    """Where the app died between the answer and the queue's status, the repeat completes it."""
    made = make_campaign(store, 1, questions=(DEFAULT_QUESTIONS[0], TONE))
    both = [{"question": "quality", "value": True}, {"question": "tone", "value": "Kind"}]
    sent = entry(made, keys(made)[0], answers=both)
    a_writer(made).deliver(ANA, [sent], LONG)
    database = store.uri.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as other:
        other.execute("DELETE FROM assessments WHERE name = 'tone'")
        other.execute("UPDATE review_queue_items SET status = 'pending'")
        other.commit()
    assert outcomes(a_writer(made).deliver(ANA, [sent], LONG)) == ["saved"]
    assert sorted(answers_of(made)) == [("quality", True), ("tone", "Kind")]
    assert status_of(made) == ["complete"]


def test_entries_of_a_tab_keep_their_order(store, make_campaign):
    """Submit, undo and submit again end as they were done, also when they arrive shuffled."""
    made = make_campaign(store, 1)
    item = keys(made)[0]
    saw = {"quality": f"{TAB}:9"}
    sent = [
        entry(made, item, 11, value=False, base=saw),
        entry(made, item, 9, value=True),
        entry(made, item, 10, kind="undo", base=saw),
    ]
    assert outcomes(a_writer(made).deliver(ANA, sent, LONG)) == ["saved"] * 3
    assert answers_of(made) == [("quality", False)]
    assert answers_of(made, valid=False) == [("quality", True)]
    assert status_of(made) == ["complete"]


def test_a_hanging_store_does_not_stop_the_reading(store, make_campaign):
    """While the store hangs the page waits a quarter of a second, and all is saved afterwards."""
    made = make_campaign(store, 2)
    writer = a_writer(made)
    first, second = (entry(made, item, seq) for seq, item in enumerate(keys(made), 1))
    with busy(made):
        begin = time.monotonic()
        for _ in range(3):
            assert outcomes(writer.deliver(ANA, [first, second])) == []
        assert time.monotonic() - begin < 3
    assert outcomes(writer.deliver(ANA, [first, second], LONG)) == ["saved"] * 2
    assert [answers_of(made, n) for n in range(2)] == [[("quality", True)]] * 2


def test_a_failing_store_is_said_and_tried_again(store, make_campaign):
    """When MLflow fails the person reads so, and the next sending saves everything."""
    made = make_campaign(store, 1)
    writer = a_writer(made)
    sent = entry(made, keys(made)[0])
    with broken(made):
        delivery = writer.deliver(ANA, [sent], LONG)
    assert delivery.receipts == ()
    assert delivery.trouble.startswith("MLflow does not answer at the moment. Nothing is lost")
    assert outcomes(writer.deliver(ANA, [sent], LONG)) == ["saved"]
    assert answers_of(made) == [("quality", True)]


def test_an_old_tab_does_not_overwrite_a_newer_answer(store, make_campaign):
    """Of two tabs that did not know of each other the first to arrive stands, and I am told."""
    made = make_campaign(store, 1)
    item, writer = keys(made)[0], a_writer(made)
    newer = entry(made, item, value=True, tab=OTHER_TAB)
    writer.deliver(ANA, [newer], LONG)
    [receipt] = writer.deliver(ANA, [entry(made, item, value=False)], LONG).receipts
    assert (receipt.outcome, receipt.sentence) == ("late", LATE)
    assert ("quality", True) in answers_of(made)
    assert answers_of(made, valid=False) == [("quality", False)]
    assert status_of(made) == ["complete"]


def test_two_people_do_not_meet(store, make_campaign):
    """Two reviewers who answer the same traces at once each have every answer of theirs."""
    made = make_campaign(store, 12, ("ana", "bo"))
    writer = a_writer(made)
    sent = {
        person: [
            entry(made, item, seq, value=person.name == "ana", tab=tab)
            for seq, item in enumerate(keys(made, person.name), 1)
        ]
        for person, tab in ((ANA, TAB), (BO, OTHER_TAB))
    }
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda p: outcomes(writer.deliver(p, sent[p], LONG)), sent))
    assert told == [["saved"] * 12] * 2
    stored = [a for trace_id in made.traces for a in assessments_of(store, trace_id)]
    assert Counter((a.source, a.value) for a in stored) == {("ana", True): 12, ("bo", False): 12}
    assert len({a.assessment_id for a in stored}) == 24
    assert status_of(made) + status_of(made, "bo") == ["complete"] * 24


def refused(writer, person, sent) -> str:
    [receipt] = writer.deliver(person, [sent], LONG).receipts
    assert receipt.outcome == "refused"
    return str(receipt.sentence)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"item": "0" * 20}, "This item is not in your list."),
        ({"item": "another's"}, "This item is not in your list."),
        ({"answers": []}, "still needs an answer."),
        ({"answers": [{"question": "quality", "value": "Pass"}]}, "takes Pass or Fail."),
        ({"answers": [{"question": "mood", "value": 1}]}, "does not ask “mood”."),
        ({"answers": "?"}, "arrived damaged"),
        ({"campaign": "nowhere"}, "no longer in MLflow."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_forged_is_refused(store, make_campaign, change, sentence):
    """An answer that nobody may give comes back with a sentence, and nothing is written."""
    made = make_campaign(store, 1, ("ana", "bo"))
    if change.get("item") == "another's":
        change = {"item": keys(made, "bo")[0]}
    sent = {**entry(made, keys(made)[0]), **change}
    assert sentence in refused(a_writer(made), ANA, sent)
    assert answers_of(made) == []
    assert status_of(made) == ["pending"]


def test_who_is_not_invited_writes_nothing(store, make_campaign):
    """A person without an invitation cannot answer by a forged outbox either."""
    made = make_campaign(store, 1)
    sentence = refused(a_writer(made), BO, entry(made, keys(made)[0]))
    assert "bo is not one of them. Please ask lea" in sentence


def test_a_closed_campaign_takes_only_what_came_before(store, make_campaign):
    """An answer given before the closing counts; a later one is refused, with whom to ask."""
    made = make_campaign(store, 2)
    item, late_item = keys(made)
    before = entry(made, item, answered_at=int(time.time() * 1000) - 5000)
    Campaigns(store).set_status(made.campaign, "closed")
    after = entry(made, late_item, 2, answered_at=int(time.time() * 1000) + 60_000)
    writer = a_writer(made)
    assert outcomes(writer.deliver(ANA, [before], LONG)) == ["saved"]
    assert "closed before you answered. Please ask lea." in refused(writer, ANA, after)
    assert status_of(made) == ["complete", "pending"]


def test_a_trace_deleted_meanwhile_is_said(store, make_campaign):
    """An answer to a trace that was deleted meanwhile is refused with a sentence."""
    made = make_campaign(store, 2)
    item, writer = keys(made)[0], a_writer(made)
    writer.deliver(ANA, [entry(made, keys(made)[1])], LONG)
    store.tracking.delete_traces(made.campaign.experiment_id, trace_ids=made.traces[:1])
    sentence = refused(writer, ANA, entry(made, item, 2))
    assert sentence == "This is no longer in MLflow. It may have been deleted meanwhile."


def test_a_question_deleted_meanwhile_still_takes_answers(store, make_campaign):
    """When a question's label schema was deleted meanwhile, answers are stored all the same."""
    made = make_campaign(store, 1)
    store.tracking.delete_label_schema(made.campaign.questions[0].schema_id)
    assert outcomes(a_writer(made).deliver(ANA, [entry(made, keys(made)[0])], LONG)) == ["saved"]
    assert answers_of(made) == [("quality", True)]
    assert status_of(made) == ["complete"]


def test_pins_of_a_session_go_to_their_turns(store, make_campaign):
    """In a conversation each pin is stored on the turn that holds the step."""

    def talking(record):
        return replace(record, metadata={"mlflow.trace.session": "s"})

    def first(n, planned):
        return replace(planned, unit="session") if n == 1 else None

    made = make_campaign(store, 3, change=talking, as_planned=first)
    spans = [one.record.spans[1].span_id for one in fetch(store, made.traces).values()]
    pins = [{"trace": t, "span": s} for t, s in zip(made.traces[1:], spans[1:], strict=True)]
    sent = entry(made, keys(made)[0], failure_spans=pins)
    writer = a_writer(made)
    assert outcomes(writer.deliver(ANA, [sent], LONG)) == ["saved"]
    assert outcomes(a_writer(made).deliver(ANA, [sent], LONG)) == ["saved"]
    stored = [made.stored(trace_id) for trace_id in made.traces]
    assert [[(a.name, a.span_id) for a in rows] for rows in stored] == [
        [("quality", "")],
        [("first_failure", spans[1])],
        [("first_failure", spans[2])],
    ]
    metadata = [a.metadata for rows in stored for a in rows]
    assert {m["review.sample_unit"] for m in metadata} == {"session"}
    moved = entry(
        made,
        keys(made)[0],
        2,
        failure_spans=pins[:1],
        base=dict.fromkeys(["quality", *(f"first_failure {t}" for t in made.traces)], f"{TAB}:1"),
    )
    assert outcomes(writer.deliver(ANA, [moved], LONG)) == ["saved"]
    assert made.answers(made.traces[1])["first_failure"].value is True
    assert made.answers(made.traces[2])["first_failure"].value is None


@pytest.mark.parametrize(
    "pins",
    [
        {"failure_span": "nowhere"},
        {"failure_spans": [{"trace": "", "span": "nowhere"}]},
        {"failure_spans": [{"trace": "another", "span": "its own"}]},
    ],
    ids=["of an older desk", "no such step", "of another item"],
)
def test_a_step_outside_the_item_cannot_be_pinned(store, make_campaign, pins):
    """A pin on a step that the item does not hold is refused, and nothing is written."""
    made = make_campaign(store, 2)
    other = fetch(store, made.traces[1:])[made.traces[1]].record
    if pins.get("failure_spans", [{}])[0].get("trace"):
        pins = {"failure_spans": [{"trace": other.trace_id, "span": other.spans[0].span_id}]}
    sentence = refused(a_writer(made), ANA, entry(made, keys(made)[0], **pins))
    assert sentence == UNKNOWN_STEP
    assert [answers_of(made, n) for n in range(2)] == [[], []]
    assert status_of(made) == ["pending"] * 2


def test_a_pin_of_an_older_desk_is_stored(store, make_campaign):
    """An answer that waited in a browser from before keeps the step that was pinned."""
    made = make_campaign(store, 1)
    [one] = fetch(store, made.traces).values()
    sent = entry(made, keys(made)[0], failure_span=one.record.spans[1].span_id)
    assert outcomes(a_writer(made).deliver(ANA, [sent], LONG)) == ["saved"]
    pinned = made.answers(made.traces[0])["first_failure"]
    assert (pinned.value, pinned.span_id) == (True, one.record.spans[1].span_id)


def test_practice_and_gold_answers_say_what_they_are(store, make_campaign):
    """Answers to practice and gold items carry their role, so that they enter no statistics."""
    roles = ("practice", "gold", "reviewer")
    made = make_campaign(
        store, 3, as_planned=lambda n, planned: replace(planned, role=roles[n - 1])
    )
    sent = [entry(made, item, seq) for seq, item in enumerate(keys(made), 1)]
    assert outcomes(a_writer(made).deliver(ANA, sent, LONG)) == ["saved"] * 3
    told = [made.answers(t)["quality"].metadata["review.role"] for t in made.traces]
    assert told == list(roles)


def test_a_shown_facts_line_is_on_the_answer(store, make_campaign):
    """What the server has shown counts as seen, whatever the browser says."""
    made = make_campaign(store, 1)
    sittings = Sittings(Campaigns(store))
    item = keys(made)[0]
    sittings.open(ANA, made.campaign).reveal(made.traces[:1], ["facts", "others"])
    Writer(sittings).deliver(ANA, [entry(made, item, seen=[])], LONG)
    [written] = assessments_of(store, made.traces[0])
    assert written.metadata["review.seen"] == "facts+others"


def test_odd_texts_are_stored(store, make_campaign):
    """A note with half an emoji, NUL and turned text is stored and can be shown again."""
    note = Question("note", "text")
    made = make_campaign(store, 1, questions=(note,))
    odd = "a\x00b \ud83d \u202e turned"
    sent = entry(made, keys(made)[0], answers=[{"question": "note", "value": odd}])
    assert outcomes(a_writer(made).deliver(ANA, [sent], LONG)) == ["saved"]
    [(_, stored)] = answers_of(made)
    assert stored == "a\x00b ? \u202e turned"


def test_a_repeat_has_a_queue_of_its_own(store, make_campaign):
    """Answering an item the second time leaves the first answer valid and completes the repeat."""
    made = make_campaign(store, 1, repeats=1)
    first, again = keys(made)
    writer = a_writer(made)
    sent = [entry(made, first), entry(made, again, 2, value=False)]
    assert outcomes(writer.deliver(ANA, sent, LONG)) == ["saved"] * 2
    assert sorted(answers_of(made)) == [("quality", False), ("quality", True)]
    assert status_of(made) == status_of(made, round_=2) == ["complete"]


def test_an_answer_in_mlflows_tab_comes_first(store, make_campaign):
    """What I answered in MLflow's own tab meanwhile is not overwritten by what waited here."""
    from mlflow.entities import AssessmentSource, Feedback

    made = make_campaign(store, 1)
    there = Feedback("quality", value=True, source=AssessmentSource("HUMAN", "Ana"))
    there.trace_id = made.traces[0]
    store.tracking.create_assessment(there)
    waited = entry(made, keys(made)[0], value=False)
    assert outcomes(a_writer(made).deliver(ANA, [waited], LONG)) == ["late"]
    assert ("quality", True) in answers_of(made)


def test_nothing_but_entries_is_taken(store, make_campaign):
    """What is no entry at all is left lying and stops nobody."""
    made = make_campaign(store, 1)
    junk: list[object] = [None, 1, "x", [], {}, {"id": "1"}]
    delivery = a_writer(made).deliver(ANA, [*junk, entry(made, keys(made)[0])], LONG)
    assert outcomes(delivery) == ["saved"]


def test_the_same_id_cannot_be_created_twice(store, make_campaign):
    """MLflow itself refuses a second answer under the same id: the last wall against doubles."""
    from review_app.errors import StoreUnavailable

    made = make_campaign(store, 1)
    a_writer(made).deliver(ANA, [entry(made, keys(made)[0])], LONG)
    [written] = assessments_of(store, made.traces[0])
    with pytest.raises(StoreUnavailable):
        create_assessment(store, made.traces[0], written)
