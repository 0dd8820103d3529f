"""The agreement of every question of a campaign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.agreement.rows import counted_from, question_rows
from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.gathered import Gathered
from review_app.given import Given, Turn
from review_app.questions import Question

SCALE = ("No", "Mostly no", "Mostly yes", "Yes")
GRADED = Question("complete", "choice", options=SCALE, scale="ordinal", pass_cut="Mostly yes")
WRONG = Question("wrong", "choices", options=("a fact", "the tone"))
NOTE = Question("note", "text")
CAMPAIGN = Campaign("C", (GRADED, WRONG, NOTE), run_id="run", reviewers=("ana", "bo"))
ANSWERS = [("Yes", "Yes"), ("No", "Mostly no"), ("Mostly no", "Mostly yes"), ("Yes", "Mostly yes")]


def answer(question: Question, turn: Turn, value: object) -> Given:
    """One answer that counts."""
    name, wording = question.name, question.version
    return Given(f"{name}{turn}", turn, name, value, "run", wording=wording, seen="nothing")


def gathered(values=ANSWERS) -> Gathered:
    """Two people on as many items as there are pairs of values."""
    plan: list[PlanItem] = []
    said: list[Given] = []
    for n, both in enumerate(values):
        turns = (Assignment("ana", n + 1), Assignment("bo", n + 1))
        plan.append(PlanItem(f"t{n}", "all", "random", assigned=turns))
        for name, value in zip(("ana", "bo"), both, strict=True):
            turn = Turn(name, 1, f"t{n}")
            chosen = ["a fact"] if value == "No" else []
            said += [answer(GRADED, turn, value), answer(WRONG, turn, chosen)]
    return Gathered(CAMPAIGN, tuple(plan), {}, tuple(said))


def test_a_scale_with_a_cut_is_read_twice():
    """On its own scale, and as pass or fail, each answer turned before anything is counted."""
    known = gathered()
    done = {(n, 1): {p.trace_id: "complete" for p in known.plan} for n in ("ana", "bo")}
    graded, wrong = question_rows(counted_from(replace(known, status=done)).labels)

    (scaled,), (sides,) = graded.scaled, graded.pass_fail
    assert (scaled.scale, sides.scale) == ("ordinal", "nominal")
    assert (scaled.percent.value, sides.percent.value) == (0.25, 0.75)
    assert sides.base_rate == pytest.approx(5 / 8)
    # Of 8 answers 5 pass: alpha is 1 - 7 * 2 / (2 * 5 * 3); AC1 has chance 2 * 5/8 * 3/8.
    assert sides.alpha.value == pytest.approx(1 - 7 * 2 / 30)
    assert sides.ac1.value == pytest.approx((0.75 - 15 / 32) / (1 - 15 / 32))
    assert [row.option for row in wrong.scaled] == ["a fact", "the tone"]
    assert wrong.pass_fail == ()


def test_the_key_tells_when_something_changed():
    """What was computed can be kept as long as no answer changes, however often it is counted."""
    done = {(n, 1): {f"t{i}": "complete" for i in range(4)} for n in ("ana", "bo")}
    same, again = (counted_from(replace(gathered(), status=done)).key for _ in range(2))
    changed = [("No", "Yes"), *ANSWERS[1:]]
    assert same == again
    assert counted_from(replace(gathered(changed), status=done)).key != same
