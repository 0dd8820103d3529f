"""How a campaign goes."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.progress import NO_REASON, Progress, progress_of
from review_app.questions import Question

OK = Question("ok", "pass_fail", "Is it good?", options=("Pass", "Fail"))
NOTE = Question("note", "text")
WISH = Question("expected", "text", expectation=True)
CAMPAIGN = Campaign("C", (OK, NOTE, WISH), run_id="run", reviewers=("ana", "bo"))


def said(n, question, value, at=1, **fields) -> Given:
    usual = {"campaign": "run", "seen": "nothing", "created_ms": at, "answered_ms": at}
    turn = Turn("ana", 1, f"t{n}")
    name = getattr(question, "name", question)
    wording = getattr(question, "version", "")
    return Given(f"{n}{name}{at}", turn, name, value, wording=wording, **{**usual, **fields})


def progress(status, *given_, **how) -> Progress:
    plan = [PlanItem(t, "all", "random", assigned=(Assignment("ana", 1),)) for t in status]
    return progress_of(Gathered(CAMPAIGN, tuple(plan), {("ana", 1): status}, given_), **how)


def test_skips_come_with_their_reasons():
    """Each skip says why, the newest first; who gave no reason is told so."""
    found = progress(
        {"t1": "declined", "t2": "declined", "t3": "complete"},
        said(1, "skip_reason", "Not my field", at=5),
        said(3, "skip_reason", "Taken back later", at=6),
    )

    assert [(one.turn.trace_id, one.reason) for one in found.skipped] == [
        ("t1", "Not my field"),
        ("t2", NO_REASON),
    ]


def test_notes_are_texts_and_reasons():
    """What people wrote is listed, newest first; what should have been is no note."""
    found = progress(
        {"t1": "complete", "t2": "complete", "t3": "pending"},
        said(1, NOTE, "See the warehouse", at=1),
        said(2, OK, value=False, at=2, rationale="It had not left"),
        said(2, NOTE, "", at=3),
        said(1, WISH, "It leaves tomorrow", at=4),
        said(3, NOTE, "A draft", at=5),
    )

    assert [(one.question, one.turn.trace_id) for one in found.notes] == [
        ("ok", "t2"),
        ("note", "t1"),
    ]


def test_queues_alone_say_how_far_it_is():
    """Before the answers are read, progress is known and nothing is said about answers."""
    found = progress({"t1": "complete", "t2": "pending"}, queues_only=True)

    assert (found.done, found.all, found.questions, found.notes) == (1, 2, (), ())
    assert found.seconds_left == 120


@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    """However MLflow lists what was said, the page says the same."""
    chance = random.Random(seed)
    status = {f"t{n}": chance.choice(["pending", "complete", "declined"]) for n in range(8)}
    rows = [
        said(
            n,
            chance.choice([OK, NOTE, "skip_reason"]),
            chance.choice([True, False]),
            at=chance.randrange(50),
            rationale=chance.choice(["", "why"]),
            seconds=chance.choice([None, 12.5]),
            submission=f"s{n}",
        )
        for n in range(8)
        for _ in range(3)
    ]
    rows = list({one.id: one for one in rows}.values())

    one, other = progress(status, *rows), progress(status, *chance.sample(rows, len(rows)))

    assert one.reviewers == other.reviewers
    assert one.questions == other.questions
    assert (one.skipped, one.notes) == (other.skipped, other.notes)
    assert one.warnings(10**9) == other.warnings(10**9)
