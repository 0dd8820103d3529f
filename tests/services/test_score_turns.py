"""Turns: of a judge and an experiment one scoring is at work, whoever begins when, or dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from review_app.errors import Conflict
from review_app.judges import JudgeKey
from review_app.people import Person
from services import score_turns
from services.kept_runs import begin_run
from services.score_turns import LOST, TURNS, Turn, turn

LEA = Person("lea", is_lead=True)
GOOD = JudgeKey("good", "good@1")
AT_ONCE = 4


@pytest.fixture
def place(store) -> str:
    """An experiment."""
    return str(store.experiment_id("bot", create=True))


@pytest.fixture
def turn_of(store, place):
    """Take the turn of a judge."""
    return partial(turn, store, LEA, place)


def test_one_at_a_time(turn_of):
    """Who comes while it is held is refused; other judges and whoever comes later are not."""
    with turn_of(GOOD):
        with pytest.raises(Conflict, match="right now"), turn_of(GOOD):
            pass
        with turn_of(JudgeKey("good", "good@2")):
            pass
    with turn_of(GOOD) as later:
        assert list(later.held.values()) == [2]


def test_all_at_once(turn_of):
    """Of several that begin at the same moment, the first time ever, never two are let in."""
    ready, over = Barrier(AT_ONCE), Barrier(AT_ONCE)

    def comes(_) -> bool:
        ready.wait(30)
        try:
            with turn_of(GOOD):
                over.wait(30)
                return True
        except Conflict:
            over.wait(30)
            return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(comes, range(AT_ONCE))) <= 1


def test_two_places(store, place, turn_of):
    """Where two processes made a place for the turns at once, whoever sees both needs both."""
    tags = {"question": GOOD.question, "judge": GOOD.source}
    first, second = (begin_run(store, TURNS, LEA, place, "turns", tags) for _ in range(2))
    for one in (first, second):
        sees_one = Turn(store)
        sees_one.take(one)
        with pytest.raises(Conflict), turn_of(GOOD):
            pass
        sees_one.give_back()
    with turn_of(GOOD) as both:
        assert set(both.held) == {first, second}


def test_one_that_died(turn_of, monkeypatch):
    """After a while without a sign of life the next is let in, and the first one stops."""
    monkeypatch.setattr(score_turns, "SIGN_EVERY_SECONDS", 0.0)
    with turn_of(GOOD) as first:
        first.sign()
        monkeypatch.setattr(score_turns, "DEAD_AFTER_MS", -1)
        with turn_of(GOOD), pytest.raises(Conflict, match=LOST):
            first.sign()
