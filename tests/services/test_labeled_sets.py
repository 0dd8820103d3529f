"""Labeled sets in a real store: frozen whole or not at all, verified, compared, found again."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from review_app.answers import Assessment
from review_app.errors import Cancelled, Conflict, NotAllowed, NotFound, ReviewError
from review_app.labeled_sets import Recipe, build
from review_app.people import Person
from review_app.set_numbers import difference, numbers_of
from review_app.set_splits import leaks
from services import labeled_sets
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.labeled_sets import LabeledSets
from services.queues import find_queue, queue_name, set_status

LEAD = Person("lea", is_lead=True)
PEOPLE = ("ana", "bo")


def quiet(done, total):
    """Tell nobody."""


def answer(made, n, person, value, role="reviewer", created_ms=1_763_000_000_000):
    """Let a person say something of trace n, as the desk writes it."""
    question = made.campaign.questions[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
        "review.role": role,
    }
    said = Assessment(question.name, value, person, metadata=recorded, created_ms=created_ms)
    create_assessment(made.store, made.traces[n], said)
    if role == "reviewer":
        name = queue_name(made.name, person, 1)
        queue = find_queue(made.store, made.campaign.experiment_id, name)
        set_status(made.store, queue or "", made.traces[n], "complete", person)


@pytest.fixture
def made(store, make_campaign):
    """Eight traces; two people agree on six, differ on one, and have not read the last."""
    found = make_campaign(store, 8, PEOPLE)
    for n in range(7):
        answer(found, n, "ana", n % 2 == 0)
        answer(found, n, "bo", n % 2 == 0 if n < 6 else n % 2 == 1)
    return found


@pytest.fixture
def sets(store):
    return LabeledSets(Campaigns(store))


def without(traces, found):
    """Take away items, as those on which people no longer agree are."""
    return replace(found, rows=tuple(row for row in found.rows if row.trace_id not in traces))


def recipe(made, **fields):
    usual = {"name": "Orders", "campaigns": (made.campaign.run_id,), "question": "quality"}
    return Recipe(**{**usual, **fields})


def test_a_set_is_frozen_and_read_again(made, sets):
    """What was frozen is what is read: labels, votes, datasheet; the traces hang on its run."""
    frozen = sets.freeze(LEAD, recipe(made), quiet)

    assert (frozen.name, frozen.version, frozen.items, frozen.owner) == ("Orders", 1, 6, "lea")
    content = sets.load(sets.get("orders"))
    assert {row.trace_id: row.label for row in content.rows} == {
        trace: n % 2 == 0 for n, trace in enumerate(made.traces[:6])
    }
    assert content.sheet["left_out"] == {"tie": 1, "not answered yet": 1}
    assert content.recipe == recipe(made)
    assert made.store.read_artifact(frozen.run_id, "datasheet.md").startswith("# Orders")
    linked, _ = made.store.tracking.search_traces(
        filter_string=f"run_id = '{frozen.run_id}'", locations=[made.campaign.experiment_id]
    )
    assert len(linked) == 6


def test_killing_a_freeze_leaves_no_version(made, sets, monkeypatch):
    """Wherever the app dies while freezing, the old versions stand and none is half there."""
    sets.freeze(LEAD, recipe(made), quiet)
    store = type(made.store)
    for method in ("write_artifact", "experiment_ids"):
        calls: list[int] = []
        real = getattr(store, method)

        def dies(self, *args, real=real, calls=calls, **more):
            calls.append(1)
            if len(calls) > 1:
                raise KeyboardInterrupt
            return real(self, *args, **more)

        with monkeypatch.context() as patched:
            patched.setattr(store, method, dies)
            with pytest.raises(KeyboardInterrupt):
                sets.freeze(LEAD, recipe(made), quiet)
        assert [one.version for one in sets.every()] == [1]
    assert sets.freeze(LEAD, recipe(made), quiet).version == 2


def test_stopping_a_freeze_leaves_nothing(made, sets):
    """Who cancels has the versions that were there, and no run is left over."""

    def stop(done, total):
        if (done, total) == (6, 6):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        sets.freeze(LEAD, recipe(made), stop)
    assert sets.every() == []
    assert list(sets.runs()) == []


def test_changed_bytes_are_refused(made, sets):
    """A frozen set whose labels were changed afterwards is not used, and the person is told."""
    frozen = sets.freeze(LEAD, recipe(made), quiet)
    text = made.store.read_artifact(frozen.run_id, "labels.jsonl")
    made.store.write_artifact(frozen.run_id, "labels.jsonl", text.replace("true", "false", 1))

    with pytest.raises(Conflict, match="no longer what was frozen"):
        sets.load(frozen)


def test_the_next_version_keeps_splits_and_tells_what_changed(made, sets):
    """After a decision and new answers, the next version differs by just those."""
    first = sets.load(sets.freeze(LEAD, recipe(made), quiet))
    answer(made, 6, "lea", True, role="adjudication")
    answer(made, 0, "lea", False, role="adjudication")
    answer(made, 7, "ana", True)

    second = sets.load(sets.freeze(LEAD, recipe(made), quiet))

    found = difference(first.rows, second.rows)
    assert [one.after.trace_id for one in found.changed] == [made.traces[0]]
    assert {row.trace_id for row in found.added} == {made.traces[6], made.traces[7]}
    assert (found.removed, found.moved, found.same) == ((), 0, 5)
    assert [one.version for one in sets.every()] == [2, 1]
    assert sets.load(sets.get("Orders", 1)).rows == first.rows


def test_an_item_that_was_left_out_comes_back_to_its_split(made, sets):
    """What a judge learned from is never tested on, also when it was a tie for a version."""

    def splits():
        rows = sets.load(sets.freeze(LEAD, recipe(made), quiet)).rows
        return {row.trace_id: row.split for row in rows}

    first = splits()
    learned = {trace for trace, split in first.items() if split == "train"}
    assert learned
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(labeled_sets, "build", lambda *given: without(learned, build(*given)))
        assert not learned & set(splits())

    assert splits() == first


def test_two_leads_at_once_get_a_version_each(made, store, monkeypatch):
    """Two who are about to freeze the same next version both keep theirs, under two numbers."""
    one, other = LabeledSets(Campaigns(store)), LabeledSets(Campaigns(store))
    real = LabeledSets.home
    leo: list[int] = []

    def meanwhile(self, name):
        if not leo:
            leo.append(0)
            leo.append(other.freeze(Person("leo", is_lead=True), recipe(made), quiet).version)
        return real(self, name)

    monkeypatch.setattr(LabeledSets, "home", meanwhile)
    mine = one.freeze(LEAD, recipe(made), quiet)

    assert {found.version: found.owner for found in one.every()} == {1: "leo", 2: "lea"}
    assert (mine.version, leo[1]) == (2, 1)


def test_only_leads_freeze(made, sets):
    """A reviewer cannot freeze; a name, a rule and labels are needed; what is not there is said."""
    with pytest.raises(NotAllowed):
        sets.freeze(Person("ana"), recipe(made), quiet)
    for wrong in ({"name": " "}, {"question": "other"}, {"rule": "adjudicated"}, {"campaigns": ()}):
        with pytest.raises(ReviewError):
            sets.freeze(LEAD, recipe(made, **wrong), quiet)
    with pytest.raises(NotFound):
        sets.get("Orders")
    sets.freeze(LEAD, recipe(made), quiet)
    with pytest.raises(NotFound, match="no version 7"):
        sets.get("Orders", 7)


def test_the_demos_labels_are_those_of_its_answers(demo):
    """On the finished campaign of the demo, a count by hand comes to the same labels."""
    sets = LabeledSets(Campaigns(demo))
    campaign = Campaigns(demo).get("MT-RAG expert review")
    found = sets.build(Recipe("Faith", (campaign.run_id,), "faithfulness"), quiet)

    votes: dict[str, list[bool]] = defaultdict(list)
    token = None
    while True:
        infos, token = demo.tracking.search_traces(
            locations=[campaign.experiment_id], max_results=500, page_token=token
        )
        for info in infos:
            for one in info.assessments:
                metadata = one.metadata or {}
                if (
                    one.name == "faithfulness"
                    and one.source.source_type == "HUMAN"
                    and metadata.get("review.campaign") == campaign.run_id
                ):
                    votes[info.trace_id].append(one.feedback.value in ("Yes", "Mostly yes"))
        if not token:
            break
    labels = {
        trace: 2 * sum(said) > len(said)
        for trace, said in votes.items()
        if 2 * sum(said) != len(said)
    }

    assert {row.trace_id: row.label for row in found.rows} == labels
    assert len(found.left_out["tie"]) == len(votes) - len(labels)
    counts = numbers_of(found.rows)
    assert counts.base_rate == sum(labels.values()) / len(labels)
    assert counts.bases == Counter(
        "unanimous" if len(set(said)) == 1 else "majority"
        for trace, said in votes.items()
        if trace in labels
    )
    assert not leaks(found.rows)
    assert {row.split for row in found.rows} == {"train", "test"}
