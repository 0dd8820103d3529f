"""The items behind the numbers."""

from __future__ import annotations

from typing import get_args

import pytest

from review_app.behind import Show, Topic, behind
from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.errors import NotFound
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.progress import Progress, progress_of
from review_app.questions import Question

OK = Question("ok", "pass_fail", "Is it good?", options=("Pass", "Fail"))
NOTE = Question("note", "text", "Note", required=False)
TURNS = ("t1", "t2", "t3", "g1")


def said(trace, question, value, *, round_=1, **fields) -> Given:
    usual = {"campaign": "run", "seen": "nothing", "seconds": 9.0 if trace == "t1" else 30.0}
    turn = Turn("ana", round_, trace)
    name, wording = (question.name, question.version) if question else ("skip_reason", "")
    given = {**usual, "submission": f"{trace}{round_}", "wording": wording, **fields}
    return Given(f"{trace}{name}{round_}", turn, name, value, **given)


@pytest.fixture
def progress() -> Progress:
    plan = [
        PlanItem(
            t,
            "all",
            "random",
            role="gold" if t == "g1" else "reviewer",
            assigned=(Assignment("ana", 1), *([Assignment("ana", 9, 2)] if t == "t1" else [])),
            right={"ok": True},
        )
        for t in TURNS
    ]
    status = {
        ("ana", 1): {"t1": "complete", "t2": "declined", "t3": "pending", "g1": "complete"},
        ("ana", 2): {"t1": "complete"},
    }
    rows = (
        said("t1", OK, value=True, answered_ms=7, rationale="Short"),
        said("t1", NOTE, "See 12"),
        said("t1", OK, value=False, round_=2),
        said("t2", None, "Broken"),
        said("g1", OK, value=False, cannot_judge=""),
    )
    campaign = Campaign("C", (OK, NOTE), run_id="run", reviewers=("ana",))
    return progress_of(Gathered(campaign, tuple(plan), status, rows))


def rows(progress, *topic):
    found = behind(progress, Topic(*topic))
    return [(row.turn.trace_id, row.said, row.particular) for row in map(found.row, found.turns)]


def test_what_was_said_stands_in_words(progress):
    """A done item shows its answers in words, with reasons; a skipped one its reason."""
    done = rows(progress, "done", "ana")

    assert ("t1", "Is it good? Pass (Short) · Note See 12", "") in done
    assert rows(progress, "skipped", "ana") == [("t2", "Skipped: Broken", "")]
    assert rows(progress, "open", "ana") == [("t3", "", "")]


def test_gold_and_repeats_say_what_differs(progress):
    """A missed gold item says what is right, a changed repeat what was said before."""
    [(trace, _, gold)] = rows(progress, "gold", "ana")
    [(repeated, _, before)] = rows(progress, "repeats", "ana")

    assert (trace, gold) == ("g1", "Is it good? should be Pass")
    assert (repeated, before) == ("t1", "Is it good? was Pass")


def test_times_are_quickest_first(progress):
    """The items behind the median time begin with the quickest."""
    assert next((t, p) for t, _, p in rows(progress, "time", "ana")) == ("t1", "9 s")


def test_answers_of_a_bar(progress):
    """Behind a bar stand the items that got this answer, behind a question all."""
    assert [t for t, _, _ in rows(progress, "answers", "", "ok", "0")] == ["t1"]
    assert rows(progress, "answers", "", "ok", "1") == []
    assert [t for t, _, _ in rows(progress, "left-out", "", "ok", "gold")] == ["g1"]
    assert [t for t, _, _ in rows(progress, "notes")] == ["t1"]


def test_an_address_leads_to_its_topic():
    """Every topic has an address that leads back to it; other addresses lead nowhere."""
    for show in get_args(Show):
        topic = Topic(show, "ana", "ok", "1")
        assert Topic.read(topic.address) == topic
    assert Topic.read({"show": "secrets"}) is None
    assert Topic.read({}) is None


@pytest.mark.parametrize("show", get_args(Show))
def test_what_is_not_there_is_said(progress, show):
    """A reviewer or question that is not in the campaign gets a sentence, never a crash."""
    if show in ("notes", "skipped"):
        assert behind(progress, Topic(show)).title
    else:
        with pytest.raises(NotFound):
            behind(progress, Topic(show, "nobody", "nothing"))
