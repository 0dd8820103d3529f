"""Labeled sets: which campaigns go together, and what every set holds to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st

from review_app.campaigns import Assignment, Campaign, PlanItem
from review_app.datasheet import datasheet, datasheet_markdown
from review_app.errors import ReviewError
from review_app.frames import Frame, Stratum
from review_app.frozen_sets import Content, Frozen, digest, first_of_each, labels_jsonl, rows_from
from review_app.gathered import About, Gathered
from review_app.given import Given, Turn
from review_app.labeled_sets import Recipe, build
from review_app.questions import Question
from review_app.set_numbers import difference, missing_in_words, numbers_of, top_up_size
from review_app.set_splits import leaks

OK = Question("ok", "pass_fail", title="Is it *right*?", options=("Pass", "Fail"))
PEOPLE = ("ana", "bo", "cy")
WORDS = ("alpha", "bravo", "carol", "delta", "echo", "fox", "golf", "hotel", "india", "kilo")


def source(labels, question=OK, run="run", sessions=None) -> Gathered:
    """One item a label, answered by one to three people who all say so, each in a session."""
    ids = [f"{run}-{n:04d}" for n in range(len(labels))]
    plan = tuple(
        PlanItem(one, "all", "random", 0.5, "s", assigned=tuple(Assignment(p, 1) for p in PEOPLE))
        for one in ids
    )
    said = tuple(
        Given(
            f"a-{one}-{person}",
            Turn(person, 1, one),
            question.name,
            label,
            run,
            wording=question.version,
            seen="nothing",
            answered_ms=1_762_956_180_000,
        )
        for n, (one, label) in enumerate(zip(ids, labels, strict=True))
        for person in PEOPLE[: n % 3 + 1]
    )
    about = {
        one: About(f"{run} {sessions[n]}" if sessions else "", f"{WORDS[n % 10]} {n} {n * 7919}?")
        for n, one in enumerate(ids)
    }
    status = {(person, 1): dict.fromkeys(ids, "complete") for person in PEOPLE}
    campaign = Campaign(f"C *{run}*", (question,), run_id=run, reviewers=PEOPLE)
    return Gathered(campaign, plan, status, said, about)


def made(*sources, **fields):
    usual = {"name": "S", "campaigns": tuple(s.campaign.run_id for s in sources), "question": "ok"}
    return build(Recipe(**{**usual, **fields}), sources)


@settings(max_examples=40)
@holds_for(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=60), st.text(max_size=3))
def test_nothing_leaks_between_splits(items, seed):
    """Whatever the labels, sessions and seed: no session is in both splits, train is small."""
    labels, sessions = [label for label, _ in items], [session for _, session in items]
    rows = made(source(labels, sessions=sessions), seed=seed).rows

    assert not leaks(rows)
    train = [row.label for row in rows if row.split == "train"]
    assert max(train.count(True), train.count(False)) <= 20
    assert len(rows) == len(items)


def test_a_leak_is_seen():
    """A set whose split tears a session apart is found out."""
    rows = made(source([True, False], sessions=[1, 1])).rows
    torn = [replace(rows[0], split="train"), replace(rows[1], split="test")]

    assert [(one.trace_id, other.trace_id) for one, other in leaks(torn)] == [
        ("run-0000", "run-0001")
    ]


def test_uneven_sessions_still_leave_something_to_learn_from():
    """Where no session has as many failed as passed items, the most even one that fits is train."""
    labels = ([True] * 9 + [False] * 3) * 3 + [True] * 20 + [False]
    sessions = [0] * 12 + [1] * 12 + [2] * 12 + [3] * 21
    rows = made(source(labels, sessions=sessions)).rows

    train = {row.session for row in rows if row.split == "train"}
    assert len(train) == 1
    assert train != {"run 3"}


def test_the_next_version_keeps_the_splits():
    """What a judge may have learned from stays in train, however many items are added."""
    few = made(source([n % 3 > 0 for n in range(60)]))
    before = {row.place: row.split for row in few.rows}
    more = source([n % 3 > 0 for n in range(200)])
    rows = build(replace(few.recipe, seed="other"), [more], before).rows

    assert {row.place: row.split for row in rows if row.place in before} == before
    assert sum(row.split == "train" and row.label is False for row in rows) <= 20


def test_wordings_are_not_put_together_silently():
    """Campaigns that word the question otherwise go together only when the lead says so."""
    other = replace(OK, instruction="Look at the passages only.")
    both = source([True]), source([False], other, "second")

    with pytest.raises(ReviewError, match="in other words"):
        made(*both)
    found = made(*both, pool_wordings=True)
    assert {row.wordings for row in found.rows} == {(OK.version,), (other.version,)}
    assert "Answers to different wordings were put together" in datasheet_markdown(
        datasheet(found, {})
    )


@pytest.mark.parametrize(
    "fields", [{"name": " "}, {"name": "x" * 101}, {"rule": "best"}, {"question": "else"}]
)
def test_what_cannot_be_built_is_said(fields):
    """A recipe that cannot be followed is refused with a sentence."""
    with pytest.raises(ReviewError):
        made(source([True]), **fields)


def test_another_line_between_pass_and_fail_is_another_question():
    """Campaigns that judge answers otherwise never go together."""
    other = replace(OK, options=("Good", "Bad"))
    with pytest.raises(ReviewError, match="other answers"):
        made(source([True]), source([True], other, "second"), pool_wordings=True)


def test_what_a_judge_verdict_lacks_is_said_with_the_top_up():
    """The missing failed items are counted, and so is how many more items bring them."""
    few = missing_in_words(made(source([n % 5 > 0 for n in range(200)])).rows)
    assert "50 more failed items are missing" in few[0]
    assert "20 % failed, about 250 more labeled items" in few[0]
    assert "Nothing has failed so far" in missing_in_words(made(source([True] * 5)).rows)[0]
    assert not missing_in_words(made(source([n % 2 > 0 for n in range(300)])).rows)


@holds_for(st.integers(1, 200), st.integers(1, 200))
def test_the_top_up_suffices_and_no_fewer_would(failed, passed):
    """With as many more items at the present rate both labels reach 70 beside train."""
    more = top_up_size(failed, passed)
    rate = failed / (failed + passed)

    def holds(n):
        counts = failed + int(n * rate + 1e-9), passed + int(n * (1 - rate) + 1e-9)
        return min(counts) - min(20, min(counts) // 2) >= 70

    assert more is not None
    assert holds(more)
    assert more == 0 or not holds(more - 1)


def test_the_datasheet_tells_where_labels_come_from():
    """Who, when, wording, agreement, base rate, exclusions and sampling are all there, as text."""
    found = made(source([n % 4 > 0 for n in range(40)]))
    frame = Frame("all", "all traces of <bot>", strata={"s": Stratum(80, 40)})
    sheet = datasheet(found, {"run": {"all": frame}})
    text = datasheet_markdown(sheet)

    assert sheet["reviewers"] == {"ana": 40, "bo": 26, "cy": 13}
    for part in ("12 Nov 2025", OK.version, "alpha 1.000", "75.0 % pass", "s 40 of 80"):
        assert part in text
    assert "Is it \\*right\\*?" in text
    assert "all traces of \\<bot\\>" in text
    assert sheet["left_out"] == {}


def test_two_versions_are_compared_item_by_item():
    """Added, removed and changed labels are told apart from what stayed."""
    old, new = made(source([True, False, True])).rows, made(source([True, True, True, False])).rows

    found = difference(old, new)
    assert [(c.before.label, c.after.label) for c in found.changed] == [(False, True)]
    assert [row.trace_id for row in found.added] == ["run-0003"]
    assert (found.removed, found.same) == ((), 2)
    assert [row.trace_id for row in difference(new, old).removed] == ["run-0003"]
    assert difference(new, new).same == 4


def test_frozen_rows_come_back_as_they_were():
    """The bytes of a set are the same for the same answers, and are read as they were."""
    rows = made(source([True, False])).rows
    text = labels_jsonl(rows)

    assert rows_from(text) == rows
    assert digest(text) == digest(labels_jsonl(rows))
    assert digest(text) != digest(text.replace("true", "false", 1))
    assert Content(rows, datasheet(made(source([True])), {})).recipe.campaigns == ("run",)
    assert numbers_of(rows).labels["test"] == {"fail": 1, "pass": 1}


def test_one_run_is_one_version():
    """Should two runs hold the same version, the one that was begun first has it."""
    one = Frozen("b", "1", "Set", 2, "", "", "lea", 0, "ok", 1, started=5)
    later = replace(one, run_id="a", name="set", started=6)
    assert first_of_each([later, one]) == [one]
