"""What a judge learned is seen in all windows, and registered once."""

from __future__ import annotations

import time
from functools import partial
from threading import Event

import pytest

from pages import align_judge
from review_app.alignment import Aligned
from review_app.judges import Judge
from review_app.people import Person
from review_app.questions import Question
from services.alignment import Outcome
from services.app import services_for
from services.judges import Judges
from services.settings import Settings

LEAD, OTHER = Person("lea", is_lead=True), Person("mo", is_lead=True)
GOOD = Question("good", "pass_fail", "Is it good?", options=("Pass", "Fail"))
READS = "Is it good?\n{{ inputs }}\n{{ outputs }}"
BETTER = f"{READS}\n- An answer without a number fails."
SECONDS = 20


@pytest.fixture
def judge(store, make_campaign, judge_stub):
    """The first version of a judge."""
    services_for.cache_clear()
    made = make_campaign(store, 2, questions=(GOOD,))
    wanted = Judge("good", 0, "", model="openai:/stub", instructions=READS)
    judges = Judges(store, Settings(tracking_uri=store.uri))
    return judges.create(LEAD, made.campaign.experiment_id, GOOD, wanted)


@pytest.fixture
def open_page(store, screen, judge):
    """Open the page of the judge."""
    at = {"experiment": judge.experiment_id, "judge": judge.name, "version": "1"}
    return partial(screen, align_judge.render, store, screens=("judges",), **at)


def _learned(page, judge, go=None):
    """Let an alignment run, and end with what it learned."""

    def work(_):
        if go is not None:
            go.wait(SECONDS)
        return Outcome(Aligned(judge, BETTER, "MemAlign", "set-run", 12, 1, 3.0))

    jobs = page.app.services.model_jobs
    return jobs.start(align_judge._name(judge), work, "lea began it: MemAlign, from “Orders”.")


def _register(app, aligned, text):
    """Register without a labeled set."""
    wanted = Judge("good", 0, "", model=aligned.before.model, instructions=text)
    return app.services.judges.create(LEAD, aligned.before.experiment_id, GOOD, wanted)


def test_two_windows_register_one_version(open_page, judge, monkeypatch):
    """Registered in one window, it is no longer offered in the other, which says the version."""
    monkeypatch.setattr(align_judge, "_register", _register)
    mine, others = open_page(), open_page(OTHER)
    _learned(mine, judge)
    mine.draw()
    others.draw()
    assert "MemAlign read 12 items in 1 call, 3 s." in others.words

    mine.press("Register it")
    others.press("Register it")

    judges = mine.app.services.judges.every(judge.experiment_id)
    assert [one.version for one in judges] == [2, 1]
    assert "What it learned last is registered as version 2." in others.words


def test_what_is_thrown_away_is_gone_for_all(open_page, judge):
    """Thrown away in one window, it is not offered in the other either; the next one is."""
    mine, others = open_page(), open_page(OTHER)
    for _ in range(2):
        _learned(mine, judge)
        assert "Register it" in mine.draw().buttons
        mine.press("Throw it away")
        assert "Register it" not in [*mine.buttons, *others.draw().buttons]


def test_who_comes_while_it_learns_reads_who_began_it(open_page, judge):
    """My own wish is not silently swallowed: I read who lets it learn, how, and from what."""
    go = Event()
    page = open_page(OTHER)
    job = _learned(page, judge, go)
    page.at.run()

    assert "lea began it: MemAlign, from “Orders”." in page.words
    go.set()
    until = time.monotonic() + SECONDS
    while job.at_work and time.monotonic() < until:
        time.sleep(0.02)
    assert "Register it" in page.draw().buttons
