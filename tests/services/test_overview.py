"""Overviews: at once as far as known, counted anew in the background."""

from __future__ import annotations

import threading

import pytest

from review_app.answers import Assessment
from review_app.errors import StoreUnavailable
from review_app.progress import progress_of
from services import gathering, overview
from services.assessments import create_assessment
from services.campaigns import Campaigns
from services.overview import Overviews
from services.queues import find_queue, queue_name, set_status
from services.store import Store

LONG = 60


@pytest.fixture
def overviews(store) -> Overviews:
    return Overviews(store, Campaigns(store))


def answer(made, number, value, at=1):
    """Answer as the desk does: the answer first, the queue's status last."""
    question = made.campaign.questions[0]
    recorded = {
        "review.campaign": made.campaign.run_id,
        "review.question_version": question.version,
        "review.seen": "nothing",
    }
    said = Assessment(question.name, value, "ana", metadata=recorded, created_ms=at)
    create_assessment(made.store, made.traces[number], said)
    queue = find_queue(made.store, made.campaign.experiment_id, queue_name(made.name, "ana", 1))
    set_status(made.store, queue or "", made.traces[number], "complete", "ana")


def bars(sight) -> list[int]:
    return [bar.n for bar in sight.progress.questions[0].bars]


def test_the_first_look_counts_everything(store, make_campaign, overviews):
    """A small campaign is counted by the time its page is drawn."""
    made = make_campaign(store, 3)
    answer(made, 0, value=True)

    sight = overviews.of(made.campaign, wait=LONG)

    assert (sight.whole, sight.progress.done, sight.progress.all) == (True, 1, 3)
    assert bars(sight) == [1, 0]
    assert sight.computed_ms


def test_old_numbers_are_shown_while_new_ones_are_counted(
    store, make_campaign, overviews, monkeypatch
):
    """Within a quarter of a minute nothing is counted; later the old numbers stand meanwhile."""
    made = make_campaign(store, 3)
    first = overviews.of(made.campaign, wait=LONG)
    answer(made, 0, value=False)
    assert overviews.of(made.campaign) == first

    go_on = threading.Event()
    monkeypatch.setattr(overview, "FRESH_SECONDS", -1)
    monkeypatch.setattr(overview, "REST_TIMES", -1)
    monkeypatch.setattr(
        overview, "progress_of", lambda *a, **k: go_on.wait(LONG) and progress_of(*a, **k)
    )
    meanwhile = overviews.of(made.campaign, wait=0)
    assert (meanwhile.counting, meanwhile.progress) == (True, first.progress)

    go_on.set()
    with overviews._changed:
        overviews._changed.wait_for(
            lambda: not overviews._watched[made.campaign.run_id].sight.counting, LONG
        )
    monkeypatch.setattr(overview, "FRESH_SECONDS", LONG)
    assert bars(overviews.of(made.campaign)) == [0, 1]


def test_only_what_changed_is_read_again(store, make_campaign, overviews, monkeypatch):
    """A second count reads the answers of those items whose queue items changed, and no others."""
    made = make_campaign(store, 5)
    answer(made, 0, value=True)
    answer(made, 1, value=True)
    read = []

    def noted(self, trace_ids):
        read.append(list(trace_ids))
        return real(self, trace_ids)

    real = Store.trace_infos
    monkeypatch.setattr(Store, "trace_infos", noted)
    overviews.of(made.campaign, wait=LONG)
    answer(made, 3, value=False)
    gathered = overviews._watched[made.campaign.run_id].gathering
    gathered.queues(made.campaign, lambda *_: None)
    gathered.answers(made.campaign, lambda *_: None)
    gathered.answers(made.campaign, lambda *_: None, anew=True)

    assert [set(ids) for ids in read] == [
        {made.traces[0], made.traces[1]},
        {made.traces[3]},
        {made.traces[0], made.traces[1], made.traces[3]},
    ]


def test_queues_are_enough_for_the_list(store, make_campaign, overviews):
    """The list needs no answers; who opens the campaign then gets them."""
    made = make_campaign(store, 2)
    answer(made, 0, value=True)

    brief = overviews.of(made.campaign, answers=False, wait=LONG)
    assert (brief.whole, brief.progress.done) == (False, 1)

    assert bars(overviews.of(made.campaign, wait=LONG)) == [1, 0]


def test_a_failed_count_says_so_and_keeps_what_is_known(
    store, make_campaign, overviews, monkeypatch
):
    """While MLflow does not answer the last numbers stand, with a sentence beside them."""
    made = make_campaign(store, 2)
    known = overviews.of(made.campaign, wait=LONG)

    def fail(*_):
        raise StoreUnavailable("MLflow does not answer at the moment.")

    monkeypatch.setattr(gathering, "find_queue", fail)
    overviews.of(made.campaign, anew=True, wait=0)
    with overviews._changed:
        overviews._changed.wait_for(
            lambda: not overviews._watched[made.campaign.run_id].sight.counting, LONG
        )
    sight = overviews.of(made.campaign)

    assert sight.trouble == "MLflow does not answer at the moment."
    assert sight.progress is known.progress
    assert not sight.counting


@pytest.mark.parametrize("bound", ["KEPT", "MOST_TURNS"])
def test_only_so_much_is_kept(store, make_campaign, overviews, monkeypatch, bound):
    """Memory holds the campaigns that were looked at last, as many as fit."""
    monkeypatch.setattr(overview, bound, 1)
    one, other = make_campaign(store, 2), make_campaign(store, 2)

    overviews.of(one.campaign, wait=LONG)
    overviews.of(other.campaign, wait=LONG)

    assert list(overviews._watched) == [other.campaign.run_id]


def test_names_and_titles(store, make_campaign, overviews):
    """Items are told apart by their first words; one that is gone says so."""
    made = make_campaign(store, 1)

    assert overviews.experiment(made.campaign) == made.name
    assert overviews.titles([made.traces[0], "tr-gone"]) == {
        made.traces[0]: "Where is order 1?",
        "tr-gone": "no longer in MLflow",
    }
