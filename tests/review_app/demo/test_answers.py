"""What annotators and judges said, as answers, scores and plans."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from review_app.demo import answers, campaigns
from review_app.demo.responses import responses
from review_app.outbox import entry_id

DATA = Path(__file__).resolve().parents[3] / "examples/data/mtrag/conversations.json"


@pytest.fixture(scope="module")
def found():
    return responses(json.loads(DATA.read_text("utf-8")))


@pytest.fixture(scope="module")
def plan(found):
    return answers.finished_plan(found, "here", campaigns.ALL_ANSWERS, "all", 1.0)


def test_each_annotators_list_is_in_the_order_of_their_work(found, plan):
    """Positions count from 1 without gaps, and later ratings come later."""
    times = {
        (r.trace_id("here"), rating.annotator): rating.time for r in found for rating in r.ratings
    }
    for person in campaigns.ANNOTATORS:
        turns = sorted(
            (t.position, times[p.trace_id, person])
            for p in plan
            for t in p.assigned
            if t.reviewer == person
        )
        assert [position for position, _ in turns] == list(range(1, len(turns) + 1))
        assert [time for _, time in turns] == sorted(time for _, time in turns)


def test_the_time_of_a_sitting_is_shared(found):
    """A sitting over three answers took its time once, not three times."""
    raw = json.loads(DATA.read_text("utf-8"))
    sittings = {
        (conversation["id"], number, row[0], row[1]): row[2]
        for conversation in raw["conversations"]
        for number, turn in enumerate(conversation["turns"])
        for answer in turn["answers"].values()
        for row in answer["ratings"]
    }
    shared = sum(rating.seconds for response in found for rating in response.ratings)
    assert shared == pytest.approx(sum(sittings.values()))


def test_answers_have_ids_like_those_given_on_the_desk(found, plan):
    """One submission for each item of an annotator, in the shape that the outbox uses."""
    planned = {p.trace_id: p for p in plan}
    made = [
        a
        for r in found
        for a in answers.answers_of(r, "here", campaigns.REVIEW, planned[r.trace_id("here")])
    ]
    assert len({a.assessment_id for a in made}) == len(made) == 5656
    submissions = {a.metadata["review.submission"] for a in made}
    assert len(submissions) == 1420
    assert all(entry_id({"id": one}) for one in submissions)


def test_a_rating_that_was_not_given_is_no_answer(found, plan):
    """Missing stays missing: it is no zero and no failure."""
    planned = {p.trace_id: p for p in plan}
    for response in found:
        for rating in response.ratings:
            if None in rating.values:
                alone = replace(response, ratings=(rating,))
                item = planned[response.trace_id("here")]
                made = list(answers.answers_of(alone, "here", campaigns.REVIEW, item))
                assert len(made) == sum(value is not None for value in rating.values) < 4
                return
    pytest.fail("The data hold no missing rating.")


def test_the_samples_are_always_the_same(found):
    """The spot check and the items to try do not depend on the order or the moment."""
    assert answers.spot_check(found) == answers.spot_check(list(found))
    assert answers.to_try(found) == answers.to_try(list(found))


def test_the_items_to_try_are_mixed(found):
    """All collections and versions, no question twice, some answers that somebody doubted."""
    chosen = answers.to_try(found)
    assert len({(r.conversation, r.turn) for r in chosen}) == len(chosen) == 20
    assert set(Counter(r.collection for r in chosen).values()) == {5}
    assert min(Counter(r.version for r in chosen).values()) >= 4
    doubted = [r for r in chosen if any((x.values[-1] or 4) <= 2 for x in r.ratings)]
    assert len(doubted) == 8
    assert {p.probability for p in answers.try_plan(["tr-1"])} == {None}
