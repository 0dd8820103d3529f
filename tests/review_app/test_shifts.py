"""How often people change their mind once they see the others, and which way."""

from __future__ import annotations

from dataclasses import replace

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.questions import Question
from review_app.shifts import Shift, shift_sentences, shifts

OK = Question("ok", "pass_fail", options=("Pass", "Fail"))
CAMPAIGN = Campaign("C", (OK,), run_id="run", reviewers=("ana",))


def said(trace, value, at=1, **fields) -> Given:
    usual = {
        "campaign": "run",
        "wording": OK.version,
        "seen": "nothing",
        "created_ms": at,
        "cannot_judge": "" if value is not None else "not_my_field",
    }
    return Given(f"{trace}-{at}", Turn("ana", 1, trace), "ok", value, **{**usual, **fields})


def shift(*rows) -> Shift:
    traces = dict.fromkeys(one.turn.trace_id for one in rows)
    plan = tuple(PlanItem(t, "all", "random", assigned=(Assignment("ana", 1),)) for t in traces)
    status = {("ana", 1): dict.fromkeys(traces, "complete")}
    [found] = shifts(Gathered(CAMPAIGN, plan, status, rows))
    return found


def revised(trace, value, at=2, seen="facts+others") -> Given:
    return said(trace, value, at, seen=seen)


def test_a_revision_is_counted_with_its_direction():
    """Three people revise after the reveal: one to fail, one to pass, one says the same again."""
    rows = [
        said("a", value=True),
        revised("a", value=False),
        said("b", value=False),
        revised("b", value=True),
        said("c", value=True),
        revised("c", value=True),
        said("d", value=True),
    ]

    assert shift(*rows) == Shift("ok", 4, 3, 2, 1, 1)


def test_both_answers_are_kept():
    """The answer before the reveal stays the independent one, though MLflow overrode it."""
    first = replace(said("a", value=True), valid=False)
    known = Gathered(CAMPAIGN, (), {}, (first, revised("a", value=False)))

    assert [one.value for one in known.first.values()] == [True]
    assert shift(first, revised("a", value=False)).pass_to_fail == 1


def test_only_what_others_said_can_shift():
    """A change before anything was shown, or after the facts alone, is no shift."""
    assert shift(said("a", value=True), said("a", value=False, at=2)) == Shift("ok", 1, 0, 0, 0, 0)
    assert shift(said("a", value=True), revised("a", value=False, seen="facts")).again == 0


def test_the_newest_revision_counts():
    """Who changes twice and ends where they began has not changed."""
    rows = [said("a", value=True), revised("a", value=False), revised("a", value=True, at=3)]

    assert shift(*rows) == Shift("ok", 1, 1, 0, 0, 0)


def test_no_longer_judging_is_a_change_without_direction():
    """From a pass to "cannot judge" is a change, neither to fail nor to pass."""
    assert shift(said("a", value=True), revised("a", None)) == Shift("ok", 1, 1, 1, 0, 0)


def test_a_shift_is_said_in_words():
    """The lead reads how many changed their mind and which way; nothing is said of nobody."""
    rows = (said("a", value=True), revised("a", value=False))
    known = Gathered(CAMPAIGN, (), {}, rows)
    (sentence,) = shift_sentences(known)
    assert "1 answered again and 1 changed: 1 from pass to fail, 0 from fail to pass" in sentence
    assert shift_sentences(Gathered(CAMPAIGN, (), {}, rows[:1])) == ()
