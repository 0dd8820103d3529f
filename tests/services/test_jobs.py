"""Jobs: long work that can be watched and stopped, and never runs twice at once."""

from __future__ import annotations

from threading import Event

import pytest

from review_app.errors import ReviewError
from services.jobs import FAILED, STOPPED, Jobs, stoppable

SECONDS = 5


def _ended(job):
    """Wait until the job is over."""
    over = Event()
    for _ in range(500):
        if not job.at_work:
            return job
        over.wait(0.01)
    raise AssertionError("the job did not end")


def test_a_job_ends_with_its_result():
    """What the work returns is there when it is done, with how far it came."""
    jobs = Jobs()

    def work(job):
        job.tell(3, 4)
        return "written"

    job = _ended(jobs.start("one", work))
    assert (job.state, job.result, job.done, job.total) == ("done", "written", 3, 4)
    assert jobs.get("one") is job
    assert jobs.get("other") is None


def test_pressing_twice_starts_one_job():
    """A second press while the work runs shows the same work; afterwards it starts anew."""
    jobs, go = Jobs(), Event()
    first = jobs.start("one", lambda _: go.wait(SECONDS))
    assert jobs.start("one", lambda _: None) is first
    go.set()
    _ended(first)
    assert jobs.start("one", lambda _: None) is not first


def test_work_is_not_forgotten_before_it_ends(monkeypatch):
    """However much others start meanwhile, my work is still found, and not begun a second time."""
    monkeypatch.setattr("services.jobs.KEPT", 2)
    jobs, go = Jobs(), Event()
    mine = jobs.start("mine", lambda _: go.wait(SECONDS))
    for name in "abcd":
        _ended(jobs.start(name, lambda _: None))

    assert jobs.get("mine") is mine
    assert [jobs.get(name) is None for name in "abcd"] == [True, True, True, False]
    go.set()


def test_a_job_can_be_stopped():
    """Cancel ends the work at its next step."""
    jobs, begun, cancelled = Jobs(), Event(), Event()

    def work(job):
        begun.set()
        cancelled.wait(SECONDS)
        job.tell(1, 9)

    job = jobs.start("one", work)
    begun.wait(SECONDS)
    job.cancel()
    assert job.stopping
    cancelled.set()
    assert (_ended(job).state, job.sentence) == ("cancelled", STOPPED)
    assert not job.stopping


def test_a_job_waits_for_its_turn_and_may_be_cancelled_there():
    """While others are at work mine says that it waits; cancelled there, it ends at once."""
    jobs, go, ran = Jobs(threads=1), Event(), []
    first = jobs.start("one", lambda _: go.wait(SECONDS))
    mine, next_one = (jobs.start(name, lambda job: ran.append(job.name)) for name in "ab")
    assert (mine.state, mine.at_work) == ("waiting", True)
    assert jobs.start("a", lambda _: None) is mine

    mine.cancel()

    assert (mine.state, mine.sentence) == ("cancelled", STOPPED)
    go.set()
    assert _ended(first).state == _ended(next_one).state == "done"
    assert ran == ["b"]


def test_a_model_that_hangs_can_be_left():
    """Cancel does not wait for a model that never answers."""
    never = Event()
    job = Jobs().start("try", lambda job: stoppable(never.wait, lambda: job.tell(0)))
    job.cancel()
    assert _ended(job).state == "cancelled"
    never.set()


def test_what_can_be_left_gives_its_result_or_says_why_not():
    """Whoever waits gets what came of it, or what went wrong."""

    def fails():
        raise ReviewError("The model is gone.")

    assert stoppable(lambda: 7, lambda: None) == 7
    with pytest.raises(ReviewError, match="The model is gone"):
        stoppable(fails, lambda: None)


@pytest.mark.parametrize(
    "error, sentence",
    [(ReviewError("The pool is empty."), "The pool is empty."), (ValueError("x"), FAILED)],
)
def test_a_job_that_fails_says_why(error, sentence):
    """What went wrong is one sentence, never the text of an exception."""

    def work(_):
        raise error

    job = _ended(Jobs().start("one", work))
    assert (job.state, job.sentence) == ("failed", sentence)


def test_the_remaining_time_follows_the_pace():
    """Half done means as long again; before the first step nobody knows."""
    job = Jobs().start("one", lambda _: None)
    _ended(job)
    assert job.seconds_left is None
    job.done, job.total = 2, 4
    job.started_s -= 100
    assert job.seconds_left == pytest.approx(100, abs=5)
